"""What every request starts from: settings, database, and the clock, which is read here and no deeper.

A test gives a clock of its own and moves it; nothing in `web/` asks for the time in another way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from models.settings import Settings

Clock = Callable[[], datetime]


def system_clock(settings: Settings) -> Clock:
    """The clock that gives now, as aware UTC; shifted where the settings say so."""
    shift = settings.clock_shift
    return lambda: datetime.now(UTC) + shift


def wall_clock() -> datetime:
    """The present, whatever the clock of the home says: what the server's own Date is taken from."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Edge:
    """The open database with the settings, and the instant of the request through `now`."""

    settings: Settings
    engine: Engine
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock()

    def today(self, now: datetime) -> date:
        """The local date of an instant."""
        return now.astimezone(self.settings.zone).date()


def edge(request: Request) -> Edge:
    found: Edge = request.app.state.edge
    return found


EdgeDep = Annotated[Edge, Depends(edge)]
