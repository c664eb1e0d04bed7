"""A calendar program as the feeds' tests need one: it has an address, keeps what it got, asks again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from models.database import reading, writing
from models.subscription import Subscription
from reporting.feeds.subscriptions import revoke, rotate, subscribe
from reporting.feeds.view import FeedRequest
from tests.calendars.clients import Read, read_with_ical
from tests.calendars.ical_check import check_bytes
from tests.conftest import at
from tests.web.conftest import MovedClock
from web.context import AppContext

NOW = at("2024-10-10 09:00:00")


@dataclass
class Reader:
    """Orders a feed and fetches it over HTTP."""

    app: FastAPI
    client: TestClient
    clock: MovedClock
    id: int = 0
    path: str = ""
    etag: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"user-agent": "Thunderbird/140.0"})

    @property
    def edge(self) -> AppContext:
        found: AppContext = self.app.state.context
        return found

    def order(self, kind: str, key: str, owner: str | None = None, **wish: Any) -> str:
        """Subscribe; returns the address."""
        end = wish.pop("expires_at", None)
        with writing(self.edge.engine) as session:
            ordered = subscribe(
                session,
                self.edge.settings,
                self.clock.now,
                "test",
                FeedRequest(kind=kind, key=key, **wish),
                owner,
                end,
            )
        self.id, self.path = ordered.id, urlsplit(ordered.url).path
        return ordered.url

    def rotate(self) -> str:
        """A new address; returns the path of the old one."""
        old = self.path
        with writing(self.edge.engine) as session:
            ordered = rotate(session, self.edge.settings, self.clock.now, "test", self.id)
        self.path = urlsplit(ordered.url).path
        return old

    def revoke(self) -> None:
        with writing(self.edge.engine) as session:
            revoke(session, self.clock.now, "test", self.id)

    def get(self, path: str | None = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path or self.path, headers={**self.headers, **named})

    def events(self, path: str | None = None) -> list[Read]:
        """What it shows now; the feed is proved on the way."""
        answer = self.get(path)
        assert answer.status_code == 200
        assert check_bytes(answer.content) == []
        self.etag = answer.headers["etag"]
        return read_with_ical(answer.content)

    def again(self) -> Response:
        """Ask as a program does that has it already."""
        return self.get(if_none_match=self.etag)

    def noted(self) -> tuple[datetime | None, str]:
        """When it was fetched last, and by what."""
        with reading(self.edge.engine) as session:
            row = session.exec(select(Subscription).where(Subscription.id == self.id)).one()
            return row.last_fetched_at, row.last_program
