"""Whom each audience means, on a small province: only the unit's own people and those above or below it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from calendars.office import OfficeCalendar
from models.database import reading
from models.ladder_file import Rung
from models.settings import Settings
from models.vocabulary import Audience
from reporting.reminders.audience import load_audiences
from reporting.reminders.ladders import shipped_ladder
from reporting.reminders.ledger import ObligationView
from reporting.reminders.ledger_store import read_views
from reporting.special_days import working_days
from tests.timeline.harness import CHAIN, Timeline

DAY = date(2024, 2, 5)
NAMED = Rung.model_validate({"id": "named", "at": "0", "audience": ["unit"], "unit": "so"})


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    world = Timeline(engine, settings, tmp_path, plan=CHAIN)

    def begin() -> None:
        world.load_units("unit,name,role,address\nso,Lan,clerk,lan@so.example\n", as_of="2024-01-01 00:00:00")
        world.tick("2024-01-03 09:00:00")

    world.prepare("with Lan", begin)
    return world


def view(world: Timeline, session: Session, unit: str) -> ObligationView:
    calendar = OfficeCalendar(working_days(session), world.settings.zone)
    ((found,),) = read_views(session, [world.obligation(unit)], calendar).values()
    return found


@pytest.mark.parametrize(
    ("unit", "audience", "addresses"),
    [
        ("x1", Audience.CLERK, ["alice@x1.example"]),
        ("x1", Audience.HEAD, ["bob@x1.example"]),
        ("x2", Audience.HEAD, []),  # it has none
        ("x1", Audience.SUPERIOR_CLERK, ["dung@d1.example"]),
        ("x1", Audience.SUPERIOR_HEAD, ["hoa@d1.example"]),
        ("x1", Audience.NEXT_SUPERIOR_HEAD, ["phuc@p.example"]),
        ("d1", Audience.NEXT_SUPERIOR_HEAD, []),  # nothing is above the province
        ("x1", Audience.MONITOR, ["minh@so.example"]),
        ("x1", Audience.BELOW, []),
        ("d1", Audience.BELOW, ["alice@x1.example", "charlie@x2.example"]),
        ("d2", Audience.BELOW, []),
        ("x1", Audience.UNIT, ["lan@so.example"]),
    ],
)
def test_an_audience_means(world: Timeline, unit: str, audience: Audience, addresses: list[str]) -> None:
    with reading(world.engine) as session:
        obligation = view(world, session, unit)
        people = load_audiences(session, [obligation], DAY, [*shipped_ladder().rungs, NAMED])
    assert sorted(each.address for each in people.of(obligation, audience, DAY, "so")) == addresses


def test_who_has_filed_holds_nobody_up(world: Timeline) -> None:
    world.file("x1", "2024-02-01 09:00:00")
    with reading(world.engine) as session:
        obligation = view(world, session, "d1")
        people = load_audiences(session, [obligation], DAY, shipped_ladder().rungs)
    assert [each.address for each in people.of(obligation, Audience.BELOW, DAY)] == ["charlie@x2.example"]


def test_without_a_monitor_contact_the_notice_goes_to_the_monitor_s_clerk(world: Timeline) -> None:
    with reading(world.engine) as session:
        obligation = view(world, session, "x1")
        people = load_audiences(session, [obligation], DAY, shipped_ladder().rungs)
        without = {key: people.contacts[key] for key in people.contacts if key[1] != "monitor"}
        fewer = type(people)(contacts=without, superiors=people.superiors)
    assert [each.address for each in fewer.of(obligation, Audience.MONITOR, DAY)] == ["lan@so.example"]


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "on", "holds"),
    [
        (date(2024, 1, 1), None, date(2024, 1, 1), True),
        (date(2024, 1, 2), None, date(2024, 1, 1), False),
        (date(2024, 1, 1), date(2024, 2, 5), date(2024, 2, 4), True),
        (date(2024, 1, 1), date(2024, 2, 5), date(2024, 2, 5), False),  # the last day is exclusive
    ],
)
def test_a_contact_holds_from_a_day_until_before_a_day(
    world: Timeline, valid_from: date, valid_to: date | None, on: date, holds: bool
) -> None:
    giang = f"d2,Giang,head,giang@d2.example,{valid_from},{valid_to or ''}"
    text = f"unit,name,role,address,valid_from,valid_to\n{giang}\n"
    world.load_units(text, as_of="2023-06-01 00:00:00")
    with reading(world.engine) as session:
        obligation = view(world, session, "d2")
        people = load_audiences(session, [obligation], on, shipped_ladder().rungs)
    found = [each.address for each in people.of(obligation, Audience.HEAD, on)]
    assert ("giang@d2.example" in found) == holds


def test_more_obligations_ask_no_more_questions(world: Timeline) -> None:
    asked: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with reading(world.engine) as session:
        views = [view(world, session, unit) for unit in ("x1", "x2", "d1", "d2")]
        asked.clear()
        load_audiences(session, views[:1], DAY, shipped_ladder().rungs)
        few = len(asked)
        load_audiences(session, views, DAY, shipped_ladder().rungs)
    assert len(asked) - few <= few + 1
