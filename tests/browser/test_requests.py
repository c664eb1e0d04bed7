"""A monitor asks for a report, looks at whom it asks, and withdraws it; at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Served, fits
from tests.web.access.rows_asking import PLAN
from tests.web.monitor.conftest import add_contacts


@pytest.fixture
def on_demand(served: Served) -> Served:
    served.world.plan(PLAN)
    add_contacts(served.engine, "x1", "x2")
    return served


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, False)])
def test_carol_asks_for_a_report_and_withdraws_it(
    on_demand: Served, accessible: Callable[[Page], None], size: tuple[int, int], javascript: bool
) -> None:
    page = on_demand.visit("carol", size=size, javascript=javascript)

    def look() -> None:
        fits(page)
        if javascript:
            accessible(page)

    page.goto("/board")
    page.get_by_role("main").get_by_role("link", name="Yêu cầu báo cáo").click()
    look()
    page.get_by_role("link", name="Báo cáo tháng").click()
    look()
    page.get_by_label("Thời hạn nộp").fill("trước ngày 18")
    page.get_by_role("button", name="Xem trước khi gửi").click()
    expect(page.locator("#problems")).to_contain_text("trước ngày 18")
    look()
    page.get_by_label("Thời hạn nộp").fill("trước 14 giờ ngày 28/2/2024")
    page.get_by_label("Số văn bản yêu cầu").fill("123/UBND-TH")
    page.get_by_label("Ghi chú").fill("Kèm ảnh hiện trường.")
    page.get_by_role("button", name="Xem trước khi gửi").click()
    expect(page.locator(".mail")).to_contain_text("Kèm ảnh hiện trường.")
    look()
    page.get_by_role("button", name="Gửi yêu cầu 3 báo cáo").click()
    expect(page.get_by_role("status")).to_contain_text("3 báo cáo")
    look()
    page.get_by_role("link", name="Tất cả yêu cầu").click()
    look()
    page.get_by_role("link", name="Báo cáo tháng").click()
    page.get_by_text("Rút yêu cầu").first.click()
    page.get_by_label("Lý do").fill("Đã có số liệu")
    look()
    page.get_by_role("button", name="Rút yêu cầu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã rút")
    expect(page.get_by_text("Đã có số liệu")).to_be_visible()
    look()


def test_bob_asks_outside_any_plan_and_alice_reads_who_asked(on_demand: Served) -> None:
    page = on_demand.visit("bob")
    page.goto("/requests")
    page.get_by_role("main").get_by_role("link", name="Yêu cầu báo cáo").click()
    page.get_by_role("button", name="Yêu cầu báo cáo đột xuất, thay mặt Huyện Một").click()
    page.get_by_label("Yêu cầu báo cáo gì").fill("Thiệt hại do bão số 3")
    page.get_by_label("Thời hạn nộp").fill("trước ngày 28/2/2024")
    page.get_by_label("Tất cả đơn vị cấp dưới").check()
    page.get_by_label("Số văn bản yêu cầu").fill("45/UBND-NN")
    page.get_by_label("Ghi chú").fill("Kèm ảnh hiện trường.")
    page.get_by_role("button", name="Xem trước khi gửi").click()
    page.get_by_role("button", name="Gửi yêu cầu 2 báo cáo").click()
    expect(page.get_by_role("status")).to_contain_text("2 báo cáo")
    clerk = on_demand.visit("alice", size=PHONE)
    clerk.goto("/")
    clerk.get_by_role("link", name="Thiệt hại do bão số 3").click()
    facts = clerk.get_by_role("main")
    for said in ("Huyện Một", "45/UBND-NN", "Kèm ảnh hiện trường."):
        expect(facts).to_contain_text(said)
