"""Periods as runs in real days: kept daily or caught up on later they are the same, and can be rebuilt."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.states import Cancelled

from flows.mirror import MirrorCount, create_period, mirror_plan
from models.database import reading, writing
from reporting.asking.ad_hoc import AdHocDraft, make_ad_hoc
from reporting.asking.happenings import EventDraft, say_event
from reporting.asking.requests import RequestDraft, make_request
from reporting.asking.whom import Whom
from reporting.chain.snapshot import plan_picture
from reporting.plans.loading import find_plan
from tests.conftest import at
from tests.demonstrations import ROOT
from tests.flows.servers import Server
from tests.reporting.world import World
from tests.waiting import wait_for

DAYS = [f"2024-01-{day:02}T08:00:00+07:00" for day in range(13, 25, 2)]
LAST = DAYS[-1]


def mirror(server: Server, home: Path, *instants: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.mirroring", *instants],
        cwd=ROOT,
        env={**server.environment, "DONDOC_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr


def shown(run: FlowRun | TaskRun) -> tuple[Any, ...]:
    """What one sees of a run."""
    assert run.state is not None
    return (run.name, run.state.type.value, run.state_name, run.state.message, run.start_time, run.end_time)


def picture(server: Server) -> dict[str, list[tuple[Any, ...]]]:
    """By period: what is seen of its run and of those of its stages, in their order."""
    found = {}
    for run in server.runs("reporting-period"):
        with server.client() as client:
            one = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
            stages = client.read_task_runs(flow_run_filter=one, limit=50)
        ordered = sorted(stages, key=lambda stage: stage.dynamic_key)
        found[run.name] = [shown(run), *(shown(stage) for stage in ordered)]
    return found


def told(server: Server) -> set[tuple[str, int]]:
    """What events say of January's stages."""
    asked = {"filter": {"event": {"prefix": ["reporting.stage."]}}, "limit": 50}
    with server.client() as client:
        events = client.request("POST", "/events/filter", json=asked).json()["events"]
    return {
        (event["event"].rpartition(".")[2], event["payload"]["stage"])
        for event in events
        if event["resource"]["prefect.resource.id"].startswith("dondoc.stage.p-2024.2024-01.")
    }


def file_january(town: World) -> None:
    """Everybody files in time, but one commune is late and one district never files."""
    town.tick("2024-01-02 08:00:00")
    for unit, when in (
        ("x1", "2024-01-10"),
        ("x2", "2024-01-11"),
        ("x3", "2024-01-19"),
        ("d1", "2024-01-16"),
    ):
        town.submit(unit, "2024-01", f"{when} 09:00:00")
    town.submit("so-2", "2024-01", "2024-01-17 10:00:00")


def test_it_draws_a_month_in_real_days(server: Server, town: World, home: Path) -> None:
    file_january(town)
    mirror(server, home, LAST)
    january, *stages = picture(server)["Tháng 1/2024 · 1/CTr-UBND"]
    assert (january[1], january[2]) == ("FAILED", "Overdue")
    assert [(name, state, message) for name, _, state, message, *_ in stages] == [
        ("1 Cơ sở", "Received", "đã nhận đủ 3 báo cáo"),
        ("2 Huyện", "Overdue", "1 trên 3 báo cáo quá hạn"),
        ("3 Chặng 3", "Overdue", "1 trên 1 báo cáo quá hạn"),
    ]
    assert [(start, end) for *_, start, end in stages] == [
        (at("2023-12-15 00:00:00"), at("2024-01-19 09:00:00")),
        (at("2024-01-15 00:00:00"), at("2024-01-18 00:00:00")),
        (at("2024-01-18 00:00:00"), at("2024-01-23 00:00:00")),
    ]
    february = picture(server)["Tháng 2/2024 · 1/CTr-UBND"]
    assert february[0][2] == "Waiting"


