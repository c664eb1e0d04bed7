"""The flow of a plan: its parts without a server, and one real run that must do what a plain tick does."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from prefect.states import Crashed
from sqlalchemy import Engine

from flows import artifacts, reporting_chain
from flows import reporting_chain as states
from flows.artifacts import StageRow
from models.errors import DondocError, NotFound
from models.settings import Settings
from reporting.chain.snapshot import StagePicture
from reporting.chain.stage_counts import StageStanding
from tests.conftest import at
from tests.demonstrations import ENGLISH, PLAN, Demonstration, demonstration, dondoc
from tests.flows.conftest import content
from tests.reporting.world import World

NEXT_DAY = "2024-03-15T08:00+07:00"
"""Later than what the demonstration lived through, so that a pass has something to do."""


@pytest.fixture(scope="session")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    return demonstration(tmp_path_factory, "weeks-a", "--until", "2024-02-15", "--no-flow")


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    world = World(engine, settings, tmp_path)
    world.units()
    world.plan()
    return world


@pytest.mark.parametrize(
    ("filed", "overdue", "name", "type_"),
    [(3, 0, "Received", "COMPLETED"), (1, 1, "Overdue", "FAILED"), (1, 0, "Waiting", "CANCELLED")],
)
def test_it_shows_a_stage_in_a_state_of_its_own(filed: int, overdue: int, name: str, type_: str) -> None:
    standing = StageStanding(number=1, name="Cơ sở", expected=3, filed=filed, overdue=overdue)
    state = states.verdict(StagePicture(standing=standing, message=standing.said("vi")))
    assert (state.name, state.type, state.message) == (name, type_, standing.said("vi"))
    assert not states.is_no_verdict(None, None, state)


def test_it_tries_again_only_what_broke() -> None:
    assert states.is_no_verdict(None, None, Crashed(message="the disk is full"))


@pytest.mark.parametrize(
    ("stages", "name"),
    [
        (["Received", "Received"], "Received"),
        (["Received", "Waiting"], "Waiting"),
        (["Overdue", "Waiting"], "Overdue"),
        (["Received", "Crashed"], "Failed"),
    ],
)
def test_it_ends_with_the_worst_verdict_and_fails_only_when_something_broke(
    stages: list[str], name: str
) -> None:
    rows: list[StageRow] = [{"stage": "1 Chặng", "state": state, "message": "m"} for state in stages]
    assert states.outcome(rows).name == name


def test_it_works_the_plan_and_names_its_stages(world: World) -> None:
    _, picture = reporting_chain.work("p-2024", at("2024-01-02 08:00:00").astimezone(UTC))
    assert [stage.title for stage in picture.stages] == ["1 Cơ sở", "2 Huyện", "3 Chặng 3"]
    assert len(world.due(plan="p-2024", period="2024-01")) == 7


def test_it_says_who_is_overdue_and_what_holds_a_stage_up(world: World) -> None:
    world.tick("2024-01-02 08:00:00")
    _, picture = reporting_chain.work("p-2024", at("2024-01-18 08:00:00").astimezone(UTC))
    assert [stage.message for stage in picture.stages] == [
        "3 trên 6 báo cáo quá hạn; lâu nhất: Xã Một, Xã Hai, Phường Ba",
        "3 trên 6 báo cáo quá hạn; lâu nhất: Huyện Một, Huyện Hai, Sở Nội vụ; chặng 1 Cơ sở còn thiếu 3",
        "còn chờ 2 trên 2 báo cáo, chưa đến hạn; chặng 1 Cơ sở còn thiếu 3; chặng 2 Huyện còn thiếu 3",
    ]


def test_it_shows_progress_in_per_cent(world: World) -> None:
    world.tick("2024-01-02 08:00:00")
    world.submit("x1", "2024-01", "2024-01-10 09:00:00")
    _, picture = reporting_chain.work("p-2024", at("2024-01-14 08:00:00").astimezone(UTC))
    found = [artifacts.stage_progress(stage, "p-2024") for stage in picture.stages]
    assert [(each.key, each.format()) for each in found] == [
        ("progress-p-2024-1", 33.3),
        ("progress-p-2024-2", 0.0),
        ("progress-p-2024-3", 0.0),
    ]


def test_it_refuses_a_plan_that_is_not_loaded(world: World) -> None:
    with pytest.raises(NotFound, match="no plan 'other'"):
        reporting_chain.work("other", at("2024-01-02 08:00:00"))


def test_it_says_why_a_plan_cannot_be_worked_on(world: World) -> None:
    world.plan(LOST)
    with pytest.raises(DondocError, match="ladder nowhere: chưa được nạp"):
        for when in ("2024-01-02 08:00:00", "2024-02-16 08:00:00"):
            reporting_chain.work("lost", at(when))


LOST = """\
slug: lost
issuer: UBND tỉnh P
title: Kế hoạch
in_force: {from: 2024-01-01, to: 2024-12-31}
ladder: nowhere
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain: [{from: {level: grassroots}, due: before 18}]
"""


def copied(weeks: Demonstration, folder: Path) -> Path:
    """The demonstration's database in a home of its own."""
    folder.mkdir()
    with (
        sqlite3.connect(weeks.home / "dondoc.sqlite3") as old,
        sqlite3.connect(folder / "dondoc.sqlite3") as new,
    ):
        old.backup(new)
    return folder


def test_it_does_for_real_what_a_plain_tick_does(weeks: Demonstration, tmp_path: Path) -> None:
    flowing, ticking = copied(weeks, tmp_path / "flow"), copied(weeks, tmp_path / "tick")
    before = content(flowing)
    run = dondoc(flowing, "flows", "run", PLAN, "--at", NEXT_DAY, "--json")
    assert run.returncode == 0, run.stderr
    plain = dondoc(ticking, "tick", "--plan", PLAN, "--at", NEXT_DAY)
    assert plain.returncode == 0, plain.stderr
    assert content(flowing) == content(ticking) != before
    shown = json.loads(run.stdout)
    assert [stage["stage"] for stage in shown["stages"]] == ["1 Cơ sở", "2 Huyện", "3 Tổng hợp"]
    assert shown["stages"][0]["state"] == shown["state"] == "Overdue", "nobody has filed for two weeks"
    assert_recorded(flowing / "prefect" / "prefect.db", shown)


def assert_recorded(database: Path, shown: dict[str, Any]) -> None:
    """Prefect's own database has the run, without anything sent to anybody else."""
    with sqlite3.connect(database) as connection:
        runs = connection.execute("SELECT name, state_name FROM flow_run").fetchall()
    chain = [run for run in runs if run[0] == PLAN]
    assert chain == [(PLAN, shown["state"])]
    assert {name for name, _ in runs if name != PLAN} >= {"Tháng 2/2024 · 01/CTr-UBND"}


def test_it_refuses_a_plan_that_is_not_loaded_before_starting_a_server(
    weeks: Demonstration, tmp_path: Path
) -> None:
    home = copied(weeks, tmp_path / "home")
    run = dondoc(home, "flows", "run", "other", **ENGLISH)
    assert run.returncode == 1 and "no plan 'other'" in run.stderr
    assert not (home / "prefect").exists()
    shutil.rmtree(home)
