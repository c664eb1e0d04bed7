"""A province on a fresh database, for each test and on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.ladder_file import LadderFile
from models.settings import Settings
from tests.timeline.harness import DISTRICTS, Timeline

Begin = Callable[..., Timeline]


@pytest.fixture
def timeline(engine: Engine, settings: Settings, tmp_path: Path) -> Begin:
    """Begins a timeline; a plan of two districts unless another is given."""

    def begin(plan: str = DISTRICTS, ladder: LadderFile | None = None) -> Timeline:
        return Timeline(engine, settings, tmp_path, plan=plan, ladder=ladder)

    return begin
