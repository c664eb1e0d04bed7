"""What the recipient and the monitor do on a report's page, and that nobody does it unseen or too late."""

from __future__ import annotations

import pytest

from models.vocabulary import Lifecycle
from tests.conftest import at
from tests.web.cast import Browser
from tests.web.clerk.conftest import Office


def post(office: Office, who: str, action: str, **fields: str) -> tuple[int, str, str]:
    """As one of the cast, in Vietnamese; returns the status, where it leads, and the page."""
    at_work: Browser = office.as_(who)
    at_work.client.cookies.set("dondoc_language", "vi")
    answer = at_work.client.post(f"/obligations/{office.id()}/{action}", data=at_work.form(**fields))
    return answer.status_code, answer.headers.get("location", ""), answer.text


def page(office: Office, who: str, path: str = "") -> str:
    at_work = office.as_(who)
    at_work.client.cookies.set("dondoc_language", "vi")
    return at_work.client.get(path or f"/obligations/{office.id()}").text


def test_bob_accepts_what_he_has_seen(office: Office) -> None:
    office.file(office.link())
    assert "Tiếp nhận hoặc trả lại" in page(office, "bob")
    status, to, _ = post(office, "bob", "accept", seen="1", note="đủ")
    assert (status, to) == (303, f"/obligations/{office.id()}?done=accept")
    assert "Đã tiếp nhận báo cáo." in page(office, "bob", to)
    assert office.row().state == Lifecycle.ACCEPTED
    (entry,) = office.audited("accept")
    assert entry.actor == "Bob <bob@p.gov.vn>"


def test_bob_does_not_accept_a_version_that_came_while_he_read(office: Office) -> None:
    office.file(office.link())
    office.file(office.link(), number="13/BC", seen="1")
    for action in ("accept", "return"):
        status, _, text = post(office, "bob", action, seen="1", reason="thiếu biểu")
        assert status == 409
        assert "đơn vị vừa nộp bản mới" in text
    assert office.row().state == Lifecycle.SUBMITTED


def test_bob_returns_with_a_reason_and_only_with_one(office: Office) -> None:
    office.file(office.link())
    for reason in ("", "  \n", "\u200b\u202e"):
        status, _, text = post(office, "bob", "return", seen="1", reason=reason)
        assert status == 422
        assert "Ghi lý do." in text
    status, to, _ = post(office, "bob", "return", seen="1", reason="Biểu 2 <b>thiếu</b>")
    assert status == 303
    text = page(office, "bob", to)
    assert "đơn vị sẽ nhận được thư có lý do" in text
    assert "Biểu 2 &lt;b&gt;thiếu&lt;/b&gt;" in text


@pytest.mark.parametrize("action", ["accept", "return", "decide", "close"])
def test_a_move_too_late_is_explained(office: Office, action: str) -> None:
    office.file(office.link())
    office.world.accept("x1", "2024-02", "2024-02-01 10:00")
    office.clock.now = at("2024-02-01 11:00")
    fields = {"seen": "1", "reason": "x", "verdict": "grant", "request": "1", "kind": "waived"}
    status, _, text = post(office, "dave", action, **fields)
    assert status == 409
    assert "hiện ở tình trạng “đã tiếp nhận”" in text or "đã được quyết định" in text


@pytest.mark.parametrize(
    ("verdict", "state"), [("grant", "Gia hạn đến hết ngày 20/02/2024"), ("refuse", "Không gia hạn")]
)
def test_a_request_for_time_is_decided_once(office: Office, verdict: str, state: str) -> None:
    office.client.post(f"{office.link()}/extension", data={"until": "20/02/2024", "reason": "Bão số 1"})
    text = page(office, "carol")
    assert "Bão số 1" in text
    request = text.partition('name="request" value="')[2].partition('"')[0]
    assert post(office, "carol", "decide", request=request, verdict="perhaps")[0] == 422
    assert post(office, "carol", "decide", request="999", verdict="grant")[0] == 409
    if verdict == "refuse":
        assert post(office, "carol", "decide", request=request, verdict="refuse")[0] == 422
    fields = {"request": request, "verdict": verdict, "number": "05/QĐ-UBND", "note": "đã xem"}
    assert post(office, "carol", "decide", **fields)[0] == 303
    assert post(office, "carol", "decide", **fields)[0] == 409
    text = page(office, "alice")
    assert state in text
    assert "05/QĐ-UBND" in text


@pytest.mark.parametrize(("kind", "word"), [("waived", "Được miễn"), ("cancelled", "Đã hủy")])
def test_what_is_not_owed_is_closed_with_a_reason(office: Office, kind: str, word: str) -> None:
    assert post(office, "carol", "close", kind="accepted", reason="x")[0] == 422
    assert post(office, "carol", "close", kind=kind, reason=" ")[0] == 422
    assert post(office, "carol", "close", kind=kind, number="7/QĐ", reason="Giải thể")[0] == 303
    text = page(office, "carol")
    assert word in text
    assert "Giải thể" in text
    assert [part.partition('"')[0] for part in text.split('action="/obligations/')[1:]] == [
        f"{office.id()}/undo"
    ]


