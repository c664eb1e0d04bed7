"""Deleting a person's data (Law 91/2025/QH15): name, address and telephone go, what was done stays, by role.

A person is known by an address, as a contact, by an account, or both. In their place one label stands from
then on in the audit, in histories, in the ledger and in mails that were sent, such as "Clerk of Xã Một
(deleted, no. 3)": what was addressed to the person stays provable as sent to that role at that instant.
Nothing brings the name back; a backup that is older still has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, delete, select, update

from calendars.zone import local_date
from messages.catalogue import N_, translate
from models.account import Account, ApiToken, Grant, RecoveryCode, SecondFactor, SignIn, Ticket
from models.errors import InvalidInput, NotFound
from models.mail_address import plain_address
from models.notice import Mail, Notice
from models.settings import Settings
from models.subscription import FeedToken, KeptFeed, Subscription
from models.text import clean_line, folded
from models.unit import Contact, UnitVersion, Unsubscription
from models.upkeep import AuditEntry
from models.validity import has_ended
from models.vocabulary import AccessRole, NoticeState, say
from reporting.access.accounts import close_account, end_grant, grants_of
from reporting.audit.log import record
from reporting.erasure.faults import ErasureFault
from reporting.erasure.texts import (
    Wanted,
    by_name,
    exact,
    in_links,
    is_telephone,
    replace_everywhere,
    telephones,
)
from reporting.reminders.ledger import GONE
from reporting.reminders.ledger_store import write_attention
from reporting.unit_names import names as unit_names
from reporting.units.contacts import contacts_of, end_contacts

ERASE, ERASE_TELEPHONE = "erase-person", "erase-telephone"
LABELLED = N_("%(role)s of %(unit)s (deleted, no. %(number)s)")
ALONE = N_("%(role)s (deleted, no. %(number)s)")
NOBODY = N_("person without a role (deleted, no. %(number)s)")
OFFICES = re.compile(r"^phong\b|\b(?:van thu|van phong|uy ban|ubnd|trung tam|bo phan)\b")
WAITING = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.FAILED)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is known of a person, and what ends with it."""

    address: str
    names: tuple[str, ...]
    contacts: Sequence[Contact]
    account: Account | None
    queued: Sequence[Notice]
    feeds: Sequence[Subscription]
    names_kept: tuple[str, ...]
    """Those that stay in other people's texts: another person has the same, or it is an office's."""

    @property
    def texts(self) -> list[str]:
        """What is this person's alone."""
        return [self.address, *(name for name in self.names if name not in self.names_kept)]

    @property
    def telephones(self) -> list[str]:
        """Of the contact's lines, where a cell may have several."""
        cells = ";".join(each.phone for each in self.contacts)
        return sorted({text.strip() for text in re.split("[;,/]", cells) if is_telephone(text)})


def held_of(session: Session, address: str, now: datetime) -> Held:
    """Raises `NotFound` for an address that nobody here has, `InvalidInput` while a mail is on its way."""
    plain = plain_address(address) or ""
    contacts = session.exec(
        select(Contact).where(Contact.address == plain).order_by(col(Contact.valid_from)).with_for_update()
    ).all()
    account = session.exec(select(Account).where(Account.address == plain).with_for_update()).first()
    if not plain or (not contacts and account is None):
        raise NotFound(ErasureFault.NOBODY(address=clean_line(address)[:80]))
    waiting = select(Notice).where(Notice.recipient == plain, col(Notice.state).in_(WAITING))
    queued = session.exec(waiting.with_for_update()).all()
    if any(each.lease_until is not None and each.lease_until > now for each in queued):
        raise InvalidInput(ErasureFault.ON_ITS_WAY())
    called = dict.fromkeys([*(each.name for each in contacts), *([account.name] if account else [])])
    called.pop(plain, None)  # an account opened without a name has its address for one
    of_person = (col(Subscription.kind) == "person") & (col(Subscription.key) == plain)
    theirs = or_(col(Subscription.owner) == plain, of_person)
    return Held(
        address=plain,
        names=tuple(called),
        contacts=contacts,
        account=account,
        queued=queued,
        feeds=session.exec(select(Subscription).where(theirs)).all(),
        names_kept=tuple(name for name in called if not _is_theirs_alone(session, name, plain)),
    )


