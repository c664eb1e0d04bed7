"""The statements of claiming, made once: making one anew takes longer than the database takes to run it.

A sender asks the same at every pass, so they are filled in by name. Those that depend on the rule of an
instant are made once for each rule; what is only written goes to the tables, past the session.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import col

from models.notice import Notice
from models.tables import metadata
from models.vocabulary import NoticeState
from notifications.window import IS_READY, SIGN_IN, TODAY, Rule, may_go

NOTICE, MAIL = metadata.tables["notice"], metadata.tables["mail"]
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
HAD = (
    select(MAIL.c.recipient, func.count())
    .where(MAIL.c.recipient.in_(PEOPLE), MAIL.c.day == TODAY, MAIL.c.kind != SIGN_IN)
    .group_by(MAIL.c.recipient)
)
SWAP = (
    update(NOTICE)
    .where(NOTICE.c.id.in_(IDS), IS_READY)
    .values(state=NoticeState.CLAIMED, claimed_by=bindparam("by"), lease_until=bindparam("until"))
    .returning(NOTICE.c.id)
)
NEW_MAIL = insert(MAIL)
MAILS_OF = select(MAIL.c.key, MAIL.c.id).where(MAIL.c.key.in_(bindparam("keys", expanding=True)))
LINK = update(NOTICE).where(NOTICE.c.id == bindparam("notice")).values(mail_id=bindparam("mail"))
TAKEN = (
    update(MAIL)
    .where(MAIL.c.id == bindparam("mail"))
    .values(sent_at=bindparam("at"), subject=bindparam("subject_line"), body=bindparam("kept"))
)


@lru_cache(maxsize=len(Rule))
def waiting(rule: Rule) -> Select[Any]:
    """How many people are to be mailed."""
    return select(func.count(func.distinct(col(Notice.recipient)))).where(may_go(rule))


@lru_cache(maxsize=len(Rule))
def following(rule: Rule) -> Select[Any]:
    """Their addresses behind one, and up to another if there is one."""
    until = bindparam("until", type_=String)
    query = select(col(Notice.recipient)).where(
        may_go(rule),
        col(Notice.recipient) > bindparam("after"),
        or_(until == "", col(Notice.recipient) <= until),
    )
    return query.distinct().order_by(col(Notice.recipient)).limit(bindparam("most", type_=Integer))


@lru_cache(maxsize=len(Rule))
def at_place(rule: Rule) -> Select[Any]:
    """The address that so many come before."""
    query = select(col(Notice.recipient)).where(may_go(rule)).distinct().order_by(col(Notice.recipient))
    return query.offset(bindparam("place", type_=Integer)).limit(1)


@lru_cache(maxsize=len(Rule))
def ready(rule: Rule) -> Select[Any]:
    """What may go to some of them."""
    columns: tuple[Any, ...] = (
        col(Notice.id),
        col(Notice.recipient),
        col(Notice.mail_id),
        col(Notice.kind),
        col(Notice.words),
        col(Notice.immediate),
    )
    query = select(*columns).where(may_go(rule), col(Notice.recipient).in_(PEOPLE))
    return query.order_by(col(Notice.recipient), col(Notice.id))


@lru_cache(maxsize=16)
def change(names: tuple[str, ...]) -> Update:
    """Notices changed in these columns; the values are filled in as new_NAME."""
    values: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in names}
    return update(NOTICE).where(NOTICE.c.id.in_(IDS)).values(values)
