"""The figures that pages show are those of the rates, whoever adds them up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import Engine, literal, select

from calendars.zone import HCM
from models.database import reading
from models.unit import marker, step_below
from reporting.obligations.filters import Selection, standing_at
from reporting.rates.report import rates_report
from reporting.rates.sums import branch_sums, stage_sums, whole
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.reporting.test_query_counts import lived
from tests.reporting.world import World

NOW = "2024-02-20 08:00:00"


@pytest.mark.parametrize("branch", [None, "d0"])
def test_all_figures_are_those_of_the_rates(world: World, branch: str | None) -> None:
    lived(world, 12)
    now, selection = at(NOW), Selection(plan="p-2024", branch=branch)
    with reading(world.engine) as session:
        conditions = [*selection.conditions(session), standing_at(now, date(2024, 2, 20))]
        ours = whole(session, stage_sums(session, conditions, now), conditions, now)
        report = rates_report(session, selection, now, HCM)
        assert asdict(ours) == asdict(report.total)
        assert ours.rates()["median_days_late"] is not None
        top = unit_id(session, branch or "p")
        sums = branch_sums(session, conditions, top, now)
        for path, tally in report.by_branch().items():
            ids = [int(part) for part in path.split("/") if part]
            if len(ids) > 1 and ids[-2] == top:
                assert sums[ids[-1]].rates() | {"median_days_late": 0, "median_review_days": 0} == (
                    tally.rates() | {"median_days_late": 0, "median_review_days": 0}
                )
        assert sum(tally.expected for tally in sums.values()) == report.total.expected


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
