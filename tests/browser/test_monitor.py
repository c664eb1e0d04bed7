"""A monitor's walk: who holds the province up, chase them, take the table away; by mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Served, fits, open_menu
from tests.web.monitor.conftest import add_contacts

CHAIN = "/plans/p-2024/chain?duty=monthly&period=2024-02"


@pytest.fixture
def late(served: Served) -> Served:
    """x1 and x3 have filed February, x2 is late: its district and the department wait for it."""
    world = served.world
    world.submit("x1", "2024-02", "2024-02-05 09:00")
    world.submit("x3", "2024-02", "2024-02-05 09:00")
    world.tick("2024-02-10 08:00")
    add_contacts(served.engine, "x2", "d1")
    return served


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, False)])
def test_carol_finds_who_holds_the_province_up_and_chases_them(
    late: Served, size: tuple[int, int], javascript: bool
) -> None:
    page = late.visit("carol", size=size, javascript=javascript)
    page.goto("/board")
    open_menu(page)
    page.get_by_role("link", name="Kế hoạch", exact=True).click()
    page.get_by_role("link", name="1/CTr-UBND").click()
    page.get_by_role("link", name="Xem chuỗi: Báo cáo tháng, tháng 2/2024").click()
    holding = page.get_by_role("region", name="Làm cấp trên phải chờ")
    expect(holding.get_by_role("row", name="Xã Hai")).to_contain_text("Huyện Một, Sở Kế hoạch")
    tree = page.locator("#tree")
    tree.get_by_role("button", name="Mở Huyện Một").click()
    expect(tree.get_by_role("link", name="Xã Hai", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"open=\d+"))
    tree.get_by_role("link", name="Đôn đốc Xã Hai").click()
    page.get_by_label("Thêm lời của mình").fill("Đề nghị gửi trước 16 giờ hôm nay.")
    page.get_by_role("button", name="Xem lại thư").click()
    expect(page.locator(".mail")).to_contain_text("trước 16 giờ hôm nay")
    page.get_by_role("button", name="Gửi 2 thư").click()
    expect(page.get_by_role("status")).to_contain_text("2 thư về 1 báo cáo")


def test_carol_takes_the_table_away(late: Served, tmp_path: Path) -> None:
    page = late.visit("carol")
    page.goto("/board?period=2024-02&table=overdue")
    with page.expect_download() as download:
        page.get_by_role("link", name="Quá hạn, chưa nộp hoặc chưa nộp lại: CSV").click()
    path = tmp_path / "taken.csv"
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("Đơn vị,Mã,")
    assert "Xã Hai,x2," in text


def test_the_tree_opens_by_keyboard_and_keeps_its_place(late: Served) -> None:
    page = late.visit("carol")
    page.goto(CHAIN)
    toggle = page.get_by_role("button", name="Mở Huyện Một")
    toggle.focus()
    page.keyboard.press("Enter")
    close = page.get_by_role("button", name="Đóng Huyện Một")
    expect(close).to_be_focused()
    expect(close).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_its_pages_are_accessible_and_fit_the_screen(
    late: Served, accessible: Callable[[Page], None], size: tuple[int, int]
) -> None:
    late.world.ask("x2", "2024-03", "2024-03-29", "2024-02-10 08:30")
    page = late.visit("carol", size=size)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    refused = "/board?period=x"
    every = ("/board", "/plans", "/plans/p-2024", CHAIN, "/grid", "/rates", "/chase?period=2024-02")
    for address in (*every, "/search?q=xa", "/search?q=zzz", refused):
        page.goto(address)
        open_menu(page)
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        accessible(page)
        fits(page)
        if address == refused:
            said = [each for each in said if "422" not in each]  # as the browser itself says it
    assert said == []
