"""Submission of a report: the filer's clock.

Only the first submission decides timeliness. What is handed in after a return is a new version of the same
report and never makes it late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from calendars.errors import SaidDay
from calendars.zone import local_date
from models.errors import IllegalMove, InvalidInput
from models.obligation import Document, Obligation, Occurrence, Submission
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.files.store import check, clean_name, keep
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find, move, require_after, require_state
from reporting.reminders.events import announce, announce_copies, announce_done
from reporting.reminders.ledger import RECEIPT
from reporting.user_text import TextName, one_line_text, optional_text

STANDS = col(Submission.undone_at).is_(None)
"""Submissions that were not withdrawn."""


@dataclass(frozen=True, kw_only=True)
class ReportFiling:
    """What is handed in: the document's number and date, a note, and files as (name, bytes).

    Without a number, a note and a file it says nothing: "nothing to report" is a note, a date alone is none.
    """

    document_number: str = ""
    document_date: date | None = None
    note: str = ""
    files: Sequence[tuple[str, bytes]] = ()


def submit(
    session: Session,
    settings: Settings,
    obligation_id: int,
    report: ReportFiling,
    now: datetime,
    actor: str,
    *,
    replace: bool = False,
    ahead: bool = False,
    receipt: bool = False,
) -> Submission:
    """Hand a report in at `now`. Raises `NotFound`, `IllegalMove`, or `InvalidInput` for a file or text.

    `replace` hands in a better version while the recipient has not yet looked at the first; `ahead` says that
    it is meant for a period that has not begun. With `receipt` the unit's clerks get one by mail.
    """
    obligation = find(session, obligation_id)
    _require_owed(obligation, replace)
    require_after(obligation, "submit", now, obligation.submitted_at, settings.zone)
    _require_begun(session, obligation, now, settings.zone, ahead)
    replaced = obligation.state == Lifecycle.SUBMITTED
    submission = _hand_in(session, settings, obligation_id, report, now, actor)
    move(
        session,
        obligation,
        now,
        actor,
        "submit",
        details=_details(submission, report),
        state=Lifecycle.SUBMITTED.value,
        first_submitted_at=obligation.first_submitted_at or now,
        submitted_at=now,
        correction_deadline=None,
    )
    _announce(session, obligation, now, settings.zone, replaced)
    if receipt:
        announce(session, obligation, RECEIPT, now, settings.zone, submission.version)
    return submission


def _announce(
    session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo, replaced: bool
) -> None:
    """Tell those who waited for it, the first time, and those who have it for information."""
    if not replaced:
        announce_done(session, obligation, now)
    announce_copies(session, obligation, now, local_date(now, zone))


def _details(submission: Submission, report: ReportFiling) -> dict[str, object]:
    """What the audit keeps of a submission beside the row's change."""
    return {
        "version": submission.version,
        "document_number": submission.document_number,
        "document_date": submission.document_date,
        "note": submission.note,
        "files": [clean_name(name) for name, _ in report.files],
    }


def _require_begun(
    session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo, ahead: bool
) -> None:
    """Nothing can be filed before the plan and the period's data begin: such a time shows a wrong clock.
    Before the period alone it may be meant, and most often is a mistake."""
    plan, period = session.execute(_beginnings(obligation.id)).one()
    first = min(plan, period)
    if local_date(now, zone) < first:
        raise IllegalMove(MoveFault.NOT_BEGUN(number=obligation.id, first=SaidDay.of(first)))
    if is_ahead(period, obligation.state, local_date(now, zone)) and not ahead:
        raise IllegalMove(MoveFault.AHEAD(number=obligation.id, first=SaidDay.of(period)))


def is_ahead(begins: date, state: str, today: date) -> bool:
    """Whether a first version comes before the period's data begin, which is most often a mistake."""
    return today < begins and state == Lifecycle.OPEN


def period_ahead(session: Session, obligation_id: int, now: datetime, zone: ZoneInfo) -> date | None:
    """The first day of its data if that has not come and nothing was handed in; the filer is asked then."""
    row = session.execute(_beginnings(obligation_id).add_columns(col(Obligation.state))).one_or_none()
    if row is None or not is_ahead(row.begins, row.state, local_date(now, zone)):
        return None
    first: date = row.begins
    return first


def _beginnings(obligation_id: int) -> Select[tuple[date, date]]:
    """The first days of its plan and of its period's data."""
    return (
        sa_select(col(Plan.in_force_from), col(Occurrence.begins))
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .where(col(Obligation.id) == obligation_id)
    )


def _hand_in(
    session: Session, settings: Settings, obligation_id: int, report: ReportFiling, now: datetime, actor: str
) -> Submission:
    """Keep the next version of the report with its files."""
    number = one_line_text(report.document_number, TextName.DOCUMENT_NUMBER())
    note = optional_text(report.note, TextName.NOTE())
    if not (number or note or report.files):
        raise InvalidInput(MoveFault.NOTHING_IN_IT())
    for name, data in report.files:
        check(settings, name, data)  # all of them, before the first is kept
    stored = [keep(settings, name, data) for name, data in report.files]
    newest = session.scalar(
        sa_select(func.max(col(Submission.version))).where(col(Submission.obligation_id) == obligation_id)
    )
    submission = Submission(
        obligation_id=obligation_id,
        version=(newest or 0) + 1,
        document_number=number,
        document_date=report.document_date,
        note=note,
        filed_at=now,
        recorded_at=now,
        actor=actor,
    )
    session.add(submission)
    session.flush()
    session.add_all(
        Document(
            submission_id=submission.id,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
        )
        for file in stored
    )
    return submission


def _require_owed(obligation: Obligation, replace: bool) -> None:
    if obligation.state == Lifecycle.SUBMITTED and not replace:
        raise IllegalMove(MoveFault.HANDED_IN(number=obligation.id))
    require_state(obligation, "submit", {Lifecycle.OPEN, Lifecycle.RETURNED, Lifecycle.SUBMITTED})


def newest_submission(session: Session, obligation_id: int) -> Submission | None:
    """The version last handed in and not withdrawn."""
    query = sa_select(Submission).where(col(Submission.obligation_id) == obligation_id, STANDS)
    return session.scalars(query.order_by(col(Submission.version).desc()).limit(1)).first()
