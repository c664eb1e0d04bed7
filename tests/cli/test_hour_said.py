"""A deadline with its hour, its window and its planned day, on every surface that states it."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from sqlmodel import select

from models.database import reading
from models.plan import Plan
from models.vocabulary import NoticeKind
from reporting.chain.stage_counts import stage_periods
from reporting.chain.tables import chain_table, overdue_reports, overdue_table
from tests.cli.test_deadline_said import Case, Surfaces, read_mail
from tests.cli.test_deadline_said import surfaces as surfaces
from tests.conftest import HCM, at

FRIDAY = date(2024, 10, 18)
WORDS = "chậm nhất 14:00 ngày 18/10/2024 (từ ngày 10/10/2024, dự kiến ngày 15/10/2024)"
WINDOW = Case("from 10 to 14:00 18, planned: 15", "inclusive", "none", "2024-10", FRIDAY, FRIDAY, WORDS)
pytestmark = pytest.mark.parametrize("surfaces", [WINDOW], indirect=True, ids=["window"])


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


def test_the_command_line_says_it(surfaces: Surfaces) -> None:
    where = ("--unit", "x1", "--period", "2024-10", "--at", "2024-10-17T09:00")
    (row,) = surfaces.dondoc("due", *where, "--json").json
    told = {
        name: row[name]
        for name in ("deadline", "last_day", "hour", "opens_at", "planned", "event", "request")
    }
    assert told == {
        "deadline": "2024-10-18T14:00:00+07:00",
        "last_day": "2024-10-18",
        "hour": "14:00",
        "opens_at": "2024-10-10T00:00:00+07:00",
        "planned": "2024-10-15",
        "event": None,
        "request": None,
    }
    table = " ".join(surfaces.dondoc("--lang", "vi", "due", *where).out.split())
    assert "18/10/2024 14:00" in table
    chain = surfaces.dondoc("--lang", "vi", "chain", "simple", "monthly", "2024-10", *where[-2:]).out
    said = "ngày cuối 18/10/2024 14:00 (từ ngày 10/10/2024, dự kiến ngày 15/10/2024)"
    assert said in " ".join(chain.split())
    preview = surfaces.dondoc("preview", "--from", "2024-10-08", "--to", "2024-10-18", "--json").json
    told_of = [
        each for each in preview if each["obligation_id"] == surfaces.id and each["kind"] != "look-ahead"
    ]
    assert told_of
    assert all("hạn 14:00 ngày 18/10/2024" in each["why"] for each in told_of)
    outline = surfaces.dondoc("plan", "show", "simple", "--at", "2024-10-17T09:00", "--json").json
    stage = outline["duties"][0]["chain"][0]
    assert stage["words"] == "từ ngày 10 đến 14:00 ngày 18 hằng tháng"
    assert stage["next"][0]["words"] == WORDS
    assert (stage["next"][0]["hour"], stage["next"][0]["opens"]) == ("14:00", "2024-10-10")


def test_pages_say_it(surfaces: Surfaces) -> None:
    now = local("2024-10-17 09:00")
    page = surfaces.page("alice", f"/obligations/{surfaces.id}", now)
    assert "Due: by 14:00 on 18/10/2024 (open from 10/10/2024, planned for 15/10/2024)" in page
    beside = "(open from 10/10/2024, planned for 15/10/2024)"
    assert f"by 14:00 on 18/10/2024 {beside}" in surfaces.page("alice", "/mine", now)
    assert "due 18/10/2024 14:00" in surfaces.page("alice", "/year?year=2024", now)
    board = surfaces.page("dave", "/board?table=coming", now)
    assert re.search(r"10/10/2024\s+15/10/2024\s+18/10/2024 14:00\s+1\s", board), board
    chain = surfaces.page("dave", "/plans/simple/chain?duty=monthly&period=2024-10", now)
    assert f"last day 18/10/2024 14:00 {beside}" in chain


def test_a_report_is_work_for_now_once_its_window_is_open(surfaces: Surfaces) -> None:
    assert "October 2024" not in surfaces.page("alice", "/mine", local("2024-10-09 23:59"))
    assert "October 2024" in surfaces.page("alice", "/mine", local("2024-10-10 00:00"))


def test_mails_say_it(surfaces: Surfaces) -> None:
    now = local("2024-10-17 09:00")
    for kind in (NoticeKind.COMING_DUE, NoticeKind.LAST_DAY, NoticeKind.CHASE, NoticeKind.LOOK_AHEAD):
        with reading(surfaces.engine) as session:
            _, text, html = read_mail(session, surfaces.world.settings, kind, now, surfaces.id)
        assert f"Thời hạn: {WORDS}" in text
        assert f"Thời hạn {WORDS}" in html


def test_an_hour_after_the_hour_it_is_overdue_on_its_last_day(surfaces: Surfaces) -> None:
    now = local("2024-10-18 15:00")
    surfaces.world.tick("2024-10-18 15:00")
    page = surfaces.page("alice", f"/obligations/{surfaces.id}", now)
    assert "overdue by 1 day" in page
    assert "today is the last day" not in page
    with reading(surfaces.engine) as session:
        _, text, _ = read_mail(session, surfaces.world.settings, NoticeKind.OVERDUE, now, surfaces.id)
        plan = session.scalars(select(Plan)).one()
        rows = stage_periods(session, plan, now)
        table = overdue_table(overdue_reports(session, plan, now, rows, most=99), "/{id}", now, HCM, "vi")
        chain = chain_table(tuple(row for row in rows if row.period == "2024-10"), HCM, "vi")
    assert "quá hạn 1 ngày" in text.lower()
    (line,) = [each for each in table.splitlines() if f"(/{surfaces.id})" in each]
    assert "| 18/10/2024 14:00 | 1 ngày |" in line
    assert "18/10/2024 14:00 (từ ngày 10/10/2024, dự kiến ngày 15/10/2024)" in str(chain)
    assert "18/10/2024 14:00" in surfaces.page("dave", "/board?table=overdue", now)


@pytest.mark.parametrize(("filed", "timeliness"), [("13:59:59", "on time"), ("14:00:00", "late")])
def test_the_hour_decides_lateness(surfaces: Surfaces, filed: str, timeliness: str) -> None:
    surfaces.world.submit("x1", "2024-10", f"2024-10-18 {filed}")
    assert surfaces.world.one("x1", "2024-10", "2024-10-18 16:00").timeliness == timeliness
    now = at("2024-10-18 16:00")
    receipt = surfaces.page("alice", f"/obligations/{surfaces.id}/receipt", now)
    assert "by 14:00 on 18/10/2024 (open from 10/10/2024, planned for 15/10/2024)" in receipt


def test_the_calendar_event_says_it(surfaces: Surfaces) -> None:
    made = surfaces.dondoc("feed", "new", "--unit", "x1", "--at", "2024-01-02T09:00", "--json").json
    surfaces.clock.now = local("2024-10-17 09:00")
    answer = surfaces.client.get("/ical/" + made["url"].partition("/ical/")[2])
    events = answer.text.replace("\r\n ", "").split("BEGIN:VEVENT")
    (event,) = [each for each in events if f"/obligations/{surfaces.id}\r\n" in each]
    assert "DTSTART;VALUE=DATE:20241018" in event
    assert "SUMMARY:14:00 Báo cáo tháng" in event
    assert f"Thời hạn: {WORDS}\\n".replace(",", "\\,") in event


def test_an_extension_takes_the_hour_away(surfaces: Surfaces) -> None:
    surfaces.world.extend("x1", "2024-10", "2024-10-22", "2024-10-16 09:00")
    now = local("2024-10-17 09:00")
    with reading(surfaces.engine) as session:
        settings = surfaces.world.settings
        _, decided, _ = read_mail(session, settings, NoticeKind.EXTENSION_DECIDED, now, surfaces.id)
        _, coming, _ = read_mail(session, settings, NoticeKind.COMING_DUE, now, surfaces.id)
    assert "gia hạn đến hết ngày 22/10/2024 (hạn cũ: 14:00 ngày 18/10/2024)" in decided
    assert "Thời hạn: đến hết ngày 22/10/2024 (đã gia hạn)" in coming
    page = surfaces.page("alice", f"/obligations/{surfaces.id}", now)
    assert "Extended; originally: 14:00 on 18/10/2024" in page
