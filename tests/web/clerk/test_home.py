"""A unit's own pages: what is to be done, the year; in few questions to the database, and not large."""

from __future__ import annotations

import re

import pytest

from tests.conftest import at
from tests.reporting.test_query_counts import statements
from tests.web.clerk.conftest import Office


def shown(office: Office, who: str, path: str) -> str:
    at_work = office.as_(who)
    at_work.client.cookies.set("dondoc_language", "vi")
    return at_work.client.get(path).text


@pytest.mark.parametrize(
    ("who", "place"), [("alice", ""), ("bob", "/board"), ("carol", "/board"), ("dave", "/admin")]
)
def test_the_front_page_leads_each_to_what_serves_them(office: Office, who: str, place: str) -> None:
    answer = office.as_(who).client.get("/")
    assert answer.headers.get("location", "") == place
    assert (answer.status_code == 200) is (place == "")


def test_a_clerk_has_no_board_of_a_monitor(office: Office) -> None:
    alice = office.as_("alice")
    answer = alice.client.get("/board?period=2024-02")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert alice.client.get("/board?table=review").status_code == 200  # their own page leads to it
    for who, has in (("alice", False), ("bob", True), ("carol", True), ("dave", True)):
        assert ('href="/board"' in shown(office, who, "/year")) is has, who
        assert ("/board?" in shown(office, who, "/plans/p-2024")) is has, who


def test_alice_sees_what_is_hers_to_do(office: Office) -> None:
    office.world.submit("x1", "2024-01", "2024-01-10 09:00")
    office.world.accept("x1", "2024-01", "2024-01-11 09:00")
    text = shown(office, "alice", "/")
    assert "Báo cáo tháng, tháng 2/2024" in text
    assert "Báo cáo tháng, tháng 3/2024" in text
    assert "tháng 5/2024" not in text  # not within 45 days
    assert "Đã nộp trong 30 ngày qua" in text
    assert "Chờ đơn vị tiếp nhận" not in text


@pytest.mark.parametrize(
    ("returned", "words"), [("2024-02-09 09:00", "bị trả lại"), ("2024-01-20 09:00", "quá hạn nộp lại")]
)
def test_what_came_back_is_called_the_same_on_the_list_and_on_its_page(
    office: Office, returned: str, words: str
) -> None:
    office.world.submit("x1", "2024-01", "2024-01-10 09:00")
    office.world.give_back("x1", "2024-01", returned)
    for path in ("/", f"/obligations/{office.world.one('x1', '2024-01').id}"):
        (said,) = re.findall(
            r"</span> ((?:bị trả lại|quá hạn nộp lại)[^<]*)</span>", shown(office, "alice", path)
        )
        assert said.strip() == words, path


def test_bobs_unit_sees_what_waits_for_it(office: Office) -> None:
    for unit in ("x1", "x2", "x3"):
        office.file(office.link(unit))
    text = shown(office, "bob", "/mine")
    assert "Chờ đơn vị tiếp nhận (2)" in text
    assert "Xã Một" in text
    assert "Phường Ba" not in text  # the other district's


def test_the_year_has_every_period_with_its_mark(office: Office) -> None:
    office.file(office.link())
    text = shown(office, "alice", "/year")
    for month in range(1, 13):
        assert f"tháng {month}/2024" in text
    assert text.count("chưa hoàn thành, trong hạn") >= 9
    assert "hoàn thành đúng hạn" in text
    assert f'href="/obligations/{office.id()}"' in text
    assert 'href="/feeds"' in text
    assert "không có báo cáo phải nộp" in shown(office, "alice", "/year?year=2031")
    assert "Năm báo cáo 2024" in shown(office, "alice", "/year?year=abc")


def test_a_person_who_may_see_a_unit_may_see_its_year(office: Office) -> None:
    assert "Xã Một" in shown(office, "carol", "/year?unit=x1")
    for who, unit in (("mallory", "x1"), ("alice", "x2"), ("alice", "no-such")):
        assert office.as_(who).client.get(f"/year?unit={unit}").status_code == 404
    assert "không gắn với một đơn vị" in shown(office, "dave", "/year")


@pytest.mark.parametrize("path", ["/", "/year", "/obligations/{id}", "{link}", "/mine"])
def test_it_asks_the_database_as_often_for_many_as_for_few(office: Office, path: str) -> None:
    who = "bob" if path == "/mine" else "alice"
    address = path.format(id=office.id(), link=office.link())

    def asked() -> int:
        at_work = office.as_(who)
        with statements(office.engine) as sent:
            answer = at_work.client.get(address)
        assert answer.status_code == 200
        assert len(answer.content) < 300_000
        return len(sent)

    first = asked()
    for month in ("02", "03"):
        for unit in ("x1", "x2"):
            office.world.submit(unit, f"2024-{month}", "2024-02-01 09:00", ahead=True, document_number="1/BC")
    office.clock.now = at("2024-02-01 10:00")
    assert asked() <= first + 1  # documents are asked for once there is a version


def test_a_report_and_its_link_say_why_it_is_due_on_its_day(office: Office) -> None:
    for who, path in (("alice", f"/obligations/{office.id()}"), ("nobody", office.link())):
        text = shown(office, who, path)
        assert "Vì sao ngày này?" in text
        assert "ngày cuối cùng là 06/02/2024." in text
