"""Figures of the whole installation for a monitor: what is due, what waits to be sent, what `findings` finds.

A fixed number of queries, each answered by an index. Nothing here tells of a person or a unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from calendars.deadline import ONE_DAY
from calendars.zone import local_date, midnight
from models.notice import Mail, Notice
from models.obligation import Obligation
from models.settings import Settings
from models.upkeep import SENDER, TICK, Heartbeat
from models.vocabulary import NoticeState
from reporting.health.health import Concern, findings
from reporting.obligations.timeliness import is_on_last_day, is_overdue

UNSENT = (NoticeState.QUEUED, NoticeState.CLAIMED)
COUNTED = (*UNSENT, NoticeState.FAILED)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The installation at an instant. A pass that never ran is not in `passes`; `last_mail` is None where
    none was ever sent."""

    due_today: int
    overdue: int
    notices: Mapping[NoticeState, int]
    queue_age: timedelta
    passes: Mapping[str, datetime]
    last_mail: datetime | None
    concerns: Mapping[Concern, int]


def figures(session: Session, settings: Settings, now: datetime) -> Figures:
    """The figures at `now`, as the pages and `dondoc health` tell them."""
    today_ends = midnight(local_date(now, settings.zone) + ONE_DAY, settings.zone)
    obligations = select(func.count()).select_from(Obligation)
    state = col(Notice.state)
    oldest = select(state, func.count(), func.min(col(Notice.planned_at))).where(state.in_(COUNTED))
    rows = {NoticeState(name): (number, at) for name, number, at in session.execute(oldest.group_by(state))}
    since = min((rows[each][1] for each in UNSENT if each in rows), default=now)
    beats = session.scalars(select(Heartbeat).where(col(Heartbeat.name).in_((TICK, SENDER))))
    return Figures(
        due_today=session.scalar(obligations.where(is_on_last_day(now, today_ends))) or 0,
        overdue=session.scalar(obligations.where(is_overdue(now))) or 0,
        notices={each: rows[each][0] if each in rows else 0 for each in COUNTED},
        queue_age=max(now - since, timedelta(0)),
        passes={beat.name: beat.at for beat in beats},
        last_mail=session.scalar(select(func.max(col(Mail.sent_at)))),
        concerns=Counter(each.concern for each in findings(session, now, settings)),
    )
