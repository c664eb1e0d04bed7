"""Every page in a language that nobody speaks: what comes out plain could not be translated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine

from models.settings import Settings
from tests.messages.pseudo import plain_texts, spoken
from tests.reporting.world import PLAN, UNITS, World
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import CAST, NOBODY, browser
from tests.web.conftest import MovedClock

HOLIDAYS = (
    "Tết Dương lịch", "29 Tết", "Giao thừa Tết Nguyên Đán", "Tết Nguyên Đán", "Mùng hai Tết Nguyên Đán",
    "Mùng ba Tết Nguyên Đán", "Mùng bốn Tết Nguyên Đán", "Mùng năm Tết Nguyên Đán", "Ngày Giỗ Tổ Hùng Vương",
    "Ngày Chiến thắng", "Ngày Quốc tế Lao động", "Quốc khánh",
)  # fmt: skip
"""Vietnam's, as the package `holidays` names them."""


def words_in(part: object) -> Iterator[str]:
    """All texts of a plan file, with the names of its fields."""
    if isinstance(part, Mapping):
        part = [*part, *part.values()]
    if isinstance(part, list):
        for each in part:
            yield from words_in(each)
    else:
        yield str(part)


PEOPLE = {name.title() for name in CAST}
NAMES = {value for row in csv.reader(io.StringIO(UNITS)) for value in row}
WRITTEN = {"bão", "default", "test", "Excel", "Đôn đốc báo cáo", "Cơ sở", "Huyện", "Chặng 3"}
"""Why an extension is asked for; the shipped ladder; tokens of the API; the sender of the settings; and
stages, whose names are kept when the plan is loaded."""
DATA = frozenset({*PEOPLE, *NAMES, *WRITTEN, *HOLIDAYS, *words_in(yaml.safe_load(PLAN))})


ENDING = {"/sign-out", "/sign-in", "/me/password"}
"""After these the session has ended and another is opened."""


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
