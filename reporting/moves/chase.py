"""The chase (đôn đốc): reminders that a monitor sends by hand, with a message, in the ledger of the rungs.

It goes to the clerk and the head of each unit that owes; for a single report also to the units that hold it
up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from calendars.errors import Fault
from calendars.office import OfficeCalendar
from models.database import chunks, rows_of
from models.errors import IllegalMove, NotFound
from models.ladder_file import Rung
from models.notice import Notice
from models.obligation import Obligation
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import Act, Audience, NoticeKind
from reporting.access.rights import Person, acting_units, permitted
from reporting.audit.log import record
from reporting.moves.chased import DoneAlready, done_already
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find_in
from reporting.obligations.filters import Selection
from reporting.obligations.notices import Subject, subjects
from reporting.obligations.timeliness import is_overdue
from reporting.reminders.audience import UNFILED, load_audiences
from reporting.reminders.ledger import CHASE, NOBODY, UNHEARD, PlannedNotice
from reporting.reminders.ledger_store import read_views, write_notices
from reporting.special_days import working_days
from reporting.user_text import TextName, optional_text

RUNG = Rung.model_validate({"id": "chase", "at": "0", "audience": [Audience.CLERK, Audience.HEAD]})
"""The chase as a rung; for a single report also to the units that hold it up, `WITH_LOWER`."""
WITH_LOWER = Rung.model_validate({"id": "chase", "at": "0", "audience": [*RUNG.audience, Audience.BELOW]})


@dataclass(frozen=True)
class Chaser:
    """Who chases, as the audit names them: a person within their rights, in the name of the unit whose role
    allows it; or somebody at the command line, who may chase all, in the name of `unit_id`."""

    actor: str
    person: Person | None = None
    unit_id: int | None = None

    def within(self, today: date) -> ColumnElement[bool]:
        """What they may chase."""
        return true() if self.person is None else permitted(self.person, Act.CHASE, today)

    def units(self, session: Session, obligation_ids: Sequence[int], today: date) -> Mapping[int, int | None]:
        """By obligation, in whose name they chase; none: in their own."""
        if self.person is None:
            return dict.fromkeys(obligation_ids, self.unit_id)
        return dict(acting_units(session, self.person, Act.CHASE, obligation_ids, today))


@dataclass(frozen=True)
class Chase:
    """The notices of a chase; `lines` without a recipient could reach nobody. `already` is what was done
    about its reports before, `left_out` those chased within the last day and not to be chased again."""

    lines: Sequence[PlannedNotice]
    already: Sequence[DoneAlready] = ()
    left_out: Sequence[DoneAlready] = ()

    def lately(self, now: datetime) -> list[DoneAlready]:
        """Those that were chased within the last day, the last one first."""
        return _latest_first(each for each in self.already if each.is_lately(now))

    @property
    def people(self) -> set[str]:
        return {line.recipient for line in self.lines} - {NOBODY}

    @property
    def obligations(self) -> list[int]:
        return sorted({line.obligation_id for line in self.lines})


def _latest_first(done: Iterable[DoneAlready]) -> list[DoneAlready]:
    return sorted(done, key=lambda each: (each.chased_at is not None, each.chased_at), reverse=True)


def plan_chase(
    session: Session,
    settings: Settings,
    selection: Selection,
    words: str,
    now: datetime,
    by: Chaser,
    *,
    again: bool = False,
) -> Chase:
    """One report that is not filed, or else all of the selection that are overdue; those chased within the
    last day only where that is meant: `again`. Nothing is written.

    Raises `NotFound`, `IllegalMove` for one that is filed, or `InvalidInput`.
    """
    words = optional_text(words, TextName.MESSAGE())
    calendar = OfficeCalendar(working_days(session), settings.zone)
    rung = RUNG if selection.obligation is None else WITH_LOWER
    chosen = _chosen(session, selection, now, by.within(calendar.day(now)))
    already = done_already(session, chosen, now)
    left_out = [] if again else _latest_first(each for each in already if each.is_lately(now))
    chosen = sorted({*chosen} - {each.about.obligation_id for each in left_out})
    line = PlannedNotice(
        obligation_id=0,
        deadline_revision=0,
        rung=CHASE,
        kind=NoticeKind.CHASE,
        moment=now,
        immediate=True,
        reason=UNHEARD,
        words=words,
        actor=by.actor,
    )
    return Chase(list(_lines(session, calendar, chosen, rung, line, by)), already, left_out)


def _lines(
    session: Session,
    calendar: OfficeCalendar,
    ids: Sequence[int],
    rung: Rung,
    line: PlannedNotice,
    by: Chaser,
) -> Iterator[PlannedNotice]:
    """What `line` says, of each of these reports to each person."""
    today = calendar.day(line.moment)
    units = by.units(session, ids, today)
    for some in chunks(ids):
        views = [view for views in read_views(session, some, calendar).values() for view in views]
        audiences = load_audiences(session, views, today, [rung])
        numbers = _numbers(session, some)
        for view in sorted(views, key=lambda each: each.id):
            about = replace(
                line,
                obligation_id=view.id,
                deadline_revision=view.deadline_revision,
                repeat=numbers.get(view.id, 0) + 1,
                actor_unit_id=units.get(view.id),
            )
            for each in about.addressed_to(audiences.people(view, rung.audience, today)):
                yield _of_audience(each)


def _of_audience(line: PlannedNotice) -> PlannedNotice:
    return replace(line, kind=NoticeKind.HOLDING_UP) if line.audience is Audience.BELOW else line


def chase(
    session: Session,
    settings: Settings,
    selection: Selection,
    words: str,
    now: datetime,
    by: Chaser,
    *,
    again: bool = False,
) -> Chase:
    """Plan it and queue it, audited for each report, in the caller's transaction.

    Raises `IllegalMove` where all were chased within the last day, unless that is meant: `again`.
    """
    ids = _chosen(session, selection, now, by.within(now.astimezone(settings.zone).date()))
    for some in chunks(ids):
        query = select(col(Obligation.id)).where(col(Obligation.id).in_(some)).order_by(col(Obligation.id))
        session.execute(query.with_for_update())
    planned = plan_chase(session, settings, selection, words, now, by, again=again)
    if planned.left_out and not planned.lines:
        raise IllegalMove(_chased_lately(planned.left_out[0], settings.zone))
    write_notices(session, planned.lines, now)
    told = Counter(line.obligation_id for line in planned.lines if line.recipient)
    for id in planned.obligations:
        record(session, now, by.actor, "chase", "obligation", id, {}, {"people": told[id], "words": words})
    return planned


def _chased_lately(last: DoneAlready, zone: ZoneInfo) -> Fault:
    at = last.chased_at and last.chased_at.astimezone(zone)
    return MoveFault.CHASED_LATELY(who=last.chaser or last.chased_by, moment=at)


def _chosen(session: Session, selection: Selection, now: datetime, within: ColumnElement[bool]) -> list[int]:
    if selection.obligation is not None:
        one = select(col(Obligation.id)).where(col(Obligation.id) == selection.obligation, within)
        if session.scalar(one) is None:
            raise NotFound(MoveFault.NOT_CHASED(number=selection.obligation))
        find_in(session, selection.obligation, "chase", UNFILED)
        return [selection.obligation]
    query = select(col(Obligation.id)).where(*selection.conditions(session), within, is_overdue(now))
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
    already: Sequence[DoneAlready] = ()
    left_out: Sequence[DoneAlready] = ()

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
    return ChasePreview(mails=mails, unreached=unreached, already=planned.already, left_out=planned.left_out)
