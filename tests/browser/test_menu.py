"""The head on a phone: one line with a button, which opens the menu with a script or without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from models.account import Account
from models.database import writing
from reporting.access.sessions import find_account
from tests.browser.conftest import DESKTOP, PHONE, Served, fits

LONG = "Nguyễn Thị Hoàng Phương Thảo (Văn phòng Hội đồng nhân dân và Ủy ban nhân dân)"
ONE_LINE = 64
"""Pixels: a button of 44 with the space around it."""


@pytest.fixture
def named(served: Served) -> Served:
    """Dave, to whom the whole menu is open, with a long name."""
    with writing(served.engine) as session:
        account = find_account(session, "dave@p.gov.vn")
        assert isinstance(account, Account)
        account.name = LONG
        session.add(account)
    return served


@pytest.mark.parametrize("javascript", [True, False])
def test_one_line_of_head_and_a_button(
    named: Served, accessible: Callable[[Page], None], javascript: bool
) -> None:
    page = named.visit("dave", size=PHONE, javascript=javascript)
    page.goto("/admin")
    head, button = page.locator("header"), page.locator("header summary")
    sign_out = page.get_by_role("button", name="Đăng xuất")
    box = head.bounding_box()
    assert box is not None
    assert box["height"] <= ONE_LINE
    expect(sign_out).to_be_hidden()
    button.click()
    expect(sign_out).to_be_visible()
    expect(page.get_by_role("link", name=LONG)).to_be_visible()
    fits(page)
    if javascript:
        accessible(page)
    page.get_by_role("link", name="Lịch", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lịch đăng ký")


def test_the_menu_opens_by_keyboard_and_escape_closes_it(named: Served) -> None:
    page = named.visit("dave", size=PHONE)
    page.goto("/admin")
    page.keyboard.press("Tab")  # to the main content
    page.keyboard.press("Tab")  # the front page
    page.keyboard.press("Tab")
    expect(page.locator("header summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Lịch", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Lịch", exact=True)).to_be_hidden()
    expect(page.locator("header summary")).to_be_focused()


def test_a_wide_screen_has_no_button_and_one_line_of_head(named: Served) -> None:
    page = named.visit("dave", size=DESKTOP)
    page.goto("/admin")
    expect(page.locator("header summary")).to_be_hidden()
    expect(page.get_by_role("link", name="Lịch", exact=True)).to_be_visible()
    box = page.locator("header").bounding_box()
    assert box is not None
    assert box["height"] <= ONE_LINE
    fits(page)
