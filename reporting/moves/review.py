"""The superior accepts or returns: the reviewer's clock, which never touches the filer's timeliness."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.working_days import WorkingDays
from calendars.zone import HCM, local_date, midnight
from models.decision import Review
from models.errors import Incomplete
from models.obligation import Obligation, Occurrence
from models.plan import PlanVersion
from models.plan_files.plan import PlanFile
from models.settings import Settings
from models.vocabulary import Lifecycle, Verdict
from reporting.moves.faults import MoveFault
from reporting.moves.submit import newest_submission
from reporting.moves.transition import find_in, move, require_after
from reporting.reminders.events import announce
from reporting.reminders.ledger import ACCEPTED, RETURNED
from reporting.user_text import TextName, TextRemedy, optional_text, require_text

ONE_DAY = timedelta(days=1)


def accept(
    session: Session, obligation_id: int, now: datetime, actor: str, note: str = "", zone: ZoneInfo = HCM
) -> Review:
    """The recipient accepts the newest submission. Raises `NotFound` or `IllegalMove`."""
    obligation = find_in(session, obligation_id, "accept", {Lifecycle.SUBMITTED})
    require_after(obligation, "accept", now, obligation.submitted_at, zone)
    review = _review(session, obligation, Verdict.ACCEPTED, optional_text(note, TextName.NOTE()), now, actor)
    details = {"note": review.reason}
    move(session, obligation, now, actor, "accept", details, state=Lifecycle.ACCEPTED.value, accepted_at=now)
    announce(session, obligation, ACCEPTED, now, zone)
    return review


def return_for_correction(
    session: Session,
    settings: Settings,
    days: WorkingDays,
    obligation_id: int,
    reason: str,
    now: datetime,
    actor: str,
) -> Review:
    """The recipient returns the newest submission with a reason; a deadline for the correction is set, as the
    plan says or else the setting, never earlier than the deadline that holds.

    Raises `NotFound`, `IllegalMove`, or `InvalidInput` without a reason.
    """
    obligation = find_in(session, obligation_id, "return", {Lifecycle.SUBMITTED})
    require_after(obligation, "return", now, obligation.submitted_at, settings.zone)
    reason = require_text(reason, TextName.REASON(), TextRemedy.SAY_WHAT_TO_MEND())
    working = _correction_of_plan(session, obligation) or settings.correction_working_days
    until = correction_deadline(now, working, days, settings.zone)
    until = max(until, obligation.deadline or until)
    review = _review(session, obligation, Verdict.RETURNED, reason, now, actor)
    review.correction_deadline = until
    changes = {"state": Lifecycle.RETURNED.value, "correction_deadline": until}
    move(session, obligation, now, actor, "return", {"reason": reason}, **changes)
    announce(session, obligation, RETURNED, now, settings.zone)
    return review


def _correction_of_plan(session: Session, obligation: Obligation) -> int | None:
    """Working days to correct it, as the plan said when it was opened; None where that says nothing."""
    query = (
        select(col(PlanVersion.content))
        .join(Occurrence, col(Occurrence.plan_version_id) == col(PlanVersion.id))
        .where(col(Occurrence.id) == obligation.occurrence_id)
    )
    content = session.scalar(query)
    return None if content is None else PlanFile.model_validate_json(content).correction


def correction_deadline(now: datetime, working: int, days: WorkingDays, zone: ZoneInfo) -> datetime:
    """The exclusive instant after `working` whole working days, counted from the day after the return."""
    return midnight(days.forward(local_date(now, zone) + ONE_DAY, working), zone)


def _review(
    session: Session, obligation: Obligation, verdict: Verdict, reason: str, now: datetime, actor: str
) -> Review:
    submission = newest_submission(session, obligation.id)
    if submission is None:
        raise Incomplete(MoveFault.NO_SUBMISSION(number=obligation.id))
    review = Review(
        obligation_id=obligation.id,
        submission_id=submission.id,
        verdict=verdict,
        reason=reason,
        at=now,
        actor=actor,
    )
    session.add(review)
    return review
