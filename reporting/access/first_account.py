"""The first account of an installation, an administrator of everything: made while there is none at all.

Its code is derived from the installation's key, so that every process knows it and none keeps it; once there
is an account it opens nothing.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from calendars.zone import local_date
from models.account import Account
from models.columns import insert_into
from models.errors import NotFound
from models.settings import Settings
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account, require_address
from reporting.access.faults import AccountFault
from reporting.access.passwords import spelled

MADE = "first-account"
"""The marker that lets one of two at once through."""
OCTETS = 12


def has_accounts(session: Session) -> bool:
    """Whether there is any account, open or closed."""
    return session.exec(select(col(Account.id)).limit(1)).first() is not None


def first_code(settings: Settings) -> str:
    """What the person who starts the installation is told."""
    key = settings.secret_key.get_secret_value().encode()
    return spelled(hmac.digest(key, b"dondoc-first-account", sha256)[:OCTETS])


def is_first_code(settings: Settings, code: str) -> bool:
    return hmac.compare_digest(first_code(settings).encode(), code.strip().encode("utf-8", "replace"))


def open_first_account(
    session: Session, settings: Settings, address: str, name: str, password: str, language: str, now: datetime
) -> Account:
    """Raises `NotFound` where there is an account already, `InvalidInput` for address or password."""
    row = insert_into(session, "marker").values(name=MADE, value=now.isoformat()).on_conflict_do_nothing()
    is_ours = session.execute(row.returning(row.table.c.name)).first() is not None
    if not is_ours or has_accounts(session):
        raise NotFound(AccountFault.NOT_THE_FIRST())
    actor = require_address(address)
    account = open_account(session, address, name, now, actor, language=language, password=password)
    today = local_date(now, settings.zone)
    grant(session, account, AccessRole.ADMINISTRATOR, None, today, now, actor)
    return account
