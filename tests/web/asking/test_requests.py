"""Asking for reports on the pages: written, looked at, asked once, listed, withdrawn; and what is refused."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen
from sqlmodel import col, select

from models.asking import ReportRequest
from models.database import reading as opened
from models.database import writing
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan, PlanVersion
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account, require_account
from reporting.opening.retirement import retire_plan
from reporting.plans.loading import find_plan
from tests.conftest import at
from tests.reporting.world import World
from tests.web.asking.conftest import PLAN, Reading
from tests.web.monitor.conftest import Reader
from web.auth import FORM_FIELD

NEW = "/requests/new"
WISH: dict[str, Any] = {
    "plan": "asked",
    "duty": "urgent",
    "due": "trước 14 giờ ngày 28/4/2024",
    "whom": "all",
    "number": "123/UBND-TH",
    "note": "Kèm ảnh",
}


def seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0])


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def send(reader: Reader, page: str, **wish: Any) -> str:
    """Ask for what the preview shows; returns where it leads."""
    answer = reader.client.post(
        NEW, data={**wish, "step": "ask", "seen": seen(page), FORM_FIELD: reader.token}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def requests(engine: Engine) -> list[ReportRequest]:
    with opened(engine) as session:
        return list(session.exec(select(ReportRequest).order_by(col(ReportRequest.id))))


def units_owing(engine: Engine, world: World) -> list[str]:
    return sorted(row.unit for row in world.due("2024-04-20"))


def test_carol_looks_at_whom_it_asks_and_the_mail_asks_once_and_withdraws(
    reading: Reading, engine: Engine, asked: World
) -> None:
    carol = reading("carol")
    assert "/requests/new?plan=asked&amp;duty=urgent" in carol.get("/plans/asked")
    assert 'name="due"' in carol.get(f"{NEW}?plan=asked&duty=urgent")
    page = carol.post(NEW, 200, **WISH, step="preview")
    said = words(page)
    for expected in (
        "before 14:00 on 28 April 2024",
        "3 reports",
        "2 people get a mail",
        "1 unit has nobody",
    ):
        assert expected in said, said
    assert "123/UBND-TH" in page[page.index('class="mail"') :]
    assert "Kèm ảnh" in page[page.index('class="mail"') :]
    with opened(engine) as session:  # the preview has asked nobody
        assert session.exec(select(Obligation)).all() == []
        assert session.exec(select(Notice)).all() == []
    place = send(carol, page, **WISH)
    assert send(carol, page, **WISH) == place.replace("asked", "already")
    assert len(requests(engine)) == 1
    assert units_owing(engine, asked) == ["x1", "x2", "x3"]
    assert "3 reports are owed now" in words(carol.get(place))
    assert "nothing was asked a second time" in carol.get(place.replace("asked", "already"))
    assert "Báo cáo nhanh" in carol.get("/requests")
    id = requests(engine)[0].id
    assert "Say why." in carol.post(f"/requests/{id}/withdraw", 422, reason=" ")
    carol.post(f"/requests/{id}/withdraw", 303, reason="Đã có số liệu")
    gone = carol.get(f"/requests/{id}")
    assert "Đã có số liệu" in gone
    assert f"/requests/{id}/withdraw" not in gone
    for link in re.findall(r'href="(/(?:plans|board)[^"]+)"', gone):
        carol.get(unescape(link))
    assert "withdrawn already" in carol.post(f"/requests/{id}/withdraw", 409, reason="nữa")


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"due": ""}, "due", "Say by when"),
        ({"due": "28/4/2024"}, "due", "cannot be read as a last day"),
        ({"due": "trước ngày 18"}, "due", "cannot be read as a last day"),
        ({"due": "trước ngày 18/4/2024"}, "due", "has passed already"),
        ({"due": "trước ngày 18/4/2204"}, "due", "check the year"),
        ({"whom": ""}, "whom", "Say who is asked"),
        ({"whom": "units"}, "whom", "Choose at least one unit"),
        ({"whom": "branch"}, "whom", "Choose a unit with all below it"),
        ({"whom": "all", "unit": ["x1"]}, "whom", "Units are ticked below"),
        ({"whom": "units", "unit": ["so"]}, "whom", "not among those who owe"),
        ({"whom": "units", "unit": ["zz"]}, "whom", "No unit is called 'zz'"),
        ({"whom": "branch", "branch": "so"}, "whom", "Nobody there owes"),
        ({"number": "9" * 81}, "number", "at most 80"),
        ({"note": "x" * 2001}, "note", "at most 2000"),
        ({"title": "x" * 201}, "title", "at most 200"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    reading: Reading, engine: Engine, change: dict[str, Any], field: str, said: str
) -> None:
    carol = reading("carol")
    page = carol.post(NEW, 422, **{**WISH, **change}, step="preview")
    beside = re.search(rf'id="{field}-wrong">([^<]*)<', page)
    assert beside is not None
    assert said in unescape(beside[1])
    assert "dondoc " not in beside[1]
    kept = {**WISH, **change}
    for name in ("due", "number", "note"):
        assert kept[name] in unescape(page)
    for code in kept.get("unit", []):
        assert re.search(rf'name="unit" value="{code}" checked', page)
    assert requests(engine) == []


def test_bob_asks_units_below_his_own_and_nobody_else(reading: Reading, engine: Engine, asked: World) -> None:
    bob = reading("bob")
    page = bob.get(f"{NEW}?plan=asked&duty=urgent")
    assert 'value="all"' not in page
    assert 'value="x1"' in page
    assert 'value="x3"' not in page
    refused = bob.post(NEW, 403, **WISH, step="preview")
    assert "may not ask these units: Phường Ba" in refused
    assert "Kèm ảnh" in refused
    bob.post(NEW, 403, **WISH, step="ask", seen="0")
    wish = {**WISH, "whom": "branch", "branch": "d1"}
    send(bob, bob.post(NEW, 200, **wish, step="preview"), **wish)
    assert units_owing(engine, asked) == ["x1", "x2"]
    assert requests(engine)[0].unit_id is not None
    assert words(bob.get("/requests")).count("Báo cáo nhanh") == 1
    mallory = reading("mallory")
    mallory.get("/requests", 403)
    mallory.post(f"/requests/{requests(engine)[0].id}/withdraw", 403, reason="x")


def test_outside_any_plan_it_is_asked_under_a_title_once(
    reading: Reading, engine: Engine, asked: World
) -> None:
    bob = reading("bob")
    assert 'name="issuer" value="d1"' in bob.get(NEW)
    wish: dict[str, Any] = {"issuer": "d1", "due": "by 28/4/2024", "whom": "units", "unit": ["x1"]}
    assert "Say what is asked for" in bob.post(NEW, 422, **wish, step="preview")
    wish["title"] = "Báo cáo thiệt hại"
    page = bob.post(NEW, 200, **wish, step="preview")
    with opened(engine) as session:
        assert session.exec(select(Plan).where(col(Plan.ad_hoc))).all() == []
    place = send(bob, page, **wish)
    assert send(bob, page, **wish) == place.replace("asked", "already")
    assert units_owing(engine, asked) == ["x1"]
    assert "outside any plan" in bob.get("/requests")
    other = {**wish, "unit": ["x2"]}
    send(bob, bob.post(NEW, 200, **other, step="preview"), **other)
    assert len(requests(engine)) == 2
    with writing(engine) as session:  # what is retired may be asked anew
        slug = session.get_one(Plan, requests(engine)[0].plan_id).slug
        retire_plan(session, slug, "nhầm", at("2024-04-20 09:00"), "Dave")
    assert send(bob, bob.post(NEW, 200, **wish, step="preview"), **wish).endswith("asked")
    assert len(requests(engine)) == 3
    bob.get(f"{NEW}?issuer=d2", 403)
    bob.post(NEW, 403, **{**wish, "issuer": "p"}, step="preview")


def test_a_head_of_two_units_asks_in_the_name_of_each_what_is_below_it_alone(
    reading: Reading, engine: Engine
) -> None:
    with writing(engine) as session:
        now = at("2024-01-01 08:00")
        bob = require_account(session, "bob@p.gov.vn")
        grant(session, bob, AccessRole.HEAD, "d2", now.date(), now, "Dave")
    reader = reading("bob")
    wish: dict[str, Any] = {"issuer": "d2", "title": "Báo cáo thiệt hại", "due": "by 28/4/2024"}
    for whom in ({"whom": "units", "unit": ["x1"]}, {"whom": "branch", "branch": "d1"}):
        for step in ("preview", "ask"):
            refused = reader.post(NEW, 422, **wish, **whom, step=step)
            beside = re.search(r'id="whom-wrong">([^<]*)<', refused)
            assert beside is not None
            assert "not below d2 (Huyện Hai), which asks; leave them out" in unescape(beside[1])
    assert requests(engine) == []


def test_units_that_changed_since_the_preview_are_shown_again(
    reading: Reading, engine: Engine, asked: World
) -> None:
    carol = reading("carol")
    page = carol.post(NEW, 200, **WISH, step="preview")
    asked.units("code,name,level,kind,superior,groups\nx4,Xã Bốn,grassroots,xa,d1,\n", "2024-04-01")
    again = carol.post(NEW, 200, **WISH, step="ask", seen=seen(page))
    assert "have changed since the preview" in again
    assert requests(engine) == []
    assert "Kèm ảnh" in carol.post(NEW, 200, **WISH, step="edit")


def test_a_plan_that_was_retired_meanwhile_is_said_with_what_was_typed(
    reading: Reading, engine: Engine
) -> None:
    carol = reading("carol")
    page = carol.post(NEW, 200, **WISH, step="preview")
    with writing(engine) as session:
        retire_plan(session, find_plan(session, "asked").slug, "bãi bỏ", at("2024-04-20 09:00"), "Dave")
    gone = carol.post(NEW, 409, **WISH, step="ask", seen=seen(page))
    assert "is retired" in gone
    assert "Kèm ảnh" in gone
    assert "dondoc plan" not in gone
    assert "is retired" in carol.get(f"{NEW}?plan=asked&duty=urgent", 404)


def test_dave_finds_units_among_many_without_javascript(
    reading: Reading, asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.asking.request_form.MOST_LISTED", 2)
    monkeypatch.setattr("web.asking.request.MOST_LISTED", 2)
    dave = reading("dave")
    wish = {**WISH, "whom": "units", "unit": ["x1"]}
    page = dave.post(NEW, 200, **wish, find="phuong ba", step="find")
    assert re.search(r'value="x1" checked', page)
    assert re.search(r'value="x3">', page)
    assert 'value="x2"' not in page
    assert "No unit is called so" in dave.post(NEW, 200, **{**wish, "unit": []}, find="zz", step="find")


def test_erin_who_watches_everything_withdraws_what_she_asked(reading: Reading, engine: Engine) -> None:
    with writing(engine) as session:
        now = at("2024-01-01 08:00")
        erin = open_account(session, "erin@p.gov.vn", "Erin", now, "Dave", language="en", password=None)
        grant(session, erin, AccessRole.MONITOR, None, now.date(), now, "Dave")
    reader = reading("erin")
    assert '<option value="d2">' in reader.get(NEW)
    place = send(reader, reader.post(NEW, 200, **WISH, step="preview"), **WISH)
    assert requests(engine)[0].unit_id is None
    assert "/withdraw" in reader.get(place)
    reader.post(f"/requests/{requests(engine)[0].id}/withdraw", 303, reason="nhầm")


def test_a_plan_that_cannot_be_read_any_more_hides_no_other(
    reading: Reading, engine: Engine, asked: World
) -> None:
    asked.plan(PLAN.replace("slug: asked", "slug: old"))
    with writing(engine) as session:
        mine = PlanVersion.plan_id == find_plan(session, "old").id
        old = session.exec(select(PlanVersion).where(mine)).one()
        old.content = old.content.replace('"duties": [', '"duties": ["no duty", ')
        session.add(old)
    assert "duty=urgent" in reading("carol").get(NEW)
    assert "event=flood" in reading("alice").get("/")


def test_the_preview_draws_a_mail_at_the_price_of_one_unit(
    reading: Reading, engine: Engine, asked: World
) -> None:
    carol, statements = reading("carol"), []
    listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    carol.post(NEW, 200, **WISH, step="preview")
    assert sum(each.startswith("INSERT INTO notice") for each in statements) == 1
    assert sum(each.startswith("INSERT INTO asked_unit") for each in statements) == 1
