"""Checking plan files on the command line, with the database's units where there is a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session

from calendars.periods import Language
from cli.output import say
from models.database import open_engine, reading, require_revision
from models.errors import DatabaseNotReady
from models.settings import Settings
from reporting.checked_plans import CheckedPlan


@contextmanager
def session_if_any(settings: Settings) -> Iterator[Session | None]:
    """A session that reads, or None where no database is ready; none is made for a check."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield None
        return
    engine = open_engine(settings.database)
    try:
        if _is_ready(engine):
            with reading(engine) as session:
                yield session
        else:
            yield None
    finally:
        engine.dispose()


def _is_ready(engine: Engine) -> bool:
    try:
        require_revision(engine)
    except DatabaseNotReady as error:
        say(f"units are not checked: {error}")
        return False
    return True


def tell_warnings(checked: Sequence[CheckedPlan], language: Language) -> None:
    """Warnings and hints for people, a line each."""
    words = {"vi": ("lưu ý", "gợi ý"), "en": ("warning", "hint")}[language]
    for each in checked:
        for warning in each.warnings:
            say(f"{each.read.document.name}: {words[warning.is_hint]}: {warning.text(language)}")
