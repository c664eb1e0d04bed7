"""Every page in a language that nobody speaks: what comes out plain could not be translated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine

from models.settings import Settings
from tests.messages.province import PROVINCE
from tests.messages.pseudo import plain_texts, spoken
from tests.reporting.world import World
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import CAST, NOBODY, browser
from tests.web.conftest import MovedClock

WRITTEN = {"bão", "default", "test", "Excel", "Đôn đốc báo cáo"}
"""Why an extension is asked for; the shipped ladder; tokens of the API; the sender of the settings."""
DATA = {*PROVINCE, *WRITTEN}
ENDING = {"/sign-out", "/sign-in", "/me/password"}
"""After these somebody is signed in anew."""


@pytest.fixture
def province(world: World, tmp_path: Path) -> Iterator[World]:
    live(world)
    with spoken(tmp_path / "locale"):
        yield world


def plain_in(answer: Response) -> set[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return set()
    return set(plain_texts(answer.text, DATA))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_has_a_text_that_cannot_be_translated(
    method: str,
    province: World,
    app: FastAPI,
    engine: Engine,
    settings: Settings,
    clock: MovedClock,
    quick_hashes: None,
) -> None:
    """What everybody may look at; and what forms answer, most of them refused."""
    rows = [row for row in ROWS if row.method == method and "/api/" not in row.path]
    addresses = filled("\n".join(row.address for row in rows), province, settings, clock).split("\n")
    found: dict[str, str] = {}
    for who in (NOBODY, *CAST):
        at_work = browser(app, engine, settings, who, NOW)
        for row, address in zip(rows, addresses, strict=True):
            at_work.client.cookies.set("dondoc_language", "vi")
            answer = sent(at_work, engine, who, row, address, row.form)
            found |= dict.fromkeys(plain_in(answer), row.path)
            if row.path in ENDING:
                at_work = browser(app, engine, settings, who, NOW)
        at_work.client.close()
    assert not found, "\n".join(f"{path} {text}" for text, path in found.items())
