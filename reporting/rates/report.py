"""Counting what the rates are made of: a few queries, whatever the number of units, plans and periods.

The database gives each obligation one standing; how many of each there are is added up along the branches
frozen on the obligations themselves, so a unit that moved since does not carry its past to another branch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    type_coerce,
)
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from calendars.zone import local_date
from models.columns import Instant
from models.deadline import begun_days_between, days_late, has_passed, is_on_time
from models.decision import Closing, Extension, Review
from models.obligation import Obligation, Submission
from models.plan import Plan
from models.unit import Unit, UnitVersion
from models.vocabulary import Level
from reporting.obligations.as_of import undone_since
from reporting.obligations.filters import Selection, standing_at
from reporting.obligations.listing import iso
from reporting.rates.rates import (
    FORMULAS,
    IN_TERM,
    NO_DEADLINE,
    NOT_COUNTED,
    ON_TIME,
    ON_TIME_EXTENDED,
    OVERDUE,
    Tally,
    total_of,
)


def figures(figure: ColumnElement[str]) -> Select[Any]:
    """A query for the figure of every obligation, to be narrowed or joined and then given to `counts`.

    A word is the figure, the branch and the version: -3/1/5/77/345.
    """
    version = type_coerce(col(Obligation.unit_version_id), String)  # joined to a text, it becomes one
    word = figure.concat(col(Obligation.branch)).concat(version)
    plan = func.min(col(Obligation.plan_id))  # an occurrence has one
    words = func.aggregate_strings(word, ",")
    return sa_select(plan, words).select_from(Obligation).group_by(col(Obligation.occurrence_id))


def counts(session: Session, query: Select[Any]) -> Iterator[tuple[int, Counter[str]]]:
    """For each plan its words, and how often each comes."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for plan, words in session.execute(query):
        found[plan].update(words.split(","))
    yield from found.items()


def read_place(place: str) -> tuple[str, int]:
    """The branch and the version of a place, which is what stands after a word's figure: 1/5/77/345."""
    branch, _, version = place.rpartition("/")
    return f"/{branch}/", int(version)


Group = tuple[str, str]
"""Plan slug and level."""

Branches = dict[str, Tally]
"""Tallies by a unit's path of ids, /1/5/77/."""


@dataclass
class RatesReport:
    """Tallies as of `at`: for each group of units those of every single unit."""

    at: datetime
    groups: dict[Group, Branches]

    @property
    def total(self) -> Tally:
        return total_of(total_of(branches.values()) for branches in self.groups.values())

    def by_level(self) -> dict[str, Tally]:
        return self._by(1)

    def by_plan(self) -> dict[str, Tally]:
        return self._by(0)

    def _by(self, part: int) -> dict[str, Tally]:
        found: dict[str, Tally] = defaultdict(Tally)
        for group, branches in sorted(self.groups.items(), key=lambda item: item[0]):
            found[group[part]].add(total_of(branches.values()))
        return dict(found)

    def by_branch(self) -> Branches:
        """Each unit's path (/1/5/) with everything in its branch, added up from the bottom, in no order."""
        found: Branches = {}
        for branches in self.groups.values():
            both = found.keys() & branches.keys()
            found |= branches | {branch: total_of([found[branch], branches[branch]]) for branch in both}
        return _added_up(found)


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
    conditions = [*selection.conditions(session), standing_at(at, begun_by)]
    standings = figures(_standing_at(at, _deadline_at(session, at), _closed_at(session, at))).where(
        *conditions
    )
    counting = _Counting(session)
    counting.count(standings, Tally.count)
    if session.execute(sa_select(exists().where(col(Review.at) <= at))).scalar():
        counting.count(_reviews(at).where(*conditions), Tally.count_review)
    return RatesReport(at, counting.groups())


@dataclass
class _Counting:
    """The tallies by plan and place, made as they are met."""

    session: Session
    found: dict[int, dict[str, Tally]] = field(default_factory=dict)

    def count(self, query: Select[Any], count: Callable[[Tally, int, int], None]) -> None:
        for plan, counter in counts(self.session, query):
            tallies = self.found.setdefault(plan, defaultdict(Tally))
            for word, times in counter.items():
                figure, _, place = word.partition("/")
                count(tallies[place], int(figure), times)

    def groups(self) -> dict[Group, Branches]:
        slugs = _pairs(self.session, sa_select(col(Plan.id), col(Plan.slug)))
        levels = _pairs(self.session, sa_select(col(UnitVersion.id), col(UnitVersion.level)))
        found: dict[Group, Branches] = defaultdict(dict)
        for plan, tallies in self.found.items():
            for place, tally in tallies.items():
                branch, version = read_place(place)
                branches = found[slugs[plan], levels[version]]
                if branch in branches:  # the unit was only renamed
                    tally.add(branches[branch])
                branches[branch] = tally
                tally.units_never_filed = int(tally.overdue > 0 and tally.filed == 0)
        return dict(found)


