"""Signing in as a person does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from models.database import writing
from reporting.access.accounts import require_account, set_password
from tests.browser.conftest import DESKTOP, PHONE, Served, open_menu
from tests.conftest import at
from tests.web.cast import PASSWORD


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, False)])
def test_it_signs_alice_in_and_out(served: Served, size: tuple[int, int], javascript: bool) -> None:
    with writing(served.engine) as session:
        alice = require_account(session, "alice@p.gov.vn")
        set_password(session, alice, PASSWORD, at("2024-02-01 08:00"), "Dave")
    page = served.visit(size=size, javascript=javascript)
    page.goto("/")
    page.get_by_label("Địa chỉ thư điện tử").fill("alice@p.gov.vn")
    page.get_by_label("Mật khẩu").fill("sai mật khẩu")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(f"{served.address}/")
    open_menu(page)
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(f"{served.address}/sign-in")


def test_it_is_accessible(served: Served, accessible: Callable[[Page], None]) -> None:
    page = served.visit(size=PHONE)
    page.goto("/sign-in")
    accessible(page)


def test_it_loads_without_a_word_in_the_console(served: Served) -> None:
    """A breach of the content policy, a missing file or a script's error would show there."""
    page = served.visit("alice")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/")
    assert said == []
