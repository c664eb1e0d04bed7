"""What every request starts from: settings, database, language, and the clock, read here and no deeper.

A test gives a clock of its own and moves it; nothing in `web/` asks for the time in another way.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session
from starlette.requests import HTTPConnection

from messages.catalogue import SOURCE_LANGUAGE
from messages.choice import accepted_language, offered
from models.database import reading, writing
from models.rehearsal import rehearsing
from models.settings import Settings

Clock = Callable[[], datetime]
LANGUAGE_COOKIE = "dondoc_language"


def system_clock(settings: Settings) -> Clock:
    """The clock that gives now, as aware UTC; shifted where the settings say so."""
    shift = settings.clock_shift
    return lambda: datetime.now(UTC) + shift


def wall_clock() -> datetime:
    """The present, whatever the clock of the home says: what the server's own Date is taken from."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class AppContext:
    """The application's settings, open database and clock, shared by all requests."""

    settings: Settings
    engine: Engine
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock()

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    def today(self, now: datetime) -> date:
        """The local date of an instant."""
        return now.astimezone(self.zone).date()

    def reading(self) -> AbstractContextManager[Session]:
        """A read-only session."""
        return reading(self.engine)

    def writing(self) -> AbstractContextManager[Session]:
        """A session committed at its end, rolled back by an exception."""
        return writing(self.engine)

    def rehearsing(self) -> AbstractContextManager[Session]:
        """A session to try things in, of which nothing stays and for which nobody waits."""
        return rehearsing(self.engine)


def context_of(request: HTTPConnection) -> AppContext:
    """The context of the application that serves the request."""
    found: AppContext = request.app.state.context
    return found


def page_language(request: HTTPConnection, otherwise: str, account: str | None = None) -> str:
    """The language of a page: chosen in this browser, the account's, the browser's, or `otherwise` the
    installation's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return offered(chosen) or offered(account) or asked_language(request) or otherwise


def api_language(request: HTTPConnection) -> str:
    """What a program asks for; English where it asks for nothing."""
    return asked_language(request) or SOURCE_LANGUAGE


def asked_language(request: HTTPConnection) -> str | None:
    """The first that the request's `Accept-Language` names of those there are."""
    return accepted_language(request.headers.get("accept-language", ""))
