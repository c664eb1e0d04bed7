"""The audit in words: every action that is recorded has its own, and values read as people write them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import fields
from functools import cache

import pytest

from calendars.periods import Language
from models.upkeep import AuditEntry
from reporting.audit.words import ACTIONS, FIELDS, action_words, changed_values
from reporting.opening.opening import OpeningCount
from reporting.units.loading import UnitChanges
from reporting.units.versions import Description
from tests.architecture.source import Function, modules
from tests.conftest import HCM, at

CALLS = {"record": 3, "move": 4, "_record": 0}
"""The position of the action among the arguments of the functions that write the audit."""


@cache
def functions() -> list[Function]:
    """All of the modules in which something is recorded."""
    found = (module for module in modules() if module.package in ("reporting", "notifications"))
    return [function for module in found for function in module.functions()]


def recording(function: Function) -> list[tuple[str, ast.Call]]:
    """The function's calls that write the audit, each with the name of what it calls."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    named = [(getattr(call.func, "attr", getattr(call.func, "id", "")), call) for call in calls]
    return [(name, call) for name, call in named if name in CALLS]


def texts(nodes: Iterable[ast.AST | None]) -> set[str]:
    return {each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def recorded_actions() -> set[str]:
    calls = [each for function in functions() for each in recording(function)]
    return texts(given for name, call in calls for given in call.args[CALLS[name] :][:1])


def recorded_fields() -> set[str]:
    """What stands in dictionaries of functions that write the audit, and counts that are recorded whole."""
    found = {field.name for each in (OpeningCount, Description) for field in fields(each)}
    found |= UnitChanges().counts().keys()
    for function in functions():
        calls = recording(function)
        found |= {each.arg or "" for name, call in calls for each in call.keywords if name == "move"}
        dictionaries = [node for node in ast.walk(function) if calls and isinstance(node, ast.Dict)]
        found |= texts(key for each in dictionaries for key in each.keys)
    return found - {"", "details"}


def test_every_action_has_its_words() -> None:
    found = recorded_actions()
    assert "accept" in found and "grant" in found
    assert sorted(found - ACTIONS.keys()) == []
    assert [each for each in ACTIONS if action_words(each, "vi") == ACTIONS[each]] == []


def test_every_field_has_its_words() -> None:
    found = recorded_fields()
    assert {"deadline", "token", "opened", "units_added", "groups", "correction_deadline"} <= found
    assert sorted(found - FIELDS.keys()) == []


def told(subject: str, before: str, after: str, language: Language) -> list[tuple[str, str, str]]:
    entry = AuditEntry(
        at=at("2024-02-10 09:00"), actor="An", action="x", subject=subject, subject_id=1,
        before=before, after=after,
    )  # fmt: skip
    return [(each.name, each.before, each.after) for each in changed_values(entry, language, HCM)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("vi", [("tình trạng", "chưa nộp", "bị trả lại"), ("ngày cuối nộp lại", "", "14/12/2023")]),
        ("en", [("state", "open", "returned"), ("last day to correct", "", "14/12/2023")]),
    ],
)
def test_states_and_deadlines_are_said_and_what_stayed_is_not(
    language: Language, expected: list[tuple[str, str, str]]
) -> None:
    before = '{"state": "open", "correction_deadline": null, "submitted_at": null, "version": 1}'
    after = '{"state": "returned", "correction_deadline": "2023-12-14T17:00:00+00:00", "submitted_at": null}'
    after = after.replace("}", ', "version": 1}')
    assert told("obligation", before, after, language) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ('{"submitted_at": "2023-12-09T16:36:59+00:00"}', ("nộp lúc", "", "09/12/2023 23:36")),
        ('{"document_date": "2023-12-09"}', ("ngày văn bản", "", "09/12/2023")),
        ('{"reason": "Thiếu <b>biểu</b>"}', ("lý do", "", "Thiếu <b>biểu</b>")),
        ('{"period": "2024-Q1"}', ("kỳ báo cáo", "", "quý I/2024")),
        ('{"period": "mãi mãi"}', ("kỳ báo cáo", "", "mãi mãi")),
        ('{"worked": true}', ("làm bù", "", "có")),
        ('{"added": ["a", "b"]}', ("thêm", "", "a, b")),
        ('{"unheard_of": "2024-99-99"}', ("unheard_of", "", "2024-99-99")),
        ('{"words": "' + "x" * 300 + '"}', ("lời nhắn", "", "x" * 160 + "…")),
    ],
)  # fmt: skip
def test_values_read_as_people_write_them(after: str, expected: tuple[str, str, str]) -> None:
    assert told("obligation", "{}", after, "vi") == [expected]


def test_what_has_no_words_is_shown_as_it_is_kept() -> None:
    assert action_words("unheard-of", "vi") == "unheard-of"
