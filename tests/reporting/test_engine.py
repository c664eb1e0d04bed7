"""One pass of the engine, and two at once: on both databases nothing is opened or notified twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import col, func, select

from models.database import reading, writing
from models.notice import Notice
from models.obligation import Obligation
from models.plan import PlanVersion
from models.upkeep import Heartbeat
from reporting.engine import tick
from reporting.health.checkup import CheckResult
from reporting.health.database_checks import plan_units_finding
from reporting.special_days import add_special_day
from tests.conftest import at
from tests.reporting.world import PLAN, World


def test_two_passes_at_once_open_everything_once(world: World) -> None:
    world.plan()

    def one(_number: int) -> int:
        return world.tick("2024-01-02 08:00:00").opened

    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(one, range(4)))
    assert sorted(opened) == [0, 0, 0, 84]
    with reading(world.engine) as session:
        assert session.exec(select(func.count()).select_from(Obligation)).one() == 84


def test_a_plan_that_this_version_takes_no_more_stops_none_of_the_others(world: World) -> None:
    """A stricter version once ended the pass for all plans, in pydantic's own error."""
    world.plan()
    world.plan(PLAN.replace("slug: p-2024", "slug: other"))
    with writing(world.engine) as session:
        version = session.exec(select(PlanVersion).order_by(col(PlanVersion.id))).all()[0]
        version.content = version.content.replace('"p-2024"', '"P 2024"')
    count = world.tick("2024-01-02 08:00:00")
    assert count.opened == 84
    assert list(count.errors) == ["p-2024"]
    assert "as it is kept" in count.errors["p-2024"]
    with reading(world.engine) as session:
        found = plan_units_finding(session)
    assert (found.code, found.values["slug"]) == (CheckResult.PLAN_UNREADABLE, "p-2024")


def test_what_became_overdue_is_marked_once(world: World) -> None:
    world.plan()
    world.tick("2024-01-02 08:00:00")
    assert world.tick("2024-02-18 00:00:00").overdue == 2 * 3 + 2 * 3 + 1  # not yet what sums up February
    row = world.one("d1", "2024-02", "2024-02-18")
    assert row.row_version == 1
    assert world.tick("2024-02-18 00:05:00").overdue == 0
    assert world.one("d1", "2024-02", "2024-02-18").row_version == 1


def test_an_extension_takes_the_mark_back_until_it_is_overdue_again(world: World) -> None:
    world.plan()
    world.tick("2024-01-02 08:00:00")
    world.tick("2024-02-18 00:00:00")
    world.extend("d1", "2024-02", "2024-02-25", "2024-02-19 09:00:00")
    world.tick("2024-02-20 00:00:00")
    with reading(world.engine) as session:
        obligation = session.get(Obligation, world.one("d1", "2024-02").id)
        assert obligation is not None and obligation.overdue_since is None
    world.tick("2024-02-26 00:00:00")
    with reading(world.engine) as session:
        obligation = session.get(Obligation, world.one("d1", "2024-02").id)
        assert obligation is not None and obligation.overdue_since == at("2024-02-26 00:00:00")


def test_a_clock_that_jumped_back_plans_no_notice(world: World) -> None:
    world.plan()
    world.tick("2024-01-02 08:00:00")
    world.tick("2024-02-18 08:00:00")
    with reading(world.engine) as session:
        before = session.exec(select(func.count()).select_from(Notice)).one()
    count = world.tick("2024-02-17 08:00:00")
    assert count.clock_back is not None
    with reading(world.engine) as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == before
        heartbeat = session.get(Heartbeat, "tick")
    assert heartbeat is not None and heartbeat.at == at("2024-02-18 08:00:00")


def test_an_administrators_day_off_moves_what_is_opened_later(world: World) -> None:
    with writing(world.engine) as session:
        add_special_day(session, at("2024-02-16").date(), False, "Nghỉ bù", at("2024-01-01"), "Dave")
    world.plan()
    world.tick("2024-01-02 08:00:00")
    # Three working days before the 18th are now the 15th, the 7th and the 6th: Tết lies between.
    assert str(world.one("x1", "2024-02").safe_day) == "2024-02-05"


def test_a_dry_run_leaves_no_trace(world: World) -> None:
    world.plan()
    with writing(world.engine) as session:
        assert tick(session, world.settings, at("2024-01-02")).opened == 84
        session.rollback()
    assert world.due() == []


def test_an_instant_with_an_offset_is_noted_in_utc(world: World) -> None:
    """It was stored in local time on SQLite, where no zone is kept: feeds then saw a change in the future."""
    world.plan()
    world.tick("2024-01-02 08:00:00")
    world.tick("2024-01-18 08:00:00")  # the world's instants are Vietnamese
    late = select(Obligation.changed_at).where(col(Obligation.overdue_since).is_not(None))
    with reading(world.engine) as session:
        assert set(session.exec(late)) == {at("2024-01-18 08:00:00")}
