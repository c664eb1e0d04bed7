"""A clerk hands a report in from the mail, as a person does: desk and phone, with a script and without."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models.database import reading
from notifications.mailbox import MAILBOX
from notifications.send import send_due
from reporting.obligations.history import versions
from tests.browser.conftest import DESKTOP, PHONE, Served, fits
from tests.conftest import at
from tests.reporting.sample_files import HTML, PDF, XLSX
from tests.web.cast import add_contact

NOW = "2024-02-05 10:00"
PDF_FILE: Any = {"name": "báo cáo tháng 2.pdf", "mimeType": "application/pdf", "buffer": PDF}
XLSX_FILE: Any = {"name": "biểu 1.xlsx", "mimeType": "application/octet-stream", "buffer": XLSX}
DISGUISED: Any = {"name": "giả.pdf", "mimeType": "application/pdf", "buffer": HTML}


@pytest.fixture
def link(served: Served) -> str:
    """The link in the mail that Alice got: caught in the local mailbox like any other."""
    served.clock.now = at(NOW)
    served.world.submit("x1", "2024-01", "2024-01-10 09:00")
    add_contact(served.engine, "x1", "alice@p.gov.vn")
    served.world.tick(NOW)
    send_mails(served)
    return link_in_newest_mail(served)


def send_mails(served: Served) -> None:
    """In a thread of its own: the browser's driver keeps this one's event loop."""
    sender = threading.Thread(target=send_due, args=(served.engine, served.settings, served.clock.now))
    sender.start()
    sender.join(30)


def mails(served: Served) -> list[Path]:
    return sorted((served.settings.home / MAILBOX).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)


def link_in_newest_mail(served: Served) -> str:
    message = message_from_bytes(mails(served)[-1].read_bytes(), policy=default)
    text = message.get_body(("plain",))
    assert text is not None
    found = re.search(r"https?://\S+/o/\S+", text.get_content())
    assert found is not None
    return found[0]


def handed_in(served: Served) -> list[str]:
    with reading(served.engine) as session:
        found = versions(session, served.world.one("x1", "2024-02").id)
    return [document.name for version in found for document in version.documents]


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, True), (PHONE, False)])
def test_alice_files_from_the_mail_in_four_steps(
    served: Served, link: str, size: tuple[int, int], javascript: bool
) -> None:
    """Open the link, type the number, choose the file, send: nothing else is asked for."""
    page = served.visit(size=size, javascript=javascript)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo tháng")
    expect(page.get_by_text("còn 1 ngày (1 ngày làm việc)")).to_be_visible()
    page.get_by_label("Số văn bản").fill("12/BC-UBND")
    page.get_by_label("Tệp báo cáo").set_input_files([PDF_FILE, XLSX_FILE])
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận báo cáo")
    expect(page.get_by_role("link", name="báo cáo tháng 2.pdf")).to_be_visible()
    assert page.url == f"{link}/receipt"
    assert handed_in(served) == ["báo cáo tháng 2.pdf", "biểu 1.xlsx"]
    fits(page)
    page.goto(link)
    in_history = page.locator(".timeline").get_by_role("link", name="báo cáo tháng 2.pdf")
    box = in_history.bounding_box()
    assert box is not None and box["height"] < 30, "a file's name is on one line in the history"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_file_is_named_and_what_was_typed_stays(served: Served, link: str, javascript: bool) -> None:
    page = served.visit(javascript=javascript)
    page.goto(link)
    page.get_by_label("Số văn bản").fill("12/BC-UBND")
    page.get_by_text("Thêm ghi chú cho nơi nhận").click()
    page.get_by_label("Ghi chú", exact=True).fill("Xin xem biểu 1")
    page.get_by_label("Tệp báo cáo").set_input_files([PDF_FILE, DISGUISED])
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("alert")).to_contain_text("“giả.pdf” không phải là tệp .pdf thật")
    expect(page.get_by_label("Số văn bản")).to_have_value("12/BC-UBND")
    expect(page.get_by_label("Ghi chú", exact=True)).to_have_value("Xin xem biểu 1")
    if javascript:  # the good file is still chosen, the wrong one is taken out
        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_role("button", name="Bỏ tệp: giả.pdf").click()
    else:
        page.get_by_label("Tệp báo cáo").set_input_files([PDF_FILE])
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận báo cáo")
    assert handed_in(served) == ["báo cáo tháng 2.pdf"]


def test_files_are_dragged_in_and_taken_out(served: Served, link: str) -> None:
    page = served.visit()
    page.goto(link)
    dropped = page.evaluate_handle(
        """() => {
            const held = new DataTransfer();
            for (const name of ["một.csv", "hai.csv"]) held.items.add(new File(["a;b\\n"], name));
            return held;
        }"""
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(".drop", event, {"dataTransfer": dropped})
    page.get_by_label("Tệp báo cáo").set_input_files([PDF_FILE])
    expect(page.locator(".chosen li")).to_have_count(3)
    page.get_by_role("button", name="Bỏ tệp: hai.csv").click()
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận báo cáo")
    assert handed_in(served) == ["một.csv", "báo cáo tháng 2.pdf"]


def test_it_comes_back_and_goes_in_again_with_a_receipt_by_mail(served: Served, link: str) -> None:
    alice, bob = served.visit(size=PHONE), served.visit("bob")
    alice.goto(link)
    alice.get_by_label("Số văn bản").fill("12/BC-UBND")
    alice.get_by_role("button", name="Nộp báo cáo").click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("Đã nhận báo cáo")
    send_mails(served)
    assert "Đã nhận báo cáo" in str(
        message_from_bytes(mails(served)[-1].read_bytes(), policy=default)["subject"]
    )

    bob.goto(f"/obligations/{served.world.one('x1', '2024-02').id}")
    bob.get_by_text("Trả lại để sửa").click()
    bob.get_by_label("Cần sửa gì").fill("Thiếu biểu 1")
    bob.get_by_role("button", name="Trả lại", exact=True).click()
    expect(bob.get_by_role("status")).to_contain_text("Đã trả lại báo cáo")

    alice.goto(link)
    expect(alice.get_by_text("Thiếu biểu 1").first).to_be_visible()
    alice.get_by_label("Tệp báo cáo").set_input_files([XLSX_FILE])
    alice.get_by_role("button", name="Nộp lại báo cáo").click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("Đã nhận báo cáo")

    bob.reload()
    bob.get_by_role("button", name="Tiếp nhận").click()
    expect(bob.get_by_role("status")).to_contain_text("Đã tiếp nhận báo cáo")


def test_its_pages_are_accessible_and_silent(
    served: Served, link: str, accessible: Callable[[Page], None]
) -> None:
    said: list[str] = []
    page = served.visit(size=PHONE)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(link)
    for summary in page.locator("main summary").all():
        summary.click()
    accessible(page)
    page.get_by_label("Số văn bản").fill("12/BC-UBND")
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận báo cáo")
    accessible(page)
    page.goto(link)
    accessible(page)
    assert said == []
    desk = served.visit("dave")
    for path in (f"/obligations/{served.world.one('x1', '2024-02').id}", "/year?unit=x1", "/month?unit=x1"):
        desk.goto(path)
        accessible(desk)
    own = served.visit("alice", size=PHONE)
    for path in ("/", "/year", f"{link[:-1]}"):
        own.goto(path)
        accessible(own)
        fits(own)
