"""Loaded by the fork server alone: a pass over a database of its own, and the mails' templates compiled, so
that no process it forks spends its time on that."""

from __future__ import annotations

import tempfile
from pathlib import Path

from models.database import migrate, open_engine
from models.settings import Settings
from notifications.rendering import _templates
from tests.conftest import at
from tests.databases import keep_compiled_statements
from tests.timeline.year.trouble import one_pass

with tempfile.TemporaryDirectory() as folder:
    settings = Settings(_env_file=None, home=Path(folder), database_url=None)  # type: ignore[call-arg]
    engine = open_engine(settings.database)
    migrate(engine)
    keep_compiled_statements(engine)
    one_pass(settings, at("2024-01-01 08:00"))
    engine.dispose()
for language in ("vi", "en"):
    _templates(language)
