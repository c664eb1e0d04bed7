"""A plan as text for the terminal: its head, then each duty with its stages and their next dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from calendars.periods import Frequency, Language
from cli.output import day_text
from models.plan_stage import SUPERIOR
from reporting.plan_outlook import EVERY

WORDS = {
    "vi": {
        "issued": "Ban hành",
        "force": "Hiệu lực",
        "monitor": "Theo dõi",
        "to": "gửi",
        "via": "qua",
        "next": "sắp tới",
        "superior": "cấp trên",
    },
    "en": {
        "issued": "Issued",
        "force": "In force",
        "monitor": "Monitor",
        "to": "to",
        "via": "via",
        "next": "next",
        "superior": "the superior",
    },
}


def print_outline(outline: dict[str, Any], language: Language) -> None:
    """Print the plan as `reporting.plan_outlook.plan_outline` gives it."""
    for line in outline_lines(outline, language):
        print(line)


def outline_lines(outline: dict[str, Any], language: Language) -> Iterator[str]:
    say = WORDS[language]
    yield f"{outline['slug']} (v{outline['version']})"
    yield " · ".join(part for part in (outline["number"], outline["title"], outline["issuer"]) if part)
    span = outline["in_force"]
    yield f"{say['force']}: {_day(span['from'])} – {_day(span.get('to')) or '…'}"
    if outline.get("issued_on"):
        yield f"{say['issued']}: {_day(outline['issued_on'])}"
    if outline.get("monitor"):
        yield f"{say['monitor']}: {outline['monitor']}"
    for duty in outline["duties"]:
        yield ""
        yield from _duty_lines(duty, language)


def _duty_lines(duty: dict[str, Any], language: Language) -> Iterator[str]:
    basis = f" [{duty['basis']}]" if duty["basis"] else ""
    yield f"{duty['id']}: {duty['title']}{basis}, {EVERY[language][Frequency(duty['every'])]}"
    for stage in duty["chain"]:
        yield f"  {stage['position']}. {stage['name']} → {_recipients(stage, language)}: {stage['words']}"
        coming = "; ".join(f"{each['period']} {each['words']}" for each in stage["next"])
        if coming:
            yield f"     {WORDS[language]['next']}: {coming}"
    if duty["note"]:
        yield f"  ({duty['note']})"


def _recipients(stage: dict[str, Any], language: Language) -> str:
    say = WORDS[language]
    codes = [say["superior"] if code == SUPERIOR else code for code in stage["to"]]
    via = f" ({say['via']} {stage['via']})" if stage.get("via") else ""
    return f"{', '.join(codes)}{via}"


def _day(text: str | None) -> str:
    return day_text(date.fromisoformat(text)) if text else ""
