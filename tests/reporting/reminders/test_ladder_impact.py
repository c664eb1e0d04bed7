"""What a ladder would have sent: the same as was really sent, where nothing but the ladder spoke."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from models.database import reading
from models.ladder_file import read_ladder
from models.settings import Settings
from notifications.send import send_due
from reporting.reminders.ladder_impact import really_sent, rehearse
from reporting.reminders.ladders import shipped_ladder
from tests.conftest import at
from tests.reporting.world import World

CONTACTS = """\
unit,name,role,address
x1,Alice,clerk,alice@p.gov.vn
x2,Ann,clerk,ann@p.gov.vn
d1,Bob,clerk,bob@p.gov.vn
d1,Bea,head,bea@p.gov.vn
"""
START, END = at("2024-02-01 00:00"), at("2024-03-01 00:00")


def lived(world: World) -> None:
    """February lived through hour by working hour; x1 files in the middle of it."""
    world.units(CONTACTS)
    world.plan()
    day = at("2024-01-02 08:00")
    while day < END:
        if day == at("2024-02-05 08:00"):
            world.submit("x1", "2024-02", "2024-02-05 07:59")
        when = f"{day:%Y-%m-%d %H:%M}"
        world.tick(when)
        send_due(world.engine, world.settings, at(when))
        day += timedelta(days=1)


def test_it_counts_what_was_really_sent(world: World, engine: Engine, settings: Settings) -> None:
    lived(world)
    with reading(engine) as session:
        sent = really_sent(session, "default", START, END)
        told = rehearse(session, settings, shipped_ladder(), START, END)
    assert sent.total() > 5
    assert told.rungs == sent
    assert told.people == {"alice@p.gov.vn", "ann@p.gov.vn", "bob@p.gov.vn", "bea@p.gov.vn"}


def test_another_ladder_would_have_sent_something_else(
    world: World, engine: Engine, settings: Settings
) -> None:
    lived(world)
    quiet = read_ladder("slug: default\nrungs:\n  - {id: one, at: 0wd, audience: [clerk]}\n", "x")
    with reading(engine) as session:
        told = rehearse(session, settings, quiet, START, END)
        before = rehearse(session, settings, shipped_ladder(), START, END)
    assert set(told.rungs) == {"one"}
    assert 0 < told.notices < before.notices


def test_a_ladder_written_reads_as_the_same() -> None:
    ladder = shipped_ladder()
    assert read_ladder(ladder.to_yaml(), "x") == ladder
