"""The ledger's reasons in Vietnamese: every one that the program itself writes."""

from __future__ import annotations

import pytest

from models.vocabulary import Audience, Lifecycle
from reporting.reminders import ledger, recheck
from reporting.reminders.ledger import reason_words, rung_words

WRITTEN = [
    ledger.UNHEARD,
    *(f"{ledger.NO_CONTACT}: {audience}" for audience in Audience),
    ledger.NO_UNIT,
    ledger.TOO_LATE,
    f"{ledger.OVERTAKEN}: next-superior",
    "rung next-superior had come when it was next looked at",
    ledger.GONE,
    ledger.ENDED,
    ledger.BOUNCES,
    ledger.RESTORED,
    ledger.UNWANTED,
    ledger.ACKNOWLEDGED,
    ledger.RESTED,
    ledger.TOLD_BEFORE,
    ledger.UNDONE,
    ledger.FILED_MEANWHILE,
    ledger.REVIEWED_MEANWHILE,
    ledger.RETURNED_MEANWHILE,
    ledger.MOVED,
    ledger.SWITCHED_OFF,
    ledger.BY_HAND,
    ledger.NO_CONTACT,
    ledger.SPENT,
    ledger.SAID_IT,
    ledger.HOLDS_NOBODY_UP,
    *(ledger.CLOSED_MEANWHILE[state] for state in sorted(recheck.CLOSED)),
]
ENGLISH = ("the ", " was ", "contact", "clerk", "head", "unit", "superior")


def test_every_reason_has_its_vietnamese() -> None:
    said = {reason: reason_words(reason, "vi") for reason in WRITTEN}
    # A rung's name is the ladder's own.
    plain = {reason: words.replace("next-superior", "") for reason, words in said.items()}
    assert [reason for reason, words in plain.items() if words == reason] == []
    assert [words for words in plain.values() if any(english in words for english in ENGLISH)] == []


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("no valid contact: clerk, head", "không có đầu mối nhận thư: văn thư đơn vị, thủ trưởng đơn vị"),
        ("no valid contact", "không có đầu mối nhận thư"),
        (ledger.CLOSED_MEANWHILE[Lifecycle.WAIVED], "báo cáo được miễn"),
        ("overtaken: five-before", "đã đến bậc sau (five-before) trước khi kịp gửi"),
        ("rung x had come when it was next looked at", "đã đến bậc sau (x) trước khi kịp gửi"),
        ("taken back by the administrator: 100%", "người quản trị đã rút lại: 100%"),
        ("server: no answer in time", "do máy chủ thư: máy chủ không trả lời kịp"),
        ("recipient: 550 no; such", "do bên nhận: 550 no; such"),
        (ledger.SAID_IT, "chính người đó đã báo"),
        ("550 no such user", "550 no such user"),  # a mail server's own words
        ("", ""),
    ],
)
def test_a_reason_is_said_in_vietnamese(reason: str, words: str) -> None:
    assert reason_words(reason, "vi") == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("no valid contact: clerk, superior-head", "no valid contact: clerk, superior head"),
        ("overtaken: five-before", "rung five-before had come when it was next looked at"),
        ("sender: 550 100% spam", "sender: 550 100% spam"),
        ("something an older version wrote, 5%", "something an older version wrote, 5%"),
    ],
)
def test_a_reason_is_said_in_english(reason: str, words: str) -> None:
    assert reason_words(reason, "en") == words


def test_a_plain_reason_is_its_own_english() -> None:
    assert {
        reason for reason in WRITTEN if reason in ledger.PLAIN and reason_words(reason, "en") != reason
    } == set()


EVENTS = [value for name, value in vars(ledger).items() if isinstance(value, str) and value.startswith("@")]


@pytest.mark.parametrize("event", [*EVENTS, "@alert-ceiling", "@alert-watch silent:tick"])
def test_what_is_written_in_place_of_a_rung_has_its_vietnamese(event: str) -> None:
    words = rung_words(event, "vi")
    assert "@" not in words
    assert not words.isascii()
    english = rung_words(event, "en")
    assert "@" not in english and english.isascii()


def test_a_rung_is_called_as_its_ladder_calls_it() -> None:
    assert rung_words("five-before", "vi") == "five-before"


def test_every_reason_of_the_ledger_is_walked() -> None:
    named = {
        value
        for name, value in vars(ledger).items()
        if name.isupper() and isinstance(value, str) and " " in value and "{" not in value
    }
    assert named <= set(WRITTEN)
