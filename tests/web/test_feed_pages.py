"""Subscribing on the pages: the address is shown once, lists are one's own, mail links need no account."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select

from calendars.office import OfficeCalendar
from models.database import writing
from models.notice import Notice
from models.settings import Settings
from models.unit import Contact, Unit
from notifications.digest import compose
from notifications.digest_rows import read_items
from notifications.links import Links, Purpose, signed_link, without_secrets
from notifications.rendering import render
from reporting.special_days import working_days
from tests.calendars.clients import read_with_ical
from tests.conftest import at
from tests.reporting.world import World
from tests.web.cast import Browser, browser, open_with_cast
from tests.web.conftest import MovedClock

NOW = "2024-02-10 09:00"
URL = re.compile(r'value="(http://[^"]+/ical/[^"]+)"')


@pytest.fixture
def province(world: World, engine: Engine) -> World:
    open_with_cast(world)
    return world


@pytest.fixture
def alice(province: World, app: FastAPI, engine: Engine, settings: Settings) -> Browser:
    return browser(app, engine, settings, "alice", NOW)


def made(at_work: Browser, **form: str) -> str:
    """The address of a feed made on the page."""
    answer = at_work.client.post("/feeds", data=at_work.form(**form))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = URL.search(answer.text)
    assert found is not None
    assert f"webcal://{found[1].removeprefix('http://')}" in answer.text
    assert "data:image/svg+xml" in answer.text
    return found[1]


def test_a_feed_made_on_the_page_is_served_and_its_address_shown_once(alice: Browser) -> None:
    url = made(alice, feed="unit|x1", language="vi", alarms="true")
    events = read_with_ical(alice.client.get(urlsplit(url).path).content)
    assert len(events) == 12
    assert all(event.alarms for event in events if event.status == "CONFIRMED")
    page = alice.client.get("/feeds").text
    assert "x1" in page
    assert urlsplit(url).path.split("/")[2] not in page


def test_the_list_says_when_and_by_what_it_was_fetched(alice: Browser, app: FastAPI) -> None:
    url = made(alice, feed="unit|x1")
    assert "never" in alice.client.get("/feeds").text
    alice.client.get(urlsplit(url).path, headers={"user-agent": "Mozilla/5.0 Thunderbird/140.0"})
    assert "10/02/2024 09:00, Thunderbird" in alice.client.get("/feeds").text


def test_a_new_address_ends_the_old_one_and_revoking_ends_both(alice: Browser) -> None:
    old = made(alice, feed="unit|x1")
    answer = alice.client.post("/feeds/1/rotate", data=alice.form())
    found = URL.search(answer.text)
    assert found is not None
    assert "ngừng cập nhật" in alice.client.get(urlsplit(old).path).text
    assert "ngừng cập nhật" not in alice.client.get(urlsplit(found[1]).path).text
    assert alice.client.post("/feeds/1/revoke", data=alice.form()).headers["location"] == "/feeds"
    assert "ngừng cập nhật" in alice.client.get(urlsplit(found[1]).path).text
    assert "revoked" in alice.client.get("/feeds").text


def test_nobody_touches_the_feed_of_another(
    alice: Browser, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    made(alice, feed="unit|x1")
    mallory = browser(app, engine, settings, "mallory", NOW)
    for what in ("rotate", "revoke"):
        assert mallory.client.post(f"/feeds/1/{what}", data=mallory.form()).status_code == 404
    assert "Xã Một" not in mallory.client.get("/feeds").text
    assert "Xã Một" in browser(app, engine, settings, "dave", NOW).client.get("/feeds").text


@pytest.mark.parametrize(
    "form",
    [
        {"feed": "unit|x3"},
        {"feed": "branch|d1"},
        {"feed": "plan|p-2024"},
        {"feed": "person|bob@p.gov.vn"},
        {"feed": "unit|", "code": "x3"},
    ],
)
def test_what_one_may_not_see_one_cannot_subscribe_to(alice: Browser, form: dict[str, str]) -> None:
    assert alice.client.post("/feeds", data=alice.form(**form)).status_code == 403


@pytest.mark.parametrize("form", [{"feed": ""}, {"feed": "nonsense|x1"}, {"feed": "unit|x1", "show": "x"}])
def test_it_refuses_what_is_no_feed(alice: Browser, form: dict[str, str]) -> None:
    assert alice.client.post("/feeds", data=alice.form(**form)).status_code == 422


def test_the_monitor_subscribes_to_the_plan_and_the_administrator_to_any_unit(
    province: World, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    carol, dave = (browser(app, engine, settings, who, NOW) for who in ("carol", "dave"))
    assert "/plan-p-2024.ics" in made(carol, feed="plan|p-2024")
    assert "/branch-d2.ics" in made(dave, feed="branch|", code="d2")


def test_without_a_right_any_more_the_feed_stops(alice: Browser, engine: Engine, clock: MovedClock) -> None:
    path = urlsplit(made(alice, feed="unit|x1")).path
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET closed_at = created_at WHERE name = 'Alice'")
    assert "ngừng cập nhật" in alice.client.get(path).text


def test_a_visitor_from_a_mail_needs_no_account(
    province: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    report = province.one("x1", "2024-02")
    with writing(engine) as session:
        for name, address in (("Lan", "lan@p.gov.vn"), ("Minh", "minh@p.gov.vn")):
            unit_id = session.exec(select(Unit.id).where(Unit.code == "x1")).one() or 0
            session.add(
                Contact(unit_id=unit_id, name=name, role="clerk", address=address, valid_from=at(NOW).date())
            )
    secret = settings.secret_key.get_secret_value()
    link = signed_link("", secret, Purpose.FILE, report.id, clock.now) + "/calendar"
    nobody = browser(app, engine, settings, "nobody", NOW)
    page = nobody.client.get(link).text
    assert "Lan" in page
    assert "lan@p.gov.vn" not in page
    lan = re.findall(r'name="contact" value="(\d+)"', page)[0]
    answer = nobody.client.post(link, data={"contact": lan, "everything": "true"})
    assert "Đã gửi lịch" in answer.text
    assert "/ical/" not in answer.text, "whoever has the link may be anybody"
    assert "vừa được gửi cách đây ít lâu" in nobody.client.post(link, data={"contact": lan}).text
    with writing(engine) as session:
        (notice,) = session.exec(select(Notice).where(Notice.kind == "calendar")).all()
        calendar = OfficeCalendar(working_days(session), settings.zone)
        items = read_items(session, [notice.id], calendar, calendar.day(clock.now), "vi")
    mail = render(compose(items, calendar, clock.now), Links("http://x", secret, clock.now))
    assert notice.recipient == "lan@p.gov.vn"
    (path,) = re.findall(r"https?://[^/]+(/ical/\S+unit-x1\.ics)", mail.text)
    assert len(read_with_ical(nobody.client.get(path).content)) == 12
    assert path.split("/")[2] not in without_secrets(mail.text)
    with writing(engine) as session:
        for each in session.exec(select(Contact)):
            each.valid_to = clock.now.date()
    assert "ngừng cập nhật" in nobody.client.get(path).text
    assert nobody.client.post(link, data={"contact": "999"}).status_code == 422
    assert nobody.client.get(link.replace("/calendar", "x/calendar")).status_code == 404
    clock.now += timedelta(days=61)
    assert nobody.client.get(link).status_code == 410


def test_a_feed_that_is_cut_says_so(alice: Browser, engine: Engine) -> None:
    made(alice, feed="unit|x1")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE kept_feed SET left_out = 200, events = 1000")
    page = alice.client.get("/feeds").text
    assert "1,000" in page
    assert "200 left out: they do not fit" in " ".join(page.split())
