"""Codes that differ only by zeros, case or `.0` never make a second unit beside the real one."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.errors import said
from models.database import reading, writing
from models.errors import InputErrors
from reporting.plans.checking import check_plans
from reporting.plans.reading import read_plan_bytes
from reporting.units.checks import Twins
from reporting.units.files import UnitInput
from reporting.units.hierarchy import look
from reporting.units.loading import load_units
from reporting.units.rows import UnitRow
from tests.conftest import at
from tests.reporting.world import UNITS, World

KNOWN = """\
code,name,level,kind,superior,groups
01,Tỉnh Một,province,tinh,,
001,Huyện Một,district,huyen,01,
h2,Huyện Hai,district,huyen,01,
00001,Xã Một,grassroots,xa,001,
00101,Xã Hai,grassroots,xa,h2,
so.01,Sở Một,district,so-nganh,01,
"""
HEAD = KNOWN.splitlines()[0]


def refused(world: World, rows: str, as_of: str = "2024-02-01", replace: bool = False) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        world.units(f"{HEAD}\n{rows}\n", as_of=as_of, replace=replace)
    return [said(reason, "en").split(": ", 1)[1] for reason in caught.value.reasons]


@pytest.mark.sqlite_is_enough  # how alike two codes are
@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize(
    ("row", "code", "right", "reason"),
    [
        ("101,Xã Hai,grassroots,xa,h2,", "101", "00101 (Xã Hai)", "zeros lost"),
        ("1,Xã Một,grassroots,xa,001,", "1", "00001 (Xã Một)", "the commune, not the province 01"),
        ("1,Tỉnh Một,province,tinh,,", "1", "01 (Tỉnh Một)", "the province"),
        ("1,Huyện Một,district,huyen,01,", "1", "001 (Huyện Một)", "the district"),
        ("000101,Xã Hai,grassroots,xa,h2,", "000101", "00101 (Xã Hai)", "a zero more"),
        ("H2,Huyện Hai,district,huyen,01,", "H2", "h2 (Huyện Hai)", "case"),
        ("101.0,Xã Hai,grassroots,xa,h2,", "101.0", "00101 (Xã Hai)", "a number with decimals"),
        ("00101.00,Xã Hai,grassroots,xa,h2,", "00101.00", "00101 (Xã Hai)", "more of them"),
        ("101.,Xã Hai,grassroots,xa,h2,", "101.", "00101 (Xã Hai)", "a point without any"),
        ("001.0,Xã Khác,grassroots,xa,h2,", "001.0", "001 (Huyện Một)", "whatever the level"),
        ("SO.1,Sở Một,district,so-nganh,01,", "SO.1", "so.01 (Sở Một)", "case and zeros"),
        ("h02,Huyện Hai,district,huyen,01,", "h02", "h2 (Huyện Hai)", "zeros after letters"),
    ],
)
def test_a_code_like_a_known_one_is_refused_with_the_right_one(
    world: World, row: str, code: str, right: str, reason: str, replace: bool
) -> None:
    world.units(KNOWN)
    known = right.split()[0]
    assert refused(world, row, replace=replace) == [
        f"code: {code} differs from the known {right} only by zeros, case or '.0'; write {known}"
    ], reason


@pytest.mark.parametrize(
    ("first", "second"), [("h1", "H1"), ("101", "101.0"), ("0101", "101"), ("101.0", "101.00")]
)
def test_two_such_codes_in_one_file_are_refused(world: World, first: str, second: str) -> None:
    rows = [f"{code},Xã {code},grassroots,xa,," for code in (first, second)]
    (said_,) = refused(world, "\n".join(rows))
    assert said_.startswith(f"code: {second} differs from {first} in ")
    assert said_.endswith(f"write {first} in both, or change one of the two")


def test_official_codes_of_different_levels_are_no_twins(world: World) -> None:
    world.units(KNOWN)
    world.units(KNOWN, as_of="2024-02-01", replace=True)
    world.units(
        f"{HEAD}\n10,Tỉnh Mười,province,tinh,,\n100,Huyện Trăm,district,huyen,10,\n", as_of="2024-02-01"
    )


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("H2", "h2 (Huyện Hai)"),
        ("1", "01 (Tỉnh Một)"),
        ("h2.0", "h2 (Huyện Hai)"),
        ("SO.01", "so.01 (Sở Một)"),
        ("h9", None),
    ],
)
def test_so_is_a_superiors_code(world: World, code: str, meant: str | None) -> None:
    world.units(KNOWN)
    (problem,) = refused(world, f"x9,Xã Chín,grassroots,xa,{code},")
    assert problem == (
        f"superior: there is no unit '{code}'; write {meant}"
        if meant
        else f"superior: there is no unit '{code}'; add it to the file, or load it first"
    )


def test_so_is_the_unit_under_which_a_file_comes(world: World) -> None:
    world.units(KNOWN)
    row = UnitRow(where="units.csv:2", code="x9", name="Xã Chín", level="grassroots", kind="xa")
    with writing(world.engine) as session, pytest.raises(InputErrors) as caught:
        load_units(session, UnitInput(units=(row,)), date(2024, 2, 1), at("2024-02-01"), "Dave", under="H2")
    assert caught.value.reasons == ["--under: there is no unit 'H2'; write h2 (Huyện Hai)"]


def test_a_superior_in_the_same_file_is_named(world: World) -> None:
    rows = "h7,Huyện Bảy,district,huyen,,\nx9,Xã Chín,grassroots,xa,H7,"
    assert refused(world, rows) == ["superior: there is no unit 'H7'; write h7 (Huyện Bảy)"]


@pytest.mark.parametrize(
    ("code", "near"), [("H2", "h2 (Huyện Hai)"), ("101", "00101 (Xã Hai)"), ("101.0", "00101 (Xã Hai)")]
)
def test_so_is_the_unit_of_a_contact(world: World, code: str, near: str) -> None:
    world.units(KNOWN)
    with pytest.raises(InputErrors) as caught:
        world.units(f"unit,name,role,address\n{code},Lan,clerk,lan@p.example\n")
    assert str(caught.value.reasons[0]).endswith(f"no unit '{code}' on 01/01/2024; did you mean {near}?")


def test_a_unit_that_has_ended_bars_nobody(world: World) -> None:
    world.units(UNITS)
    without = "\n".join(line for line in UNITS.splitlines() if not line.startswith("x1,"))
    world.units(without, as_of="2024-02-01", replace=True)
    world.units(UNITS.replace("x1,", "X1,"), as_of="2024-03-01")


def test_twins_that_are_there_already_load_on_and_one_can_be_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database from before this was refused: 101 is in the real 00101's place, which it ended."""
    world.units(KNOWN)
    twin = KNOWN.replace("00101,", "101,")
    with monkeypatch.context() as patch:
        patch.setattr(Twins, "refuse", lambda *_: None)
        world.units(twin, as_of="2024-02-01", replace=True)
    world.units(twin, as_of="2024-02-02", replace=True)
    with pytest.raises(InputErrors, match="write 101"):
        world.units(KNOWN, as_of="2024-02-03")
    world.units(KNOWN, as_of="2024-02-03", replace=True)
    with pytest.raises(InputErrors, match="write 00101"):
        world.units(twin, as_of="2024-02-04", replace=True)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("101", "00101", True),
        ("101", "101.0", True),
        ("0", "000", True),
        ("h1", "H1", True),
        ("10", "1", False),
        ("100", "10", False),
        ("1.1", "1.10", False),
        ("so-1", "so-10", False),
        ("000.00.01.H05", "000.00.10.H05", False),
        ("x1", "x1.0", True),
    ],
)
def test_what_looks_alike(one: str, other: str, alike: bool) -> None:
    assert (look(one) == look(other)) is alike


def test_a_plan_names_the_right_code(world: World) -> None:
    world.units(KNOWN)
    text = """\
slug: p
title: Kế hoạch
issuer: UBND
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: SO.01
duties:
  - id: a
    title: A
    every: month
    chain:
      - {from: {units: [101, 00101]}, to: H2, via: h2.0, due: before 18}
"""
    read = read_plan_bytes(text.encode(), "plan.yaml")
    with reading(world.engine) as session, pytest.raises(InputErrors) as caught:
        check_plans(session, [read], date(2024, 2, 1))
    wrong = [str(reason).split(": ", 2)[1:] for reason in caught.value.reasons]
    assert [what.rsplit("; ", 1)[1] for _, what in wrong] == [
        "did you mean so.01 (Sở Một)?",
        "did you mean 00101 (Xã Hai)?",
        "did you mean h2 (Huyện Hai)?",
        "did you mean h2 (Huyện Hai)?",
    ]