def _is_theirs_alone(session: Session, name: str, address: str) -> bool:
    words = name.split()
    if len(words) < 2 or not all(word[0].isupper() for word in words) or OFFICES.search(folded(name)):
        return False
    others = [
        *session.exec(select(Contact.name).where(Contact.address != address).distinct()),
        *session.exec(select(Account.name).where(Account.address != address)),
    ]
    places, plain = session.exec(select(UnitVersion.name).distinct()), folded(name)
    return plain not in map(folded, others) and not any(plain in folded(place) for place in places)


def others_meant(session: Session, texts: Sequence[str]) -> list[str]:
    """Telephone numbers and private mail addresses. Raises `InvalidInput` for anything else, which might
    stand in texts that are about something else."""
    found = list(filter(None, map(clean_line, texts)))
    for text in found:
        plain = plain_address(text)
        if plain is None and not is_telephone(text):
            raise InvalidInput(ErasureFault.NEITHER(text=text[:80]))
        if plain is not None and _somebody_has(session, plain):
            raise InvalidInput(ErasureFault.SOMEBODYS(address=plain))
    return found


def _somebody_has(session: Session, address: str) -> bool:
    found = session.exec(select(Contact.id).where(Contact.address == address)).first()
    return (found or session.exec(select(Account.id).where(Account.address == address)).first()) is not None


def erase(
    session: Session,
    settings: Settings,
    address: str,
    others: Sequence[str],
    now: datetime,
    actor: str,
) -> tuple[Held, str]:
    """Delete the data; what was held, and the label in its place. Raises as `held_of` and `others_meant`."""
    wanted_too = others_meant(session, others)
    held, today = held_of(session, address, now), local_date(now, settings.zone)
    phones = held.telephones
    label = _label(session, settings, held, today)
    end_contacts(session, contacts_of(session, held.address, today), today, now, actor)
    _cancel(session, held, now)
    _end_feeds(session, held, now)
    if held.account is not None:
        _empty_account(session, held.account, today, now, actor)
    for contact in held.contacts:
        contact.name, contact.phone = label, ""
        contact.link_series += 1
        session.add(contact)
    session.execute(delete(Unsubscription).where(col(Unsubscription.address) == held.address))
    session.flush()
    _replace_texts(session, held, exact(held.names, held.address, [*wanted_too, *phones]), label)
    _record(session, held, label, now, actor)
    session.expire_all()
    return held, label


def erase_telephone(session: Session, settings: Settings, address: str, now: datetime, actor: str) -> int:
    """Delete the contact's telephone numbers alone; returns how many there were. Raises as `held_of`."""
    held = held_of(session, address, now)
    found = held.telephones
    for contact in held.contacts:
        if contact.phone:
            record(session, now, actor, ERASE_TELEPHONE, "contact", contact.id)
        contact.phone = ""
        session.add(contact)
    session.flush()
    if found:
        said = translate(settings.language, N_("(telephone number deleted)"))
        replace_everywhere(session, telephones(found), said, spare_plans=False)
    session.expire_all()
    return len(found)


def _label(session: Session, settings: Settings, held: Held, today: date) -> str:
    """The person's role and unit, the newest one first that holds, with a number of its own."""
    number = 1 + session.exec(select(func.count()).where(AuditEntry.action == ERASE)).one()
    roles: list[Contact | Grant] = [*held.contacts]
    roles += grants_of(session, held.account.id) if held.account else []
    if not roles:
        return translate(settings.language, NOBODY, number=number)
    newest = max(roles, key=lambda each: (not has_ended(each, today), each.valid_from))
    role = say(AccessRole(newest.role), settings.language)
    text = LABELLED if newest.unit_id else ALONE
    unit = unit_names(session, [newest.unit_id], today)[newest.unit_id].name if newest.unit_id else ""
    said = translate(settings.language, text, role=role, unit=re.sub(r'["\\<>@]', "", unit), number=number)
    return said[:1].upper() + said[1:]


