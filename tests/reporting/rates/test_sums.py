"""The figures that pages show are those of the rates, whichever way they are added up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, literal, select

from calendars.zone import HCM
from models.database import reading
from models.unit import marker, step_below
from reporting.obligations.filters import Selection, standing_at
from reporting.rates.rates import total_of
from reporting.rates.report import rates_report
from reporting.rates.sums import stage_sums, unit_tallies
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.reporting.test_query_counts import lived
from tests.reporting.world import World


@pytest.mark.parametrize("branch", [None, "d0"])
@pytest.mark.parametrize(
    "when",
    [
        "2024-02-20 08:00:00",
        "2024-01-22 10:30:00",  # x4 is not waived yet
        "2024-01-22 09:30:00",  # x3 is not extended yet
        "2024-01-21 08:00:00",  # x1 is not accepted yet
        "2024-01-10 08:00:00",  # x2 has not filed yet
    ],
)
def test_stages_and_branches_add_up_to_the_rates_at_any_instant(
    world: World, when: str, branch: str | None
) -> None:
    lived(world, 12)
    now, selection = at(when), Selection(plan="p-2024", branch=branch)
    with reading(world.engine) as session:
        conditions = [*selection.conditions(session), standing_at(now, now.date())]
        report = rates_report(session, selection, now, HCM)
        stages = total_of(each.tally for each in stage_sums(session, conditions, now))
        units = total_of(unit_tallies(session, conditions, now).values())
        below = report.below(unit_id(session, branch or "p"))
    total = report.total
    assert total.expected > 0
    for found in (stages, units):
        assert (
            replace(found, review_days=total.review_days, units_never_filed=total.units_never_filed) == total
        )
    assert total_of(below.values()) == total
    every = report.by_branch()
    for unit, tally in below.items():
        if unit:
            assert [tally] == [each for path, each in every.items() if path.endswith(f"/{unit}/")]


@pytest.mark.parametrize(
    ("branch", "top", "step"),
    [
        ("/1/5/77/", None, 1),
        ("/1/5/77/", 1, 5),
        ("/1/5/77/", 5, 77),
        ("/1/5/77/", 77, 0),  # its own
        ("/11/1/5/", 1, 5),  # 11 is not 1
        ("/1/51/5/77/", 5, 77),
    ],
)
def test_a_branch_is_read_one_step_below_a_unit(
    engine: Engine, branch: str, top: int | None, step: int
) -> None:
    with reading(engine) as session:
        assert session.execute(select(step_below(literal(branch), literal(marker(top))))).scalar() == step
