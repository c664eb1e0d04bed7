"""How often the database is asked does not depend on how many units there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from reporting.chain.chain import build_chain
from tests.reporting.world import MONTHLY, World

HEAD = """\
code,name,level,kind,superior,groups
p,UBND tỉnh P,province,tinh,,
van-phong,Văn phòng UBND tỉnh,district,van-phong,p,
so,Sở Kế hoạch,district,so-nganh,p,
"""


def province_of(communes: int) -> str:
    """Units as a file: ten communes to a district."""
    districts = [f"d{n},Huyện {n},district,huyen,p,\n" for n in range(-(-communes // 10))]
    return (
        HEAD
        + "".join(districts)
        + "".join(f"x{n},Xã {n},grassroots,xa,d{n // 10},\n" for n in range(communes))
    )


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def lived(world: World, communes: int) -> None:
    """The units and the plan, opened, with some filed, late, returned, extended and waived."""
    world.units(province_of(communes))
    world.plan()
    world.tick("2024-01-02 08:00:00")
    world.submit("x1", "2024-01", "2024-01-08 09:00:00")
    world.submit("x2", "2024-01", "2024-01-20 09:00:00")
    world.accept("x1", "2024-01", "2024-01-21 09:00:00")
    world.give_back("x2", "2024-01", "2024-01-22 09:00:00")
    world.extend("x3", "2024-03", "2024-03-25", "2024-01-22 10:00:00")
    world.close("x4", "2024-03", "2024-01-22 11:00:00")
    world.tick("2024-02-20 08:00:00")


def idle_tick(world: World, hour: int) -> None:
    count = world.tick(f"2024-02-20 {hour}:00:00")
    assert (count.opened, count.overdue, count.reminders.looked_at) == (0, 0, 0)


def due(world: World, hour: int) -> None:
    assert world.due(f"2024-02-20 {hour}:00:00")


def due_then(world: World, hour: int) -> None:
    assert world.due(f"2024-01-15 {hour}:00:00")


def rates(world: World, hour: int) -> None:
    assert world.rates(f"2024-02-20 {hour}:00:00").by_branch()


def rates_then(world: World, hour: int) -> None:
    assert world.rates(f"2024-01-21 {hour}:00:00", plan="p-2024", branch="p").by_branch()


def chain(world: World, hour: int) -> None:
    rows = world.due(f"2024-02-20 {hour}:00:00", plan="p-2024", duty="monthly", period="2024-02")
    assert len(build_chain(rows).tops) == 1


def test_an_idle_tick_asks_as_often_for_ten_plans_as_for_one(world: World) -> None:
    lived(world, communes=10)
    with statements(world.engine) as few:
        idle_tick(world, 12)
    for number in range(9):
        world.plan(MONTHLY.replace("slug: simple", f"slug: simple-{number}"))
    world.tick("2024-02-20 13:00:00")
    with statements(world.engine) as many:
        idle_tick(world, 14)
    assert len(many) == len(few), "\n".join(many)


@pytest.mark.parametrize("question", [idle_tick, due, due_then, rates, rates_then, chain])
def test_it_asks_as_often_for_two_hundred_units_as_for_ten(
    world: World, question: Callable[[World, int], None]
) -> None:
    lived(world, communes=10)
    with statements(world.engine) as few:
        question(world, 12)
    world.units(province_of(200))
    world.tick("2024-02-20 13:00:00")
    with statements(world.engine) as many:
        question(world, 14)
    assert len(many) == len(few) < 40, "\n".join(many)
