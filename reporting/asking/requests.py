"""Requests: foresee one, make it, withdraw it.

What opens when asked is asked for here; each request opens one report a unit, due by the request's own date,
and those who owe it are told at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from calendars.deadlines import DueDate, due_date
from calendars.due_rules import AbsoluteRule, EventRule
from calendars.errors import CalendarError, ImpossibleDate
from calendars.periods import WHEN_ASKED, Frequency, Period
from calendars.working_days import WorkingDays
from calendars.zone import local_date, require_aware
from models.asking import ReportRequest
from models.errors import IllegalMove, InvalidInput, NotFound
from models.plan_files.duty import DutyFile
from models.plan_files.phrases import read_due
from models.settings import Settings
from reporting.asking.deed import (
    Opened,
    Withdrawal,
    has_ended,
    keep_units,
    lock_asking,
    open_foreseen,
    own_reports,
    withdraw,
)
from reporting.asking.faults import AskingFault
from reporting.asking.whom import ALL, Foreseen, PlanNow, Whom, plan_now
from reporting.audit.log import record
from reporting.opening.asked import units_asked
from reporting.plans.schedule import DutyOccurrence
from reporting.user_text import TextName, one_line_text, optional_text

MOST_YEARS_AHEAD = 5
MOST_AHEAD = timedelta(days=366 * MOST_YEARS_AHEAD)
"""A request that is due later has its year mistyped."""


@dataclass(frozen=True, kw_only=True)
class RequestDraft:
    """What is asked: a duty of a plan, by a date as plan files or documents write it."""

    plan: str
    duty: str
    due: str
    whom: Whom = ALL
    title: str = ""
    number: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestMade:
    """A request with what it opened."""

    request: ReportRequest
    foreseen: Foreseen
    opened: Opened


def preview_request(session: Session, settings: Settings, draft: RequestDraft, now: datetime) -> Foreseen:
    """Whom it would ask, by when, and who would be told, and whether the same is asked already; changes
    nothing. Raises `NotFound`, `IllegalMove`, `InvalidInput` or `CalendarError`."""
    at = plan_now(session, settings, draft.plan, now, lock=False)
    foreseen = _foresee(at, draft)
    return replace(foreseen, twin=_twin(at, _request(at, draft, foreseen, "", None), foreseen))


def make_request(
    session: Session,
    settings: Settings,
    draft: RequestDraft,
    now: datetime,
    actor: str,
    unit_id: int | None = None,
) -> RequestMade:
    """Make it: its reports are open and its notices queued when the transaction ends. `unit_id` is for which
    unit the actor asks. Raises as `preview_request`, and `IllegalMove` where the same is asked already."""
    require_aware(now)
    at = plan_now(session, settings, draft.plan, now, lock=True)
    foreseen = _foresee(at, draft)
    request = _request(at, draft, foreseen, actor, unit_id)
    replace(foreseen, twin=_twin(at, request, foreseen)).require_new()
    session.add(request)
    session.flush()
    keep_units(at, request, foreseen)
    opened = open_foreseen(at, foreseen, request)
    _record(session, request, at.plan.slug, opened)
    return RequestMade(request=request, foreseen=foreseen, opened=opened)


def _request(
    at: PlanNow, draft: RequestDraft, foreseen: Foreseen, actor: str, unit_id: int | None
) -> ReportRequest:
    (asked,) = foreseen.duties
    return ReportRequest(
        plan_id=at.plan.id,
        plan_version_id=at.edition.version_id,
        duty_id=at.duty_row(draft.duty).id,
        whole=foreseen.named is None,
        title=one_line_text(draft.title, AskingFault.TITLE(), 200) or asked.title,
        number=one_line_text(draft.number, TextName.DOCUMENT_NUMBER()),
        note=optional_text(draft.note, TextName.NOTE()),
        rule=str(asked.occurrence.asked_rule),
        due=at.due(asked.occurrence),
        actor=actor,
        unit_id=unit_id,
        at=at.now,
    )


def _record(session: Session, request: ReportRequest, plan: str, opened: Opened) -> None:
    after = {
        "plan": plan,
        "title": request.title,
        "document_number": request.number,
        "deadline": request.due,
        "obligations": opened.obligations,
        "note": request.note,
    }
    record(session, request.at, request.actor, "request", "request", request.id, {}, after)


def withdraw_request(
    session: Session, settings: Settings, request_id: int, reason: str, now: datetime, actor: str
) -> Withdrawal:
    """Withdraw it: what nobody has filed is cancelled, and those who were told are told; what is filed stays.
    Raises `NotFound`, `IllegalMove` or `InvalidInput`."""
    request = lock_asking(session, ReportRequest, request_id)
    if request is None:
        raise NotFound(AskingFault.NO_REQUEST(number=request_id))
    if request.withdrawn_at is not None:
        moment = request.withdrawn_at.astimezone(settings.zone)
        raise IllegalMove(AskingFault.WITHDRAWN(number=request_id, moment=moment))
    reports = own_reports(session, request, settings.zone)
    return withdraw(session, settings, request, reason, now, actor, reports)


def comes_when_asked(duty: DutyFile) -> bool:
    """Whether the duty is one that requests open."""
    return duty.every in WHEN_ASKED and duty.event is None


def asked_today(at: PlanNow, duty: str) -> DutyOccurrence:
    """The duty as a request of today would ask for it of everybody. Raises `NotFound` or `IllegalMove`."""
    asked = _requestable(at, duty)
    at.in_force([asked], at.today)
    rule = read_due_rule(f"by {at.today:%d/%m/%Y}")
    return at.occurrence(asked, Period.of_request(1, at.today), rule)


def read_due_rule(text: str) -> AbsoluteRule:
    """What a request is due by, as plan files or documents write it. Raises `InvalidInput`, or
    `ImpossibleDate` for a day or an hour that there is not."""
    try:
        rule = read_due(text, Frequency.ONCE).one_rule(text)
        if isinstance(rule, AbsoluteRule) and not isinstance(rule, EventRule):
            rule.fits(Frequency.REQUEST)
            return rule
    except ImpossibleDate:
        raise
    except CalendarError as error:  # its remedy speaks of plan files
        raise InvalidInput(AskingFault.DUE_RULE(text=text)) from error
    raise InvalidInput(AskingFault.DUE_RULE(text=text))


def require_ahead(settings: Settings, days: WorkingDays, text: str, now: datetime) -> DueDate:
    """The due date of a request made at `now`, outside any plan. Raises `CalendarError`, or `InvalidInput` if
    it has passed."""
    rule = read_due_rule(text)
    assert isinstance(rule, AbsoluteRule)
    due = due_date(rule, Period.of_request(1, local_date(now, settings.zone)), days)
    _require_ahead(due.deadline(settings.zone), text, now)
    return due


def _require_ahead(deadline: datetime, text: str, now: datetime) -> None:
    if deadline <= now:
        raise InvalidInput(AskingFault.DUE_PAST(text=text))
    if deadline > now + MOST_AHEAD:
        raise InvalidInput(AskingFault.DUE_FAR(text=text, years=MOST_YEARS_AHEAD))


def _foresee(at: PlanNow, draft: RequestDraft) -> Foreseen:
    duty = _requestable(at, draft.duty)
    at.in_force([duty], at.today)
    rule = read_due_rule(draft.due)
    occurrence = at.occurrence(duty, Period.of_request(1, at.today), rule)
    _require_ahead(at.due(occurrence), draft.due, at.now)
    return at.foresee([occurrence], draft.whom)


def _requestable(at: PlanNow, key: str) -> DutyFile:
    """The duty, if it is one that opens when asked. Raises `NotFound` or `IllegalMove`."""
    file = at.edition.file
    duty = file.duty(key)
    if duty is None:
        known = tuple(each.id for each in file.duties)
        raise NotFound(AskingFault.NO_DUTY(plan=file.slug, duty=key, duties=known))
    if duty.event is not None:
        values = {"title": duty.title, "plan": file.slug, "event": duty.event.id}
        raise IllegalMove(AskingFault.OF_EVENT(**values))
    if not comes_when_asked(duty):
        known = tuple(each.id for each in file.duties if comes_when_asked(each))
        raise IllegalMove(AskingFault.NOT_ON_DEMAND(title=duty.title, duties=known or ("–",)))
    return duty


def _twin(at: PlanNow, request: ReportRequest, foreseen: Foreseen) -> int:
    """A request that is sent twice, as by two clicks, would make everybody report twice. One that ended with
    its plan, which is loaded again since, is none of the same."""
    query = select(ReportRequest).where(
        ReportRequest.duty_id == request.duty_id,
        col(ReportRequest.withdrawn_at).is_(None),
        ReportRequest.due == request.due,
        ReportRequest.title == request.title,
        ReportRequest.number == request.number,
    )
    others = at.session.exec(query).all()
    asked = units_asked(at.session, request.duty_id, others)
    for other in others:
        is_same = other.whole == request.whole and asked[other.id] in (None, foreseen.unit_ids)
        if is_same and not has_ended(at.session, other, at.settings.zone):
            return other.id
    return 0
