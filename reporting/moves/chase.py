"""The chase (đôn đốc): reminders that a monitor sends by hand, with a message, in the ledger of the rungs.

It goes to the clerk and the head of each unit that owes; for a single report also to the units that hold it
up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from models.database import chunks, rows_of
from models.errors import NotFound
from models.ladder_file import Rung
from models.notice import Notice
from models.obligation import Obligation
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import Audience, Lifecycle, NoticeKind
from reporting.audit.log import record
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find_in
from reporting.obligations.filters import Selection
from reporting.obligations.notices import Subject, subjects
from reporting.reminders.audience import UNFILED, load_audiences
from reporting.reminders.ledger import CHASE, NOBODY, UNHEARD, PlannedNotice
from reporting.reminders.ledger_store import read_views, write_notices
from reporting.special_days import working_days
from reporting.user_text import TextName, optional_text

RUNG = Rung.model_validate({"id": "chase", "at": "0", "audience": [Audience.CLERK, Audience.HEAD]})
"""The chase as a rung; for a single report also to the units that hold it up, `WITH_LOWER`."""
WITH_LOWER = Rung.model_validate({"id": "chase", "at": "0", "audience": [*RUNG.audience, Audience.BELOW]})


@dataclass(frozen=True)
class Chase:
    """The notices of a chase; `lines` without a recipient could reach nobody."""

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
    rung = RUNG if selection.obligation is None else WITH_LOWER
    lines: list[PlannedNotice] = []
    for some in chunks(_chosen(session, selection, now, within)):
        views = [view for views in read_views(session, some, calendar).values() for view in views]
        audiences = load_audiences(session, views, calendar.day(now), [rung])
        numbers = _numbers(session, some)
        for view in sorted(views, key=lambda each: each.id):
            line = PlannedNotice(
                obligation_id=view.id,
                deadline_revision=view.deadline_revision,
                rung=CHASE,
                repeat=numbers.get(view.id, 0) + 1,
                kind=NoticeKind.CHASE,
                moment=now,
                immediate=True,
                reason=UNHEARD,
                words=words,
            )
            people = audiences.people(view, rung.audience, calendar.day(now))
            lines += [_of_audience(each) for each in line.addressed_to(people)]
    return Chase(lines)


def _of_audience(line: PlannedNotice) -> PlannedNotice:
    return replace(line, kind=NoticeKind.HOLDING_UP) if line.audience is Audience.BELOW else line


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
        one = select(col(Obligation.id)).where(col(Obligation.id) == selection.obligation, within)
        if session.scalar(one) is None:
            raise NotFound(MoveFault.NOT_CHASED(number=selection.obligation))
        find_in(session, selection.obligation, "chase", UNFILED)
        return [selection.obligation]
    held_to = case(
        (col(Obligation.state) == Lifecycle.RETURNED, col(Obligation.correction_deadline)),
        else_=col(Obligation.deadline),
    )
    query = select(col(Obligation.id)).where(
        *selection.conditions(session), within, col(Obligation.state).in_(UNFILED), held_to <= now
    )
    return sorted(session.scalars(query))


def _numbers(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """How often each was chased before."""
    query = (
        select(col(Notice.obligation_id), func.max(col(Notice.repeat)))
        .where(col(Notice.obligation_id).in_(list(ids)), col(Notice.rung) == CHASE)
        .group_by(col(Notice.obligation_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """One mail of a chase: whom it goes to, and which reports it is about."""

    address: str
    name: str
    audience: Audience
    about: Sequence[Subject]


@dataclass(frozen=True, kw_only=True)
class ChasePreview:
    """The mails by number of reports, and the reports about which nobody can be told."""

    mails: Sequence[Addressed]
    unreached: Sequence[Subject]

    @property
    def reports(self) -> int:
        return len({each.obligation_id for mail in self.mails for each in mail.about})


def chase_preview(session: Session, planned: Chase) -> ChasePreview:
    """By person, those with the most reports first; a few queries for some hundred reports."""
    about = subjects(session, planned.obligations)
    contacts = (line.contact_id for line in planned.lines if line.contact_id)
    query = select(col(Contact.id), col(Contact.name))
    called = {row.id: row.name for row in rows_of(session, query, col(Contact.id), contacts)}
    by_person: dict[str, list[PlannedNotice]] = {}
    for line in planned.lines:
        by_person.setdefault(line.recipient, []).append(line)
    unreached = [about[line.obligation_id] for line in by_person.pop(NOBODY, [])]
    mails = [
        Addressed(
            address=address,
            name=called.get(lines[0].contact_id or 0, ""),
            audience=lines[0].audience,
            about=[about[line.obligation_id] for line in lines],
        )
        for address, lines in by_person.items()
    ]
    mails.sort(key=lambda mail: (-len(mail.about), mail.address))
    return ChasePreview(mails=mails, unreached=unreached)
