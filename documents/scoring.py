"""Duties in the form in which readings are scored: what is written, nothing worked out but the year."""

from __future__ import annotations

from datetime import date

from documents.draft import DraftDuty
from documents.frequencies import Often
from documents.moments import Moment, MomentKind, MonthOf, Written
from models.vocabulary import DutyType

FREQUENCIES = {
    Often.DAY: "daily",
    Often.WORKDAY: "daily",
    Often.WEEK: "weekly",
    Often.MONTH: "monthly",
    Often.QUARTER: "quarterly",
    Often.HALF_YEAR: "semiannual",
    Often.NINE_MONTHS: "nine_month",
    Often.YEAR: "annual",
    Often.YEARS: "five_year",
    Often.ONCE: "once",
    Often.ON_DEMAND: "adhoc",
    Often.UNSPECIFIED: "unspecified",
}
OFFSETS = {MonthOf.NEXT: 1, MonthOf.PREVIOUS: -1}
PERIOD_ENDS: dict[Often, int | str] = {
    Often.QUARTER: "quarter_end",
    Often.HALF_YEAR: 6,
    Often.NINE_MONTHS: 9,
    Often.YEAR: 12,
}
"""In which month a day lies that is one "of the period": the form has no words for its last month."""
Json = dict[str, object]


def scored(duty: DraftDuty, issued: date | None) -> Json:
    found = duty.found
    return {
        "quote": duty.quote.text,
        "line": duty.quote.line,
        "kind": _kind(duty),
        "frequency": FREQUENCIES[found.often],
        "due": due(found.time, found.often, issued) if found.time is not None else None,
        "reporters": list(duty.reporters.values),
        "recipients": list(duty.recipients.values),
        "via": list(duty.via.values),
        "uncertain": [str(doubt) for doubt in duty.doubts],
    }


def _kind(duty: DraftDuty) -> str:
    if duty.type is DutyType.MILESTONE:
        return "milestone"
    often = "one_off" if duty.found.often is Often.ONCE else "periodic"
    return f"{often}_{duty.type}"


def due(time: Written, often: Often, issued: date | None) -> Json:
    found = _moment(time.moment, often, issued)
    if time.moment.hour:
        found["time"] = time.moment.hour
    if time.limit is not None:
        found["bound"] = time.limit.value
    return found


def _moment(moment: Moment, often: Often, issued: date | None) -> Json:
    year = moment.year_from(issued if often is Often.ONCE else None)
    match moment.kind:
        case MomentKind.DATE | MomentKind.DAY_MONTH if year and often is Often.ONCE:
            return {"date": f"{year}-{moment.month:02}-{moment.day:02}"}
        case MomentKind.DATE | MomentKind.DAY_MONTH:
            return {"day": moment.day, "month": moment.month}
        case MomentKind.DAY:
            return _day(moment, often)
        case MomentKind.MONTH:
            first = 1 if moment.month_of is MonthOf.FIRST and moment.span == "year" else None
            return _filled({"month": moment.month or first, "year": None if moment.span else year})
        case MomentKind.QUARTER:
            return _filled({"quarter": moment.index, "year": year})
        case MomentKind.HALF | MomentKind.NINE_MONTHS | MomentKind.YEAR:
            return _filled({"year": year})
        case MomentKind.WEEK:
            ends = moment.span == "quarter" and moment.month_of is MonthOf.LAST
            week = "last" if moment.index == 0 else "first"
            return _filled(
                {"month": "quarter_end" if ends else moment.month, "week": week, "year": moment.year}
            )
        case MomentKind.DELAY:
            return {"after": moment.count, "unit": moment.unit, "anchor": moment.anchor}
        case MomentKind.EVENT:
            return {"event": moment.anchor}
    return {}


def _day(moment: Moment, often: Often) -> Json:
    offset = OFFSETS.get(moment.month_of) if moment.month_of else None
    month = PERIOD_ENDS.get(often) if offset is None and moment.month_of is not MonthOf.FIRST else None
    return _filled({"day": moment.day, "month": month, "month_offset": offset})


def _filled(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}
