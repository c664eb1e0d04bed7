"""The API as a program uses it: tokens and their scope, the shapes of the command line, refusals, pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from models.account import ApiToken
from models.database import reading, writing
from models.notice import Notice
from models.obligation import Submission
from models.settings import Settings
from models.upkeep import AuditEntry
from reporting.access.accounts import require_account
from reporting.access.api_tokens import revoke_tokens
from reporting.obligations.listing import row_json
from tests.reporting.sample_files import PDF
from tests.reporting.world import World
from tests.web.cast import api_token, browser, open_with_cast
from tests.web.conftest import MovedClock

pytestmark = pytest.mark.postgresql  # filters and orders

NOW = "2024-02-10 09:00"
Call = Callable[..., Response]


@pytest.fixture
def call(app: FastAPI, client: TestClient, world: World, engine: Engine) -> Call:
    """`call("alice", "GET", "/obligations")` with a token of hers."""
    open_with_cast(world)

    def send(
        who: str,
        method: str,
        path: str,
        *,
        scope: str = "write",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Response:
        headers = {"Authorization": f"Bearer {api_token(engine, who, NOW, scope)}", **(headers or {})}
        return client.request(method, f"/api/v1{path}", headers=headers, **more)

    return send


def x1(world: World) -> int:
    return world.one("x1", "2024-02").id


# Who calls


@pytest.mark.sqlite_is_enough  # what is no token is not looked up
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer dondoc_made-up",
        "Basic YWxpY2U6eA==",
        "dondoc_made-up",
        "Bearer đ",
    ],
)
def test_nothing_opens_without_a_token_that_works(call: Call, client: TestClient, header: str | None) -> None:
    del call
    headers = {} if header is None else {b"Authorization": header.encode()}
    answer = client.get("/api/v1/obligations", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="dondoc"'
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/me" in answer.json()["detail"]


def test_a_browsers_session_opens_nothing(
    call: Call, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    del call
    dave = browser(app, engine, settings, "dave", NOW)
    assert dave.client.get("/api/v1/obligations").status_code == 401
    assert dave.client.post("/api/v1/obligations/1/accept", json={}).status_code == 401
    dave.client.close()


def test_a_token_ends_with_its_days_and_when_it_is_revoked(
    call: Call, client: TestClient, engine: Engine, clock: MovedClock
) -> None:
    del call
    headers = {"Authorization": f"Bearer {api_token(engine, 'alice', NOW)}"}
    clock.now += timedelta(days=90, seconds=-1)
    assert client.get("/api/v1/plans", headers=headers).status_code == 200
    clock.now += timedelta(seconds=1)
    assert client.get("/api/v1/plans", headers=headers).status_code == 401
    clock.now -= timedelta(days=1)
    with writing(engine) as session:
        revoke_tokens(session, require_account(session, "alice@p.gov.vn").id or 0, clock.now)
    assert client.get("/api/v1/plans", headers=headers).status_code == 401


def test_a_token_that_reads_changes_nothing(call: Call, world: World) -> None:
    assert call("dave", "GET", f"/obligations/{x1(world)}", scope="read").status_code == 200
    answer = call("dave", "POST", f"/obligations/{x1(world)}/acknowledge", scope="read", json={})
    assert answer.status_code == 403
    assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
    assert "scope write" in answer.json()["detail"]


def test_it_notes_when_a_token_was_used(call: Call, engine: Engine, clock: MovedClock) -> None:
    call("alice", "GET", "/plans")
    with reading(engine) as session:
        assert session.exec(select(ApiToken.used_at)).one() == clock.now


def test_guessing_at_tokens_is_refused_after_a_while(call: Call, client: TestClient) -> None:
    headers = {"Authorization": "Bearer dondoc_made-up"}
    statuses = [client.get("/api/v1/plans", headers=headers).status_code for _ in range(101)]
    assert statuses == [401] * 100 + [429]
    refused = client.get("/api/v1/plans", headers=headers)
    assert int(refused.headers["retry-after"]) <= 300
    assert call("alice", "GET", "/plans").status_code == 200  # one that works is no guess


# What it reads


def test_the_list_has_the_shape_of_the_command_line(call: Call, world: World, settings: Settings) -> None:
    rows = world.due(NOW, unit="x1", period="2024-02")
    said = [json.loads(json.dumps(row_json(row, settings.zone))) for row in rows]
    answer = call("dave", "GET", "/obligations?unit=x1&period=2024-02")
    assert answer.json() == {"items": said, "next": None}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("alice", {"x1"}),
        ("bob", {"d1", "x1", "x2"}),
        ("mallory", {"x3"}),
        ("dave", {"x1", "x2", "x3", "d1", "d2", "so-2", "so"}),
    ],
)
def test_each_sees_what_their_pages_show(call: Call, who: str, units: set[str]) -> None:
    items = call(who, "GET", "/obligations?period=2024-02").json()["items"]
    assert {item["unit"] for item in items} == units


def test_pages_lose_and_double_nothing(call: Call) -> None:
    whole = [item["id"] for item in call("dave", "GET", "/obligations?limit=500").json()["items"]]
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = call("dave", "GET", f"/obligations?limit=7&after={after}").json()
        found += [item["id"] for item in page["items"]]
        after = page["next"]
    assert found == whole
    assert len(whole) > 50


@pytest.mark.parametrize("word", ["overdue", "due soon", "in term", "on time"])
def test_pages_by_timeliness_hold_what_the_whole_list_holds(call: Call, world: World, word: str) -> None:
    world.submit("x2", "2024-02", "2024-02-08 09:00")
    every = call("dave", "GET", "/obligations?limit=500").json()["items"]
    wanted = {word, "last day"} if word == "due soon" else {word}
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = call("dave", "GET", f"/obligations?limit=5&timeliness={word}&after={after}").json()
        assert len(page["items"]) <= 5
        found += [item["id"] for item in page["items"]]
        after = page["next"]
    assert found == [item["id"] for item in every if item["timeliness"] in wanted]


def test_it_looks_back_to_an_instant(call: Call, world: World) -> None:
    world.submit("x1", "2024-02", "2024-02-09 09:00")
    path = f"/obligations/{x1(world)}"
    assert call("alice", "GET", path).json()["state"] == "submitted"
    before = {"at": "2024-02-08T09:00:00+07:00"}
    assert call("alice", "GET", path, params=before).json()["state"] == "open"


def test_plans_units_rates_and_the_chain_are_those_one_may_see(call: Call) -> None:
    assert [plan["slug"] for plan in call("alice", "GET", "/plans").json()] == ["p-2024"]
    units = call("alice", "GET", "/units?limit=4").json()
    assert [unit["code"] for unit in units["items"]] == ["d1", "d2", "p", "so"]
    assert call("alice", "GET", f"/units?after={units['next']}").json()["next"] is None
    hers = call("alice", "GET", "/rates?period=2024-02").json()["total"]["expected"]
    every = call("carol", "GET", "/rates?period=2024-02").json()["total"]["expected"]
    assert (hers, every) == (1, 7)
    tree = call("bob", "GET", "/chain/p-2024/monthly/2024-02").json()["tree"]
    assert [(top["unit"], [low["unit"] for low in top["children"]]) for top in tree] == [("d1", ["x1", "x2"])]


# What it does


def test_a_report_goes_its_whole_way(call: Call, world: World, engine: Engine) -> None:
    id = x1(world)
    form = {"document_number": "12/BC-UBND", "document_date": "2024-02-09", "note": "đủ biểu"}
    files = [("files", ("bao-cao.pdf", PDF, "application/pdf"))]
    filed = call("alice", "POST", f"/obligations/{id}/submit", data=form, files=files)
    assert (filed.status_code, filed.json()["state"]) == (200, "submitted")
    back = call("bob", "POST", f"/obligations/{id}/return", json={"reason": "thiếu biểu 2"})
    assert back.json()["state"] == "returned"
    assert call("alice", "POST", f"/obligations/{id}/submit", data=form).json()["state"] == "submitted"
    done = call("bob", "POST", f"/obligations/{id}/accept", json={"note": "đã đủ"})
    assert done.json()["state"] == "accepted"
    with reading(engine) as session:
        actors = session.exec(select(AuditEntry.actor).where(AuditEntry.action == "accept")).all()
    assert list(actors) == ["Bob <bob@p.gov.vn> (API)"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"json": {"document_number": "5/BC", "document_date": "2024-02-09"}}, ("5/BC", "2024-02-09", "")),
        ({"json": {"note": "không phát sinh"}}, ("", "None", "không phát sinh")),
        (
            {"content": b'{"document_number": "5/BC"}', "headers": {"Content-Type": "application/a+json"}},
            ("5/BC", "None", ""),
        ),
        ({"data": {"document_number": "5/BC", "document_date": "", "note": ""}}, ("5/BC", "None", "")),
        ({"files": [("files", ("", b"")), ("document_number", (None, "5/BC"))]}, ("5/BC", "None", "")),
    ],
)
def test_a_report_is_handed_in_as_json_or_as_a_form(
    call: Call, world: World, engine: Engine, sent: dict[str, Any], kept: tuple[str, str, str]
) -> None:
    answer = call("alice", "POST", f"/obligations/{x1(world)}/submit", **sent)
    assert (answer.status_code, answer.json().get("state")) == (200, "submitted")
    with reading(engine) as session:
        own = session.exec(select(Submission)).one()
    assert (own.document_number, f"{own.document_date}", own.note) == kept


def test_what_was_handed_in_is_withdrawn_and_what_was_decided_is_undone(call: Call, world: World) -> None:
    path = f"/obligations/{x1(world)}"
    call("alice", "POST", f"{path}/submit", data={"document_number": "12/BC"})
    assert call("bob", "POST", f"{path}/withdraw", json={}).status_code == 403
    back = call("alice", "POST", f"{path}/withdraw", json={"note": "nhầm tệp"}).json()
    assert (back["state"], back["first_submitted_at"]) == ("open", None)
    assert call("alice", "POST", f"{path}/withdraw", json={}).status_code == 409
    call("alice", "POST", f"{path}/submit", data={"document_number": "12/BC"})
    call("bob", "POST", f"{path}/accept", json={})
    for who, status in (("alice", 403), ("carol", 403), ("mallory", 404), ("bob", 200)):
        assert call(who, "POST", f"{path}/undo", json={"reason": "nhầm"}).status_code == status
    assert call("bob", "GET", path).json()["state"] == "submitted"
    assert call("alice", "POST", f"{path}/withdraw", json={}).status_code == 409  # it was looked at
    call("bob", "POST", f"{path}/return", json={"reason": "thiếu biểu"})
    for move in ("waive", "cancel"):
        assert call("carol", "POST", f"{path}/{move}", json={"reason": "x"}).status_code == 200
        assert call("carol", "POST", f"{path}/undo", json={}).status_code == 422
        assert call("carol", "POST", f"{path}/undo", json={"reason": "nhầm"}).json()["state"] == "returned"
    assert call("carol", "POST", f"{path}/undo", json={"reason": "nhầm"}).status_code == 409


def test_a_period_that_has_not_begun_is_filed_for_only_if_it_is_meant(call: Call, world: World) -> None:
    path = f"/obligations/{world.one('x1', '2024-05').id}/submit"
    refused = call("alice", "POST", path, data={"document_number": "1/BC"})
    assert refused.status_code == 409
    assert "ahead" in refused.json()["detail"]
    meant = call("alice", "POST", path, data={"document_number": "1/BC", "ahead": "true"})
    assert meant.json()["state"] == "submitted"


def test_a_later_day_is_asked_for_and_decided(call: Call, world: World) -> None:
    path = f"/obligations/{x1(world)}/extension"
    asked = call("alice", "POST", path, json={"last_day": "2024-03-10", "reason": "bão"})
    assert asked.json()["extension_requested"] is True
    assert call("alice", "POST", f"{path}/decision", json={"granted": True}).status_code == 403
    decided = call("bob", "POST", f"{path}/decision", json={"granted": True, "document_number": "5/QĐ"})
    assert decided.json()["extension_requested"] is False
    assert decided.json()["deadline"] == "2024-03-11T00:00:00+07:00"
    assert decided.json()["original_deadline"] != decided.json()["deadline"]
    assert call("bob", "POST", f"{path}/decision", json={"granted": True}).status_code == 409


def test_it_says_why_a_report_is_due_on_its_day(call: Call, world: World) -> None:
    id = x1(world)
    found = call("alice", "GET", f"/obligations/{id}/why", headers={"Accept-Language": "vi"}).json()
    assert found["last_day"] == found["steps"][-1]["last_day"] == "2024-02-06"
    worked_out = next(step for step in found["steps"] if step["code"] == "lead-working")
    assert worked_out["values"] == {"number": 3, "upper": "2024-02-17", "day": "2024-02-06"}
    assert found["steps"][0]["text"] == "Văn bản: 1/CTr-UBND – Chương trình năm 2024, IV.1."
    assert call("mallory", "GET", f"/obligations/{id}/why").status_code == 404


def test_a_chase_shows_first_whom_it_mails(call: Call, world: World, engine: Engine) -> None:
    path = f"/obligations/{x1(world)}/chase"
    wish = {"message": "trước 16 giờ", "dry_run": True}
    shown = call("bob", "POST", path, json=wish).json()
    assert shown["dry_run"] is True
    with reading(engine) as session:
        assert session.exec(select(Notice).where(Notice.kind == "chase")).all() == []
    done = call("bob", "POST", path, json={"message": "trước 16 giờ"}).json()
    assert done == shown | {"dry_run": False}


JSON, FORM = {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data; boundary=b"}
CUT_FORM = b'--b\r\nContent-Disposition: form-data; name="document_number"\r\n\r\n5/BC\r\n--b\r\n'
REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("alice", "accept", {"json": {}}, 403),
    ("mallory", "accept", {"json": {}}, 404),
    ("bob", "accept", {"json": {}}, 409),  # nothing was handed in
    ("bob", "return", {"json": {}}, 422),
    ("bob", "return", {"json": {"reason": ""}}, 422),
    ("bob", "waive", {"json": {"reason": "x", "surprise": 1}}, 422),
    ("alice", "extension", {"json": {"last_day": "10/3/2024", "reason": "bão"}}, 422),
    ("alice", "extension", {"json": {"last_day": "2024-01-01", "reason": "bão"}}, 422),
    ("alice", "submit", {"data": {"document_date": "x"}}, 422),
    ("alice", "submit", {}, 422),  # nothing in it
    ("alice", "submit", {"json": {}}, 422),
    ("alice", "submit", {"data": {"document_date": "2024-02-09", "replace": "true"}}, 422),
    ("alice", "submit", {"json": {"document_number": " \u200b", "note": "\n"}}, 422),
    ("alice", "submit", {"data": {"number": "12/BC"}}, 422),  # a misspelt name
    ("alice", "submit", {"data": {"document_number": ["1/BC", "2/BC"]}}, 422),
    ("alice", "submit", {"data": {"files": "a.pdf"}}, 422),
    ("alice", "submit", {"json": {"document_number": 5}}, 422),
    ("alice", "submit", {"json": ["5/BC"]}, 422),
    ("alice", "submit", {"content": b'{"document_number"', "headers": JSON}, 400),
    ("alice", "submit", {"content": b'"\xff"', "headers": JSON}, 400),
    ("alice", "submit", {"content": b"[" * 100_000, "headers": JSON}, 400),
    ("alice", "submit", {"content": b"5/BC", "headers": {"Content-Type": "text/plain"}}, 415),
    ("alice", "submit", {"content": b"5/BC"}, 415),
    ("alice", "submit", {"content": b"{}", "headers": {**JSON, "Content-Encoding": "gzip"}}, 415),
    ("alice", "submit", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    ("alice", "submit", {"content": CUT_FORM, "headers": FORM}, 400),
    ("bob", "accept", {"data": {"note": "đã đủ"}}, 415),
    ("bob", "return", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
    ("alice", "submit", {"files": [("files", ("virus.exe", b"MZ"))]}, 422),
    ("alice", "submit", {"files": [("files", (f"{n}.txt", b"x")) for n in range(11)]}, 422),
    ("alice", "accept", {"content": b"{"}, 415),
    ("alice", "accept", {"content": b"{", "headers": JSON}, 400),
]


def test_an_acknowledgement_that_would_quiet_nothing_is_refused(call: Call, world: World) -> None:
    assert call("alice", "POST", f"/obligations/{x1(world)}/acknowledge", json={}).status_code == 200
    world.ladder("{id: late, at: +1wd, audience: clerk}")
    answer = call("alice", "POST", f"/obligations/{x1(world)}/acknowledge", json={})
    assert answer.status_code == 409
    assert "rests for an acknowledgement" in answer.json()["detail"]


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(("who", "act", "sent", "status"), REFUSED)
def test_a_refusal_is_a_problem_with_its_remedy(
    call: Call, world: World, who: str, act: str, sent: dict[str, Any], status: int
) -> None:
    answer = call(who, "POST", f"/obligations/{x1(world)}/{act}", **sent)
    assert answer.status_code == status
    assert world.one("x1", "2024-02", "2024-02-11").state == "open"
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["detail"]
    assert "--" not in told["detail"]  # what it says is not for the command line


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/obligations/0", 422),
        ("/obligations/2147483648", 422),
        ("/obligations/999999", 404),
        ("/obligations?plan=nothing", 404),
        ("/obligations?period=never", 422),
        ("/obligations?unit=%00", 422),
        ("/obligations?limit=501", 422),
        ("/obligations?at=2024-02-10T09:00:00", 422),
        ("/obligations?at=9999-12-31T23:59:59Z", 422),
        ("/chain/p-2024/monthly/2031-01", 404),
        ("/nothing", 404),
        ("/obligations/%0A", 404),  # found by fuzzing: such a path misses the mount
    ],
)
def test_what_is_not_there_is_a_problem_too(call: Call, path: str, status: int) -> None:
    answer = call("dave", "GET", path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("method", "path", "body", "field", "vietnamese", "english"),
    [
        ("GET", "?limit=501", None, "query.limit", "không được quá 500", "must be at most 500"),
        ("GET", "?limit=x", None, "query.limit", "phải là số nguyên", "must be a whole number"),
        ("GET", "?unit=%00", None, "query.unit", r"không đúng dạng ^[^\x00-\x1f\x7f]*$",
         r"does not have the form ^[^\x00-\x1f\x7f]*$"),
        ("POST", "/1/return", {}, "body.reason", "còn thiếu; hãy ghi thêm", "is missing; add it"),
        ("POST", "/1/return", {"reason": ""}, "body.reason", "cần ít nhất 1 ký tự; hãy viết thêm",
         "needs at least 1 character; write more"),
        ("POST", "/1/extension", {"last_day": "1/2", "reason": "x"}, "body.last_day",
         "phải là ngày; viết như 2024-01-19", "must be a date; write it as 2024-01-19"),
        ("POST", "/1/accept", {"nots": "x"}, "body.nots",
         "không có trường này; bỏ trường này, hoặc sửa lại tên",
         "there is no such field; leave it out, or correct its name"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_said_in_the_language_asked_for(
    call: Call, method: str, path: str, body: object, field: str, vietnamese: str, english: str
) -> None:
    for language, words in (("vi", vietnamese), ("en", english)):
        headers = {"Accept-Language": language}
        told = call("dave", method, f"/obligations{path}", headers=headers, json=body).json()
        assert told["errors"][0] == {"field": field, "message": words}
        assert told["detail"].startswith(f"{field}: {words}; ")
        assert told["code"] == "api.field"


def test_a_report_of_letters_that_no_screen_shows_is_a_report_of_nothing(call: Call, world: World) -> None:
    path = f"/obligations/{x1(world)}/submit"
    for unseen in ("\u200b", "\u3164", "\u2800 \ufe0f"):
        given = {"document_number": unseen, "note": unseen, "ahead": True}
        refused = call("alice", "POST", path, json=given)
        assert (refused.status_code, "nothing in it" in refused.text) == (422, True)


def test_a_day_of_which_nothing_can_be_reckoned_is_refused(call: Call, world: World) -> None:
    path = f"/obligations/{x1(world)}/extension"
    answer = call("alice", "POST", path, json={"last_day": "9999-12-31", "reason": "bão"})
    assert answer.status_code == 422


def test_a_plan_that_there_is_not_names_no_other(call: Call, world: World) -> None:
    for path in ("/obligations?plan=nothing", "/rates?plan=nothing"):
        answer = call("mallory", "GET", path)
        assert answer.status_code == 404
        assert "p-2024" not in answer.text
