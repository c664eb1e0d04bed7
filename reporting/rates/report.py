"""The rates of a selection as of any instant, by level, by plan and by branch; and as JSON.

Figures are added up along the branches frozen on the obligations themselves, so a unit that moved since does
not carry its past to another branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, cast, exists, select, type_coerce
from sqlmodel import Session, col

from calendars.zone import local_date
from models.deadline import begun_days_between
from models.decision import Review
from models.obligation import Obligation, Submission
from models.plan import Plan
from models.unit import UnitVersion, marker
from models.vocabulary import Level
from reporting.obligations.as_of import columns_as_of
from reporting.obligations.filters import Selection, standing_at
from reporting.obligations.listing import iso
from reporting.rates.rates import FORMULAS, Tally, total_of
from reporting.rates.sums import Conditions, Words, counts, figure, returns, words
from reporting.unit_names import names


class Place(NamedTuple):
    """Where obligations count: their plan, the branch frozen on them (/1/5/77/), their unit's version."""

    plan_id: int
    branch: str
    version_id: int

    @property
    def unit(self) -> str:
        return self.branch.rsplit("/", 2)[1]


Branches = dict[str, Tally]
"""Tallies by a unit's path of ids, /1/5/77/."""


@dataclass(frozen=True)
class RatesReport:
    """Tallies as of `at`, with the slugs of plans and, where wanted, the levels of units' versions."""

    at: datetime
    tallies: Mapping[Place, Tally]
    slugs: Mapping[int, str]
    levels: Mapping[int, str] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        return total_of(self.tallies.values())

    def by_level(self) -> dict[Level, Tally]:
        """From the top down."""
        found: dict[str, Tally] = defaultdict(Tally)
        for place, tally in self.tallies.items():
            found[self.levels[place.version_id]].add(tally)
        return {level: found[level] for level in reversed(Level) if level in found}

    def by_plan(self) -> dict[str, Tally]:
        """In order of the slugs."""
        found: dict[str, Tally] = defaultdict(Tally)
        for place, tally in self.tallies.items():
            found[self.slugs[place.plan_id]].add(tally)
        return dict(sorted(found.items()))

    def by_branch(self) -> Branches:
        """Each unit's path (/1/5/) with everything in its branch, added up from the bottom, in no order."""
        found: Branches = {}
        for (_, branch, _), tally in self.tallies.items():
            found[branch] = total_of([found[branch], tally]) if branch in found else tally
        return _added_up(found)

    def below(self, top: int | None) -> dict[int, Tally]:
        """By the unit right below `top`, None being above all; what the top itself owes is under 0."""
        found: dict[int, Tally] = defaultdict(Tally)
        mark = marker(top)
        for place, tally in self.tallies.items():
            step = place.branch.partition(mark)[2].partition("/")[0]
            found[int(step or 0)].add(tally)
        return dict(found)


def _added_up(found: Branches) -> Branches:
    """The branches with all above them. One with nothing below it keeps its tally: nobody may change it."""
    by_depth: dict[int, list[str]] = defaultdict(list)
    for path in found:
        by_depth[path.count("/")].append(path)
    for depth in range(max(by_depth, default=0), 2, -1):
        whole: Branches = defaultdict(Tally)
        for path in by_depth[depth]:
            whole[path[: path.rindex("/", 0, -1) + 1]].add(found[path])
        for above, tally in whole.items():
            if above in found:
                tally.add(found[above])
            else:
                by_depth[depth - 1].append(above)
            found[above] = tally
    return found


def rates_report(session: Session, selection: Selection, at: datetime, zone: ZoneInfo) -> RatesReport:
    """The tallies of the selection as of `at`.

    Without a period in the selection, only what had begun by then counts: periods whose data starts later are
    opened ahead for calendars, and nobody expects them yet.
    """
    begun_by = local_date(at, zone) if selection.period is None else None
    report = rates_of(session, [*selection.conditions(session), standing_at(at, begun_by)], at)
    return replace(report, levels=_pairs(session, select(col(UnitVersion.id), col(UnitVersion.level))))


