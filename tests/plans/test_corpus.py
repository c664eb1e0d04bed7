"""The documents of the corpus as plan files: dates worked out by hand, and the marks of a careful reader.

`corpus/` has a plan file for each document in words of our own, with facts of the document alone. Its dates
are checked wherever the tests run; the marks lie beside the repository and are checked where they are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from calendars.deadlines import DueDate, chain_due_dates
from calendars.due_rules import (
    ByEvent,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DueRule,
    HourOfDay,
    OnDate,
    Window,
    WithinEachYear,
    WithinLastWeek,
    WithinMonth,
    WithinOfEvent,
    WithinPeriod,
)
from calendars.periods import Frequency, Period
from calendars.working_days import WorkingDays
from models.plan_files.plan import DutyFile, PlanFile
from models.plan_files.stage import StageFile
from reporting.plans.reading import read_plan
from reporting.plans.schedule import DutyOccurrence, PlanEdition, duty_occurrences

HERE = Path(__file__).parent / "corpus"
FILES = sorted(HERE.glob("[0-9][0-9].yaml"))
DAYS = WorkingDays.from_country()
WRITTEN: dict[str, Any] = yaml.safe_load((HERE / "dates.yaml").read_text(encoding="utf-8"))
CASES = [(document, duty) for document, duties in WRITTEN.items() for duty in duties]
FREQUENCIES = {
    Frequency.DAY: "daily",
    Frequency.MONTH: "monthly",
    Frequency.QUARTER: "quarterly",
    Frequency.HALF_YEAR: "semiannual",
    Frequency.YEAR: "annual",
    Frequency.YEARS: "five_year",
    Frequency.ONCE: "once",
    Frequency.ON_DEMAND: "adhoc",
    Frequency.UNSPECIFIED: "unspecified",
}
EXTRA = {"part", "months", "quarters", "anchor", "month_offset"}
"""Help for a reader of the marks, which other columns of the test hold."""


@cache
def plan(document: str) -> PlanFile:
    return read_plan(HERE / f"{document}.yaml")


def duty_of(document: str, key: str) -> DutyFile:
    found = plan(document).duty(key)
    assert found is not None
    return found


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def written_due(text: str) -> tuple[object, ...]:
    """`31/3/2026 9:00 from 1/1/2026 planned 5/12/2025 data 15/12/2025 14/12/2026`."""
    found = re.fullmatch(
        r"(?P<last>[\d/]+|-)(?: (?P<hour>\d+:\d\d))?(?: from (?P<opens>\S+))?(?: planned (?P<planned>\S+))?"
        r"(?: data (?P<data>\S+) (?P<until>\S+))?",
        text,
    )
    assert found, text
    return (
        None if found["last"] == "-" else day(found["last"]),
        found["hour"] and datetime.strptime(found["hour"], "%H:%M").time(),
        found["opens"] and day(found["opens"]),
        found["planned"] and day(found["planned"]),
        found["data"] and (day(found["data"]), day(found["until"])),
    )


def as_due(due: DueDate | None, data: tuple[date, date] | None) -> tuple[object, ...]:
    if due is None:
        return None, None, None, None, data
    return due.last_day, due.hour, due.opens, due.planned, data


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def occurrences_of(document: str, key: str) -> dict[str, DutyOccurrence]:
    edition = PlanEdition(version_id=0, file=plan(document), first=plan(document).in_force.first)
    found = duty_occurrences([edition], key, date(2037, 1, 1), DAYS)
    return {str(each.period): each for each in found}


@pytest.mark.parametrize(("document", "key"), CASES)
def test_its_dates_are_those_worked_out_by_hand(document: str, key: str) -> None:
    expected = WRITTEN[document][key]
    found = occurrences_of(document, key)
    for period, dues in expected.get("dates", {}).items():
        each = found[str(period)]
        stages = [as_due(due, each.data_span(i)) for i, due in enumerate(each.dues)]
        assert stages == [written_due(text) for text in listed(dues)], period
    if not expected.get("dates"):
        assert not found  # it comes when it is asked for, or happens


@pytest.mark.parametrize(
    ("document", "key"), [case for case in CASES if "happens" in WRITTEN[case[0]][case[1]]]
)
def test_what_happens_makes_it_due_on_the_day_worked_out_by_hand(document: str, key: str) -> None:
    duty = duty_of(document, key)
    for moment, due in WRITTEN[document][key]["happens"].items():
        at = datetime.strptime(moment, "%d/%m/%Y %H:%M")
        period = Period.of_event(1, at.date(), at.time())
        (found,) = chain_due_dates(duty.timetable.rules(period), period, DAYS)
        assert as_due(found, None) == written_due(due)


def test_every_duty_of_the_plan_files_has_its_row() -> None:
    duties = [(path.stem, duty.id) for path in FILES for duty in plan(path.stem).duties]
    assert sorted(CASES) == sorted(duties)


@pytest.fixture(scope="module")
def marks(shared: Path) -> dict[str, dict[int, Any]]:
    found = {}
    for path in sorted((shared / "corpus" / "gold").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[path.stem[:2]] = {each["id"]: each for each in content["obligations"]}
    return found


Marks = Mapping[str, Mapping[int, Mapping[str, Any]]]


def stages_with_marks(document: str, key: str) -> Iterator[tuple[int, StageFile, list[int]]]:
    duty, numbers = duty_of(document, key), WRITTEN[document][key]["marks"]
    for i, (stage, own) in enumerate(zip(duty.chain, listed(numbers), strict=True)):
        if own is not None:
            yield i, stage, listed(own)


def test_every_mark_that_counts_is_said_by_a_plan_file(marks: Marks) -> None:
    said = {
        (document, number)
        for document, key in CASES
        for _, _, numbers in stages_with_marks(document, key)
        for number in numbers
    }
    owed = {
        (document, number)
        for document, own in marks.items()
        for number, mark in own.items()
        if not mark.get("optional")
    }
    assert len(owed) == 139
    assert owed - said == set()


@pytest.mark.parametrize(("document", "key"), CASES)
def test_frequency_and_date_are_those_marked(document: str, key: str, marks: Marks) -> None:
    duty = duty_of(document, key)
    for i, stage, numbers in stages_with_marks(document, key):
        rules = stage.rules or (None,)
        own = [marks[document][number] for number in numbers]
        assert [FREQUENCIES[duty.every] for _ in rules] == [mark["frequency"] for mark in own]
        assert [as_marked(rule, duty) for rule in rules] == [normal(mark["due"]) for mark in own]
        written = [mark["due"] or {} for mark in own]
        planned = [rule.days(Period.parse("once"))[0].isoformat() for rule in duty.timetable.planned[i]]
        assert planned == [due["planned"] for due in written if "planned" in due]
        parts = [due.get("months") or due.get("quarters") for due in written]
        if parts[0]:
            assert [part.index for part in duty.timetable.parts] == parts[0]


def normal(due: Mapping[str, Any] | None) -> dict[str, object] | None:
    """A mark as the rules say it: `on` a day is `by` it, `by` a month is within it, and what happens is
    `event`, however it is worded."""
    if due is None:
        return None
    found: dict[str, object] = {
        name: value for name, value in due.items() if name not in EXTRA | {"planned", "from"}
    }
    if "month_offset" in due:
        found["month"] = "previous"
    if "event" in found:
        return {"event": True, "bound": "by"}
    is_span = "year" in found
    found["bound"] = {"on": "by", "by": "in" if is_span else "by"}.get(str(found["bound"]), found["bound"])
    return found


def as_marked(rule: DueRule | None, duty: DutyFile) -> dict[str, object] | None:
    """The rule in the form of the marks."""
    bound = None if rule is None else str(getattr(rule, "bound", ""))
    match rule:
        case None:
            return None
        case Window():
            last = as_marked(rule.last, duty)
            assert last is not None
            return last
        case ByEvent():
            return {"event": True, "bound": "by"}
        case WithinOfEvent():
            return {"after": rule.count, "unit": {"d": "day", "h": "hour"}[rule.measure], "bound": "by"}
        case OnDate():
            return {"date": rule.day.isoformat(), "bound": bound}
        case HourOfDay(hour=time() as hour):
            return {"time": f"{hour:%H:%M}", "bound": bound}
        case DayOfYear():
            return {"day": rule.day, "month": rule.month, "bound": bound}
        case DayOfMonth(day=int(number), month="own"):
            return {"day": number, "bound": bound}
        case DayOfMonth(day=int(number), month="previous"):
            return {"day": number, "month": "previous", "bound": bound}
        case DayOfMonth(day=int(number), month="last"):
            return {"day": number, "month": end_month(duty), "bound": bound}
        case WithinLastWeek():
            return {"week": "last", "month": end_month(duty), "bound": "in"}
        case WithinMonth(month="first"):
            return {"month": 1, "bound": "in"}
        case WithinEachYear(part=Frequency.MONTH):
            return {"month": rule.index, "bound": "in"}
        case WithinPeriod(period=period):
            part = {Frequency.MONTH: "month", Frequency.QUARTER: "quarter"}.get(period.frequency)
            return ({part: period.index} if part else {}) | {"year": period.year, "bound": "in"}
        case DayOfWeek():
            return {"weekday": rule.weekday, "bound": bound}
    raise AssertionError(rule)


def end_month(duty: DutyFile) -> object:
    return {Frequency.QUARTER: "quarter_end", Frequency.HALF_YEAR: 6, Frequency.YEAR: 12}[duty.every]


@cache
def bodies() -> dict[str, list[frozenset[str]]]:
    """What each name may mean: bodies that it takes together."""
    found: dict[str, list[frozenset[str]]] = {}
    content = yaml.safe_load((HERE / "names.yaml").read_text(encoding="utf-8"))
    for key, names in content.items():
        for name in names:
            found.setdefault(name, []).append(frozenset(part.strip() for part in key.split(",")))
    return found


def named(names: Sequence[str], known: frozenset[str]) -> frozenset[str]:
    """The bodies that the names mean; of two readings the one that is meant here."""
    found: set[str] = set()
    for name in names:
        plain = name.lower().removeprefix("các ")
        readings = bodies()[plain]
        found |= next((each for each in readings if each <= known), readings[0])
    return frozenset(found)


def reporters(stage: StageFile) -> frozenset[str]:
    found: set[str] = set()
    for chooser in stage.reporters:
        found |= set(chooser.codes)
        found |= {f"kind {kind}" for kind in chooser.kinds} | {f"group {each}" for each in chooser.groups}
        found |= {f"level {chooser.level}"} if chooser.level else set()
    return frozenset(found)


@pytest.mark.parametrize(("document", "key"), CASES)
def test_reporters_and_recipients_are_those_marked(document: str, key: str, marks: Marks) -> None:
    for _, stage, numbers in stages_with_marks(document, key):
        for number in numbers:
            mark = marks[document][number]
            if mark["reporters"]:
                owing = reporters(stage)
                assert named(mark["reporters"], owing) == owing, number
            to = frozenset(({stage.via} if stage.via else set()) | set(stage.recipients))
            through = mark["via"] or mark["recipients"][:1]
            if mark["recipients"]:
                assert named([*mark["recipients"], *mark["via"]], to) == to, number
                assert (stage.via or stage.recipients[0]) in named(through, to), number