def test_each_sees_the_forms_that_are_theirs(office: Office) -> None:
    office.file(office.link())
    forms = {
        who: {
            part.partition('"')[0].rpartition("/")[2]
            for part in page(office, who).split('action="/obligations/')[1:]
        }
        for who in ("alice", "bob", "carol", "dave")
    }
    assert forms == {
        "alice": {"file", "withdraw"},  # a better version, or none
        "bob": {"accept", "return"},
        "carol": set(),
        "dave": {"file", "withdraw", "accept", "return"},
    }


def test_the_whole_history_is_one_timeline(office: Office) -> None:
    world = office.world
    world.tick("2024-02-01 09:00")
    office.client.post(f"{office.link()}/acknowledge", data={"note": "đang làm"})
    world.extend("x1", "2024-02", "2024-02-20", "2024-02-02 09:00")
    world.submit("x1", "2024-02", "2024-02-15 09:00", document_number="1/BC")
    world.give_back("x1", "2024-02", "2024-02-16 09:00")
    world.submit("x1", "2024-02", "2024-02-17 09:00", document_number="2/BC")
    world.accept("x1", "2024-02", "2024-02-18 09:00")
    office.clock.now = at("2024-02-19 09:00")
    text = page(office, "bob")
    words = [
        "Mở báo cáo phải nộp, hạn hết ngày 06/02/2024",
        "alice@p.gov.vn",
        "Đơn vị xác nhận đã biết",
        "Xin gia hạn đến hết ngày 20/02/2024",
        "Gia hạn đến hết ngày 20/02/2024",
        ", số 1/BC",
        "Trả lại</strong>, nộp lại chậm nhất đến hết ngày",
        "(bản thứ 2), số 2/BC",
        "Tiếp nhận</strong>",
    ]
    history = text.partition('<ol class="timeline">')[2]
    places = [history.find(each) for each in words]
    assert -1 not in places
    assert places == sorted(places)
    audit = text.partition("Nhật ký thay đổi")[2]
    assert all(each in audit for each in ("xin gia hạn", "gia hạn", "nộp", "trả lại", "tiếp nhận"))
    assert "Nhật ký thay đổi" not in page(office, "alice")


def test_what_somebody_may_not_see_is_not_there(office: Office) -> None:
    for path in (
        f"/obligations/{office.id()}",
        "/obligations/999999",
        "/obligations/x",
        f"/obligations/{2**40}",
    ):
        assert office.as_("mallory").client.get(path).status_code == 404
    assert office.as_("alice").client.get(f"/obligations/{office.id('x2')}").status_code == 404


def test_bob_undoes_his_acceptance_within_a_day_and_dave_later(office: Office) -> None:
    office.file(office.link())
    post(office, "bob", "accept", seen="1")
    assert "Tiếp nhận nhầm:" in page(office, "bob")
    for who in ("alice", "carol"):
        assert "Tiếp nhận nhầm:" not in page(office, who)
        assert post(office, who, "undo", state="accepted", reason="nhầm")[0] == 403
    status, _, text = post(office, "bob", "undo", state="accepted", reason=" ")
    assert status == 422
    assert "Ghi lý do." in text
    status, to, _ = post(office, "bob", "undo", state="accepted", reason="chưa xem biểu 2")
    assert (status, to) == (303, f"/obligations/{office.id()}?done=undo")
    text = page(office, "bob", to)
    assert "chưa xem biểu 2" in text
    assert office.row().state == Lifecycle.SUBMITTED
    (entry,) = office.audited("undo-acceptance")
    assert entry.actor == "Bob <bob@p.gov.vn>"
    post(office, "bob", "accept", seen="1")
    office.clock.now = at("2024-02-02 09:01")
    assert "Tiếp nhận nhầm:" not in page(office, "bob")
    assert post(office, "bob", "undo", state="accepted", reason="nhầm")[0] == 403
    assert post(office, "dave", "undo", state="accepted", reason="nhầm")[0] == 303
    assert office.row().state == Lifecycle.SUBMITTED


@pytest.mark.parametrize("kind", ["waived", "cancelled"])
def test_what_was_ended_is_owed_again_once_that_is_undone(office: Office, kind: str) -> None:
    post(office, "carol", "close", kind=kind, reason="giải thể")
    assert office.told(f"@{kind}") == [("alice@p.gov.vn", "not-owed")]
    assert "báo cáo lại phải nộp" not in page(office, "alice")
    assert post(office, "alice", "undo", state=kind, reason="nhầm")[0] == 403
    assert post(office, "bob", "undo", state="accepted", reason="nhầm")[0] == 409
    assert "báo cáo lại phải nộp" in page(office, "bob")
    assert post(office, "bob", "undo", state=kind, reason="nhầm")[0] == 303
    assert office.row().state == Lifecycle.OPEN
