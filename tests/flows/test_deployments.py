"""Deployments follow the plans: one each, made, changed and retired; twice is once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule

from flows.context import gettext
from flows.deployment_sync import NAME, start_new, sync_deployments
from flows.deployments import wanted_deployments
from messages.catalogue import translate
from models.database import reading, writing
from reporting.plans.loading import find_plan, loaded_plans
from tests.conftest import at
from tests.flows.servers import Server
from tests.reporting.world import MONTHLY, World

NAMES = [translate(language, NAME) for language in ("vi", "en")]
STANDING = {"mail", "watch", "daily", "alert"}


def deployments(server: Server) -> dict[str, DeploymentResponse]:
    with server.client() as client:
        return {each.name: each for each in client.read_deployments(limit=200)}


def sync(server: Server, home: Path, *arguments: str) -> dict[str, list[str]]:
    said = server.run(home, "flows", *(arguments or ("sync",)), "--json")
    found: dict[str, list[str]] = json.loads(said)
    return found


def test_ten_plans_synchronised_twice_are_changed_once(server: Server, town: World, home: Path) -> None:
    slugs = {f"plan-{number}" for number in range(9)} | {"p-2024"}
    for slug in slugs - {"p-2024"}:
        town.plan(MONTHLY.replace("slug: simple", f"slug: {slug}"))
    first = sync(server, home)
    assert set(first["made"]) == slugs | STANDING
    before = deployments(server)
    second = server.sync(town)
    assert set(second.unchanged) == slugs | STANDING
    assert not second.made + second.changed + second.retired + second.removed
    assert {name: each.updated for name, each in deployments(server).items()} == {
        name: each.updated for name, each in before.items()
    }
    assert_as_wanted(before["p-2024"])
    with server.client() as client:
        assert len(client.read_automations_by_name(gettext(NAME))) == 1


def test_another_language_changes_what_is_shown_and_makes_nothing_twice(
    server: Server, town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.sync(town)
    before = deployments(server)
    for language, said in (("en", "Sends the mails that wait."), ("vi", "Gửi các thư đang chờ.")):
        monkeypatch.setenv("DONDOC_LANGUAGE", language)
        settings = town.settings.model_copy(update={"language": language})
        with reading(town.engine) as session, server.client() as client:
            count = sync_deployments(client, wanted_deployments(loaded_plans(session), settings))
            names = {each: len(client.read_automations_by_name(each)) for each in NAMES}
        assert names == {translate(each, NAME): each == language for each in ("vi", "en")}
        assert not count.made + count.removed + count.retired
        found = deployments(server)
        assert {name: each.id for name, each in found.items()} == {
            name: each.id for name, each in before.items()
        }
        assert found["mail"].description == said


def test_a_plan_that_is_new_is_run_at_once(server: Server, town: World) -> None:
    for _ in range(2):
        count = server.sync(town)
        with server.client() as client:
            start_new(client, count)
        asked = [run for run in server.runs() if not run.auto_scheduled]
        assert [run.parameters for run in asked] == [{"plan": "p-2024"}]


def assert_as_wanted(deployment: DeploymentResponse) -> None:
    """Hourly in Vietnam's time, one run at a time, named and described by the plan."""
    (planned,) = deployment.schedules
    assert isinstance(planned.schedule, CronSchedule)
    assert (planned.schedule.cron, planned.schedule.timezone) == ("5 * * * *", "Asia/Ho_Chi_Minh")
    assert deployment.parameters == {"plan": "p-2024"}
    assert deployment.description == "**1/CTr-UBND** Chương trình năm 2024 (UBND tỉnh P)"
    assert deployment.global_concurrency_limit is not None and deployment.global_concurrency_limit.limit == 1
    assert deployment.concurrency_options is not None
    assert deployment.concurrency_options.collision_strategy == "CANCEL_NEW"


def test_a_changed_plan_changes_its_deployment_and_a_retired_one_loses_its_schedule_only(
    server: Server, town: World
) -> None:
    town.plan(MONTHLY)
    server.sync(town)
    with server.client() as client:
        run = client.create_flow_run_from_deployment(deployments(server)["simple"].id)
    town.plan(MONTHLY.replace("title: Kế hoạch", "title: Kế hoạch sửa đổi"), "2024-02-01")
    assert server.sync(town).changed == ["simple"]
    with writing(town.engine) as session:
        find_plan(session, "simple").retired_at = at("2024-03-01 08:00:00")
    assert server.sync(town).retired == ["simple"]
    retired = deployments(server)["simple"]
    assert retired.paused and not retired.schedules
    assert run.id in {each.id for each in server.runs()}, "its history stays"
    assert server.sync(town).unchanged.count("simple") == 1


def test_it_puts_everything_on_another_pool_and_stays_there(server: Server, town: World, home: Path) -> None:
    assert set(sync(server, home, "deploy", "--pool", "three")["made"]) == {"p-2024"} | STANDING
    assert not sync(server, home)["changed"], "a later synchronisation keeps the pool"
    assert {each.work_pool_name for each in deployments(server).values()} == {"three"}
