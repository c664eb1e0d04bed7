"""A plan in lines of text, as `dondoc plan show` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from calendars.periods import ONCE
from cli.console.context import day_text
from cli.console.speech import language, pt, t
from models.plan_files.stage import SUPERIOR
from models.vocabulary import DutyType, Level, say
from reporting.plans.form_words import cutoff_labels, worded

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
    facts = " · ".join(_facts(duty))
    if facts:
        yield f"  {facts}"
    for stage in duty["chain"]:
        yield f"  {stage['position']}. {stage['name']} → {_recipients(stage)}: {stage['words']}"
        yield "     " + t("who reports: %(units)s", units="; ".join(map(_chosen, _listed(stage["from"]))))
        coming = "; ".join(_coming(each) for each in stage["next"])
        if coming:
            yield "     " + t("next: %(days)s", days=coming)
    if duty["note"]:
        yield f"  ({duty['note']})"


def _coming(due: Outline) -> str:
    """A date with its period; what is owed once has none."""
    return due["words"] if due["period"] == ONCE.key else f"{due['period']} {due['words']}"


def _facts(duty: Outline) -> Iterator[str]:
    """What else the file says of a duty, and its rules do not."""
    if duty["type"] != DutyType.REPORT:
        yield say(DutyType(duty["type"]), language())
    if duty.get("from"):
        yield t("from %(day)s", day=_day(duty["from"]))
    if duty.get("to"):
        yield t("until %(day)s", day=_day(duty["to"]))
    if duty.get("period"):
        yield t("about %(period)s", period=duty["period"])
    if duty.get("cutoff"):
        days = [worded(str(each), cutoff_labels, language()) for each in _listed(duty["cutoff"])]
        yield t("cut-off: %(days)s", days=", ".join(days))
    if duty["absorbs"]:
        yield t("stands for: %(duties)s", duties=", ".join(duty["absorbs"]))


def _chosen(selection: Outline) -> str:
    """A selection of reporters by what the file has: level, kinds, groups and codes."""
    level = [say(Level(selection["level"]), language())] if selection.get("level") else []
    codes = [selection["unit"]] if selection.get("unit") else []
    named = ", ".join([*level, *selection["kinds"], *selection["groups"], *codes, *selection["units"]])
    left_out = ", ".join(selection["except"])
    return t("%(units)s except %(others)s", units=named, others=left_out) if left_out else named


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _recipients(stage: Outline) -> str:
    codes = [pt("recipient", "the superior") if code == SUPERIOR else code for code in stage["to"]]
    named, via = ", ".join(codes), stage.get("via")
    return t("%(units)s (via %(unit)s)", units=named, unit=via) if via else named


def _day(text: str | None) -> str:
    return day_text(date.fromisoformat(text)) if text else ""