def test_a_run_that_shows_anything_else_is_created_again(server: Server, town: World) -> None:
    file_january(town)
    with reading(town.engine) as session:
        plan = find_plan(session, "p-2024")
        wanted = plan_picture(session, plan, at("2024-01-23 08:00:00"), town.settings.zone, "vi")
    with server.client() as client:
        periods = mirror_plan(wanted, rebuild=True).made
        kept = picture(server)
        assert mirror_plan(wanted) == MirrorCount(unchanged=periods)
        by_hand, *_ = server.runs("reporting-period")
        client.set_flow_run_state(by_hand.id, Cancelled(), force=True)
        assert mirror_plan(wanted) == MirrorCount(changed=1, unchanged=periods - 1)
        assert picture(server) == kept
        for span in wanted.spans:
            create_period(client, wanted, span, dated=True)
        assert picture(server) == kept, "two mirrors at once create one run"


def test_missed_days_are_made_up_for_and_it_can_be_rebuilt(
    server: Server, town: World, home: Path, tmp_path: Path
) -> None:
    file_january(town)
    daily = tmp_path / "daily"
    shutil.copytree(home, daily)
    mirror(server, daily, *DAYS)
    kept = picture(server)
    wait_for(lambda: told(server) >= {("overdue", 1), ("received", 1), ("overdue", 2)}, "no events came")
    server.empty()
    mirror(server, home, DAYS[0], LAST)
    assert picture(server) == kept
    server.run(home, "flows", "mirror", "--rebuild", "--at", LAST)
    assert picture(server) == kept
    assert "0 made, 0 changed, 0 removed" in server.run(home, "flows", "mirror", "--at", LAST)


ASKED = """
slug: asked
number: 5/KH-UBND
title: Kế hoạch phòng, chống thiên tai
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
duties:
  - id: urgent
    title: Báo cáo nhanh
    every: on-demand
    chain: [{from: {level: grassroots}}]
  - id: flood
    title: Báo cáo thiên tai
    every: on-demand
    event: {id: flood, title: Khi có thiên tai}
    chain: [{from: {level: grassroots}, due: within 24h of flood}]
"""


def test_what_is_asked_and_what_has_happened_are_runs_too(server: Server, town: World, home: Path) -> None:
    town.plan(ASKED)
    request = RequestDraft(plan="asked", duty="urgent", due="before 14:00 12/1/2024")
    flood = EventDraft(
        plan="asked", event="flood", happened_at=at("2024-01-10 14:05:00"), whom=Whom(units=("x1",))
    )
    outside = AdHocDraft(issuer="p", title="Báo cáo thiệt hại", due="by 15/1/2024", whom=Whom(units=("x2",)))
    with writing(town.engine) as session:
        make_request(session, town.settings, request, at("2024-01-10 08:00:00"), "Eve")
        say_event(session, town.settings, flood, at("2024-01-10 15:00:00"), "Alice")
        make_ad_hoc(session, town.settings, outside, at("2024-01-10 16:00:00"), "Carol")
    town.submit("x2", "req-2-20240110", "2024-01-12 09:00:00")
    mirror(server, home, "2024-01-13T08:00:00+07:00")
    found = {name: rows for name, rows in picture(server).items() if "1/CTr" not in name}
    assert {name: [(row[0], row[2], row[3]) for row in rows[1:]] for name, rows in found.items()} == {
        "Báo cáo nhanh (yêu cầu ngày 10/01/2024) · 5/KH-UBND": [
            ("1 Cơ sở", "Overdue", "3 trên 3 báo cáo quá hạn")
        ],
        "Báo cáo thiên tai (sự việc lúc 14:05 ngày 10/01/2024) · 5/KH-UBND": [
            ("1 Cơ sở", "Overdue", "1 trên 1 báo cáo quá hạn")
        ],
        "Báo cáo thiệt hại (yêu cầu ngày 10/01/2024)": [("1 Cơ sở", "Received", "đã nhận đủ 1 báo cáo")],
    }
