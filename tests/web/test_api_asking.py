"""Requests and events over the API: shown first, then made, listed, taken back; refusals with the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.database import writing
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account
from tests.conftest import at
from tests.reporting.world import World
from tests.web.access.rows_asking import PLAN
from tests.web.cast import api_token, open_accounts

pytestmark = pytest.mark.postgresql  # rights and counts
NOW = "2024-02-10 09:00"
Call = Callable[..., Response]
WISH = {"plan": "asked", "duty": "urgent", "due": "trước 14 giờ ngày 28/2/2024"}


@pytest.fixture
def call(app: FastAPI, client: TestClient, world: World, engine: Engine) -> Call:
    """`call("carol", "/requests", json)` posts with a token of hers; without json it gets."""
    world.units()
    world.plan(PLAN)
    open_accounts(engine)

    def send(who: str, path: str, json: dict[str, Any] | None = None) -> Response:
        headers = {"Authorization": f"Bearer {api_token(engine, who, NOW)}"}
        method = "GET" if json is None else "POST"
        return client.request(method, f"/api/v1{path}", headers=headers, json=json)

    return send


def test_a_request_is_shown_first_then_made_listed_and_withdrawn(call: Call) -> None:
    shown = call("carol", "/requests", WISH | {"dry_run": True}).json()
    assert (shown["dry_run"], shown["request"]) == (True, None)
    assert [(each["unit"], each["recipient"]) for each in shown["reports"]] == [
        ("x1", "d1"),
        ("x2", "d1"),
        ("x3", "d2"),
    ]
    assert call("carol", "/requests").json() == []
    made = call("carol", "/requests", WISH | {"number": "12/UBND"}).json()
    assert made["reports"] == shown["reports"]
    row = made["request"]
    assert (row["asked_by"], row["due"], row["expected"]) == ("Sở Kế hoạch", "2024-02-28T14:00:00+07:00", 3)
    assert [each["id"] for each in call("alice", "/requests").json()] == [row["id"]]
    items = call("alice", f"/obligations?period={row['period']}").json()["items"]
    assert [(each["unit"], each["request"]["number"], each["event"]) for each in items] == [
        ("x1", "12/UBND", None)
    ]
    assert call("bob", f"/requests/{row['id']}/withdraw", {"reason": "nhầm"}).status_code == 403
    assert len(call("carol", f"/requests/{row['id']}/withdraw", {"reason": "nhầm"}).json()["cancelled"]) == 3
    assert call("carol", f"/requests/{row['id']}/withdraw", {"reason": "nhầm"}).status_code == 409


@pytest.mark.parametrize("role", [AccessRole.MONITOR, AccessRole.HEAD])
def test_one_who_asks_everywhere_asks_in_the_name_of_any_unit_and_withdraws(
    call: Call, engine: Engine, role: AccessRole
) -> None:
    with writing(engine) as session:
        now = at("2024-01-01 08:00")
        erin = open_account(session, "erin@p.gov.vn", "Erin", now, "Dave", language="en", password=None)
        grant(session, erin, role, None, now.date(), now, "Dave")
    wish = {"title": "Báo cáo thiệt hại", "unit": "d1", "branch": "d1", "due": "by 28/2/2024"}
    for given, asked_by in ((wish, "Huyện Một"), (WISH | {"unit": "d2"}, "Huyện Hai"), (WISH, "Erin")):
        made = call("erin", "/requests", given | {"number": asked_by})
        assert made.status_code == 200, made.text
        row = made.json()["request"]
        assert row["asked_by"] == asked_by
        done = call("erin", f"/requests/{row['id']}/withdraw", {"reason": "nhầm"})
        assert done.status_code == 200, done.text


def test_a_head_asks_the_branch_outside_any_plan(call: Call) -> None:
    wish = {"title": "Báo cáo thiệt hại", "unit": "d1", "branch": "d1", "due": "by 28/2/2024"}
    made = call("bob", "/requests", wish).json()
    assert (made["request"]["ad_hoc"], made["request"]["asked_by"]) == (True, "Huyện Một")
    assert [(each["unit"], each["recipient"]) for each in made["reports"]] == [("x1", "d1"), ("x2", "d1")]
    plans = {each["slug"]: each["ad_hoc"] for each in call("bob", "/plans").json()}
    assert plans == {made["request"]["plan"]: True}


OUTSIDE = {"title": "Báo cáo thiệt hại", "unit": "d1", "due": "by 28/2/2024"}
SAID = {"plan": "asked", "event": "flood", "at": "2024-02-09T23:30:00+07:00", "units": ["x1"]}


def test_a_unit_says_of_itself_that_something_has_happened(call: Call) -> None:
    made = call("alice", "/events", SAID).json()
    assert made["reports"][0]["deadline"] == "2024-02-10T23:30:00+07:00"
    assert (made["event"]["id"], made["event"]["said_by"]) == ("flood", "Xã Một")
    again = call("alice", "/events", SAID)
    assert (again.status_code, "said already" in again.json()["detail"]) == (409, True)
    (item,) = call("alice", "/obligations?duty=flood").json()["items"]
    assert item["event"]["instant"] == "2024-02-09T23:30:00+07:00"
    assert call("mallory", "/events").json() == []
    assert (
        call("alice", f"/events/{made['event']['number']}/take-back", {"reason": "nhầm"}).status_code == 200
    )


@pytest.mark.parametrize(
    ("who", "path", "sent", "status", "words"),
    [
        ("bob", "/requests", WISH, 403, "may not ask x3"),
        ("alice", "/requests", WISH | {"units": ["x1"]}, 403, "may not ask x1"),
        ("carol", "/requests", WISH | {"units": ["so"]}, 422, "so (Sở Kế hoạch)"),
        ("carol", "/requests", WISH | {"due": "before 9:00 10/2/2024"}, 422, "has passed already"),
        ("carol", "/requests", WISH | {"due": "before 18"}, 422, "cannot be read as a last day"),
        ("carol", "/requests", WISH | {"duty": "flood"}, 409, "say that it has happened"),
        ("carol", "/requests", WISH | {"plan": "other"}, 404, "no plan 'other'"),
        ("carol", "/requests", WISH | {"unit": "d1"}, 403, "may not ask for the unit d1"),
        ("carol", "/requests", WISH | {"units": []}, 422, "nobody is named"),
        ("carol", "/requests", {"due": "by 28/2/2024"}, 422, "give plan and duty"),
        ("dave", "/requests", OUTSIDE | {"units": ["x1", "x3"]}, 422, "x3 (Phường Ba): not below d1"),
        ("dave", "/requests", OUTSIDE | {"branch": "p"}, 422, "p (UBND tỉnh P): not below d1"),
        ("bob", "/events", SAID, 403, "may not say this of x1"),
        ("alice", "/events", SAID | {"at": "2024-02-10T09:01:00+07:00"}, 422, "has not come yet"),
        ("alice", "/events", SAID | {"at": "2024-02-10T08:00:00"}, 422, "offset"),
        ("alice", "/events", SAID | {"units": []}, 422, "for whom"),
        ("carol", "/requests/9/withdraw", {"reason": "x"}, 404, "no request 9"),
        ("carol", "/events/9/take-back", {"reason": "x"}, 404, "no event 9"),
    ],
)
def test_it_refuses_with_the_remedy(
    call: Call, who: str, path: str, sent: dict[str, Any], status: int, words: str
) -> None:
    answer = call(who, path, sent)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]
    assert call("dave", "/requests").json() == call("dave", "/events").json() == []
