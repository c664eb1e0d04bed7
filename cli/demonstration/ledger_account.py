"""What the ledger and the decisions tell for the account: who was mailed and why, who decided what."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models.contact import Contact
from models.decision import Acknowledgement, Closing, Extension, Review
from models.notice import Mail, Notice
from models.submission import Document, Submission
from models.unit import UnitVersion
from models.vocabulary import Level, NoticeKind, NoticeState

LEVELS = [level.value for level in Level]
KINDS = [kind.value for kind in NoticeKind]


def mail_account(session: Session, today: date) -> dict[str, Any]:
    """Mails that went out, what they told whom, and what was not told after all, with the reason."""
    states = session.execute(select(col(Notice.state), func.count()).group_by(col(Notice.state)))
    sent = select(func.count()).where(col(Mail.sent_at).is_not(None))
    people = select(func.count(func.distinct(col(Mail.recipient)))).where(col(Mail.sent_at).is_not(None))
    return {
        "mails": session.scalar(sent) or 0,
        "people": session.scalar(people) or 0,
        "notices": dict(sorted(states.tuples())),
        "by_kind_and_level": _by_kind_and_level(session, today),
        "not_sent_because": _reasons(session),
        "most_in_a_day": _busiest(session),
    }


def _by_kind_and_level(session: Session, today: date) -> list[dict[str, Any]]:
    """Rows of kind, audience and the recipient's level, with notices, and the mails that carried them."""
    version = (col(UnitVersion.unit_id) == col(Contact.unit_id)) & (col(UnitVersion.valid_from) <= today)
    valid = or_(col(UnitVersion.valid_to).is_(None), col(UnitVersion.valid_to) > today)
    keys = (col(Notice.kind), col(UnitVersion.level), col(Notice.audience))
    query = (
        select(*keys, func.count(), func.count(func.distinct(col(Notice.mail_id))))
        .join(Contact, col(Contact.id) == col(Notice.contact_id))
        .join(UnitVersion, version & valid)
        .where(col(Notice.state) == NoticeState.SENT)
        .group_by(*keys)
    )
    rows = [
        {"kind": kind, "level": level, "audience": audience, "notices": notices, "mails": mails}
        for kind, level, audience, notices, mails in session.execute(query)
    ]
    return sorted(
        rows, key=lambda row: (KINDS.index(row["kind"]), LEVELS.index(row["level"]), row["audience"])
    )


def _reasons(session: Session) -> list[dict[str, Any]]:
    """Why lines of the ledger did not become mails; what differs only in a rung's name is put together."""
    query = (
        select(col(Notice.state), col(Notice.reason), func.count())
        .where(col(Notice.state).in_([NoticeState.CANCELLED, NoticeState.SUPERSEDED, NoticeState.FAILED]))
        .group_by(col(Notice.state), col(Notice.reason))
    )
    found = [
        {"state": state, "reason": reason, "notices": number}
        for state, reason, number in session.execute(query)
    ]
    return sorted(found, key=lambda row: (-row["notices"], row["state"], row["reason"]))


def _busiest(session: Session) -> dict[str, Any] | None:
    query = (
        select(col(Mail.day), func.count())
        .where(col(Mail.sent_at).is_not(None))
        .group_by(col(Mail.day))
        .order_by(func.count().desc(), col(Mail.day))
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else {"day": row[0], "mails": row[1]}


def decision_account(session: Session) -> dict[str, Any]:
    """What was handed in and what superiors decided, in all plans."""
    verdicts = Counter(session.scalars(select(col(Review.verdict))))
    decided = select(col(Extension.granted), func.count()).group_by(col(Extension.granted))
    extensions = Counter(dict(session.execute(decided).tuples().all()))
    return {
        "submissions": _number(session, Submission),
        "files": _number(session, Document),
        "accepted": verdicts["accepted"],
        "returned": verdicts["returned"],
        "extensions_granted": extensions[True],
        "extensions_refused": extensions[False],
        "extensions_undecided": extensions[None],
        "waived": _number(session, Closing),
        "acknowledged": _number(session, Acknowledgement),
    }


def _number(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0
