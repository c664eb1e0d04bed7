"""The board: what needs a hand, for whom it shows what, and what is done from it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update

from models.database import writing
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import Lifecycle
from tests.conftest import HCM, at
from tests.reporting.world import World
from tests.web.cast import browser
from tests.web.conftest import MovedClock
from tests.web.monitor.conftest import FEB, NOW, Reading
from web.monitor.board import SHEETS

pytestmark = pytest.mark.postgresql  # filters and orders


def section(page: str, name: str) -> str:
    """The part of the board under one heading."""
    return page.partition(f'id="s-{name}"')[2].partition("</section>")[0]


def rows(part: str) -> list[list[str]]:
    """The cells of a table's rows as text."""
    body = part.partition("<tbody>")[2].partition("</tbody>")[0]
    found = re.findall(r"<tr>(.*?)</tr>", body, flags=re.S)
    found = [re.sub(r'<td class="act .*?</td>', "", row, flags=re.S) for row in found]  # no part of the table
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, flags=re.S) for row in found]
    return [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


def test_it_shows_carol_what_needs_a_hand_with_days_and_clocks(reading: Reading) -> None:
    carol = reading("carol")
    page = carol.get("/board")
    # Tết lies between: three working days before the districts' 18th is the 6th, the first of them.
    overdue = rows(section(carol.get(f"/board?period={FEB}&table=overdue"), "overdue"))
    assert [(row[0], *row[-2:]) for row in overdue] == [
        ("Xã Hai", "06/02/2024", "14"),
        ("Huyện Một", "17/02/2024", "3"),
        ("Huyện Hai", "17/02/2024", "3"),
    ]
    branches = rows(section(carol.get(f"/board?period={FEB}"), "branches"))
    assert [(row[0], *row[1:]) for row in branches] == [("Huyện Một", "2", "14"), ("Huyện Hai", "1", "3")]
    returned = rows(section(page, "returned"))
    assert [(row[0], row[3]) for row in returned] == [("Phường Ba", "=thiếu biểu 2")]
    waiting = rows(section(page, "review"))
    assert [(row[1], row[-1]) for row in waiting] == [("Sở Nội vụ", "4")]


@pytest.mark.parametrize(
    ("who", "sees", "not_sees"),
    [
        ("bob", ("Xã Hai",), ("Phường Ba",)),
        ("dave", ("Xã Hai", "Phường Ba", "Huyện Một"), ()),
    ],
)
def test_it_shows_each_of_the_cast_their_part(
    reading: Reading, who: str, sees: tuple[str, ...], not_sees: tuple[str, ...]
) -> None:
    shown = "".join(reading(who).get(f"/board?table={each}").partition("<main")[2] for each in SHEETS)
    shown = re.sub(r"(?s)<form method=\"get\".*?</form>|<p class=\"crumbs\">.*?</p>", "", shown)
    assert [name for name in sees if name not in shown] == []
    assert [name for name in not_sees if name in shown] == []


def test_its_filters_stand_in_the_address(reading: Reading) -> None:
    carol = reading("carol")
    below_d1 = carol.get("/board?branch=d1")
    assert "Phường Ba" not in section(below_d1, "returned")
    communes = rows(section(carol.get(f"/board?level=grassroots&period={FEB}&table=overdue"), "overdue"))
    assert [row[0] for row in communes] == ["Xã Hai"]
    for wrong in ("plan=no", "branch=no", "level=no", "period=no"):
        assert "“no”" in carol.get(f"/board?{wrong}", 422)


def test_bob_accepts_many_at_once_and_sees_the_outcome_of_each(reading: Reading, lived: World) -> None:
    bob = reading("bob")
    own, theirs = lived.one("x1", FEB).id, lived.one("x3", FEB).id
    settled = lived.one("x1", "2024-01").id
    said = bob.post("/board/accept", obligation=[str(own), str(settled), str(theirs)])
    assert [(row[0], row[3]) for row in rows(said)] == [
        ("Xã Một", "✗ Not accepted: the report is accepted"),
        ("Xã Một", "✓ Accepted"),
    ]
    assert lived.one("x1", FEB, NOW).state == Lifecycle.ACCEPTED
    assert lived.one("x3", FEB, NOW).state == Lifecycle.RETURNED
    assert "already" not in bob.post("/board/accept", obligation=[str(own)])
    bob.post("/board/accept", 403, obligation=[str(theirs)])
    assert "No report was chosen" in bob.post("/board/accept")


def test_a_plan_without_a_number_is_called_by_its_title(reading: Reading, lived: World) -> None:
    """On every list of the board, in its files, where one decides, and where one accepts."""
    id = str(lived.ask("x2", "2024-03", "2024-03-29", NOW, "lũ"))
    with writing(lived.engine) as session:
        session.execute(update(Plan).values(number=""))
    bob, carol = reading("bob"), reading("carol")
    for text in (carol.get("/board"), bob.get("/board"), bob.get("/mine"), reading("alice").get("/mine")):
        assert "Chương trình năm 2024" in text
    for name in SHEETS:
        carol.get(f"/board?table={name}&export=csv")
    assert "Chương trình năm 2024" in bob.post("/board/extension", 422, obligation=id)
    accepted = bob.post("/board/accept", obligation=[str(lived.one("x1", FEB).id)])
    assert "Chương trình năm 2024 · Báo cáo tháng" in accepted


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "vi",
            "✗ Không tiếp nhận được (báo cáo số {id}: không thể tiếp nhận trước {moment:%d/%m/%Y %H:%M}, "
            "thời điểm của bước trước; ghi thời điểm muộn hơn, hoặc báo người quản trị chỉnh lại đồng hồ "
            "máy chủ)",
        ),
        (
            "en",
            "✗ Not accepted (obligation {id}: cannot accept before {moment:%d/%m/%Y %H:%M}, "
            "the time of the step before; give a later time, or set the clock right)",
        ),
    ],
)
def test_why_a_report_was_not_accepted_is_said_in_the_page_s_language(
    reading: Reading, lived: World, clock: MovedClock, language: str, said: str
) -> None:
    """The clock jumped back behind the submission."""
    bob = reading("bob")
    bob.client.cookies.set("dondoc_language", language)
    row = lived.one("x1", FEB, NOW)
    assert row.submitted_at is not None
    clock.now = row.submitted_at - timedelta(hours=1)
    page = bob.post("/board/accept", obligation=[str(row.id)])
    expected = said.format(id=row.id, moment=row.submitted_at.astimezone(HCM))
    assert [cells[3] for cells in rows(page)] == [expected]


