"""Errors of an upload line by line: place, problem and remedy each by itself, whatever values they hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calendars.errors import said
from models.errors import InvalidInput
from models.ladder_file import read_ladder
from reporting.plans.reading import read_plan_bytes
from reporting.units.files import read_unit_files
from tests.reporting.mistakes import LADDERS, PLANS, TABLES, changed
from web.admin.preview import ErrorLine, error_lines

LANGUAGES = ("vi", "en")


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        act()
    return caught.value.reasons


def plan_errors(text: str) -> list[str]:
    return refused(lambda: read_plan_bytes(text.encode(), "p.yaml"))


def ladder_errors(text: str) -> list[str]:
    return refused(lambda: read_ladder(text, "l.yaml"))


def table_errors(folder: Path, data: bytes) -> list[str]:
    path = folder / "u.csv"
    path.write_bytes(data)
    return refused(lambda: read_unit_files([path], name=lambda each: each.name))


def glued(line: ErrorLine) -> str:
    """The line as the command prints it."""
    place = ":".join(part for part in (line.file, line.line) if part)
    return ": ".join(part for part in (place, line.field, f"{line.said}; {line.remedy}") if part)


def assert_apart(errors: list[str]) -> None:
    for language in LANGUAGES:
        lines = error_lines(errors, language)
        assert all(line.said and line.remedy for line in lines)
        assert [glued(line) for line in lines] == [said(error, language) for error in errors]


@pytest.mark.parametrize("text", PLANS.values(), ids=PLANS)
def test_a_plan_file_s_errors_come_apart_as_they_were_made(text: str) -> None:
    assert_apart(plan_errors(text))


@pytest.mark.parametrize("text", LADDERS.values(), ids=LADDERS)
def test_a_ladder_file_s_errors_come_apart_as_they_were_made(text: str) -> None:
    assert_apart(ladder_errors(text))


@pytest.mark.parametrize("data", TABLES.values(), ids=TABLES)
def test_a_table_s_errors_come_apart_as_they_were_made(tmp_path: Path, data: bytes) -> None:
    assert_apart(table_errors(tmp_path, data))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            changed("issuer: UBND tỉnh", "issuer: UBND tỉnh\nmonitor: 'so; khdt: x'"),
            ErrorLine("p.yaml", "5", "monitor", "'so; khdt: x' cannot be used",
                      "write a unit's code, e.g. so-khdt or 96, or its name"),
        ),
        (
            changed("number: 01/KH-UBND", "number: 01/KH-UBND\nnumber: 2"),
            ErrorLine("p.yaml", "3", "number", "stands here a second time (first on line 2)", "keep one"),
        ),
    ],
    ids=["a value with a semicolon", "a field twice"],
)  # fmt: skip
def test_a_value_never_cuts_a_sentence(text: str, expected: ErrorLine) -> None:
    assert error_lines(plan_errors(text), "en") == [expected]
