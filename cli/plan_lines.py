"""A plan in lines of text, as `dondoc plan show` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cli.context import day_text
from cli.speech import pt, t
from models.plan_files.stage import SUPERIOR

Outline = dict[str, Any]
"""The plan, or a part of it, as `reporting.plans.outline.plan_outline` returns it."""


def outline_lines(outline: Outline) -> Iterator[str]:
    """The plan, its duties, their stages and the next dates."""
    yield f"{outline['slug']} (v{outline['version']})"
    yield " · ".join(part for part in (outline["number"], outline["title"], outline["issuer"]) if part)
    span = outline["in_force"]
    in_force = t("In force")
    yield f"{in_force}: {_day(span['from'])} – {_day(span.get('to')) or '…'}"
    if outline.get("issued_on"):
        yield t("Issued: %(day)s", day=_day(outline["issued_on"]))
    if outline.get("monitor"):
        yield t("Monitor: %(unit)s", unit=outline["monitor"])
    for duty in outline["duties"]:
        yield ""
        yield from _duty_lines(duty)


def _duty_lines(duty: Outline) -> Iterator[str]:
    basis = f" [{duty['basis']}]" if duty["basis"] else ""
    yield f"{duty['id']}: {duty['title']}{basis}, {duty['every_words']}"
    for stage in duty["chain"]:
        yield f"  {stage['position']}. {stage['name']} → {_recipients(stage)}: {stage['words']}"
        coming = "; ".join(f"{each['period']} {each['words']}" for each in stage["next"])
        if coming:
            yield "     " + t("next: %(days)s", days=coming)
    if duty["note"]:
        yield f"  ({duty['note']})"


def _recipients(stage: Outline) -> str:
    codes = [pt("recipient", "the superior") if code == SUPERIOR else code for code in stage["to"]]
    named, via = ", ".join(codes), stage.get("via")
    return t("%(units)s (via %(unit)s)", units=named, unit=via) if via else named


def _day(text: str | None) -> str:
    return day_text(date.fromisoformat(text)) if text else ""
