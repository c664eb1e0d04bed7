"""Rate limits that several web processes share: so many attempts in a window, by what and from where."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from fastapi import Request
from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.database import metadata, writing
from models.errors import DondocError
from web.context import Edge
from web.error_texts import VisitorFault

NEIGHBOURS = 64
"""Bits of an IPv6 address that one customer shares: whoever has one has all that begin alike."""


class TooMany(DondocError):
    """Too many attempts; wait until the window has passed, at most `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(VisitorFault.TOO_MANY())

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(max(1, ceil(self.wait.total_seconds())))}


def count_attempt(edge: Edge, what: str, source: str, most: int, window: timedelta, now: datetime) -> None:
    """Count one attempt. Raises `TooMany` beyond `most` in the window."""
    # The source is hashed: who tried what is nobody's business, only how often.
    key = f"{what}:{sha256(source.encode('utf-8', 'replace')).hexdigest()[:32]}"
    with writing(edge.engine) as session:
        number, began = _counted(session, key, now, window)
    if number > most:
        raise TooMany(began + window - now)


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
