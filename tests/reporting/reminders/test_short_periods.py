"""Reports of a day, a week or a window: nothing is due soon, and nobody is reminded, before they begin."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from models.database import reading
from models.notice import Notice
from models.obligation import Obligation, Occurrence
from models.unit import Unit
from models.vocabulary import NoticeKind, NoticeState
from tests.reporting.world import MONTHLY, World

DAYS = [f"2024-10-{day:02} 08:30" for day in range(14, 22)]
"""Monday to the Monday after."""


def plan(every: str, due: str) -> str:
    return MONTHLY.replace("every: month", f"every: {every}\n    from: 2024-10-14").replace("before 18", due)


def reminded(world: World) -> list[tuple[str, str]]:
    """Period and day of each reminder of what comes due, of one unit."""
    query = (
        select(col(Occurrence.period), col(Notice.moment))
        .join(Obligation, col(Obligation.occurrence_id) == col(Occurrence.id))
        .join(Notice, col(Notice.obligation_id) == col(Obligation.id))
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .where(col(Notice.kind).in_([NoticeKind.COMING_DUE, NoticeKind.LAST_DAY]))
        .where(col(Notice.state) != NoticeState.SUPERSEDED, col(Unit.code) == "x1")
    )
    with reading(world.engine) as session:
        return sorted((period, f"{moment:%Y-%m-%d}") for period, moment in session.execute(query))


@pytest.mark.parametrize(
    ("every", "due", "expected"),
    [
        ("day", "before 16:00", [(day[:10], day[:10]) for day in DAYS]),
        ("workday", "before 16:00", [(day[:10], day[:10]) for day in DAYS if day[8:10] not in ("19", "20")]),
        ("week", "by friday", [("2024-W42", "2024-10-14"), ("2024-W42", "2024-10-16")]),
    ],
)
def test_a_unit_is_reminded_within_the_period_alone(
    world: World, every: str, due: str, expected: list[tuple[str, str]]
) -> None:
    world.plan(plan(every, due), applies_from="2024-10-13")
    for moment in ["2024-10-13 08:30", *DAYS]:
        world.tick(f"{moment}:00")
    found = reminded(world)
    assert [each for each in found if each in expected] == expected
    assert all(day >= "2024-10-14" for _, day in found)


def test_a_clerk_has_one_line_a_day_of_a_daily_report_that_nobody_files(world: World) -> None:
    """The shipped ladder: whatever was missed before is not said again to the unit, day after day."""
    world.plan(plan("day", "before 16:00"), applies_from="2024-10-13")
    for moment in DAYS:
        world.tick(f"{moment}:00")
    query = (
        select(col(Notice.rung), col(Notice.moment), col(Notice.audience))
        .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .where(col(Unit.code) == "x1", col(Notice.state) != NoticeState.SUPERSEDED)
    )
    with reading(world.engine) as session:
        found = sorted((f"{moment:%d}", rung, audience) for rung, moment, audience in session.execute(query))
    own = [day for day, rung, _ in found if rung == "that-day"]
    assert own == sorted({moment[8:10] for moment in DAYS})
    assert {(rung, audience) for _, rung, audience in found} == {
        ("that-day", "clerk"),
        ("missed-day", "superior-clerk"),
    }


def test_tomorrows_report_is_not_due_soon(world: World) -> None:
    world.plan(plan("day", "before 16:00"), applies_from="2024-10-13")
    world.tick("2024-10-14 08:30:00")
    said = {row.period[8:]: row.timeliness for row in world.due("2024-10-14 09:00:00", unit="x1")}
    assert (said["14"], said["15"], said["16"]) == ("last day", "in term", "in term")


def test_a_window_is_due_soon_once_it_is_open(world: World) -> None:
    world.plan(plan("month", "from 16 to 18"), applies_from="2024-10-13")
    world.tick("2024-10-14 08:30:00")
    for day, said in (("14", "in term"), ("16", "due soon"), ("18", "last day")):
        assert world.one("x1", "2024-10", f"2024-10-{day} 09:00:00").timeliness == said
