"""The province on the 20th of February: some filed, late, returned or waiting, and the cast signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, insert
from sqlmodel import col, select
from starlette.testclient import TestClient

from models.database import writing
from models.obligation import Obligation
from models.settings import Settings
from models.unit import Contact, Unit
from tests.conftest import at
from tests.prepared import prepare
from tests.reporting.world import World
from tests.web.cast import browser, open_accounts
from tests.web.conftest import MovedClock
from web.auth import FORM_FIELD

NOW = "2024-02-20 09:00"
FEB = "2024-02"


@dataclass
class Reader:
    """One of the cast at their browser."""

    client: TestClient
    token: str

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, address: str, status: int = 200, /, **form: str | list[str]) -> str:
        answer = self.client.post(address, data={**form, FORM_FIELD: self.token})
        assert answer.status_code == status, answer.text
        return answer.text


Reading = Callable[[str], Reader]


def add_contacts(engine: Engine, *codes: str) -> None:
    """A clerk and a head for each of the units."""
    with writing(engine) as session:
        for code in codes:
            unit = session.exec(select(Unit).where(Unit.code == code)).one()
            for role in ("clerk", "head"):
                session.add(
                    Contact(
                        unit_id=unit.id,
                        name=f"{role} {code}",
                        role=role,
                        address=f"{role}-{code}@p.gov.vn",
                        language="en",
                        valid_from=date(2024, 1, 1),
                    )
                )


def more_overdue(world: World, number: int) -> None:
    """Add reports like that of x2 for February, each of a new unit below the same district."""
    id, like = world.one("x2", FEB).id, Obligation.__table__  # type: ignore[attr-defined]
    with writing(world.engine) as session:
        row = session.execute(select(like).where(like.c.id == id)).one()._asdict()
        codes = [f"more-{each}" for each in range(number)]
        session.execute(insert(Unit), [{"code": code, "created_at": row["opened_at"]} for code in codes])
        units = session.exec(select(Unit.id).where(col(Unit.code).like("more-%"))).all()
        del row["id"]
        session.execute(insert(Obligation), [{**row, "unit_id": unit} for unit in units])


@pytest.fixture
def lived(world: World, engine: Engine) -> World:
    """x2 and d1 are overdue for February; x1 waits for acceptance, x3's was returned; January is done."""

    def live() -> None:
        world.open()
        for unit in ("x1", "x2", "x3"):
            world.submit(unit, "2024-01", "2024-01-08 09:00")
            world.accept(unit, "2024-01", "2024-01-09 09:00")
        world.submit("x1", FEB, "2024-02-05 09:00")
        world.submit("x3", FEB, "2024-02-17 09:00")
        world.give_back("x3", FEB, "2024-02-19 09:00", "=thiếu biểu 2")
        world.submit("so-2", FEB, "2024-02-16 09:00")
        world.tick("2024-02-20 08:00")
        open_accounts(engine)

    prepare(engine, "the twentieth of February", live)
    return world


@pytest.fixture
def reading(
    lived: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> Iterator[Reading]:
    clock.now = at(NOW)
    clients: list[TestClient] = []

    def reader(who: str) -> Reader:
        at_work = browser(app, engine, settings, who, NOW)
        clients.append(at_work.client)
        return Reader(at_work.client, at_work.token)

    yield reader
    for client in clients:
        client.close()
