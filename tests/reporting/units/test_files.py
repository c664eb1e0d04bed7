"""Unit files: the formats are known by their columns, and every error of every file is listed at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.errors import InputErrors
from reporting.units.files import UnknownHeadings, read_unit_files
from tests.reporting.unit_world import CONTACTS, HEADER, PROVINCE, as_file, as_input

OWN_LISTS = Path(__file__).parents[3] / "plans" / "units"


def test_it_reads_our_own_units(tmp_path: Path) -> None:
    rows = as_input(tmp_path, PROVINCE)
    assert [row.code for row in rows.units] == ["p", "d1", "d2", "so", "x1", "x2", "x3"]
    commune = rows.units[4]
    assert (commune.name, commune.level, commune.kind) == ("Xã Một", "grassroots", "xa")
    assert (commune.superior, commune.groups) == ("d1", frozenset({"ven-bien", "mien-nui"}))
    assert not rows.official


def test_it_reads_levels_in_vietnamese_and_dates_of_a_row(tmp_path: Path) -> None:
    text = f"{HEADER},valid_from,valid_to\np,Tỉnh,Tỉnh,tinh,,,2024-02-01,1/7/2025\n"
    unit = as_input(tmp_path, text).units[0]
    assert (unit.level, unit.valid_from, unit.valid_to) == ("province", date(2024, 2, 1), date(2025, 7, 1))


def test_it_reads_several_files_as_one(tmp_path: Path) -> None:
    rows = as_input(tmp_path, PROVINCE, CONTACTS)
    assert (len(rows.units), len(rows.contacts)) == (7, 3)
    assert rows.files == ("0.csv", "1.csv")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (",Tên,district,huyen,,", "code: is empty; fill it in"),
        ("a b,Tên,district,huyen,,", "code: 'a b' is not possible; use letters"),
        ("../x,Tên,district,huyen,,", "code: '../x' is not possible; use letters"),
        ("d,,district,huyen,,", "name: is empty; fill it in"),
        ("d,T\0n,district,huyen,,", "name: holds a NUL; take it out"),
        (
            "d,Tên,region,huyen,,",
            "level: 'region' is unknown; write one of grassroots, district, province, centre",
        ),
        ("d,Tên,district,Huyện,,", "kind: 'Huyện' is not possible; use small letters"),
        ("p,Tên,district,huyen,,", "code: p stands already in"),
    ],
)
def test_it_refuses_a_wrong_row(tmp_path: Path, line: str, error: str) -> None:
    path = as_file(tmp_path, f"{HEADER}\np,Tỉnh P,province,tinh,,\n{line}\n")
    with pytest.raises(InputErrors) as caught:
        read_unit_files([path])
    assert len(caught.value.errors) == 1
    assert caught.value.errors[0].startswith(f"{path}:3: {error}")


def test_it_lists_all_errors_of_all_files_at_once(tmp_path: Path) -> None:
    first = as_file(tmp_path, f"{HEADER}\na,,nowhere,huyen,,\n", "1.csv")
    second = as_file(tmp_path, "unit,name,role,address\nx,,boss,a\n", "2.csv")
    with pytest.raises(InputErrors) as caught:
        read_unit_files([first, tmp_path / "2.csv"])
    assert [error.split(": ")[:2] for error in caught.value.errors] == [
        [f"{first}:2", "name"],
        [f"{first}:2", "level"],
        [f"{second}:2", "name"],
        [f"{second}:2", "role"],
        [f"{second}:2", "address"],
    ]


def test_it_refuses_one_code_in_two_files(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match=r"1\.csv:2: code: p stands already in .*0\.csv:2; keep one"):
        as_input(tmp_path, PROVINCE, f"{HEADER}\np,Tỉnh khác,province,tinh,,\n")


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ("code,name,kind,superior", "level: the column is missing \\(units\\); add it"),
        ("code,name,level,kind,superior,colour", "colour: unknown column; possible are code, groups"),
        ("unit,name,role,address,telephone", "telephone: unknown column; possible are address"),
    ],
)
def test_it_refuses_columns_it_does_not_know(tmp_path: Path, header: str, error: str) -> None:
    with pytest.raises(InputErrors, match=error):
        as_input(tmp_path, f"{header}\n1,2,3,4,5\n")


def test_it_does_not_take_the_conversion_list_for_a_list_of_units(shared: Path) -> None:
    with pytest.raises(UnknownHeadings, match="nobody has said what these columns are"):
        read_unit_files([shared / "data" / "units-conversion-2025-07.csv"])


@pytest.mark.parametrize("day", ["9999-12-31", "31/12/9999", "0001-01-01", "1899-12-31", "2201-01-01"])
def test_a_day_in_no_year_of_anybodys_is_refused(tmp_path: Path, day: str) -> None:
    header = "code,name,level,kind,superior,valid_from"
    with pytest.raises(InputErrors, match="outside the years 1900 to 2200"):
        as_input(tmp_path, f"{header}\np,UBND,province,tinh,,{day}\n")


def test_the_lists_that_are_shipped_are_sound() -> None:
    rows = read_unit_files(sorted(OWN_LISTS.glob("*.csv")))
    places = {row.code for row in rows.units}
    assert {row.superior for row in rows.units if row.superior} <= places
    assert {contact.unit for contact in rows.contacts} <= places
    assert all(contact.address.endswith(".example") for contact in rows.contacts)


def test_ca_mau_has_its_110_administrative_units_with_a_clerk_and_a_head_each() -> None:
    rows = read_unit_files([OWN_LISTS / "ca-mau-2024.csv", OWN_LISTS / "ca-mau-2024-contacts.csv"])
    by_level = {
        level: [row for row in rows.units if row.level == level] for level in ("district", "grassroots")
    }
    districts = [row for row in by_level["district"] if row.kind in {"huyen", "thanh-pho"}]
    assert (len(districts), len(by_level["grassroots"])) == (9, 100)
    for role in ("clerk", "head"):
        assert {each.unit for each in rows.contacts if each.role == role} == {row.code for row in rows.units}
    assert {each.unit for each in rows.contacts if each.role == "monitor"} == {
        "so-khdt",
        "van-phong-ubnd-tinh",
    }


def test_ca_mau_agrees_with_the_official_list(shared: Path) -> None:
    official = read_unit_files([shared / "data" / "units-2025-01-three-tier.csv"]).units
    ours = {row.code: row for row in read_unit_files([OWN_LISTS / "ca-mau-2024.csv"]).units}
    districts = {row.code for row in official if row.superior == "96"}
    for row in official:
        if row.code in districts or row.superior in districts:
            assert (ours[row.code].name.casefold(), ours[row.code].kind) == (row.name.casefold(), row.kind)
