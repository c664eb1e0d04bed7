"""Dave, who administers everything, and Alice, who does not, in front of a province that lives."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.settings import Settings
from tests.reporting.world import World
from tests.web.cast import Browser, browser, open_with_cast

NOW = "2024-02-10 09:00"


@pytest.fixture
def province(world: World, engine: Engine) -> World:
    """The small province with its plan, opened on 2 January 2024, and accounts for the cast."""
    open_with_cast(world)
    return world


@pytest.fixture
def dave(province: World, app: FastAPI, engine: Engine, settings: Settings) -> Iterator[Browser]:
    at_work = browser(app, engine, settings, "dave", NOW)
    yield at_work
    at_work.client.close()


def text_of(page: str) -> str:
    """A page's words, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def value_of(page: str, name: str) -> str:
    """The value of a hidden field; empty where the page has none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""