def test_bob_decides_about_an_extension_with_number_and_reason(reading: Reading, lived: World) -> None:
    id = str(lived.ask("x2", "2024-03", "2024-03-29", NOW, "=lũ"))
    bob, alice = reading("bob"), reading("alice")
    assert "=lũ" in section(bob.get("/board"), "extensions")
    assert "Grant" not in alice.get("/board?table=extensions")
    alice.post("/board/extension", 403, obligation=id, decision="grant", number="5/QĐ")
    again = bob.post("/board/extension", 422, obligation=id, decision="grant", reason="đồng ý")
    assert "Give the number" in again
    assert "đồng ý</textarea>" in again
    assert "Say why" in bob.post("/board/extension", 422, obligation=id, decision="refuse", number="5/QĐ")
    bob.post("/board/extension", 303, obligation=id, decision="grant", number="5/QĐ", reason="lũ")
    row = lived.one("x2", "2024-03", NOW)
    assert row.safe_day is not None
    assert row.safe_day.isoformat() == "2024-03-29"
    bob.post("/board/extension", 404, obligation=id, decision="grant", number="5/QĐ")


@pytest.mark.parametrize(
    "address",
    [
        "/board?branch=%00d1&period=%00",
        "/board?page=999999999999999999999&table=overdue",
        "/board?page=-1&export=exe",
        "/grid?plan=p-2024&duty=%00&period=%00&page=100000",
        "/chase?obligation=99999999999999999999",
        "/plans/p-2024/chain?under=%00&open=99999999999999999999",
        "/plans/p-2024/chain?open=x",
        "/rates?period=0000",
        f"/board?plan={'x' * 300}",
    ],
)
def test_an_address_that_nobody_made_is_refused_with_a_page(reading: Reading, address: str) -> None:
    answer = reading("carol").client.get(address)
    assert answer.status_code in (200, 404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    for id in ("99999999999999999999", "-1", "0"):
        said = reading("carol").client.post("/board/accept", data={"obligation": id})
        assert said.status_code in (200, 403, 422)


def test_every_tile_counts_reports(
    lived: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    """March is due on the 17th: one row of the table, of several reports."""
    clock.now = at("2024-03-12 09:00")
    page = browser(app, engine, settings, "carol", "2024-03-12 09:00").client.get("/board").text
    tile = re.search(r'href="#s-coming">[^<]*</a> <span class="big figures">([0-9]+)<', page)
    coming = rows(section(page, "coming"))
    assert tile is not None
    assert int(tile[1]) == sum(int(row[-1]) for row in coming) > len(coming)
