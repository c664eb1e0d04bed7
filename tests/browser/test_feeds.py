"""Subscribing as a person does it, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Served, fits


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, False)])
def test_alice_makes_a_calendar_and_ends_it(served: Served, size: tuple[int, int], javascript: bool) -> None:
    page = served.visit("alice", size=size, javascript=javascript)
    page.goto("/feeds")
    page.get_by_role("button", name="Tạo địa chỉ").click()
    address = page.get_by_label("Địa chỉ", exact=True).input_value()
    with urlopen(address) as answer:
        assert answer.read().startswith(b"BEGIN:VCALENDAR")
    expect(page.get_by_role("button", name="Sao chép")).to_have_count(int(javascript))
    page.get_by_role("link", name="Các lịch của tôi").click()
    page.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_role("table")).to_contain_text("đã thu hồi")
    with urlopen(address) as answer:
        assert "ngừng cập nhật" in answer.read().decode()


def test_it_is_accessible_and_silent(served: Served, accessible: Callable[[Page], None]) -> None:
    page = served.visit("alice", size=PHONE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/feeds")
    accessible(page)
    page.get_by_role("button", name="Tạo địa chỉ").click()
    accessible(page)
    fits(page)
    assert said == []
