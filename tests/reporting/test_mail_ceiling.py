"""How many people a pass may have to mail, beside what it may."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import reading
from reporting.mail_ceiling import reach
from tests.reporting.world import PLAN, World
from tests.web.cast import add_contact


@pytest.mark.parametrize(
    ("today", "people"),
    [
        (date(2023, 12, 1), 1),  # the plan lies ahead
        (date(2024, 12, 31), 1),
        (date(2025, 1, 1), 0),  # it had counted for ever
    ],
)
def test_a_plan_that_has_ended_reaches_nobody(world: World, today: date, people: int) -> None:
    world.plan(PLAN)
    add_contact(world.engine, "x1", "an@x1.example")
    with reading(world.engine) as session:
        assert reach(session, world.settings, [], today).people == people
