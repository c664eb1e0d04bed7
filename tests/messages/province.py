"""What users wrote in the small province of tests/reporting/world.py: data, which no catalogue translates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import yaml

from tests.architecture.source import ROOT
from tests.reporting.world import MONTHLY, PLAN, UNITS
from tests.web.cast import CAST

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
STAGES = {"Cơ sở", "Huyện", "Chặng 3"}
"""Stages, whose names are kept when the plan is loaded."""
PLANS = {word for text in (PLAN, MONTHLY) for word in words_in(yaml.safe_load(text))}
PROVINCE = frozenset({*PEOPLE, *NAMES, *STAGES, *HOLIDAYS, *PLANS})
LADDER = frozenset(words_in(yaml.safe_load((ROOT / "plans/ladders/default.yaml").read_text())))
"""The shipped ladder, with the ids of its rungs."""
