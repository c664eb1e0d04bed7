"""What loading a ladder file would do: its rungs compared, and what the coming weeks would send differently.

It is found by doing it: the ladder is loaded behind a savepoint, the very preview is asked before and after,
and nothing is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.ladder_file import LadderFile, Rung
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import NoticeState
from reporting.ladders import ladders, load_ladder
from reporting.second_look import SWITCHED_OFF
from reporting.special_days import working_days
from reporting.telling import Expected, preview

AHEAD = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What an edit would do: to the rungs, to the mails of the coming weeks, and to what is queued."""

    rungs: Sequence[str]
    more: Sequence[Expected]
    fewer: Sequence[Expected]
    silenced: int

    @property
    def is_felt(self) -> bool:
        """Whether anybody would be told anything else than before."""
        return bool(self.more or self.fewer or self.silenced)


def rung_differences(before: LadderFile | None, after: LadderFile) -> list[str]:
    """A line for each rung that comes, goes or changes."""
    old = {} if before is None else {rung.id: rung for rung in before.every_rung}
    new = {rung.id: rung for rung in after.every_rung}
    lines = [f"- {id}: {describe(rung)}" for id, rung in old.items() if id not in new]
    lines += [f"+ {id}: {describe(rung)}" for id, rung in new.items() if id not in old]
    lines += [
        f"~ {id}: {describe(old[id])} -> {describe(rung)}"
        for id, rung in new.items()
        if id in old and not old[id].same_rule(rung)
    ]
    return lines


def describe(rung: Rung) -> str:
    """The rung in one line, as a ladder file has it."""
    repeat = f", repeat every {rung.repeat.every} max {rung.repeat.max}" if rung.repeat else ""
    unit = f" {rung.unit}" if rung.unit else ""
    immediate = ", immediate" if rung.immediate else ""
    return (
        f"{rung.at} {rung.hour:%H:%M} {'+'.join(rung.audience)}{unit} until {rung.until}{repeat}{immediate}"
    )


def foresee_ladder(session: Session, settings: Settings, ladder: LadderFile, now: datetime) -> Foreseen:
    """What loading it at `now` would change in the coming 30 days; nothing is kept."""
    before = ladders(session).get(ladder.slug)
    old = _expected(session, settings, ladder.slug, now)
    silenced = _silenced(session)
    savepoint = session.begin_nested()
    load_ladder(session, ladder, now)
    new = _expected(session, settings, ladder.slug, now)
    silenced = _silenced(session) - silenced
    savepoint.rollback()
    session.expire_all()
    return Foreseen(
        rungs=rung_differences(before, ladder),
        more=_without(new, old),
        fewer=_without(old, new),
        silenced=silenced,
    )


def _expected(session: Session, settings: Settings, slug: str, now: datetime) -> list[Expected]:
    found = preview(session, now, now + AHEAD, working_days(session), settings, ladder=slug)
    return [each for each in found if each.notice.state is NoticeState.QUEUED]


def _without(some: list[Expected], others: list[Expected]) -> list[Expected]:
    left = Counter(_key(each) for each in others)
    found = []
    for each in some:
        if left[_key(each)]:
            left[_key(each)] -= 1
        else:
            found.append(each)
    return found


def _key(each: Expected) -> tuple[object, ...]:
    notice = each.notice
    return each.at, notice.obligation_id, notice.rung, notice.repeat, notice.recipient


def _silenced(session: Session) -> int:
    query = select(func.count()).select_from(Notice).where(col(Notice.reason) == SWITCHED_OFF)
    return session.scalar(query) or 0
