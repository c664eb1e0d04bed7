"""Rate limits that several web processes share: so many attempts in a window, by what and from where."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from fastapi import Request
from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.database import metadata
from models.errors import DondocError
from web.auth import VisitorFault
from web.context import AppContext, context_of

NEIGHBOURS = 64
"""Length of the IPv6 prefix that one customer has to itself, in bits."""


class TooMany(DondocError):
    """Too many attempts; wait until the window has passed, at most `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(VisitorFault.TOO_MANY())

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(max(1, ceil(self.wait.total_seconds())))}


@dataclass(frozen=True)
class RateLimit:
    """At most `most` attempts of `what` in a window, for each key or source; counted in the database."""

    what: str
    most: int
    window: timedelta

    def count(self, context: AppContext, key: str) -> None:
        """Count one attempt. Raises `TooMany` beyond the limit."""
        now = context.now
        with context.writing() as session:
            number, began = _counted(session, self._row(key), now, self.window)
        if number > self.most:
            raise TooMany(began + self.window - now)

    def take_back(self, context: AppContext, key: str) -> None:
        """Take back one attempt, which was no wrong one."""
        table = metadata.tables["attempts"]
        mine = (table.c.key == self._row(key)) & (table.c.count > 0)
        with context.writing() as session:
            session.connection().execute(update(table).where(mine).values(count=table.c.count - 1))

    def _row(self, key: str) -> str:
        # The key is hashed: who tried what is nobody's business, only how often.
        return f"{self.what}:{sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}"

    def count_source(self, request: Request) -> None:
        """Count one attempt of the address that the request comes from. Raises `TooMany`."""
        self.count(context_of(request), source(request))


def _counted(session: Session, key: str, now: datetime, window: timedelta) -> tuple[int, datetime]:
    """One statement, so that two at the same instant count as two on either database."""
    connection = session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    table = metadata.tables["attempts"]
    over = (table.c.window_start <= now - window) | (table.c.window_start > now)
    statement = (
        insert(table)
        .values(key=key, window_start=now, count=1)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, 1), else_=table.c.count + 1),
                "window_start": case((over, now), else_=table.c.window_start),
            },
        )
        .returning(table.c.count, table.c.window_start)
    )
    number, began = connection.execute(statement).one()
    return number, began


def source(request: Request) -> str:
    """Where a request comes from: an address, or the part of one that a customer has to itself."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, NEIGHBOURS), strict=False))
