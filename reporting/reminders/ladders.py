"""Ladders kept in the database: load a file, find the ladder of a plan.

An edited ladder applies from now on and never backwards: a rung that is new or changed carries the instant of
its edit, and what lay before it is not sent later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, select

from calendars.periods import is_daily
from models.errors import InvalidInput
from models.file_faults import FileFault, FilePlace
from models.ladder_file import LadderFile, Rung, Weekly, read_ladder
from models.notice import Notice
from models.obligation import Obligation, Occurrence
from models.plan import Ladder, Plan
from models.system_faults import system_words
from models.vocabulary import Lifecycle, NoticeState
from models.yaml_document import SIZE_LIMIT
from reporting.audit.log import record
from reporting.reminders.ledger import SWITCHED_OFF


def quiets_something(session: Session, obligation: Obligation) -> bool:
    """Whether its plan's ladder has a rung that rests while an acknowledgement holds."""
    slug = session.exec(select(col(Plan.ladder)).where(col(Plan.id) == obligation.plan_id)).one()
    ladder = ladders(session).get(slug)
    has_rungs = obligation.deadline is not None or obligation.correction_deadline is not None
    period = session.exec(select(Occurrence.period).where(Occurrence.id == obligation.occurrence_id)).one()
    return has_rungs and ladder is not None and ladder.heeds_acknowledgements(is_daily(period))


DEFAULT = "default"
R = TypeVar("R", bound=Rung)


@lru_cache(maxsize=1)
def shipped_ladder() -> LadderFile:
    """The ladder that comes with dondoc, in use until one of the same slug is loaded.

    A cache: reading it takes 8 ms, longer than an idle tick."""
    text = (files("plans") / "ladders" / "default.yaml").read_text(encoding="utf-8")
    return read_ladder(text, "plans/ladders/default.yaml")


def read_ladder_file(path: Path) -> LadderFile:
    """The ladder in a file. Raises `InvalidInput` with file, line, field and remedy."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        problem = FileFault.UNREADABLE_PATH(reason=system_words(error))
        raise InvalidInput(FilePlace.FILE(file=path, problem=problem)) from error
    return read_ladder(data, str(path))


def load_ladder(session: Session, ladder: LadderFile, now: datetime, actor: str = "dondoc") -> bool:
    """Keep the ladder; whether anything changed. Running obligations follow it from `now` on."""
    row = session.exec(select(Ladder).where(Ladder.slug == ladder.slug)).one_or_none()
    before = ladders(session).get(ladder.slug)
    merged = ladder if before is None else _from_now_on(before, ladder, now)
    if row is not None and merged == before:
        return False
    if before is not None:
        _silence(session, ladder.slug, set(_ids(before)) - set(_ids(ladder)))
    if row is None:
        row = Ladder(slug=ladder.slug, content="", version=0, changed_at=now)
    row.content = merged.model_dump_json(exclude_none=True)
    row.version += 1
    row.changed_at = now
    session.add(row)
    session.flush()
    old = {} if before is None else {"rungs": _ids(before)}
    new = {"slug": ladder.slug, "version": row.version, "rungs": _ids(merged)}
    record(session, now, actor, "load", "ladder", row.id, old, new)
    plans = select(Plan.id).where(Plan.ladder == ladder.slug)
    look_again(session, now, col(Obligation.plan_id).in_(plans))
    return True


def _from_now_on(before: LadderFile, after: LadderFile, now: datetime) -> LadderFile:
    weekly = after.weekly
    if weekly is not None and not _same_weekly(before.weekly, weekly):
        weekly = weekly.model_copy(update={"since": now})
    return after.model_copy(
        update={
            "rungs": tuple(_dated(before, rung, now) for rung in after.rungs),
            "daily": after.daily and tuple(_dated(before, rung, now) for rung in after.daily),
            "review": tuple(_dated(before, rung, now) for rung in after.review),
            "weekly": weekly if weekly is None or weekly.since else before.weekly,
        }
    )


def _dated(before: LadderFile, rung: R, now: datetime) -> R:
    old = before.rung(rung.id)
    if type(old) is type(rung) and old.same_rule(rung):
        return old
    return rung.model_copy(update={"since": now})


def _same_weekly(before: Weekly | None, after: Weekly) -> bool:
    return before is not None and before.model_copy(update={"since": None}) == after


def _ids(ladder: LadderFile) -> list[str]:
    return [rung.id for rung in ladder.every_rung]


def _silence(session: Session, slug: str, rungs: set[str]) -> None:
    """Cancel what rungs that were switched off have queued."""
    session.execute(
        update(Notice)
        .where(col(Notice.state) == NoticeState.QUEUED, col(Notice.rung).in_(rungs))
        .where(col(Notice.obligation_id).in_(select(Obligation.id).join(Plan).where(Plan.ladder == slug)))
        .values(state=NoticeState.CANCELLED, reason=SWITCHED_OFF)
        .execution_options(synchronize_session=False)
    )


WATCHED = and_(
    col(Obligation.state).in_([Lifecycle.OPEN, Lifecycle.RETURNED, Lifecycle.SUBMITTED]),
    col(Obligation.deadline).is_not(None) | (col(Obligation.state) == Lifecycle.SUBMITTED),
)
"""Obligations of which a rung may remind."""


def look_again(session: Session, now: datetime, which: ColumnElement[bool]) -> None:
    """Let the next pass look at the watched ones among them: their moments may have changed."""
    session.execute(
        update(Obligation)
        .where(which, WATCHED)
        .values(attention_at=now)
        .execution_options(synchronize_session=False)
    )


def ladders(session: Session) -> dict[str, LadderFile]:
    """All ladders by slug, the shipped one among them unless another took its place."""
    return {DEFAULT: shipped_ladder()} | {
        row.slug: LadderFile.model_validate_json(row.content) for row in session.exec(select(Ladder))
    }


def missing_ladders(session: Session, slugs: Iterable[str]) -> list[str]:
    """Which of the slugs no ladder has."""
    return sorted(set(slugs) - ladders(session).keys())