def rates_of(session: Session, conditions: Conditions, at: datetime) -> RatesReport:
    """The tallies as of `at` of the obligations that meet the conditions, without the levels."""
    version = type_coerce(col(Obligation.unit_version_id), String)  # joined to a text, it becomes one
    place = col(Obligation.branch).concat(version)
    found: dict[tuple[int, str], Tally] = defaultdict(Tally)
    then = columns_as_of(session, at)
    word = figure(then).concat(place)
    for plan, where, counted, number in counts(session, words(word).where(*conditions)):
        found[plan, where].count(counted, number)
    for is_past, query in returns(session, then, word, conditions):
        for plan, where, counted, number in counts(session, query):
            found[plan, where].count_returned(counted, number, is_past=is_past)
    if session.scalar(select(exists().where(col(Review.at) <= at))):
        for plan, where, days, number in counts(session, _reviews(place, at).where(*conditions)):
            found[plan, where].count_review(days, number)
    tallies = {_place(*key): tally for key, tally in found.items()}
    _mark_never_filed(tallies)
    return RatesReport(at, tallies, _pairs(session, select(col(Plan.id), col(Plan.slug))))


def _place(plan: int, word: str) -> Place:
    """From a plan and a word's place, 1/5/77/345."""
    branch, _, version = word.rpartition("/")
    return Place(plan, f"/{branch}/", int(version))


def _mark_never_filed(tallies: Mapping[Place, Tally]) -> None:
    """Once for each unit in a plan, of which a unit that moved or was renamed has several tallies."""
    of_unit: dict[tuple[int, str], list[Tally]] = defaultdict(list)
    for place, tally in tallies.items():
        of_unit[place.plan_id, place.unit].append(tally)
    for some in of_unit.values():
        overdue = [tally for tally in some if tally.overdue]
        if overdue and not any(tally.filed for tally in some):
            overdue[-1].units_never_filed = 1


def _reviews(place: ColumnElement[str], at: datetime) -> Words:
    """In how many begun days each review came."""
    days = cast(begun_days_between(col(Review.at), col(Submission.filed_at)), String)
    return (
        words(days.concat(place))
        .join(Review, col(Review.obligation_id) == col(Obligation.id))
        .join(Submission, col(Submission.id) == col(Review.submission_id))
        .where(col(Review.at) <= at, col(Review.undone_at).is_(None))
    )


def _pairs(session: Session, query: Select[tuple[int, str]]) -> dict[int, str]:
    return dict(session.execute(query).tuples().all())


COUNTS = (
    "expected",
    "filed",
    "on_time",
    "late",
    "overdue",
    "in_term",
    "no_deadline",
    "not_counted",
    "returned",
    "correction_overdue",
)
Branch = tuple[str, str, Tally]
"""Code, name and tally."""


def direct_branches(report: RatesReport, top: int | None) -> dict[str, Tally]:
    """The branches one step below the chosen unit, or below the highest with more than one below it."""
    every = report.by_branch()
    depth = _depth_below(every, top)
    return {path: tally for path, tally in every.items() if path.count("/") == depth}


def _depth_below(every: dict[str, Tally], top: int | None) -> int:
    if top is not None:
        return next((path.count("/") + 1 for path in every if path.endswith(f"/{top}/")), 0)
    for depth in range(2, max((path.count("/") for path in every), default=2) + 1):
        if sum(path.count("/") == depth for path in every) > 1:
            return depth
    return 2


def figures_json(tally: Tally) -> dict[str, Any]:
    """A tally with its rates, for scripts; null means n/a."""
    counts = {name: getattr(tally, name) for name in COUNTS}
    return counts | tally.rates() | {"units_never_filed": tally.units_never_filed}


def rates_json(
    report: RatesReport, branches: list[Branch], chosen: dict[str, Any], zone: ZoneInfo
) -> dict[str, Any]:
    """The whole report; `chosen` says of which selection."""
    return {
        "at": iso(report.at, zone),
        "selection": chosen,
        "formulas": FORMULAS,
        "total": figures_json(report.total),
        "levels": [{"level": level, **figures_json(tally)} for level, tally in report.by_level().items()],
        "plans": [{"plan": plan, **figures_json(tally)} for plan, tally in report.by_plan().items()],
        "branches": [
            {"unit": code, "unit_name": name, **figures_json(tally)} for code, name, tally in branches
        ],
    }


def named(session: Session, branches: dict[str, Tally]) -> list[Branch]:
    """The branches with their names, the worst first."""
    units = {path: int(path.split("/")[-2]) for path in branches}
    known = names(session, units.values())
    rows = [(*known[units[path]], tally) for path, tally in branches.items()]
    return sorted(rows, key=lambda row: (row[2].rates()["completion"] or 0.0, row[0]))
