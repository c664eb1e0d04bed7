"""The chase (đôn đốc): a monitor urges by hand, with words of their own, in the same ledger as the rungs.

It goes to the clerk and the head of each unit that owes; for a single report also to whoever holds it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from models.database import chunks
from models.errors import NotFound
from models.ladder_file import Rung
from models.notice import Notice
from models.obligation import Obligation
from models.settings import Settings
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState
from reporting.audit.log import record
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find, require_state
from reporting.obligations.filters import Selection
from reporting.reminders.audience import Audiences, Recipient, load_audiences
from reporting.reminders.ledger import CHASE, NOBODY, ObligationView, PlannedNotice
from reporting.reminders.ledger_store import read_views, write_notices
from reporting.special_days import working_days
from reporting.user_text import TextName, optional_text

UNFILED = (Lifecycle.OPEN, Lifecycle.RETURNED)
OWN = (Audience.CLERK, Audience.HEAD)
ALL = (*OWN, Audience.BELOW)


@dataclass(frozen=True)
class Chase:
    """What a chase says to whom; `lines` without a recipient could reach nobody."""

    lines: Sequence[PlannedNotice]

    @property
    def people(self) -> set[str]:
        return {line.recipient for line in self.lines} - {NOBODY}

    @property
    def obligations(self) -> list[int]:
        return sorted({line.obligation_id for line in self.lines})


EVERYTHING = true()


def plan_chase(
    session: Session,
    settings: Settings,
    selection: Selection,
    words: str,
    now: datetime,
    within: ColumnElement[bool] = EVERYTHING,
) -> Chase:
    """One report that is not filed, or else all of the selection that are overdue; nothing is written.

    `within` keeps to what somebody may chase. Raises `NotFound`, `IllegalMove` for one that is filed, or
    `InvalidInput`.
    """
    words = optional_text(words, TextName.MESSAGE())
    calendar = OfficeCalendar(working_days(session), settings.zone)
    audiences = OWN if selection.obligation is None else ALL
    rung = Rung.model_validate({"id": "chase", "at": "0", "audience": list(audiences)})
    lines: list[PlannedNotice] = []
    for some in chunks(_chosen(session, selection, now, within)):
        views = [view for views in read_views(session, some, calendar).values() for view in views]
        people = load_audiences(session, views, calendar.day(now), [rung])
        numbers = _numbers(session, some)
        for view in sorted(views, key=lambda each: each.id):
            number = numbers.get(view.id, 0) + 1
            lines += _lines(view, people, rung, number, words, calendar, now)
    return Chase(lines)


def chase(
    session: Session,
    settings: Settings,
    selection: Selection,
    words: str,
    now: datetime,
    actor: str,
    within: ColumnElement[bool] = EVERYTHING,
) -> Chase:
    """Plan it and queue it, audited for each report, in the caller's transaction."""
    ids = _chosen(session, selection, now, within)
    for some in chunks(ids):
        query = select(col(Obligation.id)).where(col(Obligation.id).in_(some)).order_by(col(Obligation.id))
        session.execute(query.with_for_update())
    planned = plan_chase(session, settings, selection, words, now, within)
    write_notices(session, planned.lines, now)
    for id in planned.obligations:
        people = [line.recipient for line in planned.lines if line.obligation_id == id and line.recipient]
        record(session, now, actor, "chase", "obligation", id, {}, {"people": len(people), "words": words})
    return planned


def _chosen(session: Session, selection: Selection, now: datetime, within: ColumnElement[bool]) -> list[int]:
    if selection.obligation is not None:
        _require_within(session, selection.obligation, within)
        require_state(find(session, selection.obligation), "chase", set(UNFILED))
        return [selection.obligation]
    held_to = case(
        (col(Obligation.state) == Lifecycle.RETURNED, col(Obligation.correction_deadline)),
        else_=col(Obligation.deadline),
    )
    query = select(col(Obligation.id)).where(
        *selection.conditions(session), within, col(Obligation.state).in_(UNFILED), held_to <= now
    )
    return sorted(session.scalars(query))


def _require_within(session: Session, obligation_id: int, within: ColumnElement[bool]) -> None:
    found = session.scalar(select(col(Obligation.id)).where(col(Obligation.id) == obligation_id, within))
    if found is None:
        raise NotFound(MoveFault.NOT_CHASED(number=obligation_id))


def _numbers(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """How often each was chased before."""
    query = (
        select(col(Notice.obligation_id), func.max(col(Notice.repeat)))
        .where(col(Notice.obligation_id).in_(list(ids)), col(Notice.rung) == CHASE)
        .group_by(col(Notice.obligation_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _lines(
    view: ObligationView,
    audiences: Audiences,
    rung: Rung,
    number: int,
    words: str,
    calendar: OfficeCalendar,
    now: datetime,
) -> list[PlannedNotice]:
    found: dict[str, tuple[Audience, Recipient]] = {}
    for audience in rung.audience:
        for person in audiences.of(view, audience, calendar.day(now)):
            found.setdefault(person.address, (audience, person))
    people: list[tuple[Audience, Recipient | None]] = [*found.values()] or [(Audience.CLERK, None)]
    return [
        PlannedNotice(
            obligation_id=view.id,
            deadline_revision=view.deadline_revision,
            rung=CHASE,
            repeat=number,
            recipient=person.address if person else NOBODY,
            contact_id=person.contact_id if person else None,
            audience=audience,
            kind=NoticeKind.HOLDING_UP if audience is Audience.BELOW else NoticeKind.CHASE,
            moment=now,
            immediate=True,
            state=NoticeState.QUEUED if person else NoticeState.CANCELLED,
            reason="" if person else "no valid contact: clerk, head",
            words=words,
        )
        for audience, person in people
    ]
