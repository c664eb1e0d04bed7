"""The month as a calendar in a browser: without JavaScript, on a phone as a list, printed on one page."""

from __future__ import annotations

from pathlib import Path

import pdfplumber
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Served, fits


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_alice_goes_through_her_months(served: Served, size: tuple[int, int]) -> None:
    page = served.visit("alice", size=size, javascript=False)
    page.goto("/month?month=2024-01")
    page.get_by_role("link", name="2/2024 →").click()
    expect(page.get_by_role("heading", name="Tháng 2/2024")).to_be_visible()
    expect(page.get_by_text("Tết Nguyên đán").first).to_be_visible()
    is_narrow = size == PHONE
    expect(page.locator("td.bare").first).to_be_visible(visible=not is_narrow)
    fits(page)
    page.get_by_role("link", name="Báo cáo tháng, tháng 2/2024").click()
    page.get_by_text("Vì sao ngày này?").click()
    expect(page.get_by_text("ngày cuối cùng là 06/02/2024.")).to_be_visible()
    fits(page)


def test_a_month_of_a_branch_prints_on_one_page(served: Served, tmp_path: Path) -> None:
    page = served.visit("carol")
    page.goto("/month?branch=p&month=2024-10")
    printed = tmp_path / "month.pdf"
    page.pdf(path=printed, prefer_css_page_size=True)
    with pdfplumber.open(printed) as pdf:
        (one,) = pdf.pages
        assert one.width > one.height
        assert "Tháng 10/2024" in one.extract_text()
