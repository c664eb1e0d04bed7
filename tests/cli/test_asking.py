"""`dondoc request`, `requests`, `event`, `events`: shown first, done only with a yes, listed, taken back."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Dondoc
from tests.reporting.asking import test_happenings
from tests.reporting.asking.test_requests import PLAN, VIA
from tests.reporting.world import World
from tests.web.cast import add_contact

AT = ("--at", "2026-04-20T08:00")
DUE = ("--due", "trước 14 giờ ngày 28/4/2026")


@pytest.fixture
def asked(world: World) -> World:
    world.plan(PLAN, "2026-01-01")
    return world


def owed(dondoc: Dondoc) -> list[dict[str, object]]:
    """What was asked for, as scripts see it."""
    found: list[dict[str, object]] = dondoc("due", "--json", "--at", "2026-04-21T08:00").json
    return [row for row in found if row["request"]]


def test_it_shows_whom_it_asks_and_asks_nobody_without_a_yes(asked: World, dondoc: Dondoc) -> None:
    refused = dondoc("request", "asked", "urgent", *DUE, "--units", "x1,x3", *AT)
    assert refused.code == 1
    assert "add --yes" in refused.err
    assert "Xã Một (x1)" in refused.out
    assert "28/04/2026 14:00" in refused.out
    assert owed(dondoc) == []
    shown = dondoc("request", "asked", "urgent", *DUE, "--dry-run", "--json", *AT).json
    assert [(each["unit"], each["recipient"], each["deadline"]) for each in shown["reports"]] == [
        ("x1", "d1", "2026-04-28T14:00:00+07:00"),
        ("x2", "d1", "2026-04-28T14:00:00+07:00"),
        ("x3", "d2", "2026-04-28T14:00:00+07:00"),
    ]
    assert owed(dondoc) == []


def test_what_is_asked_is_owed_with_the_request_that_made_it_due(asked: World, dondoc: Dondoc) -> None:
    given = ("--number", "12/UBND-TH", "--branch", "d1", "--yes", "--by", "Eve", *AT)
    made = dondoc("request", "asked", "urgent", *DUE, *given, "--json").json
    assert (made["id"], made["due"], made["expected"]) == (1, "2026-04-28T14:00:00+07:00", 2)
    rows = owed(dondoc)
    assert [(row["unit"], row["deadline"], row["event"]) for row in rows] == [
        ("x1", "2026-04-28T14:00:00+07:00", None),
        ("x2", "2026-04-28T14:00:00+07:00", None),
    ]
    assert rows[0]["request"] == {
        "id": 1,
        "number": "12/UBND-TH",
        "title": "Báo cáo nhanh",
        "asked_by": "Eve",
        "asked_at": "2026-04-20T08:00:00+07:00",
        "note": "",
    }
    assert rows[0]["period"] == "req-1-20260420"


def test_a_request_outside_any_plan_is_a_small_plan_of_its_own(asked: World, dondoc: Dondoc) -> None:
    wish = ("--title", "Báo cáo thiệt hại", "--unit", "p", "--branch", "d1", "--number", "9/UBND", "--yes")
    made = dondoc("request", *wish, *DUE, *AT, "--json").json
    assert (made["plan"], made["ad_hoc"], made["asked_by"]) == ("request-20260420-1", True, "UBND tỉnh P")
    rows = owed(dondoc)
    assert [(row["unit"], row["receiving"], row["title"]) for row in rows] == [
        ("d1", "p", "Báo cáo thiệt hại"),
        ("x1", "p", "Báo cáo thiệt hại"),
        ("x2", "p", "Báo cáo thiệt hại"),
    ]
    assert "request 1 asks the same" in dondoc("request", *wish, *DUE, *AT).err
    other = dondoc("request", *wish, *DUE, *AT, "--number", "10/UBND", "--json").json
    assert other["plan"] == "request-20260420-2"
    asked.tick("2026-04-20 09:00:00")
    assert len(owed(dondoc)) == 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("asked", "urgent"), "give --due"),
        (("asked", *DUE), "give PLAN and DUTY"),
        (DUE, "give PLAN and DUTY"),
        (("--title", "X", *DUE), "--title and --unit"),
        (("--title", "X", "--unit", "p", *DUE), "nobody is named"),
        (("--title", "X", "--unit", "p", "--units", "p,x1", *DUE), "cannot ask itself"),
        (
            ("--title", "X", "--unit", "x1", "--units", "p,so", *DUE),
            "p (UBND tỉnh P), so (Sở Kế hoạch): not below x1 (Xã Một), which asks; leave them out",
        ),
        (
            ("--title", "X", "--unit", "d1", "--branch", "p", *DUE),
            "p (UBND tỉnh P): not below d1 (Huyện Một)",
        ),
        (("asked", "urgent", "--unit", "x1", *DUE), "choose units with --units"),
        (("asked", "urgent", "--units", "x1", "--branch", "d1", *DUE), "give one of them"),
        (("asked", "urgent", "--units", "", *DUE), "nobody is named"),
        (("asked", "urgent", "--units", " , ", *DUE), "nobody is named"),
        (("asked", "urgent", "--branch", "", *DUE), "nobody is named"),
        (("asked", "urgent", "--due", "before 14:00 19/4/2026"), "has passed already"),
        (("asked", "urgent", "--units", "so", *DUE), "so (Sở Kế hoạch): not among those"),
    ],
)
def test_it_refuses_with_the_remedy(
    asked: World, dondoc: Dondoc, arguments: tuple[str, ...], words: str
) -> None:
    assert words in dondoc("request", *arguments, "--yes", *AT).refusal
    assert owed(dondoc) == []


def test_requests_are_listed_and_withdrawn(asked: World, dondoc: Dondoc) -> None:
    dondoc("request", "asked", "urgent", *DUE, "--yes", *AT)
    asked.submit("x1", "req-1-20260420", "2026-04-20 10:00:00")
    (listed,) = dondoc("requests", "list", "--json").json
    assert (listed["duty"], listed["filed"], listed["expected"], listed["withdrawn_at"]) == (
        "urgent",
        1,
        3,
        None,
    )
    assert "1 of 3" in dondoc("requests", "list").out
    away = ("requests", "withdraw", "1", "--reason", "Nhầm", "--at", "2026-04-21T08:00")
    assert "add --yes" in dondoc(*away).err
    done = dondoc(*away, "--yes", "--json").json
    assert (len(done["cancelled"]), len(done["kept"])) == (2, 1)
    assert "was withdrawn already" in dondoc(*away, "--yes").refusal
    assert "no request 7" in dondoc("requests", "withdraw", "7", "--reason", "x", "--yes").refusal


def test_a_request_of_nobody_who_is_known_is_asked_by_the_authority_of_the_plan(
    asked: World, dondoc: Dondoc
) -> None:
    """Mails said that "root" asks."""
    dondoc("request", "asked", "urgent", *DUE, "--yes", *AT)
    assert {row["request"]["asked_by"] for row in owed(dondoc)} == {"UBND tỉnh P"}  # type: ignore[index]
    (listed,) = dondoc("requests", "list", "--json").json
    assert listed["asked_by"].endswith(" (shell)")


SAID = ("--at", "23:30 9/2/2026", "--as-of", "2026-02-10T08:00", "--by", "Alice")


def test_an_event_is_said_listed_and_taken_back(world: World, dondoc: Dondoc) -> None:
    world.plan(test_happenings.PLAN, "2026-01-01")
    refused = dondoc("event", "events", "flood", *SAID, "--unit", "x1")
    assert (refused.code, "add --yes" in refused.err) == (1, True)
    assert "10/02/2026 23:30" in refused.out
    said = dondoc("event", "events", "flood", *SAID, "--unit", "x1", "--yes", "--json").json
    assert (said["id"], said["instant"], said["number"]) == ("flood", "2026-02-09T23:30:00+07:00", 1)
    rows = dondoc("due", "--json", "--duty", "quick", "--at", "2026-02-10T09:00").json
    assert [(row["unit"], row["deadline"], row["request"]) for row in rows] == [
        ("x1", "2026-02-10T23:30:00+07:00", None),
        ("d1", "2026-02-11T11:30:00+07:00", None),
    ]
    assert rows[0]["event"] == {
        "id": "flood",
        "title": "Khi có thiên tai",
        "instant": "2026-02-09T23:30:00+07:00",
        "number": 1,
        "said_by": "Alice",
        "said_at": "2026-02-10T08:00:00+07:00",
    }
    assert "was said already, by Alice" in dondoc("event", "events", "flood", *SAID, "--unit", "x1").refusal
    assert "Khi có thiên tai" in dondoc("events", "list").out
    away = ("events", "take-back", "1", "--reason", "Nhầm", "--at", "2026-02-10T10:00")
    assert len(dondoc(*away, "--yes", "--json").json["cancelled"]) == 3
    assert dondoc("events", "list", "--json").json[0]["withdrawn_because"] == "Nhầm"


@pytest.mark.parametrize(
    ("event", "more", "words"),
    [
        ("flood", (), "for whom it happened is missing"),
        ("flood", ("--unit", "x1", "--all"), "for whom it happened is missing"),
        ("flood", ("--all",), "each unit says of itself"),
        ("alert", ("--unit", ""), "nobody is named"),
        ("alert", ("--units", ","), "nobody is named"),
        ("storm", ("--all",), "has no event 'storm'"),
        ("alert", ("--unit", "so"), "not among those who owe"),
    ],
)
def test_an_event_is_refused_with_the_remedy(
    world: World, dondoc: Dondoc, event: str, more: tuple[str, ...], words: str
) -> None:
    world.plan(test_happenings.PLAN, "2026-01-01")
    assert words in dondoc("event", "events", event, *SAID, *more, "--yes").refusal


def test_calendar_and_preview_have_what_was_asked(asked: World, dondoc: Dondoc) -> None:
    add_contact(asked.engine, "x1", "alice@p.gov.vn")
    dondoc("request", "asked", "urgent", *DUE, "--units", "x1", "--yes", *AT)
    asked.tick("2026-04-20 08:05:00")
    written = ("feed", "write", "--unit", "x1", "--out", "-", "--lang", "vi")
    calendar = dondoc(*written, "--at", "2026-04-20T09:00").out.replace("\r\n ", "").replace("\n ", "")
    summary = next(line for line in calendar.splitlines() if line.startswith("SUMMARY") and "nhanh" in line)
    assert "yêu cầu ngày 20/4/2026" in summary
    foretold = dondoc(
        "preview", "--from", "2026-04-20", "--to", "2026-05-04", "--plan", "asked", "--json"
    ).json
    mine = [(each["recipient"], each["rung"]) for each in foretold if each["period"].startswith("req-")]
    assert {who for who, _ in mine if who} == {"alice@p.gov.vn"}
    assert not [
        each for each in foretold if each["at"].startswith("2026-04-20") and each["period"].startswith("req-")
    ]


@pytest.mark.parametrize("units", ["x1,x2", "x1 x2", "Xã Một; Xã Hai", "Xã Một, x2"])
def test_units_are_named_by_codes_or_names(asked: World, dondoc: Dondoc, units: str) -> None:
    shown = dondoc("request", "asked", "urgent", *DUE, "--units", units, "--dry-run", "--json", *AT).json
    assert [each["unit"] for each in shown["reports"]] == ["x1", "x2"]


def test_a_dry_run_says_that_the_same_is_asked_already(asked: World, dondoc: Dondoc) -> None:
    assert dondoc("request", "asked", "urgent", *DUE, *AT, "--yes").code == 0
    again = dondoc("request", "asked", "urgent", *DUE, *AT, "--dry-run")
    assert (again.code, "request 1 asks the same" in again.err) == (1, True)


def test_recipients_are_told_as_of_any_report(world: World, dondoc: Dondoc) -> None:
    world.plan(VIA, "2026-01-01")
    wish = ("request", "via", "urgent", *DUE, "--units", "d2,so", "--dry-run", *AT)
    assert "UBND tỉnh P và Huyện Một (qua Sở Kế hoạch)" in dondoc("--lang", "vi", *wish).out
    shown = {
        each["unit"]: (each["recipient"], each["copies"]) for each in dondoc(*wish, "--json").json["reports"]
    }
    assert shown == {"d2": ("so", ["p", "d1"]), "so": ("p", ["d1"])}
