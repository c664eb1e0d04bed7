"""How an obligation's standing looks in the terminal: a mark, a word and a colour, never colour alone."""

from __future__ import annotations

from models.vocabulary import Lifecycle, Timeliness, say

MARKS = {
    Timeliness.IN_TERM: ("·", "blue"),
    Timeliness.DUE_SOON: ("○", "yellow"),
    Timeliness.LAST_DAY: ("◉", "yellow"),
    Timeliness.OVERDUE: ("✗", "red"),
    Timeliness.ON_TIME: ("✓", "green"),
    Timeliness.LATE: ("✓!", "magenta"),
    Timeliness.NO_DEADLINE: ("–", "bright_black"),
    Timeliness.NOT_COUNTED: ("×", ""),
}


def mark(timeliness: Timeliness) -> str:
    return MARKS[timeliness][0]


def standing(timeliness: Timeliness, state: str, language: str) -> str:
    """Mark and words: "✗ chưa hoàn thành, quá hạn", with the lifecycle where it says more."""
    text = f"{mark(timeliness)} {say(timeliness, language)}"
    if state in {Lifecycle.RETURNED, Lifecycle.WAIVED, Lifecycle.CANCELLED, Lifecycle.TRANSFERRED}:
        text += f" ({say(Lifecycle(state), language)})"
    return text
