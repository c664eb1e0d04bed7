"""The check-list on /admin of a new installation: what is done, what is next; gone after the first mail."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.database import writing
from models.notice import Mail
from models.settings import Settings
from tests.conftest import at
from tests.reporting.world import World
from tests.web.cast import Browser, browser, open_accounts

NOW = "2024-02-10 09:00"


@pytest.fixture
def dave(world: World, app: FastAPI, engine: Engine, settings: Settings) -> Browser:
    open_accounts(engine)
    return browser(app, engine, settings, "dave", NOW)


def steps(dave: Browser) -> list[bool]:
    """Of each step, whether it is done."""
    found = re.search(
        r'<ol aria-labelledby="first-steps">(.*?)</ol>', dave.client.get("/admin").text, re.DOTALL
    )
    return ["✓" in each for each in found[1].split("<li>")[1:]] if found else []


def test_it_says_what_is_done_and_leads_to_what_is_next(dave: Browser, world: World) -> None:
    assert steps(dave) == [True, False, False, False, False, False]
    world.plan()
    assert steps(dave) == [True, False, True, False, False, False]
    assert 'href="/admin/units">Name the people' in dave.client.get("/admin").text
    world.tick(NOW)
    assert steps(dave) == [True, False, True, False, True, False]


@pytest.mark.parametrize("page", ["/admin", "/admin/health"])
def test_before_the_first_pass_nobody_says_that_all_is_running(
    dave: Browser, world: World, page: str
) -> None:
    text = dave.client.get(page).text
    assert "Nothing has run yet: no pass has opened reports" in text
    assert "All is" not in text
    world.tick(NOW)
    text = dave.client.get(page).text
    assert "All is" in text
    assert "Nothing has run yet" not in text


def test_it_goes_once_a_mail_was_sent(dave: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(
            Mail(
                key="k",
                message_id="m",
                recipient="a@p.gov.vn",
                day=at(NOW).date(),
                subject="s",
                created_at=at(NOW),
                sent_at=at(NOW),
            )
        )
    assert steps(dave) == []


def test_the_page_for_beginners_leads_to_pages_there_are(dave: Browser) -> None:
    assert 'href="/admin/getting-started"' in dave.client.get("/admin").text
    page = dave.client.get("/admin/getting-started").text
    content = page[page.index("<h1>") :]
    links = set(re.findall(r'href="(/admin[^"]*)"', content))
    assert {"/admin/unit-import", "/admin/plan-form", "/admin/test-mail", "/admin/outbox"} <= links
    assert {dave.client.get(link).status_code for link in links} == {200}
