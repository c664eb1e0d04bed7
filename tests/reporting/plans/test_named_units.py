"""Units that a plan file names by their names: what is found, what is refused, and what is kept."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.database import reading, writing
from models.errors import InputErrors
from models.plan import PlanVersion
from reporting.plans.checking import check_plans
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes
from tests.conftest import at
from tests.reporting.world import UNITS, World

DAY = date(2024, 2, 1)
SECOND = """\
q,UBND tỉnh Q,province,tinh,,
so-q,Sở Kế hoạch,district,so-nganh,q,
x4,Xã Hai,grassroots,xa,d1,
"""
PLAN = """\
slug: named
title: Kế hoạch
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain:
      - {from: {level: district, except: EXCEPT}, to: TO, via: VIA, due: before 18}
"""


def text(to: str = "van-phong", via: str = "so-2", left_out: str = "[d1]", more: str = "") -> bytes:
    return (PLAN.replace("TO", to).replace("VIA", via).replace("EXCEPT", left_out) + more).encode()


def kept(world: World, data: bytes) -> dict[str, Any]:
    """The stage as the database keeps it."""
    with writing(world.engine) as session:
        (checked,) = check_plans(session, [read_plan_bytes(data, "plan.yaml")], DAY)
        load_plan(session, checked.read.plan, at("2024-02-01"), "Dave", DAY)
    with reading(world.engine) as session:
        content = json.loads(session.exec(select(PlanVersion.content)).one())
    stage: dict[str, Any] = content["duties"][0]["chain"][0]
    return stage | {"monitor": content.get("monitor")}


def refusal(world: World, data: bytes) -> str:
    with reading(world.engine) as session, pytest.raises(InputErrors) as caught:
        check_plans(session, [read_plan_bytes(data, "plan.yaml")], DAY)
    return "\n".join(str(error) for error in caught.value.errors)


@pytest.mark.parametrize(
    "name",
    [
        "Sở Kế hoạch",
        "SỞ KẾ HOẠCH",
        "so ke hoach",
        '"  Sở  Kế   hoạch "',
        unicodedata.normalize("NFD", "Sở Kế hoạch"),
        "so",
    ],
)
def test_a_unit_is_found_by_its_name_however_it_is_typed(world: World, name: str) -> None:
    stage = kept(world, text(via=name))
    assert (stage["via"], stage["to"]) == ("so", ["van-phong"])


def test_every_field_takes_names_and_keeps_codes(world: World) -> None:
    data = (
        text(
            to="[UBND tỉnh, Văn phòng UBND tỉnh]",
            via="Sở Kế hoạch",
            left_out="[Huyện Một, Sở Kế hoạch]",
            more="",
        )
        + "monitor: Sở Nội vụ\nscope: Ủy ban nhân dân tỉnh P\n".encode()
    )
    stage = kept(world, data)
    assert stage["to"] == ["p", "van-phong"]  # UBND tỉnh goes on with the place
    assert (stage["via"], stage["monitor"]) == ("so", "so-2")
    assert stage["from"]["except"] == ["d1", "so"]


def test_a_unit_renamed_after_the_plan_was_loaded_is_still_meant(world: World) -> None:
    data = text(via="Sở Kế hoạch")
    kept(world, data)
    world.units(UNITS.replace("Sở Kế hoạch", "Sở Tài chính"), as_of="2024-02-01")
    world.tick("2024-02-01 08:00:00")
    assert world.one("d2", "2024-02", "2024-02-01").recipient == "so"
    with writing(world.engine) as session:
        (checked,) = check_plans(session, [read_plan_bytes(data, "plan.yaml")], DAY)
        change = load_plan(session, checked.read.plan, at("2024-02-01"), "Dave", DAY)
    assert change.outcome == "unchanged"


def test_a_former_name_is_todays_of_another_first_and_of_several_nobodys(world: World) -> None:
    renamed = UNITS.replace("Sở Kế hoạch", "Sở Tài chính")
    world.units(renamed, as_of="2024-01-10")
    assert kept(world, text(via="Sở Kế hoạch"))["via"] == "so"
    world.units(renamed.replace("Sở Nội vụ", "Sở Kế hoạch"), as_of="2024-01-20")
    with reading(world.engine) as session:
        (checked,) = check_plans(session, [read_plan_bytes(text(via="Sở Kế hoạch"), "p.yaml")], DAY)
    assert checked.read.plan.duties[0].chain[0].via == "so-2"  # who has the name today
    world.units(renamed.replace("Sở Nội vụ", "Sở Hai"), as_of="2024-02-01")
    assert "no unit is called 'Sở Kế hoạch'" in refusal(world, text(via="Sở Kế hoạch"))


def test_a_name_that_several_have_is_refused_with_all_of_them(world: World) -> None:
    world.units(UNITS + SECOND)
    said = refusal(world, text(via="Sở Kế hoạch"))
    assert "plan.yaml:10: duties[monthly].chain[1].via: several units are called 'Sở Kế hoạch'" in said
    assert "so (Sở Kế hoạch, UBND tỉnh P) or so-q (Sở Kế hoạch, UBND tỉnh Q)" in said
    assert kept(world, text(via="so-q"))["via"] == "so-q"


def test_within_the_scope_of_the_plan_a_name_is_the_one_that_is_there(world: World) -> None:
    world.units(UNITS + SECOND)
    assert kept(world, text(via="Sở Kế hoạch", more="scope: q\n"))["via"] == "so-q"
    said = refusal(world, text(via="Xã Hai", more="scope: p\n"))  # two communes of one province
    assert "x2 (Xã Hai, Huyện Một) or x4 (Xã Hai, Huyện Một)" in said


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Sở Kế hoach và", "did you mean so (Sở Kế hoạch, UBND tỉnh P)"),
        ("Tổng cục Khí tượng", "the list of units has them all"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(world: World, name: str, remedy: str) -> None:
    said = refusal(world, text(via=name))
    assert f"no unit is called '{name}' on 01/02/2024" in said
    assert remedy in said


def test_what_looks_like_a_code_is_no_name(world: World) -> None:
    assert "no unit 'so-noi-vu' on" in refusal(world, text(via="so-noi-vu"))  # Sở Nội vụ is so-2


def test_a_unit_named_by_code_and_by_name_is_named_twice(world: World) -> None:
    assert "chain[1].to" in refusal(world, text(to="[van-phong, Văn phòng UBND tỉnh]"))


def test_without_units_names_are_not_checked() -> None:
    read = read_plan_bytes(text(via="Sở Kế hoạch"), "plan.yaml")
    (checked,) = check_plans(None, [read], DAY)
    assert checked.read.plan.duties[0].chain[0].via == "Sở Kế hoạch"
