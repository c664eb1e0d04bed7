"""The province with February's reports open, its people's links, and a browser without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from models.database import reading
from models.notice import Notice
from models.obligation import Obligation
from models.settings import Settings
from models.upkeep import AuditEntry
from notifications.links import Purpose, signed_link
from reporting.obligations.history import SubmissionVersion, versions
from tests.conftest import HCM, at
from tests.reporting.sample_files import PDF
from tests.reporting.world import World
from tests.web.cast import Browser, add_contact, browser, open_with_cast
from tests.web.conftest import MovedClock

NOW = "2024-02-01 09:00"
"""A Thursday; x1 owes by Tuesday the 6th, before Tết, d1 by Saturday the 17th."""
FILES = [("files", ("báo cáo.pdf", PDF, "application/pdf"))]


@dataclass
class Office:
    """A clerk's desk: `client` has no account; `as_` is a browser of one of the cast."""

    app: FastAPI
    world: World
    engine: Engine
    settings: Settings
    clock: MovedClock
    client: TestClient

    def link(
        self, unit: str = "x1", period: str = "2024-02", purpose: Purpose = Purpose.FILE, when: str = NOW
    ) -> str:
        return self.tail(self.id(unit, period), purpose, when)

    def tail(self, id: int, purpose: Purpose = Purpose.FILE, when: str = NOW) -> str:
        secret = self.settings.secret_key.get_secret_value()
        return signed_link("http://x", secret, purpose, id, at(when)).removeprefix("http://x")

    def id(self, unit: str = "x1", period: str = "2024-02") -> int:
        return self.world.one(unit, period).id

    def row(self, unit: str = "x1", period: str = "2024-02") -> Obligation:
        with reading(self.engine) as session:
            return session.get_one(Obligation, self.id(unit, period))

    def versions(self, unit: str = "x1", period: str = "2024-02") -> list[SubmissionVersion]:
        with reading(self.engine) as session:
            return versions(session, self.id(unit, period))

    def told(self, rung: str) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            rows = session.exec(select(Notice).where(Notice.rung == rung).order_by(Notice.id)).all()  # type: ignore[arg-type]
        return [(row.recipient, row.kind) for row in rows]

    def audited(self, action: str) -> list[AuditEntry]:
        with reading(self.engine) as session:
            return list(session.exec(select(AuditEntry).where(AuditEntry.action == action)).all())

    def as_(self, who: str) -> Browser:
        when = f"{self.clock.now.astimezone(HCM):%Y-%m-%d %H:%M}"
        return browser(self.app, self.engine, self.settings, who, when)

    def file(self, link: str, files: Any = FILES, **fields: str) -> tuple[int, str, str]:
        """Hand in; returns the status, where it leads, and the page."""
        form: Mapping[str, str] = {"seen": "0", "number": "12/BC-UBND", "dated": "31/01/2024", **fields}
        answer = self.client.post(f"{link}/file", data=form, files=files)
        return answer.status_code, answer.headers.get("location", ""), answer.text


@pytest.fixture
def office(
    app: FastAPI, world: World, engine: Engine, settings: Settings, clock: MovedClock, client: TestClient
) -> Office:
    open_with_cast(world)
    add_contact(engine, "x1", "alice@p.gov.vn")
    clock.now = at(NOW)
    client.cookies.set("dondoc_language", "vi")
    return Office(app, world, engine, settings, clock, client)
