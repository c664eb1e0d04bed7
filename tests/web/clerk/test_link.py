"""The link in a mail: what it opens, what it does not, and what an old one is good for."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from string import ascii_letters, digits

import pytest
from sqlmodel import select

from models.database import reading, writing
from models.unit import Contact
from models.vocabulary import Lifecycle
from notifications.links import LinkHolder, Purpose, signed_link
from tests.conftest import at
from tests.reporting.sample_files import PDF
from tests.web.cast import add_contact
from tests.web.clerk.conftest import NOW, Office


def test_it_shows_what_is_owed_why_until_when_and_for_whom(office: Office) -> None:
    page = office.client.get(office.link()).text
    for words in (
        "Báo cáo tháng",
        "Tháng 2/2024",
        "Xã Một",
        "1/CTr-UBND – Chương trình năm 2024",
        "IV.1",
        "chậm nhất ngày 06/02/2024",  # three working days before the district's, and Tết between
        "còn 5 ngày (3 ngày làm việc)",
        "Huyện Một",
        "phải nộp lên trên chậm nhất đến hết ngày 17/02/2024",
        "Sở Kế hoạch",
    ):
        assert words in page, words


@pytest.mark.parametrize("purpose", [Purpose.FILE, Purpose.VIEW])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_it_changes_nothing(office: Office, purpose: Purpose, method: str) -> None:
    before = office.row().model_dump()
    assert office.client.request(method, office.link(purpose=purpose)).status_code == 200
    assert office.row().model_dump() == before


@pytest.mark.parametrize(
    ("unit", "is_shown"),
    [("d1", True), ("x1", False)],
    ids=["due on the 17th, after the 14th", "due on the 6th, before Tết and before the 14th"],
)
def test_it_shows_the_span_of_the_data_where_that_ends_before_the_deadline(
    office: Office, unit: str, is_shown: bool
) -> None:
    page = office.client.get(office.link(unit)).text
    assert "Tháng 2/2024" in page
    assert ("Số liệu từ 15/01/2024 đến hết 14/02/2024" in page) is is_shown
    assert ("Số liệu từ" in page) is is_shown
    estimated = "Kỳ số liệu từ 15/01/2024 đến hết 14/02/2024, đến hạn nộp báo cáo thì chưa đủ số liệu"
    assert (estimated in page and "ghi số liệu ước" in page) is not is_shown


def test_it_hints_at_the_working_day_before_a_last_day_that_is_a_day_off(office: Office) -> None:
    page = office.client.get(office.link("d1")).text
    assert "Ngày cuối 17/02/2024 trùng ngày nghỉ (Thứ Bảy): nên nộp trong ngày 16/02/2024." in page
    assert "trước ngày 18/02/2024, tức hết ngày 17/02/2024" in page
    assert "Xã Hai, Xã Một" in page  # those it still waits for


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2024-02-06 23:59", "hôm nay là ngày cuối"),
        ("2024-02-07 00:00", "quá hạn 1 ngày (1 ngày làm việc)"),
        ("2024-02-19 09:00", "quá hạn 13 ngày (4 ngày làm việc)"),
    ],
)
def test_it_says_how_far_off_the_deadline_is(office: Office, when: str, words: str) -> None:
    office.clock.now = at(when)
    assert words in office.client.get(office.link(when=when)).text


def test_the_looking_link_shows_no_form_and_files_nothing(office: Office) -> None:
    link = office.link(purpose=Purpose.VIEW)
    page = office.client.get(link).text
    assert "<textarea" not in page
    assert 'type="file"' not in page
    assert f"/obligations/{office.id()}" in page
    assert office.client.post(f"{link}/file").status_code in (404, 405)
    # Nor does its signature serve to hand in.
    status, _, _ = office.file(link.replace("/v/", "/o/"))
    assert status == 404
    assert office.row().state == Lifecycle.OPEN


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link[:-2] + "-z",
        lambda link: link + "x",
        lambda link: link[: link.rindex("/") + 6],  # little of the signature is left, or nothing
        lambda link: link[: link.rindex("/") + 1],
        lambda link: link[: link.rindex("/")],
        lambda link: link[: link.rindex("/") - 3],
        lambda link: link[: link.index("/", 3)],
        lambda link: "/o/",
    ],
)
def test_a_link_that_is_not_ours_gets_advice_and_nothing_else(office: Office, change) -> None:  # type: ignore[no-untyped-def]
    answer = office.client.get(change(office.link()))
    assert answer.status_code == 404
    assert "Mở lại thư và bấm vào nút trong thư" in answer.text
    assert "Gửi cho tôi đường dẫn mới" not in answer.text
    assert "Xã Một" not in answer.text


def as_of_today(link: str) -> str:
    return link


def as_of_before(link: str) -> str:
    """The link as it was written before: its signature in base 64, with hyphens and underscores."""
    head, _, signature = link.rpartition("/")
    letters = digits + ascii_letters
    number = sum(letters.index(letter) * len(letters) ** place for place, letter in enumerate(signature))
    return f"{head}/{urlsafe_b64encode(number.to_bytes(18)).decode()}"


@pytest.mark.parametrize("written", [as_of_today, as_of_before])
@pytest.mark.parametrize("lost", [1, 2, 17])
def test_a_link_that_a_mail_program_has_cut_offers_a_new_one(
    office: Office, written: Callable[[str], str], lost: int
) -> None:
    cut = written(office.link())[:-lost]
    answer = office.client.get(cut)
    assert answer.status_code == 404
    assert "Đường dẫn bị cắt mất phần cuối" in answer.text
    assert f'action="{cut}/new"' in answer.text
    assert "Xã Một" not in answer.text
    assert office.file(cut)[0] == 404
    assert "Đã gửi đường dẫn mới" in office.client.post(f"{cut}/new").text
    assert office.told("@link") == [("alice@p.gov.vn", "coming-due")]


@pytest.mark.parametrize("purpose", [Purpose.VIEW, Purpose.UNSUBSCRIBE])
def test_a_cut_link_to_look_only_is_known_and_promises_nothing(office: Office, purpose: Purpose) -> None:
    page = office.client.get(office.link(purpose=purpose)[:-1]).text
    assert "Đường dẫn bị cắt mất phần cuối" in page
    assert "đường dẫn mới</button>" not in page


def test_a_link_as_it_was_written_before_still_opens(office: Office) -> None:
    old = as_of_before(office.link())
    assert office.client.get(old).status_code == 200
    assert office.file(old)[0] == 303


def test_the_link_of_one_report_does_not_open_another(office: Office) -> None:
    own, other = office.link(), office.id("x2")
    foreign = own.replace(f"/o/{office.id()}/", f"/o/{other}/")
    assert office.client.get(foreign).status_code == 404
    assert office.file(foreign)[0] == 404


@pytest.mark.parametrize(
    "path",
    ["/o/0/1/x", "/o/99999999999/1/x", "/o/abc/1/x", "/o/1/x/x", "/o/1/" + "9" * 5000 + "/x", "/o/1/-1/x"],
)
def test_what_is_no_link_at_all_is_not_found(office: Office, path: str) -> None:
    assert office.client.get(path).status_code == 404


def test_an_expired_link_offers_a_new_one_to_the_units_clerk_by_mail(office: Office) -> None:
    old = office.link()
    office.clock.now = at("2024-04-12 09:00")
    answer = office.client.get(old)
    assert answer.status_code == 410
    assert "Gửi cho tôi đường dẫn mới" in answer.text
    assert office.file(old)[0] == 410
    assert office.told("@link") == []
    assert "Đã gửi đường dẫn mới" in office.client.post(f"{old}/new").text
    assert "vừa được gửi cách đây ít lâu" in office.client.post(f"{old}/new").text
    assert office.told("@link") == [("alice@p.gov.vn", "coming-due")]
    office.clock.now = at("2024-04-12 09:31")
    assert "Đã gửi đường dẫn mới" in office.client.post(f"{old}/new").text


def test_a_new_link_is_given_to_nobody_else(office: Office) -> None:
    """Not for a link that is made up, nor for one to look only: nobody knows whose that was."""
    looking = office.link(purpose=Purpose.VIEW)
    office.clock.now = at("2024-04-12 09:00")
    assert office.client.post(f"{office.link()[:-1]}-/new").status_code == 404
    assert "đường dẫn mới</button>" not in office.client.get(looking).text
    assert office.client.post(f"{looking}/new").status_code in (404, 405)
    assert office.told("@link") == []


def mailed_to(office: Office, address: str, unit: str = "x1") -> tuple[int, str]:
    """The contact with the address, and the link as it is mailed to them."""
    with reading(office.engine) as session:
        contact = session.exec(select(Contact).where(Contact.address == address)).one()
        holder = LinkHolder(contact.id, contact.link_series)
    secret = office.settings.secret_key.get_secret_value()
    link = signed_link("http://x", secret, Purpose.FILE, office.id(unit), at(NOW), holder)
    return contact.id, link.removeprefix("http://x")


def test_a_link_carries_the_contact_to_whom_it_was_mailed(office: Office) -> None:
    contact, link = mailed_to(office, "alice@p.gov.vn")
    assert f"/o/{office.id()}-{contact}/" in link
    assert office.client.get(link.replace(f"-{contact}/", f"-{contact + 1}/")).status_code == 404
    assert office.client.get(link.replace(f"-{contact}/", "/")).status_code == 404
    assert office.file(link)[0] == 303
    assert office.versions()[0].submission.actor == "Xã Một (đường dẫn trong thư gửi Alice)"


def test_a_link_ends_when_its_contact_leaves_the_unit(office: Office) -> None:
    """Who had moved on to another office could file in the name of the old one for two months."""
    _, link = mailed_to(office, "alice@p.gov.vn")
    with writing(office.engine) as session:
        for each in session.exec(select(Contact).where(Contact.address == "alice@p.gov.vn")):
            each.valid_to = at(NOW).date()
    add_contact(office.engine, "x1", "new@p.gov.vn")
    answer = office.client.get(link)
    assert answer.status_code == 410
    assert "Đường dẫn không còn hiệu lực" in answer.text
    assert office.file(link)[0] == 410
    office.client.post(f"{link}/new")
    assert office.told("@link") == [("new@p.gov.vn", "coming-due")]


def test_links_that_an_administrator_revoked_open_nothing_and_new_ones_do(office: Office) -> None:
    contact, link = mailed_to(office, "alice@p.gov.vn")
    dave = office.as_("dave")
    assert "Revoke the links in mails" in dave.client.get("/admin/units/x1").text
    dave.client.post(f"/admin/contacts/{contact}/links", data=dave.form())
    assert (office.client.get(link).status_code, office.file(link)[0]) == (410, 410)
    assert office.client.get(mailed_to(office, "alice@p.gov.vn")[1]).status_code == 200


def test_a_link_that_still_holds_needs_no_new_one(office: Office) -> None:
    answer = office.client.post(f"{office.link()}/new")
    assert (answer.status_code, answer.headers["location"]) == (303, office.link())


def test_a_unit_without_an_address_sees_whom_to_ask(office: Office) -> None:
    old = office.link("x2")
    office.clock.now = at("2024-04-12 09:00")
    assert "Không gửi được đường dẫn mới" in office.client.post(f"{old}/new").text


def test_guessing_is_stopped_and_a_true_link_still_opens(office: Office) -> None:
    for _ in range(30):
        assert office.client.get(f"{office.link()}x").status_code == 404
    assert office.client.get(f"{office.link()}x").status_code == 429
    assert office.client.get(office.link()).status_code == 200


def test_one_link_cannot_file_without_end(office: Office) -> None:
    for _ in range(40):
        assert office.file(office.link(), dated="x")[0] == 422
    assert office.file(office.link(), dated="x")[0] == 429


def test_its_mails_are_listed_without_addresses(office: Office) -> None:
    add_contact(office.engine, "d1", "bob@p.gov.vn")
    office.world.tick("2024-02-19 09:00")
    office.clock.now = at("2024-02-19 10:00")
    page = office.client.get(office.link(when="2024-02-19 10:00")).text
    _, _, history = page.partition('class="timeline"')
    assert "văn thư đơn vị" in history
    assert "@p.gov.vn" not in history
    assert "alice@p.gov.vn" not in page  # whom to ask at the recipient is named
    assert "alice@p.gov.vn" in office.as_("bob").client.get(f"/obligations/{office.id()}").text


def test_the_look_ahead_stops_by_one_click_and_not_by_opening(office: Office) -> None:
    contact = add_contact(office.engine, "x2", "xuan@p.gov.vn")
    link = office.tail(contact, Purpose.UNSUBSCRIBE)
    for method in ("GET", "HEAD"):
        assert office.client.request(method, link).status_code == 200
    assert "Ngừng nhận thư hằng tuần?" in office.client.get(link).text
    answer = office.client.post(link, data={"List-Unsubscribe": "One-Click"})  # RFC 8058
    assert answer.status_code == 200
    assert "Đã ngừng gửi thư hằng tuần" in office.client.get(link).text
    assert "Ngừng nhận thư hằng tuần?" in office.client.post(link, data={"again": "yes"}).text
    assert office.client.post(link[:-1], data={"List-Unsubscribe": "One-Click"}).status_code == 404


def test_documents_of_a_link_are_its_own(office: Office) -> None:
    office.file(office.link())
    office.file(office.link("x2"), files=[("files", ("b.pdf", PDF + b"\n", "application/pdf"))])
    (mine,), (other,) = office.versions()[0].documents, office.versions("x2")[0].documents
    assert office.client.get(f"{office.link()}/documents/{mine.id}").content == PDF
    assert office.client.get(f"{office.link()}/documents/{other.id}").status_code == 404
    looking = office.link(purpose=Purpose.VIEW)
    assert office.client.get(f"{looking}/documents/{mine.id}").status_code == 200
