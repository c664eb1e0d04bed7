"""Holidays added and taken back, the audit narrowed, the feeds revoked, the banner, health."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

from models.database import reading, writing
from models.settings import Settings
from reporting.audit.log import entries
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.view import FeedRequest
from reporting.special_days import working_days
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import text_of
from tests.web.cast import Browser, browser
from tests.web.conftest import MovedClock

pytestmark = pytest.mark.postgresql  # filters and orders

HOLIDAYS = "/admin/holidays"
EVERYBODYS = "/account"
"""A page that opens to everyone who is signed in."""


def test_it_adds_days_off_that_the_government_announced_and_takes_one_back(
    dave: Browser, engine: Engine
) -> None:
    form = dave.form(first="02/05/2024", last="03/05/2024", kind="off", name="Nghỉ bù 30/4")
    assert dave.client.post(HOLIDAYS, data=form).headers["location"] == "/admin/holidays?year=2024&done=added"
    page = text_of(dave.client.get(f"{HOLIDAYS}?year=2024").text)
    assert "Friday, 03/05/2024 × off Nghỉ bù 30/4 added here" in page
    dave.client.post(f"{HOLIDAYS}/remove", data=dave.form(day="2024-05-03"))
    with reading(engine) as session:
        days = working_days(session)
        told = entries(session, subject="day")
    assert (days.is_working(date(2024, 5, 2)), days.is_working(date(2024, 5, 3))) == (False, True)
    assert {entry.actor for entry in told} == {"Dave <dave@p.gov.vn>"}


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("30/02/2024", "", "Write the day as"),
        ("tomorrow", "", "Write the day as"),
        ("02/05/2024", "01/05/2024", "lies before the first"),
        ("01/01/2024", "31/12/2024", "At most 31 days"),
        ("01/01/2200", "", "At most 31 days"),
    ],
)
def test_it_refuses_days_that_cannot_be_and_keeps_what_was_typed(
    dave: Browser, first: str, last: str, said: str
) -> None:
    answer = dave.client.post(HOLIDAYS, data=dave.form(first=first, last=last, name="<b>Tết</b>"))
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert "&lt;b&gt;Tết&lt;/b&gt;" in answer.text


def test_a_year_is_complete_only_by_a_person_s_word(dave: Browser, engine: Engine) -> None:
    def page() -> str:
        return text_of(dave.client.get(f"{HOLIDAYS}?year=2026").text)

    assert "known: 10/01/2026, 22/08/2026. Nobody has confirmed that this is all" in page()
    answer = dave.client.post(f"{HOLIDAYS}/confirm", data=dave.form(year="2026"))
    assert answer.headers["location"] == "/admin/holidays?year=2026&done=confirmed"
    assert "Dave <dave@p.gov.vn> has confirmed that this year's days are complete" in page()
    with reading(engine) as session:
        assert [entry.action for entry in entries(session, subject="year")] == ["confirm"]
    dave.client.post(f"{HOLIDAYS}/confirm", data=dave.form(year="2026", undo="1"))
    assert "Nobody has confirmed" in page()
    assert dave.client.post(f"{HOLIDAYS}/confirm", data=dave.form(year="x")).status_code == 422


@pytest.mark.parametrize("year", ["1989", "99999999999", "x", "-1"])
def test_it_shows_this_year_where_the_address_names_none(dave: Browser, year: str) -> None:
    assert "Working days of 2024" in text_of(dave.client.get(f"{HOLIDAYS}?year={year}").text)


def test_it_narrows_the_audit_by_what_the_address_says(dave: Browser, province: World) -> None:
    province.submit("x1", "2024-02", "2024-02-09 10:00")
    found = text_of(dave.client.get("/admin/audit?subject=obligation&actor=ali").text)
    assert "Alice hand in" in found
    assert "state: open → submitted" in found
    assert "Dave" not in found.partition("When")[2]
    assert "No entry matches" in dave.client.get("/admin/audit?since=11/02/2024").text
    assert "Alice" in dave.client.get("/admin/audit?since=09/02/2024&until=09/02/2024").text
    assert "No entry matches" in dave.client.get("/admin/audit?page=9999&id=abc").text


def test_it_lists_all_feeds_and_revokes_one(dave: Browser, engine: Engine, settings: Settings) -> None:
    with writing(engine) as session:
        feed = subscribe(
            session, settings, at("2024-02-01 08:00"), "Alice", FeedRequest(kind="unit", key="x1")
        )
    assert "Báo cáo phải nộp: Xã Một unit" in text_of(dave.client.get("/admin/feeds").text)
    dave.client.post(f"/admin/feeds/{feed.id}/revoke", data=dave.form())
    assert "revoked" in text_of(dave.client.get("/admin/feeds?state=revoked").text).partition("Made")[2]
    assert dave.client.post("/admin/feeds/99999999999/revoke", data=dave.form()).status_code == 404


def test_the_banner_says_to_administrators_and_monitors_that_the_sender_never_ran(
    dave: Browser, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    assert "the sender has never run" in text_of(dave.client.get(EVERYBODYS).text)
    for who, is_told in (("carol", True), ("alice", False)):
        at_work = browser(app, engine, settings, who, "2024-02-10 09:00")
        assert ("never run" in at_work.client.get(EVERYBODYS).text) == is_told
        at_work.client.close()


def test_the_banner_goes_when_both_passes_run_and_comes_back_when_one_falls_silent(
    dave: Browser, province: World, clock: MovedClock
) -> None:
    from notifications.send import send_due

    province.tick("2024-02-10 09:00")
    send_due(province.engine, province.settings, at("2024-02-10 09:00"))
    assert "banner" not in dave.client.get(EVERYBODYS).text
    clock.now = at("2024-02-10 13:00")
    assert "the tick has been silent since 10/02/2024 09:00" in text_of(dave.client.get(EVERYBODYS).text)


def test_the_banner_costs_one_query(dave: Browser, engine: Engine, app: FastAPI, settings: Settings) -> None:
    def asked(who: str) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        at_work = browser(app, engine, settings, who, "2024-02-10 09:00")
        event.listen(engine, "before_cursor_execute", note)
        at_work.client.get(EVERYBODYS)
        event.remove(engine, "before_cursor_execute", note)
        at_work.client.close()
        return count

    assert 0 < asked("carol") - asked("alice") <= 2  # the query, and BEGIN on SQLite


def test_health_says_what_is_wrong_with_its_remedy_and_where_prefect_is(dave: Browser) -> None:
    page = text_of(dave.client.get("/admin/health").text)
    assert "the sender has never run run it every few minutes" in page
    assert "http://127.0.0.1:4200" in page
    assert "the tick 02/01/2024 08:00" in page