def _standing_at(
    at: datetime, deadline: ColumnElement[Any], closed: ColumnElement[bool]
) -> ColumnElement[str]:
    filed_at = col(Obligation.first_submitted_at)
    filed = case(
        (is_on_time(func.coalesce(col(Obligation.original_deadline), deadline), filed_at), str(ON_TIME)),
        (is_on_time(deadline, filed_at), str(ON_TIME_EXTENDED)),
        else_=cast(days_late(deadline, filed_at), String),
    )
    return case(
        (closed, str(NOT_COUNTED)),
        (deadline.is_(None), str(NO_DEADLINE)),
        (filed_at <= at, filed),
        (has_passed(deadline, at), str(OVERDUE)),
        else_=str(IN_TERM),
    )


def _deadline_at(session: Session, at: datetime) -> ColumnElement[Any]:
    """The deadline as it stood at `at`: before any extension that was granted later."""
    later = and_(col(Extension.granted).is_(True), col(Extension.decided_at) > at)
    if not session.execute(sa_select(exists().where(later))).scalar():
        return type_coerce(col(Obligation.deadline), Instant)
    mine = and_(later, col(Extension.obligation_id) == col(Obligation.id))
    old = sa_select(col(Extension.old_deadline)).where(mine).order_by(col(Extension.decided_at)).limit(1)
    return case((exists().where(mine), old.scalar_subquery()), else_=col(Obligation.deadline))


def _closed_at(session: Session, at: datetime) -> ColumnElement[bool]:
    """Whether it was closed at `at`, by a closing that holds still or was undone later."""
    closed = col(Obligation.closed_at) <= at
    if not session.execute(sa_select(exists().where(undone_since(at)))).scalar():
        return closed
    return or_(closed, exists().where(undone_since(at), col(Closing.obligation_id) == col(Obligation.id)))


def _reviews(at: datetime) -> Select[Any]:
    """In how many begun days each review came."""
    return (
        figures(cast(begun_days_between(col(Review.at), col(Submission.filed_at)), String))
        .join(Review, col(Review.obligation_id) == col(Obligation.id))
        .join(Submission, col(Submission.id) == col(Review.submission_id))
        .where(col(Review.at) <= at, col(Review.undone_at).is_(None))
    )


def _pairs(session: Session, query: Select[Any]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.connection().execute(query).all()}


def unit_names(session: Session) -> dict[int, tuple[str, str]]:
    """Code and newest name of every unit, by id."""
    query = (
        sa_select(col(Unit.id), col(Unit.code), col(UnitVersion.name))
        .join(UnitVersion, col(UnitVersion.unit_id) == col(Unit.id))
        .order_by(col(UnitVersion.valid_from))
    )
    return {row[0]: (row[1], row[2]) for row in session.connection().execute(query)}


COUNTS = ("expected", "filed", "on_time", "late", "overdue", "in_term", "no_deadline", "not_counted")
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
    """A tally with its rates, for scripts; null stands for n/a."""
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
        "levels": [{"level": level, **figures_json(tally)} for level, tally in by_level(report)],
        "plans": [{"plan": plan, **figures_json(tally)} for plan, tally in report.by_plan().items()],
        "branches": [
            {"unit": code, "unit_name": name, **figures_json(tally)} for code, name, tally in branches
        ],
    }


def by_level(report: RatesReport) -> list[tuple[Level, Tally]]:
    """The levels from the top down."""
    found = report.by_level()
    return [(level, found[level]) for level in reversed(Level) if level in found]


def named(branches: dict[str, Tally], names: dict[int, tuple[str, str]]) -> list[Branch]:
    """The branches with their names, the worst first."""
    rows = [(*names[int(path.split("/")[-2])], tally) for path, tally in branches.items()]
    return sorted(rows, key=lambda row: (row[2].rates()["completion"] or 0.0, row[0]))
