"""The administrator walks the pages in Vietnamese: a plan changed, a holiday added, a mail sent again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from models.database import writing
from models.notice import Notice
from models.vocabulary import NoticeState
from notifications.send import send_due
from reporting.moves.chase import Chaser, chase
from reporting.obligations.filters import Selection
from tests.browser.conftest import DESKTOP, NOW, PHONE, Served, fits
from tests.conftest import at
from tests.reporting.world import PLAN

CHANGED = PLAN.replace("due: before 18", "due: before 20")
CONTACTS = "unit,name,role,address\nx1,Chị An,clerk,alice@p.gov.vn\n"
PAGES = [
    "/admin",
    "/admin/plans",
    "/admin/plans/p-2024",
    "/admin/plans/p-2024/edit",
    "/admin/plans/p-2024/files",
    "/admin/plans/p-2024/form",
    "/admin/plans/p-2024/versions/1",
    "/admin/plans/p-2024/retire",
    "/admin/plan-upload",
    "/admin/plan-form",
    "/admin/units?open=d1",
    "/admin/units/x1",
    "/admin/unit-import",
    "/admin/unit-new",
    "/admin/ladders",
    "/admin/ladders/default",
    "/admin/ladder-upload",
    "/admin/outbox",
    "/admin/feeds",
    "/admin/holidays",
    "/admin/health",
    "/admin/audit",
    "/admin/mailbox",
    "/admin/getting-started",
    "/admin/test-mail",
    "/admin/contact-accounts",
    "/admin/units?without=contact",
]


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone"])
def test_a_changed_plan_is_uploaded_its_difference_seen_and_applied(
    served: Served, accessible: Callable[[Page], None], size: tuple[int, int], javascript: bool
) -> None:
    page = served.visit("dave", size=size, javascript=javascript)
    page.goto("/admin/plans")
    page.get_by_role("link", name="Nạp tệp kế hoạch").click()
    file = {"name": "p-2024.yaml", "mimeType": "application/yaml", "buffer": CHANGED.encode()}
    page.get_by_label("Tệp kế hoạch").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_label("Áp dụng từ ngày").fill("15/02/2024")
    page.get_by_role("button", name="Kiểm tra và xem trước").click()
    expect(page.get_by_role("heading", name="Khác với bản đang có")).to_be_visible()
    expect(page.get_by_text("trước ngày 18 hằng tháng → trước ngày 20 hằng tháng")).to_be_visible()
    if javascript:
        accessible(page)
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_role("status")).to_contain_text("Đã áp dụng")


def test_a_plan_with_a_mistake_is_corrected_on_the_page(
    served: Served, accessible: Callable[[Page], None]
) -> None:
    page = served.visit("dave")
    page.goto("/admin/plan-upload")
    page.get_by_label("Hoặc dán nội dung").fill(CHANGED.replace("every: month", "every: moon"))
    page.get_by_role("button", name="Kiểm tra và xem trước").click()
    expect(page.get_by_role("alert").filter(has_text="Chưa nạp được")).to_be_visible()
    accessible(page)
    page.get_by_label("Nội dung tệp kế hoạch").fill(CHANGED)
    page.get_by_role("button", name="Kiểm tra lại").click()
    expect(page.get_by_role("button", name="Áp dụng", exact=True)).to_be_visible()


def test_a_holiday_is_added(served: Served) -> None:
    page = served.visit("dave", size=PHONE)
    page.goto("/admin/holidays?year=2024")
    page.get_by_label("Từ ngày").fill("02/05/2024")
    page.get_by_label("Tên ngày").fill("Nghỉ bù 30/4")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_role("cell", name="Nghỉ bù 30/4")).to_be_visible()


def test_a_failed_mail_is_sent_again_and_read_in_the_mailbox_where_its_link_works(
    served: Served, accessible: Callable[[Page], None]
) -> None:
    served.world.units(CONTACTS)
    report = Selection(obligation=served.world.one("x1", "2024-02").id)
    with writing(served.engine) as session:
        chase(session, served.settings, report, "Gấp", at(NOW), Chaser("Carol"))
        session.scalars(select(Notice).where(Notice.kind == "chase")).one().state = NoticeState.FAILED.value
    page = served.visit("dave")
    page.goto("/admin/outbox?state=failed")
    page.get_by_label("chọn lượt nhắc").check()
    page.get_by_role("button", name="Gửi lại các lượt đã chọn").click()
    expect(page.get_by_role("status")).to_contain_text("1 lượt nhắc sẽ được gửi lại")
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright has an event loop in this thread
        count = elsewhere.submit(send_due, served.engine, served.settings, at(NOW)).result()
    assert count.mails == 1
    page.goto("/admin/mailbox")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    mail = page.frame_locator("iframe.mail")
    expect(mail.get_by_text("Gấp")).to_be_visible()
    mail.get_by_role("link", name="Nộp báo cáo").press("Enter")
    page.wait_for_url("**/o/**")


def test_no_page_breaks_a_rule_of_accessibility_or_a_phone_of_360_pixels(
    served: Served, accessible: Callable[[Page], None]
) -> None:
    served.world.units(CONTACTS)
    page = served.visit("dave", size=PHONE)
    for path in PAGES:
        page.goto(path)
        accessible(page)
        fits(page)
