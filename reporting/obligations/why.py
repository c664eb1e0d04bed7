"""Why a report is due on its day: the document, the rule, what moved it, step by step to the deadline.

The steps of the rule come from where dates are made (`calendars.deadlines`), worked out again from the
version of the plan that it was opened under. What a deadline is, the row alone says: where the two differ, a
step says that and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.deadline import Deadline
from calendars.deadlines import DueDate
from calendars.derivation import DerivationStep, InWords, at_stage
from calendars.office import OfficeCalendar
from calendars.periods import Frequency, Period
from calendars.rules import parse_rule
from calendars.wording import last_day_text
from messages.catalogue import N_, Language
from models.asking import Happening, ReportRequest
from models.decision import Extension, Review
from models.errors import NotFound
from models.mail_address import actor_name
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.plan_files.plan import DutyFile, PlanFile
from models.vocabulary import Lifecycle, Verdict
from reporting.obligations.asked import read_asked
from reporting.obligations.filters import FilterFault
from reporting.obligations.named import joined
from reporting.plans.loading import plan_content
from reporting.plans.schedule import asked_dues, period_dues


class WhyCode(Enum):
    """The steps around the rule's own."""

    DOCUMENT = N_("The document: %(plan)s.")
    VERSION = N_("It goes by version %(number)s of the plan, which holds from %(first)s on.")
    QUOTE = N_("Its words: “%(quote)s”")
    REQUESTED = N_("Asked for by %(who)s, %(moment)s.")
    HAPPENED = N_("%(event)s: happened %(moment)s (said by %(who)s).")
    PLAN_CHANGED = N_("Before the plan was changed it was due by %(old)s.")
    NO_DATE = N_("The document gives no date: there is no deadline.")
    AS_OPENED = N_("The date was set when the report was opened (%(moment)s): %(day)s.")
    KEPT = N_(
        "Reckoned by what is known today, days off among it, that would be %(reckoned)s. The report was "
        "opened before (%(moment)s), and keeps its day: %(day)s."
    )
    FIRST_DATE = N_("Given a date by decision (%(decided)s): %(day)s.")
    EXTENDED = N_("Extended by decision (%(decided)s): from %(old)s to %(day)s.")
    CORRECTION = N_("Returned (%(moment)s): to be handed in again, corrected, by %(day)s.")
    DECIDED = N_("A decision that stands in the history set it to %(day)s.")


class _Owed(NamedTuple):
    obligation: Obligation
    occurrence: Occurrence
    stage: Stage
    duty: Duty
    plan: Plan
    version: PlanVersion


def why(
    session: Session, id: int, calendar: OfficeCalendar, *, names_people: bool = True
) -> list[DerivationStep]:
    """How the deadline of a report came about, in a bounded number of queries; the last step ends with the
    deadline that holds now. `names_people` says who decided. Raises `NotFound`."""
    rows = (Obligation, Occurrence, Stage, Duty, Plan, PlanVersion)
    query = joined(sa_select(*rows), *rows[1:])
    row = session.execute(query.where(col(Obligation.id) == id)).one_or_none()
    if row is None:
        raise NotFound(FilterFault.NO_OBLIGATION(number=id))
    owed = _Owed._make(row)
    file = plan_content(owed.version.content)
    steps = [*_sources(session, owed, file, calendar.zone), *_reckoned(session, owed, file, calendar)]
    steps += _decisions(session, owed, calendar.zone, names_people)
    return steps


def why_json(id: int, steps: Sequence[DerivationStep], language: Language) -> dict[str, object]:
    """The steps for programs, and the deadline that they end with."""
    *_, last = [step.as_json(language) for step in steps]
    ends = {name: last[name] for name in ("last_day", "hour")}
    return {"id": id, **ends, "steps": [step.as_json(language) for step in steps]}


def _sources(session: Session, owed: _Owed, file: PlanFile, zone: ZoneInfo) -> Iterator[DerivationStep]:
    """What asks for the report: the document with its words, the request or the event."""
    plan, version = owed.plan, owed.version
    named = " – ".join(part for part in (plan.number, plan.title) if part)
    if not plan.ad_hoc:
        yield DerivationStep(
            WhyCode.DOCUMENT, {"plan": ", ".join(part for part in (named, owed.duty.basis) if part)}
        )
    if version.number > 1:
        yield DerivationStep(WhyCode.VERSION, {"number": version.number, "first": version.applies_from})
    duty = file.duty(owed.duty.key)
    if duty is not None and duty.clause is not None:
        yield DerivationStep(WhyCode.QUOTE, {"quote": duty.clause.quote})
    asked = read_asked(session, [owed.occurrence.period], zone).get(owed.occurrence.period)
    if asked is not None and asked.happened_at is not None:
        happened = {"event": asked.title, "moment": asked.happened_at, "who": asked.asked_by}
        yield DerivationStep(WhyCode.HAPPENED, happened)
    elif asked is not None:
        yield DerivationStep(WhyCode.REQUESTED, {"who": asked.asked_by, "moment": asked.at})
    if owed.occurrence.revision > 1:
        yield from _before_the_change(session, owed, zone)


