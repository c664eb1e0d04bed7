"""Undoing of a step: a report withdrawn by its filer, an acceptance, a waiver or a cancellation undone.

The row of the step stays and says who undid it, when and why; for state, dates and rates it counts as never
made. A new page of the ledger begins, so that all rungs are armed again, and those who had a notice of the
step get one that it was undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from calendars.zone import HCM, local_date
from models.decision import DAY_OFF, NOT_IN_PLACE, Closing, Review, Undoable
from models.errors import IllegalMove
from models.obligation import Obligation, Occurrence, Submission
from models.plan import Plan
from models.vocabulary import Act, Lifecycle, Verdict
from reporting.audit.log import DONDOC
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find_in, move, require_after
from reporting.reminders.events import (
    announce_undone,
    carry_over,
    carry_over_sent,
    take_back,
)
from reporting.reminders.ledger import OWED_AGAIN, UNACCEPTED, WITHDRAWN
from reporting.user_text import TextName, TextRemedy, optional_text, require_text

TO_REVIEW_AGAIN = timedelta(days=1)
"""How long the recipient may undo an acceptance; afterwards an administrator may."""
CLOSED = {Lifecycle.WAIVED: "undo-waiver", Lifecycle.CANCELLED: "undo-cancellation"}
UNDONE = {Lifecycle.ACCEPTED: "undo-acceptance", **CLOSED}
"""By state, what undoing it is called in the audit."""


def may_withdraw(
    session: Session, obligation: Obligation, newest: Submission | None, now: datetime, zone: ZoneInfo
) -> bool:
    """Whether `newest`, handed in last, can be withdrawn: on the same day, while nobody has looked at it."""
    if obligation.state != Lifecycle.SUBMITTED or newest is None:
        return False
    return _is_of_today(newest, now, zone) and _verdicts(session, newest) == []


def withdraw(
    session: Session, obligation_id: int, now: datetime, actor: str, note: str = "", zone: ZoneInfo = HCM
) -> Submission:
    """The filer takes back what was handed in last. Raises `NotFound`, `IllegalMove` or `InvalidInput`."""
    obligation = find_in(session, obligation_id, "withdraw", {Lifecycle.SUBMITTED})
    require_after(obligation, "withdraw", now, obligation.submitted_at, zone)
    newest = _live_submissions(session, obligation)[-1]
    if _verdicts(session, newest):
        raise IllegalMove(MoveFault.LOOKED_AT(number=obligation_id))
    if not _is_of_today(newest, now, zone):
        raise IllegalMove(MoveFault.DAY_OVER(number=obligation_id))
    note = optional_text(note, TextName.NOTE())
    details = {"version": newest.version, "note": note}
    _undo(session, obligation, newest, "withdraw", WITHDRAWN, note, now, actor, details)
    return newest


def act_to_undo(obligation: Obligation, now: datetime) -> Act:
    """What somebody must be allowed to do who undoes the obligation's present state."""
    if obligation.state != Lifecycle.ACCEPTED:
        return Act.DECIDE
    accepted = obligation.accepted_at
    return Act.REVIEW if accepted is not None and now < accepted + TO_REVIEW_AGAIN else Act.CORRECT


def can_be_undone(session: Session, obligation: Obligation) -> bool:
    """Whether somebody decided the state it is in, so that it can be undone."""
    state = Lifecycle(obligation.state)
    return state is Lifecycle.ACCEPTED or (state in CLOSED and _closing(session, obligation) is not None)


def undo(session: Session, obligation_id: int, reason: str, now: datetime, actor: str) -> None:
    """Undo its acceptance, waiver or cancellation. Raises `NotFound`, `IllegalMove` or `InvalidInput`."""
    obligation = find_in(session, obligation_id, "undo", UNDONE)
    reason = require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY())
    state = Lifecycle(obligation.state)
    accepted = state is Lifecycle.ACCEPTED
    step = _acceptance(session, obligation) if accepted else _closing(session, obligation)
    if step is None:
        raise IllegalMove(MoveFault.NOBODYS_DECISION(number=obligation.id))
    event = UNACCEPTED if accepted else OWED_AGAIN
    _undo(session, obligation, step, UNDONE[state], event, reason, now, actor, {"reason": reason})


