"""What only some mails tell: decisions, reports handed in, a branch's picture; each one query for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.zone import local_date, midnight
from models.deadline import has_passed, is_late
from models.decision import Extension
from models.obligation import Obligation
from models.submission import Submission
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Lifecycle
from notifications.item import Decision, Handed, Picture
from notifications.told_rows import Owed
from reporting.audience import chunks
from reporting.rungs import OfficeCalendar
from reporting.submitting import STANDS, receipt_number

NAMED = 5
"""Units that a picture names; the rest is a number."""

Key = tuple[int, int]
_COUNTED = col(Obligation.state).in_([state.value for state in COUNTED])
_FILED = col(Obligation.first_submitted_at).is_not(None)
_ABOVE = func.coalesce(col(Obligation.gatherer_id), col(Obligation.recipient_id))
"""Who gathers: the same as in the chain's picture, where a stage waits on the one below it."""


def decisions(session: Session, ids: Iterable[int], calendar: OfficeCalendar) -> dict[int, Decision]:
    """By obligation, the last decision about a later deadline."""
    found: dict[int, Decision] = {}
    for some in chunks(ids):
        query = (
            select(Extension, col(Obligation.deadline))
            .join(Obligation, col(Obligation.id) == col(Extension.obligation_id))
            .where(col(Extension.obligation_id).in_(some), col(Extension.decided_at).is_not(None))
            .order_by(col(Extension.decided_at), col(Extension.id))
        )
        for extension, deadline in session.execute(query):
            found[extension.obligation_id] = _decision(extension, deadline, calendar)
    return found


def _decision(extension: Extension, deadline: Any, calendar: OfficeCalendar) -> Decision:
    old = extension.old_deadline or deadline
    new = extension.new_deadline
    return Decision(
        granted=bool(extension.granted),
        asked_for=calendar.last_day(extension.asked_deadline),
        old_day=calendar.last_day(old) if old else None,
        new_day=calendar.last_day(new) if new else None,
        note=extension.decision_note,
        document_number=extension.document_number,
    )


class Newest(NamedTuple):
    """The newest version handed in: its document's number, its receipt's, and which version it is."""

    number: str = ""
    receipt: str = ""
    version: int = 1


def documents(session: Session, ids: Iterable[int]) -> dict[int, Newest]:
    """By obligation, the newest version that was handed in."""
    found: dict[int, Newest] = {}
    for some in chunks(ids):
        query = (
            select(col(Submission.obligation_id), col(Submission.document_number), col(Submission.version))
            .where(col(Submission.obligation_id).in_(some), STANDS)
            .order_by(col(Submission.version))
        )
        for id, number, version in session.execute(query):
            found[id] = Newest(number, receipt_number(id, version), version)
    return found


def handed(owed: Owed, newest: Mapping[int, Newest], calendar: OfficeCalendar) -> Handed | None:
    """When it was handed in; how late is what the first version was, which is what counts."""
    at = owed.submitted_at or owed.first_submitted_at
    if at is None:
        return None
    first, late = owed.first_submitted_at or at, 0
    if owed.deadline is not None:
        late = Deadline(owed.deadline, calendar.zone).days_late(first)
    known = newest.get(owed.id, Newest())
    return Handed(
        on=local_date(at, calendar.zone),
        document_number=known.number,
        days_late=late,
        at=at.astimezone(calendar.zone),
        receipt=known.receipt,
        first_on=local_date(first, calendar.zone) if known.version > 1 else None,
    )


def pictures(
    session: Session,
    owed: Sequence[Owed],
    names: Mapping[int, str],
    calendar: OfficeCalendar,
    today: date,
) -> dict[int, Picture]:
    """By obligation, how the reports stand that are gathered together with it."""
    keys = {row.id: (row.occurrence_id, row.gatherer_id or row.recipient_id or 0) for row in owed}
    wanted = {key for key in keys.values() if key[1]}
    counts = _counts(session, wanted, calendar, today) if wanted else {}
    filed_by = _filed_by(session, wanted) if wanted else {}
    return {
        id: Picture(gathered_by=names.get(key[1], ""), filed_by=tuple(filed_by.get(key, ())), **counts[key])
        for id, key in keys.items()
        if key in counts
    }


def _counts(
    session: Session, keys: set[Key], calendar: OfficeCalendar, today: date
) -> dict[Key, dict[str, int]]:
    late = and_(_FILED, is_late(col(Obligation.deadline), col(Obligation.first_submitted_at)))
    overdue = and_(~_FILED, has_passed(col(Obligation.deadline), midnight(today, calendar.zone)))
    returned = col(Obligation.state) == Lifecycle.RETURNED
    told = (_FILED, late, overdue, returned)
    columns = [func.count(), *(func.sum(case((each, 1), else_=0)) for each in told)]
    found: dict[Key, dict[str, int]] = {}
    for some in chunks(occurrence for occurrence, _ in keys):
        query = select(col(Obligation.occurrence_id), _ABOVE, *columns).where(
            col(Obligation.occurrence_id).in_(some),
            _ABOVE.in_(sorted({above for _, above in keys})),
            _COUNTED,
        )
        for occurrence, above, *figures in session.execute(
            query.group_by(col(Obligation.occurrence_id), _ABOVE)
        ):
            found[occurrence, above] = dict(
                zip(("expected", "filed", "late", "overdue", "returned"), map(int, figures), strict=True)
            )
    return found


def _filed_by(session: Session, keys: set[Key]) -> dict[Key, list[str]]:
    """The first few that have filed, in order of their names."""
    place = func.row_number().over(
        partition_by=(col(Obligation.occurrence_id), _ABOVE),
        order_by=(col(UnitVersion.name), col(Obligation.id)),
    )
    found: dict[Key, list[str]] = defaultdict(list)
    for some in chunks(occurrence for occurrence, _ in keys):
        numbered = (
            select(
                col(Obligation.occurrence_id).label("occurrence_id"),
                _ABOVE.label("above"),
                col(UnitVersion.name).label("name"),
                place.label("place"),
            )
            .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
            .where(
                col(Obligation.occurrence_id).in_(some),
                _ABOVE.in_(sorted({above for _, above in keys})),
                _COUNTED,
                _FILED,
            )
            .subquery()
        )
        columns = (numbered.c.occurrence_id, numbered.c.above, numbered.c.name)
        query = select(*columns).where(numbered.c.place <= NAMED).order_by(*columns[:2], numbered.c.place)
        for occurrence, above, name in session.execute(query):
            found[occurrence, above].append(name)
    return found