def _before_the_change(session: Session, owed: _Owed, zone: ZoneInfo) -> Iterator[DerivationStep]:
    query = select(Occurrence).where(
        col(Occurrence.stage_id) == owed.stage.id,
        col(Occurrence.period) == owed.occurrence.period,
        col(Occurrence.revision) == owed.occurrence.revision - 1,
    )
    before = session.exec(query).first()
    if before is not None and before.deadline not in (None, owed.occurrence.deadline):
        yield _until(WhyCode.PLAN_CHANGED, before.deadline, zone, "old")


def _reckoned(
    session: Session, owed: _Owed, file: PlanFile, calendar: OfficeCalendar
) -> Iterator[DerivationStep]:
    """The rule's own steps to the deadline as it was when the report was opened."""
    occurrence, zone = owed.occurrence, calendar.zone
    due = _due_again(session, owed, file, calendar)
    if occurrence.deadline is None:
        yield DerivationStep(WhyCode.NO_DATE, {})
        return
    yield from () if due is None else at_stage(due.steps, owed.stage.position)
    if due is not None and due.deadline(zone) == occurrence.deadline:
        return
    opened = occurrence.opened_at.astimezone(zone)
    if due is None:
        yield _until(WhyCode.AS_OPENED, occurrence.deadline, zone, moment=opened)
    else:
        reckoned = _day_words(Deadline(due.deadline(zone), zone))
        yield _until(WhyCode.KEPT, occurrence.deadline, zone, moment=opened, reckoned=reckoned)


def _due_again(session: Session, owed: _Owed, plan: PlanFile, calendar: OfficeCalendar) -> DueDate | None:
    duty, place = plan.duty(owed.duty.key), owed.stage.position - 1
    if duty is None or place >= len(duty.chain):
        return None
    return _dues(session, plan, duty, Period.parse(owed.occurrence.period), calendar)[place]


def _dues(
    session: Session, plan: PlanFile, duty: DutyFile, period: Period, calendar: OfficeCalendar
) -> Sequence[DueDate | None]:
    days, zone = calendar.days, calendar.zone
    if not period.is_asked_for:
        return period_dues(plan, duty, period, days)
    if period.frequency is Frequency.REQUEST:
        request = session.get_one(ReportRequest, period.index)
        return asked_dues(plan, duty, period, days, request.at, zone, parse_rule(request.rule))
    happening = session.get_one(Happening, period.index)
    return asked_dues(plan, duty, period, days, happening.at, zone)


def _decisions(session: Session, owed: _Owed, zone: ZoneInfo, names_people: bool) -> Iterator[DerivationStep]:
    """What moved the deadline after the report was opened."""
    report, reached = owed.obligation, owed.occurrence.deadline
    query = select(Extension).where(
        col(Extension.obligation_id) == report.id, col(Extension.granted).is_(True)
    )
    for extension in session.exec(query.order_by(col(Extension.decided_at), col(Extension.id))):
        yield _extended(extension, zone, names_people)
        reached = extension.new_deadline
    held = report.deadline
    if report.state == Lifecycle.RETURNED and report.correction_deadline is not None:
        yield _returned(session, report, zone)
    elif held is not None and held != reached:
        yield _until(WhyCode.DECIDED, held, zone)


def _extended(extension: Extension, zone: ZoneInfo, names_people: bool) -> DerivationStep:
    assert extension.decided_at is not None
    at = extension.decided_at.astimezone(zone)
    said = (actor_name(extension.decided_by or "") if names_people else "", extension.document_number)
    decided = ", ".join(part for part in (*said, f"{at:%d/%m/%Y}") if part)
    if extension.old_deadline is None:
        return _until(WhyCode.FIRST_DATE, extension.new_deadline, zone, decided=decided)
    old = _day_words(Deadline(extension.old_deadline, zone))
    return _until(WhyCode.EXTENDED, extension.new_deadline, zone, decided=decided, old=old)


def _returned(session: Session, report: Obligation, zone: ZoneInfo) -> DerivationStep:
    query = (
        select(Review.at)
        .where(
            col(Review.obligation_id) == report.id,
            col(Review.verdict) == Verdict.RETURNED,
            col(Review.undone_at).is_(None),
        )
        .order_by(col(Review.id).desc())
        .limit(1)
    )
    at = session.exec(query).first() or report.changed_at
    return _until(WhyCode.CORRECTION, report.correction_deadline, zone, moment=at.astimezone(zone))


def _until(
    code: WhyCode, instant: datetime | None, zone: ZoneInfo, name: str = "day", **values: object
) -> DerivationStep:
    """A step that ends with a deadline."""
    assert instant is not None
    deadline = Deadline(instant, zone)
    said = {**values, name: _day_words(deadline)}
    return DerivationStep(code, said, deadline.last_day, deadline.hour)


def _day_words(deadline: Deadline) -> InWords:
    return InWords(lambda language: last_day_text(deadline, language))