def _cancel(session: Session, held: Held, now: datetime) -> None:
    for notice in held.queued:
        notice.state, notice.reason = NoticeState.CANCELLED, GONE
        notice.lease_until = notice.claimed_by = None
        session.add(notice)
    about = {each.obligation_id for each in held.queued if each.obligation_id is not None}
    write_attention(session, dict.fromkeys(about, now))  # others may be told in their place


def _end_feeds(session: Session, held: Held, now: datetime) -> None:
    for feed in held.feeds:
        feed.revoked_at = feed.revoked_at or now
        feed.last_program = ""
        session.add(feed)
        tokens = col(FeedToken.subscription_id) == feed.id, col(FeedToken.ended_at).is_(None)
        session.execute(update(FeedToken).where(*tokens).values(ended_at=now))


def _empty_account(session: Session, account: Account, today: date, now: datetime, actor: str) -> None:
    for grant in grants_of(session, account.id):
        if not has_ended(grant, today):
            end_grant(session, grant, today, now, actor)
    close_account(session, account, now, actor)
    account.password_hash = account.subject = None
    session.add(account)
    session.execute(update(ApiToken).where(col(ApiToken.account_id) == account.id).values(name=""))
    for table in (Ticket, SignIn, RecoveryCode, SecondFactor):
        session.execute(delete(table).where(col(table.account_id) == account.id))


def _replace_texts(session: Session, held: Held, own: Wanted, label: str) -> None:
    _drop_kept_feeds(session, held, own)
    replace_everywhere(session, own, label, spare_plans=False)
    if held.account is not None:  # an account without a name had its address for one
        session.execute(update(Account).where(col(Account.id) == held.account.id).values(name=label))
    _, *alone = held.texts
    if alone:
        replace_everywhere(session, by_name(alone), label, spare_plans=True)
    if held.names_kept:
        replace_everywhere(session, in_links(held.names_kept, _units(session, held)), label, spare_plans=True)
        replace_everywhere(
            session, by_name(held.names_kept), label, spare_plans=True, only=_own_rows(held, label)
        )


def _units(session: Session, held: Held) -> list[str]:
    """All names that the units have had of which the person was a contact."""
    mine = col(UnitVersion.unit_id).in_([each.unit_id for each in held.contacts])
    return list(session.exec(select(UnitVersion.name).where(mine).distinct()))


def _own_rows(held: Held, label: str) -> dict[str, ColumnElement[bool]]:
    """What is about the person for certain: mails to them, and the audit of the contact and the account."""
    about = (col(AuditEntry.subject) == "contact") & col(AuditEntry.subject_id).in_(
        [each.id for each in held.contacts]
    )
    if held.account is not None:
        about |= (col(AuditEntry.subject) == "account") & (col(AuditEntry.subject_id) == held.account.id)
    return {
        "audit_entry": about,
        "mail": col(Mail.recipient) == label,
        "notice": col(Notice.recipient) == label,
    }


def _drop_kept_feeds(session: Session, held: Held, own: Wanted) -> None:
    """They are made again at the next fetch. Their lines are folded, so a text may stand on two."""
    names = by_name(held.names).pattern if held.names else None
    for view, data in session.execute(select(col(KeptFeed.view), col(KeptFeed.data))).all():
        text = data.replace(b"\r\n ", b"").decode("utf-8", "replace") + view
        if own.pattern.search(text) or (names and names.search(text)):
            session.execute(delete(KeptFeed).where(col(KeptFeed.view) == view))


def _record(session: Session, held: Held, label: str, now: datetime, actor: str) -> None:
    subject = "account" if held.account else "contact"
    id = held.account.id if held.account else held.contacts[-1].id
    after = {"name": label, "contacts_ended": len(held.contacts), "cancelled": len(held.queued)}
    record(session, now, actor, ERASE, subject, id, {}, after)
