"""The cast of the province in tests/reporting/world.py, with accounts, and a browser for each of them.

Alice is the clerk of commune x1. Bob heads district d1 above it. Carol is the monitor in department `so`,
which watches the plan. Dave administers everything. Mallory is the clerk of x3, in the other district.
Nobody is not signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.database import reading, writing
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account, require_account
from reporting.access.api_tokens import make_token
from reporting.access.sessions import open_session
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.prepared import prepare
from tests.reporting.world import World
from web.auth import COOKIE, FORM_FIELD, form_token

NOBODY = "nobody"
CAST: dict[str, tuple[AccessRole, str | None]] = {
    "alice": (AccessRole.CLERK, "x1"),
    "bob": (AccessRole.HEAD, "d1"),
    "carol": (AccessRole.MONITOR, "so"),
    "dave": (AccessRole.ADMINISTRATOR, None),
    "mallory": (AccessRole.CLERK, "x3"),
}
PASSWORD = "ba con mèo trắng"


@dataclass
class Browser:
    """A browser in which one of the cast is signed in."""

    client: TestClient
    token: str

    def form(self, **values: str) -> dict[str, str]:
        """A form of ours, with the session's token."""
        return {FORM_FIELD: self.token, **values}


def open_accounts(engine: Engine) -> None:
    """An account for each of the cast, from the first of January 2024."""
    now = at("2024-01-01 08:00")
    with writing(engine) as session:
        for name, (role, unit) in CAST.items():
            account = open_account(
                session, f"{name}@p.gov.vn", name.title(), now, "Dave", language="en", password=None
            )
            grant(session, account, role, unit, date(2024, 1, 1), now, "Dave")


def open_with_cast(world: World) -> None:
    """The province at work on 2 January 2024, with an account for each of the cast."""

    def begin() -> None:
        world.open()
        open_accounts(world.engine)

    prepare(world.engine, "the cast at work", begin)


def add_contact(engine: Engine, unit: str, address: str, role: str = "clerk") -> int:
    """A person of a unit who is written to, from the first of January 2024; returns the contact's id."""
    with writing(engine) as session:
        contact = Contact(
            unit_id=unit_id(session, unit),
            name=address.partition("@")[0].title(),
            role=role,
            address=address,
            valid_from=date(2024, 1, 1),
        )
        session.add(contact)
        session.flush()
        return contact.id


def browser(app: FastAPI, engine: Engine, settings: Settings, who: str, when: str) -> Browser:
    """A browser of its own for one of the cast, signed in at an instant; or for nobody."""
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    client.portal = getattr(app.state, "portal", None)  # see the fixture `app`
    if who == NOBODY:
        return Browser(client, "")
    with writing(engine) as session:
        secret = open_session(session, require_account(session, f"{who}@p.gov.vn"), at(when))
    client.cookies.set(COOKIE, secret)
    return Browser(client, form_token(settings, secret))


def id_of(engine: Engine, address: str) -> int:
    """The account's id."""
    with reading(engine) as session:
        return require_account(session, address).id or 0


def api_token(engine: Engine, who: str, when: str, scope: str = "write") -> str:
    """A token of the API for one of the cast."""
    with writing(engine) as session:
        account = require_account(session, f"{who}@p.gov.vn")
        secret, _ = make_token(session, account, "test", scope, 90, at(when), who)
    return secret
