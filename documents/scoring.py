"""Duties in the form in which readings are scored: what is written, nothing worked out but the year."""

from __future__ import annotations

from datetime import date

from documents.duty import Duty
from documents.frequencies import Often
from documents.moments import Moment, MomentKind, MonthOf
from documents.unit_phrases import names

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


def scored(duty: Duty, original: str, issued: date | None) -> dict[str, object]:
    start, end = duty.quote
    report = duty.report
    return {
        "quote": original[start:end],
        "line": original.count("\n", 0, start) + 1,
        "rule": duty.rule.value,
        "frequency": FREQUENCIES[duty.often],
        "due": due(duty, issued),
        "reporters": list(duty.reporters.names) if duty.reporters else [],
        "origin": duty.reporters.origin.value if duty.reporters else None,
        "recipients": names(report.recipients) if report else [],
        "via": names(report.via) if report else [],
        "uncertain": sorted(each.value for each in duty.doubts),
    }


def due(duty: Duty, issued: date | None) -> dict[str, object] | None:
    if duty.time is None:
        return None
    found = _moment(duty.time.moment, duty.often, issued)
    if duty.time.limit is not None:
        found["bound"] = duty.time.limit.value
    return found


def _moment(moment: Moment, often: Often, issued: date | None) -> dict[str, object]:
    found: dict[str, object] = {}
    year = moment.year or (issued.year if issued and often is Often.ONCE else None)
    match moment.kind:
        case MomentKind.DATE | MomentKind.DAY_MONTH if year and often is Often.ONCE:
            found["date"] = f"{year}-{moment.month:02}-{moment.day:02}"
        case MomentKind.DATE | MomentKind.DAY_MONTH:
            found |= {"day": moment.day, "month": moment.month}
        case MomentKind.DAY:
            found["day"] = moment.day
            if often is Often.QUARTER and moment.month_of in (MonthOf.LAST, MonthOf.OWN, None):
                found["month"] = "quarter_end"
            if often is Often.HALF_YEAR and moment.month_of is not MonthOf.NEXT:
                found["month"] = 6
            if often is Often.YEAR and moment.month_of is not MonthOf.NEXT:
                found["month"] = 12
            if moment.month_of is MonthOf.NEXT:
                found["month_offset"] = 1
            if moment.month_of is MonthOf.PREVIOUS:
                found["month_offset"] = -1
        case MomentKind.MONTH:
            found["month"] = moment.month or (
                1 if moment.month_of is MonthOf.FIRST and moment.span == "year" else None
            )
            if year and not moment.span:
                found["year"] = year
        case MomentKind.QUARTER:
            found["quarter"] = moment.index
            if year:
                found["year"] = year
        case MomentKind.HALF | MomentKind.NINE_MONTHS | MomentKind.YEAR:
            if year:
                found["year"] = year
        case MomentKind.WEEK:
            month = (
                "quarter_end"
                if moment.span == "quarter" and moment.month_of is MonthOf.LAST
                else moment.month
            )
            found |= {"month": month, "week": "last" if moment.index == 0 else "first"}
            if moment.year:
                found["year"] = moment.year
        case MomentKind.DELAY:
            found |= {"after": moment.count, "unit": moment.unit, "anchor": moment.anchor}
        case MomentKind.EVENT:
            found["event"] = moment.anchor
    if moment.hour:
        found["time"] = moment.hour
    return found
