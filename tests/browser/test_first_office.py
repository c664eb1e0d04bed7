"""The first office: from an empty home and a workbook such as an office has to the first mail in a mailbox.

No shell, no help, on the pages alone; what is clicked and filled in is counted. The passes of `dondoc serve`
are run at the moved clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

from models.database import writing
from models.settings import Settings
from notifications.send import MAILBOX, send_due
from reporting.engine import tick
from tests.browser.conftest import DESKTOP, PHONE, Served, fits, serving
from tests.conftest import at
from tests.reporting.office_workbook import office_workbook
from tests.web.conftest import MovedClock

MONDAY = "2024-03-11 09:00"
MOST_CLICKS = 40
PASSWORD = "bốn con mèo trắng"


@dataclass
class Walk:
    """An administrator at an empty home, who has a mouse: each link, button and field is one click."""

    page: Page
    engine: Engine
    settings: Settings
    clock: MovedClock
    clicks: int = 0

    def link(self, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()

    def button(self, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        self.clicks += 1
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.clicks += 2
        self.page.get_by_label(label, exact=True).first.select_option(label=option)

    def give(self, label: str, file: Path) -> None:
        self.clicks += 2
        self.page.get_by_label(label, exact=True).set_input_files(file)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def overview(self) -> None:
        link = self.page.get_by_role("navigation").get_by_role("link", name="Quản trị", exact=True).first
        if not link.is_visible():  # on a phone the menu is behind a button
            self.click(self.page.locator("header summary").first)
        self.click(link)

    def see(self, text: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def pass_at(self, moment: str) -> None:
        """What the service does by itself once the clock stands there."""
        self.clock.now = at(moment)
        with ThreadPoolExecutor(1) as elsewhere:  # Playwright has an event loop in this thread
            elsewhere.submit(self._pass).result()

    def _pass(self) -> None:
        with writing(self.engine) as session:
            tick(session, self.settings, self.clock.now)
        send_due(self.engine, self.settings, self.clock.now)


@pytest.fixture(params=[(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone-no-scripts"])
def walk(
    request: pytest.FixtureRequest, engine: Engine, settings: Settings, chromium: Browser
) -> Iterator[Walk]:
    size, javascript = request.param
    clock = MovedClock(at(MONDAY))
    with serving(engine, settings, clock) as own:
        context = chromium.new_context(
            base_url=str(own.base_url),
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(15_000)
        yield Walk(context.new_page(), engine, own, clock)
        context.close()


def test_an_office_walks_from_nothing_to_the_first_mail(walk: Walk, tmp_path: Path) -> None:
    workbook = tmp_path / "Danh sách đơn vị.xlsx"
    workbook.write_bytes(office_workbook())
    open_the_first_account(walk)
    load_the_list(walk, workbook)
    write_a_plan(walk)
    see_the_first_mail(walk)
    assert walk.clicks < MOST_CLICKS, walk.clicks


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_of_a_list_are_accessible_and_fit(
    served: Served, tmp_path: Path, accessible: Callable[[Page], None], size: tuple[int, int]
) -> None:
    """The preview, with all that it can say, the page of the columns, and a refusal."""
    (tmp_path / "a.xlsx").write_bytes(office_workbook())
    (tmp_path / "b.csv").write_text("Đơn vị;Nơi gửi\nXã Một;mot@p.example\n", encoding="utf-8-sig")
    (tmp_path / "c.csv").write_text("Đơn vị;Cấp;Email\nNhà máy;Vùng;mot\n", encoding="utf-8-sig")
    page = served.visit("dave", size=size)
    for name, words in (("a", "nằm dưới danh sách"), ("b", "Nơi gửi"), ("c", "cột B (Cấp)")):
        page.goto("/admin/unit-import")
        file = next(tmp_path.glob(f"{name}.*"))
        page.get_by_label("Danh sách đơn vị và đầu mối").set_input_files(file)
        page.get_by_role("button", name="Xem trước thay đổi").click()
        expect(page.get_by_role("main")).to_contain_text(words)
        accessible(page)
        fits(page)


def open_the_first_account(walk: Walk) -> None:
    walk.page.goto("/")
    walk.link("Mở tài khoản đầu tiên")
    walk.fill("Họ và tên", "Quản trị")
    walk.fill("Địa chỉ thư điện tử", "quantri@benxuan.example")
    walk.fill("Mật khẩu mới", PASSWORD)
    walk.fill("Nhập lại mật khẩu mới", PASSWORD)
    walk.button("Mở tài khoản")


def load_the_list(walk: Walk, workbook: Path) -> None:
    walk.link("Nạp danh sách đơn vị")
    walk.give("Danh sách đơn vị và đầu mối", workbook)
    walk.button("Xem trước thay đổi")
    walk.see("Nguyễn Thị Xã")
    walk.see("vanthu@x110.benxuan.example")
    fits(walk.page)
    walk.button("Nạp")
    walk.see("135 đơn vị")


def write_a_plan(walk: Walk) -> None:
    walk.overview()
    walk.link("Nạp một kế hoạch")
    walk.link("Soạn kế hoạch")
    walk.fill("Tên kế hoạch", "Kế hoạch báo cáo năm 2024")
    walk.fill("Cơ quan ban hành", "UBND tỉnh Bến Xuân")
    walk.fill("Hiệu lực từ ngày", "01/03/2024")
    walk.fill("Báo cáo gì", "Báo cáo tháng")
    walk.choose("Mọi đơn vị thuộc cấp", "huyện")
    walk.fill("Thời hạn (bỏ trống: không thời hạn)", "trước ngày 15 hằng tháng")
    walk.button("Kiểm tra và xem trước")
    walk.button("Áp dụng")


def see_the_first_mail(walk: Walk) -> None:
    walk.pass_at("2024-03-11 09:12")
    walk.overview()
    outbox = walk.page.get_by_role("link", name="Hộp thư đi", exact=True)
    if not outbox.is_visible():
        walk.click(walk.page.get_by_text("Các trang quản trị", exact=True))
    walk.click(outbox)
    walk.see("vanthu@sn-15.benxuan.example")
    walk.click(walk.page.get_by_role("row").nth(1).get_by_role("link").first)
    expect(walk.page.frame_locator("iframe.mail").get_by_text("Báo cáo tháng").first).to_be_visible()
    mails = {each.name for each in (walk.settings.home / MAILBOX).glob("*.eml")}
    assert len(mails) == 24  # one for each district and department
