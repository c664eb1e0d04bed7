"""A report for information, on the pages and in the API: whom it goes to, who sees it, who may do nothing."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import writing
from models.vocabulary import AccessRole
from notifications.links import Purpose
from reporting.access.accounts import grant, open_account
from reporting.moves.undo import withdraw
from tests.conftest import at
from tests.reporting.sample_files import PDF
from tests.web.cast import Browser, api_token
from tests.web.clerk.conftest import Office

pytestmark = pytest.mark.postgresql  # lists and their order

FEB = "2024-02"
SENT_TO = "Văn phòng UBND tỉnh (qua Sở Kế hoạch)"


@pytest.fixture
def desk(office: Office) -> Office:
    """Frank heads the province's office, which has the districts' reports for information."""
    now = at("2024-01-01 08:00")
    with writing(office.engine) as session:
        account = open_account(session, "frank@p.gov.vn", "Frank", now, "Dave", language="vi", password=None)
        grant(session, account, AccessRole.HEAD, "van-phong", date(2024, 1, 1), now, "Dave")
    return office


def filed(office: Office, period: str = FEB, unit: str = "d1") -> int:
    return office.world.submit(unit, period, "2024-02-01 08:30", files=[("bc.pdf", PDF)], ahead=True)


def page(at_work: Browser, path: str, status: int = 200) -> str:
    at_work.client.cookies.set("dondoc_language", "vi")
    answer = at_work.client.get(path)
    assert answer.status_code == status, (path, answer.text)
    return answer.text


def test_the_clerk_sees_to_whom_it_goes_and_so_does_the_receipt(office: Office) -> None:
    link = office.link("d1")
    shown = office.client.get(link).text
    assert SENT_TO in shown
    assert "Sở Kế hoạch tiếp nhận hoặc trả lại; các nơi nhận khác xem để biết" in shown
    assert "Đơn vị tổng hợp" not in shown  # the same as receives
    status, place, _ = office.file(link)
    assert (status, SENT_TO in office.client.get(place).text) == (303, True)
    alone = office.client.get(office.link("x1")).text
    assert "để biết" not in alone  # a report with one recipient


def test_it_opens_to_further_recipients_once_it_is_filed_and_changes_nothing(desk: Office) -> None:
    frank, id = desk.as_("frank"), desk.id("d1")
    paths = (f"/obligations/{id}", f"/obligations/{id}/documents/1", f"/obligations/{id}/receipt")
    for path in paths:
        page(frank, path, 404)
    filed(desk)
    for path in paths[:2]:
        assert frank.client.get(path).status_code == 200
    shown = page(frank, paths[0])
    assert 'action="/obligations' not in shown.partition("<main")[2]  # no form at all
    for action in ("accept", "return", "close", "decide"):
        form = frank.form(reason="x", kind="waived", seen="1")
        answer = frank.client.post(f"{paths[0]}/{action}", data=form)
        assert answer.status_code == 403, action
    assert frank.client.get(f"/chase?obligation={id}").status_code in (403, 404)
    assert frank.client.post("/chase", data=frank.form(obligation=str(id))).status_code in (403, 404)


def test_it_has_a_list_of_its_own_on_the_board_and_counts_nowhere_else(desk: Office) -> None:
    frank = desk.as_("frank")
    assert "Để biết" not in page(frank, "/board")
    filed(desk)
    filed(desk, unit="d2")
    board = page(frank, "/board")
    section = board.partition('id="s-copies"')[2].partition("</section>")[0]
    assert [name in section for name in ("Huyện Một", "Huyện Hai", "Phường Ba")] == [True, True, False]
    before = board.partition('id="s-copies"')[0].partition("<main")[2]
    assert "Huyện Một" not in before.partition("</nav>")[2]
    assert "Huyện Hai" in page(frank, "/board?table=copies")
    assert "Huyện Hai" not in page(frank, "/board?table=copies&period=2024-03")
    assert frank.client.get("/board?table=copies&export=csv").text.count("Huyện") == 2
    assert "Để biết" not in page(desk.as_("carol"), "/board")  # she receives them
    assert page(frank, "/rates").count("Huyện") == 0
    assert "Huyện Một" not in page(frank, "/grid")


def test_it_stands_on_the_persons_own_page_and_in_no_year(desk: Office) -> None:
    filed(desk)
    frank = desk.as_("frank")
    mine = page(frank, "/mine")
    assert "Huyện Một" in mine.partition('id="informing"')[2].partition("</section>")[0]
    assert "Chờ đơn vị tiếp nhận" not in mine
    page(frank, "/year?unit=d1", 404)


def test_a_link_for_information_opens_what_is_filed_and_while_it_is(desk: Office) -> None:
    link = desk.link("d1", purpose=Purpose.COPY)
    assert desk.client.get(link).status_code == 404
    id = filed(desk)
    shown = desk.client.get(link).text
    assert "Báo cáo này được gửi để biết: không phải làm gì." in shown
    assert desk.client.get(f"{link}/documents/1").status_code == 200
    for action in ("file", "withdraw", "accept", "new"):
        assert desk.client.post(f"{link}/{action}", data={"note": "x"}).status_code in (404, 405)
    assert desk.client.get(link.replace("/c/", "/o/")).status_code == 404
    with writing(desk.engine) as session:
        withdraw(session, id, at("2024-02-01 08:40"), "Bob")
    assert desk.client.get(link).status_code == 404
    assert desk.client.get(f"{link}/documents/1").status_code == 404
    page(desk.as_("frank"), f"/obligations/{id}", 404)


def test_the_api_has_it_in_lists_and_in_no_figure(desk: Office) -> None:
    token = {"Authorization": f"Bearer {api_token(desk.engine, 'frank', '2024-02-01 09:00')}"}

    def get(path: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        answer = desk.client.get(f"/api/v1{path}", headers=token)
        return answer.status_code, answer.json()

    id = desk.id("d1")
    assert get(f"/obligations/{id}")[0] == 404
    assert get("/obligations")[1]["items"] == []
    filed(desk)
    status, one = get(f"/obligations/{id}")
    assert (status, one["receiving"], one["copies"], one["via"]) == (200, "so", ["van-phong"], "so")
    assert [each["id"] for each in get("/obligations")[1]["items"]] == [id]
    assert get("/rates")[1]["total"]["expected"] == 0
    for action, body in (("accept", {}), ("return", {"reason": "x"}), ("chase", {"message": "x"})):
        answer = desk.client.post(f"/api/v1/obligations/{id}/{action}", headers=token, json=body)
        assert answer.status_code == 403, action
