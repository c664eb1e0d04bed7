"""Opening what was foreseen, telling those who owe it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlmodel import Session, col

from calendars.periods import Period
from models.asking import AskedUnit, Happening, ReportRequest
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.asking.whom import Foreseen, PlanNow
from reporting.audit.log import record
from reporting.closing_reasons import EVENT_TAKEN_BACK, REQUEST_WITHDRAWN
from reporting.moves.close import close
from reporting.opening.asked import happening_period, request_period
from reporting.opening.opening import Opening, OpeningBasis
from reporting.reminders.audience import UNFILED
from reporting.reminders.events import announce_asked
from reporting.user_text import TextName, TextRemedy, require_text

Asking = ReportRequest | Happening


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


def keep_units(session: Session, asking: Asking, foreseen: Foreseen) -> None:
    """Note whom it is for, where it is not for all."""
    if asking.whole:
        return
    key = "request_id" if isinstance(asking, ReportRequest) else "happening_id"
    session.add_all(AskedUnit(**{key: asking.id}, unit_id=unit) for unit in sorted(foreseen.unit_ids))
    session.flush()


def open_foreseen(at: PlanNow, foreseen: Foreseen, period: Period, words: str, speaker: str = "") -> Opened:
    """Open what was foreseen, under its period, and tell those who owe it."""
    basis = OpeningBasis.read(at.session, at.settings, at.owing.days, at.now)
    opening = Opening(at.session, at.plan, basis, lambda _due: at.now)
    for asked in foreseen.duties:
        opening.open_asked(at.duty_row(asked.duty), asked.opened_as(period))
    at.session.flush()
    rows = at.session.execute(_of(at.plan.id, period))
    units = {id: unit for id, unit, state in rows if state == Lifecycle.OPEN}
    announce_asked(at.session, units, at.now, at.today, words, speaker)
    told = [address for address in foreseen.people if address != speaker]
    return Opened(obligations=len(units), people=len(told))


def withdraw(
    session: Session,
    settings: Settings,
    asking: Asking,
    reason: str,
    now: datetime,
    actor: str,
) -> Withdrawal:
    """Cancel what nobody has filed of it, telling those who were told, and note who took it back, and why."""
    reason = require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY())
    is_request = isinstance(asking, ReportRequest)
    asking.withdrawn_at, asking.withdrawn_by, asking.withdrawn_because = now, actor, reason
    session.add(asking)
    session.flush()
    zone = settings.zone
    period = period_of(asking, zone)
    rows = session.execute(_of(asking.plan_id, period))
    states = {id: Lifecycle(state) for id, _, state in rows}
    cancelled = [id for id, state in states.items() if state in UNFILED]
    kept_as = REQUEST_WITHDRAWN if is_request else EVENT_TAKEN_BACK
    for id in cancelled:
        close(session, id, Lifecycle.CANCELLED, f"{kept_as}: {reason}", now, actor, zone=zone)
    kept = [id for id, state in states.items() if state in (Lifecycle.SUBMITTED, Lifecycle.ACCEPTED)]
    after = {"reason": reason, "cancelled": len(cancelled), "kept": len(kept)}
    action, subject = ("withdraw", "request") if is_request else ("take-back", "event")
    record(session, now, actor, action, subject, asking.id, {}, after)
    return Withdrawal(cancelled=cancelled, kept=kept)


def _of(plan_id: int, period: Period) -> Select[tuple[int, int, str]]:
    """Ids, units and states of a plan's reports of one period."""
    query = select(col(Obligation.id), col(Obligation.unit_id), col(Obligation.state))
    query = query.join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
    mine = col(Obligation.plan_id) == plan_id, col(Occurrence.period) == period.key
    return query.where(*mine).order_by(col(Obligation.id))
