"""Opening what was foreseen, telling those who owe it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlmodel import Session, col

from calendars.periods import Period
from models.asking import AskedUnit, Happening, ReportRequest
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.asking.whom import Foreseen, PlanNow
from reporting.audit.log import record
from reporting.closing_reasons import EVENT_TAKEN_BACK, REQUEST_WITHDRAWN, SAID_AGAIN
from reporting.mail_ceiling import agree, reach_of
from reporting.moves.close import close
from reporting.moves.undo import can_be_undone, undo
from reporting.opening.asked import happening_period, request_period
from reporting.opening.opening import Opening, OpeningBasis
from reporting.reminders.audience import UNFILED
from reporting.reminders.events import announce_asked
from reporting.user_text import TextName, TextRemedy, require_text

Asking = ReportRequest | Happening
Kind = TypeVar("Kind", ReportRequest, Happening)


class OfPeriod(NamedTuple):
    """A report of the period of a request or an event: ids, the state, and how often its duty comes."""

    id: int
    duty_id: int
    unit_id: int
    state: str
    frequency: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Reports opened, and addresses told."""

    obligations: int
    people: int


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """What taking back did: ids of the reports cancelled, and of those that are filed and stay."""

    cancelled: Sequence[int]
    kept: Sequence[int]


def period_of(asking: Asking, zone: ZoneInfo) -> Period:
    """Under which period its reports are open."""
    if isinstance(asking, ReportRequest):
        return request_period(asking, zone)
    return happening_period(asking, zone)


def lock_asking(session: Session, table: type[Kind], number: int) -> Kind | None:
    """Lock the plan of a request or an event, as asking does, and read the row as it is then."""
    plan_id = session.scalar(select(col(table.plan_id)).where(col(table.id) == number))
    if plan_id is None:
        return None
    session.execute(select(col(Plan.id)).where(col(Plan.id) == plan_id).with_for_update())
    return session.get_one(table, number, populate_existing=True)


def keep_units(at: PlanNow, asking: Asking, owed: Foreseen) -> None:
    """Note whom it is for and what each owes because of it, where it is not all whom the plan chooses."""
    key = "request_id" if isinstance(asking, ReportRequest) else "happening_id"
    rows: list[tuple[int | None, int]] = [
        (at.duty_row(duty.duty).id, unit)
        for duty in owed.duties
        if duty.occurrence.asked_of is not None
        for unit in sorted(duty.unit_ids)
    ]
    if isinstance(asking, Happening):
        rows += [(None, unit) for unit in sorted(owed.named or ())]
    at.session.add_all(AskedUnit(**{key: asking.id}, duty_id=duty, unit_id=unit) for duty, unit in rows)
    at.session.flush()


def open_foreseen(at: PlanNow, foreseen: Foreseen, asking: Asking, speaker: str = "") -> Opened:
    """Open what was foreseen, under the period of the request or event, and tell those who owe it; who asks
    has seen how many mails that are, and agrees to them."""
    session, now, period = at.session, at.now, period_of(asking, at.settings.zone)
    agree(session, reach_of(session, at.settings, len(foreseen.people)), now, asking.actor)
    standing = _of(at.plan.id, period).where(col(Occurrence.replaced_at).is_(None))  # no retired plan's
    before = [OfPeriod(*row) for row in session.execute(standing)]
    again = _open_again(at, foreseen, asking, before)
    basis = OpeningBasis.read(session, at.settings, at.owing.days, now)
    opening = Opening(session, at.plan, basis, lambda _due: now)
    for asked in foreseen.duties:
        opening.open_asked(at.duty_row(asked.duty), asked.opened_as(period))
    session.flush()
    known = {row.id for row in before}
    rows = session.execute(standing)
    units = {row.id: row.unit_id for row in rows if row.state == Lifecycle.OPEN and row.id not in known}
    announce_asked(session, units, now, at.today, asking.note, speaker)
    told = [address for address in foreseen.people if address != speaker]
    return Opened(obligations=len(units) + again, people=len(told))


def _open_again(at: PlanNow, foreseen: Foreseen, asking: Asking, known: Sequence[OfPeriod]) -> int:
    """Undo the cancellation of what was taken back of the same instant and is said again; the number. What a
    pass cancelled for want of the unit, a pass opens again."""
    wanted = {(at.duty_row(duty.duty).id, unit) for duty in foreseen.duties for unit in duty.unit_ids}
    gone = [
        row.id for row in known if row.state == Lifecycle.CANCELLED and (row.duty_id, row.unit_id) in wanted
    ]
    back = [id for id in gone if can_be_undone(at.session, at.session.get_one(Obligation, id))]
    for id in back:
        undo(at.session, id, SAID_AGAIN, at.now, asking.actor)
    return len(back)


def has_ended(session: Session, request: ReportRequest, zone: ZoneInfo) -> bool:
    """Whether its plan was retired before the request was due: nothing else replaces what was asked."""
    query = select(col(Occurrence.id)).join(Stage, col(Stage.id) == col(Occurrence.stage_id))
    mine = col(Stage.duty_id) == request.duty_id, col(Occurrence.period) == request_period(request, zone).key
    return session.execute(query.where(*mine, col(Occurrence.replaced_at).is_not(None))).first() is not None


def own_reports(session: Session, asking: Asking, zone: ZoneInfo) -> list[OfPeriod]:
    """The reports of its period, which for an event others may share; locked."""
    query = _of(asking.plan_id, period_of(asking, zone)).with_for_update(of=Obligation)
    return [OfPeriod(*row) for row in session.execute(query)]


def withdraw(
    session: Session,
    settings: Settings,
    asking: Asking,
    reason: str,
    now: datetime,
    actor: str,
    reports: Sequence[OfPeriod],
) -> Withdrawal:
    """Cancel what nobody has filed of its reports, telling those who were told, and note who took it back,
    and why."""
    reason = require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY())
    is_request = isinstance(asking, ReportRequest)
    asking.withdrawn_at, asking.withdrawn_by, asking.withdrawn_because = now, actor, reason
    session.add(asking)
    session.flush()
    cancelled = [each.id for each in reports if each.state in UNFILED]
    kept_as = REQUEST_WITHDRAWN if is_request else EVENT_TAKEN_BACK
    for id in cancelled:
        close(session, id, Lifecycle.CANCELLED, f"{kept_as}: {reason}", now, actor, zone=settings.zone)
    kept = [each.id for each in reports if each.state in (Lifecycle.SUBMITTED, Lifecycle.ACCEPTED)]
    after = {"reason": reason, "cancelled": len(cancelled), "kept": len(kept)}
    action, subject = ("withdraw", "request") if is_request else ("take-back", "event")
    record(session, now, actor, action, subject, asking.id, {}, after)
    return Withdrawal(cancelled=cancelled, kept=kept)


def _of(plan_id: int, period: Period) -> Select[tuple[int, int, int, str, str]]:
    """A plan's reports of one period, as `OfPeriod`."""
    query = (
        select(
            col(Obligation.id),
            col(Duty.id),
            col(Obligation.unit_id),
            col(Obligation.state),
            col(Duty.frequency),
        )
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
    )
    mine = col(Obligation.plan_id) == plan_id, col(Occurrence.period) == period.key
    return query.where(*mine).order_by(col(Obligation.id))
