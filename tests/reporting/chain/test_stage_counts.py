"""How a plan's stages stand, level by level, as a flow shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.chain.snapshot import plan_picture
from reporting.chain.stage_counts import StageStanding, Verdict
from reporting.plans.loading import find_plan
from tests.conftest import at
from tests.reporting.world import MONTHLY, World


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    world = World(engine, settings, tmp_path)
    world.units()
    world.plan()
    world.tick("2024-01-02 08:00:00")
    return world


def standings(world: World, when: str, slug: str = "p-2024") -> list[StageStanding]:
    with reading(world.engine) as session:
        plan = find_plan(session, slug)
        picture = plan_picture(session, plan, at(when), world.settings.zone, "vi")
    return [stage.standing for stage in picture.stages]


def test_it_counts_from_the_bottom_up_and_lets_a_gatherer_follow_its_own_level(world: World) -> None:
    found = standings(world, "2024-01-05")
    assert [(each.title, each.expected) for each in found] == [
        ("1 Cơ sở", 3),
        ("2 Huyện", 3),
        ("3 Chặng 3", 1),
    ]


@pytest.mark.parametrize(
    ("filed", "when", "verdicts"),
    [
        ((), "2024-01-05", ["waiting", "waiting", "waiting"]),
        ((), "2024-01-15", ["overdue", "waiting", "waiting"]),
        (("x1", "x2", "x3"), "2024-01-14", ["received", "waiting", "waiting"]),
        (("x1", "x2"), "2024-01-18", ["overdue", "overdue", "waiting"]),
    ],
)
def test_it_judges_a_stage_by_what_has_begun(
    world: World, filed: tuple[str, ...], when: str, verdicts: list[Verdict]
) -> None:
    for unit in filed:
        world.submit(unit, "2024-01", "2024-01-10 09:00:00")
    assert [each.verdict for each in standings(world, when)] == verdicts


def test_it_looks_at_no_report_that_came_after_the_instant(world: World) -> None:
    world.submit("x1", "2024-01", "2024-01-10 09:00:00")
    assert standings(world, "2024-01-10 08:00:00")[0].filed == 0
    assert standings(world, "2024-01-10 10:00:00")[0].filed == 1


def test_it_leaves_out_what_is_waived(world: World) -> None:
    world.close("x1", "2024-01", "2024-01-05 09:00:00", Lifecycle.WAIVED)
    assert standings(world, "2024-01-05 10:00:00")[0].expected == 2


def test_it_awaits_nothing_before_the_first_period_has_begun(world: World) -> None:
    world.plan(MONTHLY.replace("from: 2024-01-01", "from: 2024-06-01"))
    world.tick("2024-01-03 08:00:00")
    (stage,) = standings(world, "2024-01-05", "simple")
    assert (stage.verdict, stage.expected) == ("waiting", 0)
    assert stage.said("vi") == "chưa có báo cáo nào phải nộp"
    assert stage.said("en") == "nothing is owed yet"


@pytest.mark.parametrize(
    ("expected", "filed", "overdue", "vi", "en"),
    [
        (4, 4, 0, "đã nhận đủ 4 báo cáo", "all 4 received"),
        (4, 1, 2, "2 trên 4 báo cáo quá hạn", "2 of 4 overdue"),
        (4, 1, 0, "còn chờ 3 trên 4 báo cáo, chưa đến hạn", "3 of 4 awaited, none overdue"),
    ],
)
def test_it_says_its_figures(expected: int, filed: int, overdue: int, vi: str, en: str) -> None:
    stage = StageStanding(number=1, name="Cơ sở", expected=expected, filed=filed, overdue=overdue)
    assert (stage.said("vi"), stage.said("en")) == (vi, en)
