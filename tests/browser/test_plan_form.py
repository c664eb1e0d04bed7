"""Plans are written and corrected in the form, with scripts and without, on every screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Served

TABLET = (768, 1024)
LAYOUT = (Path(__file__).parent / "faults_of_layout.js").read_text(encoding="utf-8")


def test_units_are_picked_by_keyboard_while_the_dates_follow(
    served: Served, accessible: Callable[[Page], None]
) -> None:
    page = served.visit("dave")
    page.goto("/admin/plan-form")
    page.get_by_label("Tên kế hoạch").fill("Kế hoạch trực Tết")
    page.get_by_label("Cơ quan ban hành").fill("UBND tỉnh P")
    page.get_by_label("Báo cáo gì").fill("Báo cáo tháng")
    recipients = page.get_by_role("textbox", name="Gửi ai")
    recipients.press_sequentially("so noi")
    expect(page.get_by_role("option", name="Sở Nội vụ (so-2)")).to_be_visible()
    accessible(page)
    recipients.press("ArrowDown")
    recipients.press("Enter")
    expect(recipients).to_have_value("Sở Nội vụ (so-2)")
    recipients.press("Enter")
    recipients.press_sequentially("cap tren")
    page.get_by_label("Thời hạn (bỏ trống").fill("trước ngày 18 hằng tháng")
    said = page.locator("#duties-0-chain-0--said")
    expect(said).to_contain_text("3 đơn vị phải báo cáo")
    expect(said).to_contain_text("trước ngày 18/3/2024, tức hết ngày 17/03/2024")
    page.get_by_label("Thời hạn (bỏ trống").fill("lúc nào cũng được")
    expect(page.locator("#duties-0-chain-0-due-wrong")).to_contain_text("không đọc được")
    expect(said).to_be_hidden()
    accessible(page)
    page.get_by_label("Thời hạn (bỏ trống").fill("chậm nhất ngày 5 tháng sau")
    page.get_by_role("button", name="Kiểm tra và xem trước").click()
    expect(page.get_by_text("Kế hoạch mới")).to_be_visible()
    page.get_by_role("button", name="Áp dụng", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")


def test_a_plan_is_corrected_without_scripts(served: Served) -> None:
    page = served.visit("dave", size=PHONE, javascript=False)
    page.goto("/admin/plans/p-2024")
    page.get_by_role("link", name="Sửa", exact=True).click()
    page.get_by_role("button", name="Đưa xuống: chặng 1 của nhiệm vụ 1").click()
    page.get_by_role("button", name="Đưa lên: chặng 2 của nhiệm vụ 1").click()
    deadline = page.locator("[name='duties.0.chain.1.due']")
    expect(deadline).to_have_value("trước ngày 18 hằng tháng")
    deadline.fill("trước ngày 20 hằng tháng")
    page.locator("[name='duties.0.chain.2.to']").fill("xa")
    page.get_by_role("button", name="Xem thử").click()
    page.get_by_label("Xã Hai").check()
    page.locator("[name='title']").press("Enter")
    expect(page.locator("[name='duties.0.chain.2.to']")).to_have_value("Xã Hai (x2)")
    page.locator("[name='duties.0.chain.2.to']").fill("p")
    page.get_by_role("button", name="Kiểm tra và xem trước").click()
    expect(page.get_by_text("trước ngày 18 hằng tháng → trước ngày 20 hằng tháng")).to_be_visible()
    page.get_by_role("button", name="Sửa trong biểu mẫu").click()
    expect(page.locator("[name='duties.0.chain.1.due']")).to_have_value("trước ngày 20 hằng tháng")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"])
def test_the_form_is_laid_out_and_accessible_on_every_screen(
    served: Served, accessible: Callable[[Page], None], size: tuple[int, int], language: str
) -> None:
    page = served.visit("dave", size=size, language=language)
    page.goto("/admin/plans/p-2024/form")
    page.locator("[name='duties.0.chain.2.to']").fill("xa")
    page.locator("[name='correction']").evaluate("each => { each.value = 'x'; }")
    page.locator("form.plan-form button.main").click()
    expect(page.locator("main [role=alert] li")).to_have_count(2)
    accessible(page)
    assert page.evaluate(LAYOUT) == []


def test_who_leaves_what_was_typed_is_asked_first(served: Served) -> None:
    page, asked = served.visit("dave"), list[str]()

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto("/admin/plan-form")
    page.get_by_label("Tên kế hoạch").press_sequentially("Kế hoạch")
    page.get_by_role("link", name="Thôi").click()
    expect(page.get_by_label("Tên kế hoạch")).to_have_value("Kế hoạch")
    assert asked == ["beforeunload"]
