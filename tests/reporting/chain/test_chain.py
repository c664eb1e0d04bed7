"""The chain's picture: who filed, who waits for whom, which lower units hold up which higher ones."""

from __future__ import annotations

import pytest

from reporting.chain.chain import Chain, Link, build_chain
from reporting.obligations.listing import DueRow
from tests.reporting.world import PLAN, World

FEB = "2024-02"


@pytest.fixture
def opened(world: World) -> World:
    world.plan(PLAN)
    world.tick("2024-01-02 08:00:00")
    return world


def picture(world: World, when: str) -> Chain[DueRow]:
    return build_chain(world.due(when, plan="p-2024", duty="monthly", period=FEB))


def link(chain: Chain[DueRow], unit: str) -> Link[DueRow]:
    return next(link for link in chain.links if link.owed.unit == unit)


def codes(links: list[Link[DueRow]]) -> list[str]:
    return [link.owed.unit for link in links]


def test_each_report_hangs_below_the_one_that_gathers_it(opened: World) -> None:
    chain = picture(opened, "2024-02-01")
    assert codes(chain.tops) == ["so"]
    assert codes(link(chain, "so").below) == ["d1", "d2", "so-2"]
    assert codes(link(chain, "d1").below) == ["x1", "x2"]
    assert codes(link(chain, "so-2").below) == []


def test_what_a_changed_plan_replaced_is_no_part_of_the_picture(opened: World) -> None:
    opened.plan(PLAN.replace("before 18", "before 20"), applies_from="2024-02-01")
    opened.tick("2024-02-01 08:00:00")
    chain = picture(opened, "2024-02-02")
    assert codes(chain.tops) == ["so"]
    assert codes(link(chain, "so").below) == ["d1", "d2", "so-2"]
    assert [stage.expected for stage in chain.stages] == [3, 3, 1]
    assert [stage.not_counted for stage in chain.stages] == [0, 0, 0]


def test_before_any_deadline_reports_wait_and_nobody_holds_anybody_up(opened: World) -> None:
    chain = picture(opened, "2024-02-01")
    assert codes(link(chain, "d1").waits_for) == ["x1", "x2"]
    assert codes(chain.culprits) == []
    assert link(chain, "so").held_up_by == []


def test_an_overdue_commune_holds_up_its_district_and_the_department(opened: World) -> None:
    opened.submit("x1", FEB, "2024-02-05 09:00:00")
    opened.submit("x3", FEB, "2024-02-05 09:00:00")
    chain = picture(opened, "2024-02-07")
    assert codes(link(chain, "x2").holds_up) == ["d1", "so"]
    assert codes(link(chain, "d1").held_up_by) == codes(link(chain, "so").held_up_by) == ["x2"]
    assert link(chain, "d1").is_blocked
    assert not link(chain, "d2").is_blocked
    assert codes(chain.culprits) == ["x2"]


def test_the_chase_goes_to_the_lowest_that_is_overdue(opened: World) -> None:
    opened.submit("x1", FEB, "2024-02-05 09:00:00")
    opened.submit("x3", FEB, "2024-02-05 09:00:00")
    chain = picture(opened, "2024-02-18")  # the districts are overdue too
    assert codes(link(chain, "so").held_up_by) == ["x2", "d2", "so-2"]
    assert codes(link(chain, "d2").held_up_by) == []  # nobody but itself


def test_a_filed_report_waits_for_nobody(opened: World) -> None:
    opened.submit("d1", FEB, "2024-02-16 09:00:00")  # a district may report without its communes
    chain = picture(opened, "2024-02-20")
    assert link(chain, "d1").waits_for == link(chain, "d1").held_up_by == []
    assert codes(link(chain, "x1").holds_up) == []
    assert "x1" not in codes(link(chain, "so").held_up_by)


def test_a_waived_report_holds_nobody_up(opened: World) -> None:
    opened.close("x2", FEB, "2024-02-08 09:00:00")
    chain = picture(opened, "2024-02-09")
    assert codes(link(chain, "d1").waits_for) == ["x1"]
    assert codes(link(chain, "d1").held_up_by) == ["x1"]


def test_the_stages_are_counted_from_the_bottom_up(opened: World) -> None:
    opened.submit("x1", FEB, "2024-02-05 09:00:00")
    opened.submit("x3", FEB, "2024-02-08 09:00:00")
    opened.close("so-2", FEB, "2024-02-08 09:00:00")
    found = [
        (stage.position, stage.expected, stage.filed, stage.late, stage.overdue, stage.waiting)
        for stage in picture(opened, "2024-02-09").stages
    ]
    assert found == [(1, 3, 2, 1, 1, 1), (2, 2, 0, 0, 0, 2), (3, 1, 0, 0, 0, 1)]
