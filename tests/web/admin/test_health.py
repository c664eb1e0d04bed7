"""The page of health: the checks of the set-up beside what is silent, in the page's language."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event
from sqlmodel import select

from models.database import writing
from models.settings import Settings
from models.unit import Contact
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import text_of
from tests.web.cast import Browser
from web.admin.remedies import OF_CHECKS, OF_CONCERNS


def test_health_shows_what_the_doctor_finds_and_asks_the_mail_server_by_a_link(
    dave: Browser, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    page = text_of(dave.client.get("/admin/health").text)
    assert "✓ ok database sqlite" in page or "✓ ok database postgresql" in page
    assert "→ See these units, and load a contact for each" in page
    assert "dondoc units load" not in page
    assert "no mail server set: mails go to the local mailbox" in page
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app.state.context = replace(
        app.state.context, settings=settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port})
    )
    page = dave.client.get("/admin/health").text
    assert 'hx-get="/admin/health/mail"' in page and 'href="/admin/health/mail"' in page
    alone = dave.client.get("/admin/health/mail")
    assert "✗ fail mail" in text_of(alone.text) and "DONDOC_SMTP_HOST" in alone.text and "<h1>" in alone.text
    row = dave.client.get("/admin/health/mail", headers={"HX-Request": "true"}).text
    assert row.startswith("<tr>") and "<h1>" not in row


def test_health_says_the_checks_in_vietnamese(dave: Browser) -> None:
    dave.client.cookies.set("dondoc_language", "vi")
    page = text_of(dave.client.get("/admin/health").text)
    assert "▲ lưu ý người được nhắc" in page
    assert "→ Xem các đơn vị này và nạp đầu mối cho từng đơn vị" in page


def test_every_page_that_a_remedy_names_is_there(dave: Browser) -> None:
    for remedy in {*OF_CHECKS.values(), *OF_CONCERNS.values()}:
        assert dave.client.get(remedy.page).status_code == 200, remedy.page


@pytest.mark.parametrize("page", ["/admin", "/admin/health"])
def test_what_pages_remedy_is_a_link_and_no_command(dave: Browser, province: World, page: str) -> None:
    province.units("unit,name,role,address\nx1,A,clerk,a@p.example\n")
    with writing(province.engine) as session:
        session.exec(select(Contact)).one().bounced_at = at("2024-02-09 09:00")
    answer = dave.client.get(page).text
    assert '<a href="/admin/outbox/refused">See them, and take marks away</a>' in answer
    assert "dondoc mail trust" not in answer


def test_health_asks_the_same_number_of_questions_however_many_plans_there_are(
    dave: Browser, province: World, engine: Engine
) -> None:
    def asked() -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(engine, "before_cursor_execute", note)
        dave.client.get("/admin/health")
        event.remove(engine, "before_cursor_execute", note)
        return count

    dave.client.get("/admin/health")
    before = asked()
    for number in range(3):
        province.plan(OTHER.replace("SLUG", f"other-{number}"))
    assert asked() == before


OTHER = """\
slug: SLUG
issuer: UBND tỉnh P
title: Kế hoạch khác
in_force: {from: 2024-01-01}
monitor: so
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain: [{from: {level: district}, due: before 18}]
"""