def _undo(
    session: Session,
    obligation: Obligation,
    step: Undoable,
    action: str,
    event: str,
    words: str,
    now: datetime,
    actor: str,
    details: dict[str, object],
) -> None:
    step.undone_at, step.undone_by, step.undone_because = now, actor, words
    session.add(step)
    session.flush()
    people = take_back(session, obligation, event)
    carry_over(session, obligation, now)
    page: dict[str, object] = {"deadline_revision": obligation.deadline_revision + 1}
    if event != UNACCEPTED:
        carry_over_sent(session, obligation, now)  # the ladder goes on: no rung is sent twice
    if event != WITHDRAWN:
        page["rearmed_at"] = now  # while it was waived nobody knew of it; a filer's own act puts nothing off
    changes = _as_before(session, obligation)
    changed = {name: value for name, value in changes.items() if getattr(obligation, name) != value}
    move(session, obligation, now, actor, action, details, **changed, **page)
    announce_undone(session, obligation, event, now, people, words)


def _as_before(session: Session, obligation: Obligation) -> dict[str, object]:
    """State and times as the steps that were not undone have left them."""
    submissions = _live_submissions(session, obligation)
    newest = submissions[-1] if submissions else None
    verdicts = [review for review in _verdicts(session, newest) if review.undone_at is None]
    last = verdicts[-1] if verdicts else None
    state = _state(newest, last)
    mend_by = last.correction_deadline if last is not None and state is Lifecycle.RETURNED else None
    return {
        "state": state.value,
        "first_submitted_at": submissions[0].filed_at if submissions else None,
        "submitted_at": newest.filed_at if newest else None,
        "correction_deadline": mend_by and max(mend_by, obligation.deadline or mend_by),
        "accepted_at": last.at if last is not None and state is Lifecycle.ACCEPTED else None,
        "closed_at": None,
    }


def _state(newest: Submission | None, last: Review | None) -> Lifecycle:
    if newest is None:
        return Lifecycle.OPEN
    return Lifecycle.SUBMITTED if last is None else Lifecycle(Verdict(last.verdict).value)


def _live_submissions(session: Session, obligation: Obligation) -> Sequence[Submission]:
    """What was handed in and not withdrawn, oldest first."""
    query = select(Submission).where(
        Submission.obligation_id == obligation.id, col(Submission.undone_at).is_(None)
    )
    return session.exec(query.order_by(col(Submission.version))).all()


def _verdicts(session: Session, submission: Submission | None) -> Sequence[Review]:
    """All that was said of it, also what was undone, oldest first."""
    if submission is None:
        return []
    query = select(Review).where(Review.submission_id == submission.id)
    return session.exec(query.order_by(col(Review.id))).all()


def _is_of_today(submission: Submission, now: datetime, zone: ZoneInfo) -> bool:
    return local_date(submission.filed_at, zone) == local_date(now, zone)


def _acceptance(session: Session, obligation: Obligation) -> Review | None:
    query = select(Review).where(
        Review.obligation_id == obligation.id,
        Review.verdict == Verdict.ACCEPTED.value,
        col(Review.undone_at).is_(None),
    )
    return session.exec(query.order_by(col(Review.id).desc())).first()


def _closing(session: Session, obligation: Obligation) -> Closing | None:
    """The decision that ended it; none where it was units or a plan that changed, or where the plan holds no
    more. A decision about what a changed plan replaced can be undone: nothing was opened in its stead."""
    query = select(Closing).where(Closing.obligation_id == obligation.id, col(Closing.undone_at).is_(None))
    closing = session.exec(query.order_by(col(Closing.id).desc())).first()
    if closing is None or closing.reason in (NOT_IN_PLACE, DAY_OFF):
        return None
    if session.get_one(Occurrence, obligation.occurrence_id).replaced_at is None:
        return closing
    is_decided = closing.kind == Lifecycle.WAIVED or closing.actor != DONDOC
    return closing if is_decided and session.get_one(Plan, obligation.plan_id).retired_at is None else None
