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

from models.ladder_file import LOOK_AHEAD, LadderFile, Measure, Rung
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import Audience, NoticeState, say
from reporting.ladders import ladders, load_ladder
from reporting.second_look import SWITCHED_OFF
from reporting.special_days import working_days
from reporting.telling import Expected, preview

AHEAD = timedelta(days=30)
MEASURES = {Measure.DAYS: "ngày", Measure.WORKING_DAYS: "ngày làm việc"}


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What an edit would do: to the rungs, to the mails of the coming weeks, and to what is queued."""

    before: LadderFile | None
    after: LadderFile
    more: Sequence[Expected]
    fewer: Sequence[Expected]
    silenced: int

    def rungs(self, language: str = "en") -> list[str]:
        """A line for each rung that comes, goes or changes."""
        return rung_differences(self.before, self.after, language)

    @property
    def is_felt(self) -> bool:
        """Whether anybody would be told anything else than before."""
        return bool(self.more or self.fewer or self.silenced)


def rung_differences(before: LadderFile | None, after: LadderFile, language: str = "en") -> list[str]:
    """A line for each rung that comes, goes or changes."""
    arrow, says = ("→", rung_words) if language == "vi" else ("->", describe)
    old = {} if before is None else {rung.id: rung for rung in before.every_rung}
    new = {rung.id: rung for rung in after.every_rung}
    lines = [f"- {id}: {says(rung)}" for id, rung in old.items() if id not in new]
    lines += [f"+ {id}: {says(rung)}" for id, rung in new.items() if id not in old]
    lines += [
        f"~ {id}: {says(old[id])} {arrow} {says(rung)}"
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


def rung_words(rung: Rung) -> str:
    """The rung in one line of Vietnamese, for whoever does not read ladder files."""
    parts = [
        f"{_moment_words(rung)} lúc {rung.hour:%H:%M}",
        f"nhắc {', '.join(_audience_words(rung))}",
        say(rung.until, "vi"),
    ]
    if rung.repeat:
        every = rung.repeat.every
        parts.append(
            f"nhắc lại sau mỗi {every.count} {MEASURES[every.measure]}, tối đa {rung.repeat.max} lần"
        )
    return ", ".join([*parts, "gửi ngay"] if rung.immediate else parts)


def _moment_words(rung: Rung) -> str:
    if rung.id == LOOK_AHEAD:
        return "hằng tuần"
    if not rung.at.count:
        return "đúng ngày" if rung.at.measure is Measure.DAYS else "ngày làm việc cuối"
    side = "sau" if rung.is_after else "trước"
    return f"{side} {abs(rung.at.count)} {MEASURES[rung.at.measure]}"


def _audience_words(rung: Rung) -> list[str]:
    unit = {Audience.UNIT: f" {rung.unit}"}
    return [f"{say(each, 'vi')}{unit.get(each, '')}" for each in rung.audience]


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
        before=before,
        after=ladder,
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
