"""The audit in words: every action that is recorded has its own, and values read as people write them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from calendars.periods import Language
from models.upkeep import AuditEntry
from reporting.audit.words import ACTIONS, action_words, changed_values
from tests.conftest import HCM, at

ROOT = Path(__file__).parents[3]
CALLS = {"record": 3, "move": 4}
"""Where the action stands among the arguments of those who write the audit."""


def recorded_actions() -> set[str]:
    found = set()
    for path in [*(ROOT / "reporting").rglob("*.py"), *(ROOT / "notifications").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                given = node.args[CALLS[node.func.id] :][:1]
                found |= {each.value for each in given if isinstance(each, ast.Constant)}
    return {each for each in found if isinstance(each, str)}


def test_every_action_has_its_words() -> None:
    found = recorded_actions()
    assert "accept" in found and "grant" in found
    assert sorted(found - ACTIONS.keys()) == []
    assert [each for each in ACTIONS if action_words(each, "vi") == ACTIONS[each]] == []


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
