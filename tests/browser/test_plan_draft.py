"""The review of a draft, walked in Vietnamese: with a keyboard, without scripts, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Served, fits
from tests.web.drafts import LETTER, keep_letter

LAYOUT = (Path(__file__).parent / "faults_of_layout.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("size", "javascript"),
    [(DESKTOP, True), (DESKTOP, False), (PHONE, False)],
    ids=["desktop", "plain", "phone"],
)
def test_a_document_is_taken_in_reviewed_and_loaded(
    served: Served, accessible: Callable[[Page], None], size: tuple[int, int], javascript: bool
) -> None:
    page = served.visit("dave", size=size, javascript=javascript)
    page.goto("/admin/plans")
    page.get_by_role("link", name="Đọc từ văn bản").click()
    page.set_input_files(
        "[name=file]", {"name": "kh.txt", "mimeType": "text/plain", "buffer": LETTER.encode()}
    )
    page.get_by_role("button", name="Đọc văn bản").click()
    page.wait_for_url("**/plan-drafts/*", timeout=60_000)
    fits(page)
    first = page.locator("#card-nhiem-vu-1")
    first.get_by_role("link", name="trước ngày 20 hằng tháng").click()
    expect(page.locator("mark:target")).to_have_text("trước ngày 20 hằng tháng")
    expect(page.locator("mark:target")).to_be_in_viewport()
    first.get_by_role("button", name="Nhận: mục 1").click()
    expect(first).to_contain_text("đã nhận")
    page.locator("#card-nhiem-vu-2").get_by_role("link", name="Sửa: mục 2").click()
    fits(page)
    page.locator("[name='duties.1.chain.0.due']").fill("trước ngày 20/12/2025")
    page.get_by_role("button", name="Lưu và nhận").click()
    page.get_by_role("textbox", name="Từ dòng").fill("8")
    page.get_by_role("button", name="Thêm nhiệm vụ từ các dòng này").click()
    expect(page.locator("[name='duties.2.clause.quote']")).to_have_value(LETTER.split("\n")[7])
    page.get_by_role("link", name="Thôi").click()
    page.get_by_role("button", name="Không phải nhiệm vụ: mục 3").click()
    page.get_by_role("button", name="Kiểm tra và xem trước").click()
    expect(page.get_by_text("Kế hoạch mới")).to_be_visible()
    page.get_by_role("button", name="Áp dụng", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_review_is_laid_out_and_accessible(
    served: Served, accessible: Callable[[Page], None], size: tuple[int, int]
) -> None:
    draft = keep_letter(served.engine, served.settings)
    page = served.visit("dave", size=size)
    for path in (
        "/admin/plan-documents",
        f"/admin/plan-drafts/{draft}",
        f"/admin/plan-drafts/{draft}/edit/nhiem-vu-1",
    ):
        page.goto(path)
        accessible(page)
        assert page.evaluate(LAYOUT) == [], path


def test_marked_words_become_a_card(served: Served) -> None:
    draft = keep_letter(served.engine, served.settings)
    page = served.visit("dave")
    page.goto(f"/admin/plan-drafts/{draft}")
    button = page.get_by_role("button", name="Thêm nhiệm vụ từ chữ đã chọn")
    expect(button).to_be_hidden()
    page.evaluate(
        """() => {
          const pieces = [...document.querySelectorAll("[data-at]")];
          const piece = pieces.find((each) => each.textContent.includes("Căn cứ"));
          const node = piece.firstChild, at = node.data.indexOf("Căn cứ");
          document.getSelection().setBaseAndExtent(node, at, node, at + 6);
        }"""
    )
    button.click()
    expect(page.locator("[name='duties.2.clause.quote']")).to_have_value("Căn cứ")


def test_cards_are_decided_about_with_the_keyboard(served: Served) -> None:
    draft = keep_letter(served.engine, served.settings)
    page = served.visit("dave")
    page.goto(f"/admin/plan-drafts/{draft}#card-nhiem-vu-1")
    page.get_by_role("button", name="Nhận: mục 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#card-nhiem-vu-2")
    page.get_by_role("button", name="Nhận: mục 2").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#load")
    expect(page.locator("#load")).to_contain_text("2 nhiệm vụ đã nhận được đưa vào kế hoạch")
