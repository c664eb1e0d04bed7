"""What deployments there should be, said without a server; and prefect.yaml says the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

import yaml

from flows.deployments import TIMEOUTS, wanted_deployments
from models.plan import Plan
from models.settings import Settings
from tests.architecture.source import ROOT

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


def plan(slug: str, retired_at: datetime | None = None) -> Plan:
    begun = date(2024, 1, 1)
    return Plan(
        slug=slug, number="1/KH", title="Kế hoạch", issuer="UBND", in_force_from=begun, retired_at=retired_at
    )


def test_each_plan_has_its_own_beside_the_standing_ones() -> None:
    found = wanted_deployments([plan("one"), plan("two")], SETTINGS)
    assert [each.full_name for each in found] == [
        "reporting-chain/one",
        "reporting-chain/two",
        "send-mail/mail",
        "watch/watch",
        "daily-maintenance/daily",
        "alert-administrator/alert",
    ]
    assert {each.time_zone for each in found} == {"Asia/Ho_Chi_Minh"}
    assert {each.flow for each in found} == set(TIMEOUTS), "each flow has its time-out"


def test_a_retired_plan_has_no_schedule() -> None:
    retired, *_ = wanted_deployments([plan("one", retired_at=datetime(2024, 5, 1, tzinfo=UTC))], SETTINGS)
    assert (retired.schedules, retired.is_retired, "đã kết thúc" in retired.tags) == ({}, True, True)


def test_a_digest_tells_whether_anything_changed() -> None:
    (one, *_), (same, *_) = (wanted_deployments([plan("one")], SETTINGS) for _ in range(2))
    (other, *_) = wanted_deployments([plan("one")], SETTINGS, pool="another")
    assert one.digest == same.digest != other.digest


def test_descriptions_are_in_the_language_of_the_settings() -> None:
    said = {
        language: wanted_deployments([], SETTINGS.model_copy(update={"language": language}))[0].description
        for language in ("vi", "en")
    }
    assert said == {"vi": "Gửi các thư đang chờ.", "en": "Sends the mails that wait."}


def test_prefect_yaml_says_the_same_of_the_standing_ones() -> None:
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    found = {
        each["name"]: (
            each["entrypoint"],
            each["work_pool"]["name"],
            each.get("concurrency_limit"),
            {planned["slug"]: planned["cron"] for planned in each.get("schedules", [])},
            {planned["timezone"] for planned in each.get("schedules", [])},
        )
        for each in written["deployments"]
    }
    once = {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert found == {
        each.name: (
            each.entrypoint,
            each.pool,
            once if each.one_at_a_time else None,
            each.schedules,
            {each.time_zone} if each.schedules else set(),
        )
        for each in wanted_deployments([], SETTINGS)
    }
