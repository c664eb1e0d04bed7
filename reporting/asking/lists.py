"""Requests and events as lists show them, with how many of their reports are filed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from models.asking import AskedUnit, Happening, ReportRequest
from models.database import chunks
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.settings import Settings
from models.vocabulary import COUNTED
from reporting.asking.deed import period_of
from reporting.obligations.asked import AskedBy, asked_by
from reporting.unit_names import names

Row = TypeVar("Row", ReportRequest, Happening)


def seen_periods(session: Session, within: ColumnElement[bool]) -> set[str]:
    """The periods of requests and events of whose reports somebody sees any: `within` is what they see."""
    asked = or_(*(col(Occurrence.period).startswith(mark) for mark in ("req-", "ev-")))
    query = select(col(Occurrence.period)).distinct()
    query = query.join(Obligation, col(Obligation.occurrence_id) == col(Occurrence.id))
    return set(session.scalars(query.where(asked, within)))


@dataclass(frozen=True, kw_only=True)
class AskedRow:
    """One request or event: `duty` and `due` are a request's; `expected` counts the reports that are owed or
    filed, `filed` the latter."""

    by: AskedBy
    plan: str
    plan_title: str
    ad_hoc: bool
    duty: str
    rule: str
    due: datetime | None
    period: str
    whole: bool
    withdrawn_at: datetime | None
    withdrawn_because: str
    expected: int
    filed: int

    @property
    def id(self) -> int:
        return self.by.id

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def as_json(self) -> dict[str, object]:
        """For scripts: instants in local time with their offset."""
        told = self.by.event_json() or {**(self.by.request_json() or {}), "due": _iso(self.due)}
        return {
            **told,
            "plan": self.plan,
            "plan_title": self.plan_title,
            "ad_hoc": self.ad_hoc,
            "duty": self.duty or None,
            "rule": self.rule or None,
            "note": self.by.note,
            "period": self.period,
            "withdrawn_at": _iso(self.withdrawn_at),
            "withdrawn_because": self.withdrawn_because,
            "expected": self.expected,
            "filed": self.filed,
        }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def list_requests(
    session: Session, settings: Settings, plan: str | None = None, ids: Collection[int] | None = None
) -> list[AskedRow]:
    """All requests, the newest first, of one plan or of these numbers alone."""
    return _list(session, settings, ReportRequest, plan, ids)


def list_events(
    session: Session, settings: Settings, plan: str | None = None, ids: Collection[int] | None = None
) -> list[AskedRow]:
    """All that was said to have happened, the newest first."""
    return _list(session, settings, Happening, plan, ids)


def _list(
    session: Session, settings: Settings, table: type[Row], plan: str | None, ids: Collection[int] | None
) -> list[AskedRow]:
    query = sa_select(table, Plan).join(Plan, col(Plan.id) == col(table.plan_id))
    if plan is not None:
        query = query.where(col(Plan.slug) == plan)
    if ids is not None:
        query = query.where(col(table.id).in_(ids))
    rows = session.execute(query.order_by(col(table.id).desc())).all()
    units = names(session, [row.unit_id for row, _ in rows])
    duties = _duties(session, [row.duty_id for row, _ in rows if isinstance(row, ReportRequest)])
    periods = {row.id: period_of(row, settings.zone).key for row, _ in rows}
    counts = _counts(session, periods.values())
    own = _own_counts(session, [row for row, _ in rows if isinstance(row, Happening)], periods)
    return [
        AskedRow(
            by=asked_by(row, units.get(row.unit_id or 0), settings.zone),
            plan=its_plan.slug,
            plan_title=its_plan.title,
            ad_hoc=its_plan.ad_hoc,
            duty=duties[row.duty_id] if isinstance(row, ReportRequest) else "",
            rule=row.rule if isinstance(row, ReportRequest) else "",
            due=row.due.astimezone(settings.zone) if isinstance(row, ReportRequest) else None,
            period=periods[row.id],
            whole=row.whole,
            withdrawn_at=row.withdrawn_at and row.withdrawn_at.astimezone(settings.zone),
            withdrawn_because=row.withdrawn_because,
            expected=(own.get(row.id) or counts.get(periods[row.id], NONE))[0],
            filed=(own.get(row.id) or counts.get(periods[row.id], NONE))[1],
        )
        for row, its_plan in rows
    ]


def _duties(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return {
        row.id: row.key
        for some in chunks(ids)
        for row in session.execute(select(col(Duty.id), col(Duty.key)).where(col(Duty.id).in_(some)))
    }


NONE = (0, 0)


def _own_counts(
    session: Session, happenings: Sequence[Happening], periods: Mapping[int, str]
) -> dict[int, tuple[int, int]]:
    """By number, the same of what rests on one event where others were said of the same instant."""
    shared = set(session.scalars(select(col(Happening.joins_id)).where(col(Happening.joins_id).is_not(None))))
    some_units = [each for each in happenings if not each.whole and (each.joins_id or each.id) in shared]
    found = {}
    for each in some_units:
        query = select(*_expected_and_filed()).select_from(AskedUnit)
        query = query.join(Stage, col(Stage.duty_id) == col(AskedUnit.duty_id))
        query = query.join(Occurrence, col(Occurrence.stage_id) == col(Stage.id))
        owed = (
            col(Obligation.occurrence_id) == col(Occurrence.id),
            col(Obligation.unit_id) == col(AskedUnit.unit_id),
        )
        query = query.join(Obligation, and_(*owed)).where(col(AskedUnit.happening_id) == each.id)
        expected, filed = session.execute(query.where(col(Occurrence.period) == periods[each.id])).one()
        found[each.id] = expected, filed
    return found


def _expected_and_filed() -> tuple[ColumnElement[int], ColumnElement[int]]:
    counted = col(Obligation.state).in_(COUNTED)
    return _number(counted), _number(counted & col(Obligation.first_submitted_at).is_not(None))


def _counts(session: Session, periods: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By period, the reports that count and those that are filed."""
    found: dict[str, tuple[int, int]] = {}
    for some in chunks(periods):
        query = (
            select(col(Occurrence.period), *_expected_and_filed())
            .join(Obligation, col(Obligation.occurrence_id) == col(Occurrence.id))
            .where(col(Occurrence.period).in_(some))
            .group_by(col(Occurrence.period))
        )
        found |= {period: (expected, filed) for period, expected, filed in session.execute(query)}
    return found


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
