"""Handing in: what is taken, what is refused and what is kept of it, twice, again, and at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from models.vocabulary import Lifecycle
from tests.conftest import at
from tests.reporting.sample_files import EXE, HTML, PDF, PROTECTED, TRUE, XLSX
from tests.reporting.test_query_counts import statements
from tests.web.clerk.conftest import FILES, Office

pytestmark = pytest.mark.postgresql  # each has locks of its own


def test_it_takes_the_report_and_gives_a_receipt_on_the_page_and_by_mail(office: Office) -> None:
    link = office.link()
    files = [*FILES, ("files", ("biểu 1.xlsx", XLSX, "whatever/says"))]
    status, to, _ = office.file(link, files, note="Kèm biểu 1")
    assert (status, to) == (303, f"{link}/receipt")
    receipt = office.client.get(to).text
    for words in (
        f"{office.id()}-1",
        "01/02/2024 09:00",
        "12/BC-UBND",
        "báo cáo.pdf",
        "biểu 1.xlsx",
        "đúng hạn",
    ):
        assert words in receipt, words
    (version,) = office.versions()
    own = version.submission
    assert (own.document_number, f"{own.document_date}", own.note) == (
        "12/BC-UBND",
        "2024-01-31",
        "Kèm biểu 1",
    )
    assert own.actor == "Xã Một (đường dẫn trong thư)"
    assert office.told("@receipt") == [("alice@p.gov.vn", "receipt")]
    assert office.row().state == Lifecycle.SUBMITTED


def test_only_a_number_a_file_or_a_note_is_needed(office: Office) -> None:
    assert office.file(office.link(), [], number="12/BC", dated="")[0] == 303
    assert office.file(office.link("x2"), number="", dated="")[0] == 303
    assert office.file(office.link("d1"), [], number="", dated="", note="không phát sinh")[0] == 303


@pytest.mark.parametrize("number", ["", " ", "\u200b"])
def test_a_report_with_nothing_in_it_is_not_taken(office: Office, number: str) -> None:
    status, _, page = office.file(office.link(), [], number=number)
    assert status == 422
    assert "Ghi số văn bản, đính kèm tệp báo cáo, hoặc viết ghi chú." in page
    assert office.versions() == []


def test_a_form_that_broke_off_is_not_taken(office: Office) -> None:
    """As when the line goes down in the middle of a file."""
    whole = httpx2.Request("POST", "http://x", data={"seen": "0", "number": "12/BC"}, files=FILES)
    body, kind = whole.read(), {"Content-Type": whole.headers["content-type"]}
    for cut in (body[: len(body) // 2], body[:-6], b""):
        answer = office.client.post(f"{office.link()}/file", content=cut, headers=kind)
        assert answer.status_code == 400
        assert "Không đọc được nội dung đã gửi" in answer.text
    assert office.versions() == []
    assert (
        office.client.post(f"{office.link()}/file", content=body + b"\r\n", headers=kind).status_code == 303
    )


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("files", "fields", "words"),
    [
        ([("a.pdf", HTML)], {}, "“a.pdf” không phải là tệp .pdf thật"),
        ([("a.docx", XLSX)], {}, "“a.docx” không phải là tệp .docx thật"),
        ([("a.docx", PROTECTED)], {}, "“a.docx” được bảo vệ bằng mật khẩu: hãy bỏ mật khẩu"),
        ([("a.exe", EXE)], {}, "“a.exe” thuộc loại không nhận"),
        ([("a.html", HTML)], {}, "thuộc loại không nhận"),
        ([("a.pdf", b"")], {}, "là tệp rỗng"),
        ([("a.pdf", PDF + b"\0" * 20 * 2**20)], {}, "“a.pdf” lớn hơn 15 MB"),
        ([(f"{n}.pdf", PDF) for n in range(11)], {}, "Nhiều nhất 10 tệp"),
        ([("a.pdf", PDF)], {"dated": "30/02/2024"}, "Ghi ngày như 18/10/2024."),
        ([("a.pdf", PDF)], {"dated": "hôm qua"}, "Ghi ngày như 18/10/2024."),
        ([("a.pdf", PDF)], {"dated": "02/02/2024"}, "Ngày văn bản không thể sau hôm nay."),
        ([("a.pdf", PDF)], {"number": "x" * 101}, "Dài 101 ký tự"),
        ([("a.pdf", PDF)], {"note": "x" * 2001}, "Dài 2001 ký tự"),
    ],
)
def test_what_is_wrong_is_said_and_the_other_fields_stay(
    office: Office, files: list[tuple[str, bytes]], fields: dict[str, str], words: str
) -> None:
    sent = [("files", (name, data, "application/pdf")) for name, data in files]
    typed = {"number": "77/BC-UBND", "note": "Xin xem kỹ biểu 2", **fields}
    status, _, page = office.file(office.link(), sent, **typed)
    assert status == 422
    assert words in page
    for kept in {"number", "note", "dated"} - set(fields):
        assert {"number": "77/BC-UBND", "note": "Xin xem kỹ biểu 2", "dated": "31/01/2024"}[kept] in page
    assert office.versions() == []
    assert not (office.settings.home / "files").exists()


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize("ending", TRUE)
def test_it_takes_each_type_and_gives_it_back_as_it_was(office: Office, ending: str) -> None:
    sent = [("files", (f"tệp.{ending}", TRUE[ending], "text/html"))]
    assert office.file(office.link(), sent)[0] == 303
    (document,) = office.versions()[0].documents
    answer = office.client.get(f"{office.link()}/documents/{document.id}")
    assert answer.content == TRUE[ending]
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "html" not in answer.headers["content-type"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/x.pdf", "x.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ('a"; filename="evil.html.pdf', "a"),
        ("a\r\nSet-Cookie: stolen=1\r\n.pdf", "Set-Cookie"),
        ("<img src=x onerror=alert(1)>.pdf", "&lt;img"),
    ],
)
def test_a_files_name_can_do_nothing(office: Office, name: str, kept: str) -> None:
    assert office.file(office.link(), [("files", (name, PDF, "application/pdf"))])[0] == 303
    page = office.client.get(office.link()).text
    assert kept in page
    assert "<img" not in page
    (document,) = office.versions()[0].documents
    answer = office.client.get(f"{office.link()}/documents/{document.id}")
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].count('filename="') == 1
    assert "\n" not in answer.headers["content-disposition"]
    stored = [path for path in (office.settings.home / "files").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [document.sha256]


def test_html_in_notes_and_numbers_stays_words(office: Office) -> None:
    hostile = "<script>alert(1)</script>"
    office.file(office.link(), number=hostile, note=f"{hostile}\nhai dòng")
    for path in (office.link(), f"{office.link()}/receipt"):
        page = office.client.get(path).text
        assert hostile not in page
        assert "&lt;script&gt;" in page
    office.file(office.link("x2"), dated=hostile, note=hostile)


def test_a_form_sent_twice_is_one_report(office: Office) -> None:
    link = office.link()
    first, second = office.file(link, note="một\r\nhai"), office.file(link, note="một\r\nhai")
    assert first[:2] == second[:2] == (303, f"{link}/receipt")
    assert len(office.versions()) == 1
    assert len(office.told("@receipt")) == 1


def test_two_clerks_at_the_same_time_make_one_report_and_one_sees_why(office: Office) -> None:
    link = office.link()

    def file(number: str) -> int:
        return office.file(link, number=number)[0]

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(file, ["1/BC", "2/BC", "3/BC", "4/BC"]))
    assert sorted(statuses) == [303, 409, 409, 409]
    assert len(office.versions()) == 1


def test_a_form_that_another_has_overtaken_comes_back_with_what_it_held(office: Office) -> None:
    office.file(office.link())
    status, _, page = office.file(office.link(), number="13/BC-UBND", note="bản của tôi")
    assert status == 409
    assert "đã có bản khác của báo cáo này (Xã Một (đường dẫn trong thư))" in page
    assert "13/BC-UBND" in page
    assert "bản của tôi" in page
    assert office.file(office.link(), number="13/BC-UBND", seen="1")[0] == 303
    assert [each.submission.document_number for each in office.versions()] == ["13/BC-UBND", "12/BC-UBND"]


def test_a_better_version_takes_the_place_of_the_first_before_it_is_looked_at(office: Office) -> None:
    office.file(office.link())
    page = office.client.get(office.link()).text
    assert "Nộp bản thay thế" in page
    assert 'name="seen" value="1"' in page
    office.clock.now = at("2024-02-20 09:00")
    assert office.file(office.link(), number="13/BC", seen="1", dated="")[0] == 303
    assert f"{office.row().first_submitted_at:%d}" == "01"  # the first one counts
    assert "đúng hạn" in office.client.get(f"{office.link()}/receipt").text


def test_a_returned_report_shows_why_and_is_handed_in_again(office: Office) -> None:
    office.file(office.link())
    office.world.give_back("x1", "2024-02", "2024-02-15 10:00", "Thiếu biểu 2\nphụ lục chưa ký")
    office.clock.now = at("2024-02-15 14:00")
    page = office.client.get(office.link()).text
    assert "Bị trả lại, cần sửa và nộp lại" in page
    assert "Thiếu biểu 2\nphụ lục chưa ký" in page
    assert "Hạn nộp lại: hết ngày 19/02/2024" in page
    assert "còn 4 ngày để sửa và nộp lại" in page
    assert office.file(office.link(), number="12a/BC", seen="1", dated="")[0] == 303
    assert office.row().state == Lifecycle.SUBMITTED


@pytest.mark.parametrize("end", ["accepted", "waived"])
def test_what_is_settled_takes_no_more(office: Office, end: str) -> None:
    if end == "accepted":
        office.file(office.link())
        office.world.accept("x1", "2024-02", "2024-02-11 09:00")
    else:
        office.world.close("x1", "2024-02", "2024-02-09 09:00")
    office.clock.now = at("2024-02-12 09:00")
    page = office.client.get(office.link()).text
    assert 'type="file"' not in page
    status, _, page = office.file(office.link(), number="99/BC", seen="1" if end == "accepted" else "0")
    assert status == 409
    assert "hiện ở tình trạng" in page
    for action in ("acknowledge", "extension"):
        form = {"until": "30/03/2024", "reason": "bão"}
        assert office.client.post(f"{office.link()}/{action}", data=form).status_code == 409


def test_nothing_is_handed_in_before_its_period_begins(office: Office) -> None:
    link = office.link("x1", "2024-09")
    page = office.client.get(link).text
    assert "Chưa đến kỳ" not in page  # a plan in force takes early reports
    office.clock.now = at("2023-12-28 09:00")
    link = office.link("x1", "2024-02", when="2023-12-28 09:00")
    assert "Chưa đến kỳ: nộp được từ ngày 01/01/2024" in office.client.get(link).text
    status, _, page = office.file(link, dated="")
    assert (status, office.row(period="2024-02").state) == (422, Lifecycle.OPEN)
    assert office.file(link, dated="", ahead="yes")[0] == 409


def test_an_acknowledgement_is_one_click(office: Office) -> None:
    answer = office.client.post(f"{office.link()}/acknowledge")
    assert answer.headers["location"] == f"{office.link()}?done=acknowledge"
    page = office.client.get(answer.headers["location"]).text
    assert "đơn vị đã biết và đang thực hiện" in page
    assert 'action="' + office.link() + '/acknowledge"' not in page
    assert len(office.audited("acknowledge")) == 1
    assert office.client.post(f"{office.link()}/acknowledge", data={"note": "x" * 2001}).status_code == 422


def test_an_acknowledgement_that_would_quiet_nothing_is_neither_offered_nor_taken(office: Office) -> None:
    assert f"{office.link()}/acknowledge" in office.client.get(office.link()).text
    office.world.ladder("{id: late, at: +1wd, audience: clerk}")
    page = office.client.get(office.link()).text
    assert "/acknowledge" not in page
    assert "đã biết, đang làm" not in page
    answer = office.client.post(f"{office.link()}/acknowledge")
    assert answer.status_code == 409
    assert "không có lời nhắc nào tạm dừng" in answer.text
    assert office.audited("acknowledge") == []


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("until", "reason", "words"),
    [
        ("", "bão", "Ghi ngày như 18/10/2024."),
        ("31/02/2024", "bão", "Ghi ngày như 18/10/2024."),
        ("06/02/2024", "bão", "Phải sau ngày cuối hiện nay, 06/02/2024."),
        ("20/02/2024", "  ", "Ghi lý do xin gia hạn."),
        ("20/02/2024", "x" * 2001, "Dài 2001 ký tự"),
    ],
)
def test_an_extension_needs_a_later_day_and_a_reason(
    office: Office, until: str, reason: str, words: str
) -> None:
    answer = office.client.post(f"{office.link()}/extension", data={"until": until, "reason": reason})
    assert answer.status_code == 422
    assert words in answer.text
    assert office.audited("request-extension") == []


def test_an_extension_is_asked_for_once(office: Office) -> None:
    form = {"until": "20.02.2024", "reason": "Địa bàn ngập"}
    answer = office.client.post(f"{office.link()}/extension", data=form)
    assert answer.headers["location"] == f"{office.link()}?done=extension"
    assert "đến hết ngày 20/02/2024, đang chờ quyết định" in office.client.get(office.link()).text
    again = office.client.post(f"{office.link()}/extension", data=form)
    assert again.status_code == 409
    assert "đang chờ quyết định" in again.text


def test_reloading_after_a_refused_form_leads_back_to_the_page(office: Office) -> None:
    answer = office.client.get(f"{office.link()}/file")
    assert (answer.status_code, answer.headers["location"]) == (303, office.link())


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nno form at all"),
        ("multipart/form-data", b"nothing"),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"files=text&number=%ff%fe&seen=abc&dated=&note=%00"),
    ],
)
def test_a_form_that_is_none_is_refused_in_peace(office: Office, content_type: str, body: bytes) -> None:
    answer = office.client.post(f"{office.link()}/file", content=body, headers={"content-type": content_type})
    assert answer.status_code in (400, 409, 422)
    assert office.versions() == []


def test_a_form_of_another_site_files_nothing(office: Office) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = office.client.post(f"{office.link()}/file", data={"number": "1"}, headers=headers)
        assert answer.status_code == 403
    alice = office.as_("alice")
    assert alice.client.post(f"/obligations/{office.id()}/file", data={"number": "1"}).status_code == 403
    assert office.versions() == []


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("file", {"number": "12/BC"}),
        ("acknowledge", {}),
        ("extension", {"until": "09/02/2024", "reason": "bão"}),
    ],
)
def test_a_change_does_not_read_the_whole_page_first(
    office: Office, action: str, form: dict[str, str]
) -> None:
    """What was said of it in the plan is for the page alone."""
    link = office.link()
    with statements(office.engine) as sent:
        answer = office.client.post(f"{link}/{action}", data={"seen": "0", **form})
    assert answer.status_code == 303, answer.text
    assert [each for each in sent if "plan_version" in each] == []


def test_the_filer_withdraws_by_the_link_what_nobody_has_looked_at(office: Office) -> None:
    link = office.link()
    assert "rút lại bản nộp" not in office.client.get(link).text
    office.file(link)
    assert "rút lại bản nộp" in office.client.get(link).text
    answer = office.client.post(f"{link}/withdraw", data={"seen": "1", "note": "nhầm tệp"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{link}?done=withdraw")
    page = office.client.get(answer.headers["location"]).text
    assert "Đã rút lại bản nộp." in page
    assert "đã rút lại" in page
    assert "Nộp báo cáo" in page
    assert (office.row().state, office.row().first_submitted_at) == (Lifecycle.OPEN, None)
    (entry,) = office.audited("withdraw")
    assert entry.actor == "Xã Một (đường dẫn trong thư)"
    assert office.client.get(f"{link}/receipt").status_code == 303
    assert office.file(link, seen="1")[0] == 303
    assert office.row().state == Lifecycle.SUBMITTED


def test_what_is_of_another_day_is_not_withdrawn(office: Office) -> None:
    office.file(office.link())
    office.clock.now = at("2024-02-02 00:00")
    assert "rút lại bản nộp" not in office.client.get(office.link()).text
    answer = office.client.post(f"{office.link()}/withdraw", data={"seen": "1"})
    assert answer.status_code == 409
    assert "chỉ rút lại bản mới nhất, trong ngày nộp" in answer.text
    assert office.row().state == Lifecycle.SUBMITTED


def test_a_period_that_has_not_begun_asks_once_more(office: Office) -> None:
    link = office.link(period="2024-03")
    assert "Kỳ này đến ngày 15/02/2024 mới bắt đầu" in office.client.get(link).text
    status, _, page = office.file(link)
    assert status == 422
    assert "Xác nhận nộp trước kỳ." in page
    assert office.row(period="2024-03").state == Lifecycle.OPEN
    assert office.file(link, ahead="yes")[0] == 303
    assert office.row(period="2024-03").state == Lifecycle.SUBMITTED
    assert "mới bắt đầu" not in office.client.get(office.link()).text
