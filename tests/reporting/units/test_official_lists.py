"""The official lists, read as they are published, and what happens when somebody has edited them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from models.errors import InputErrors
from reporting.units.files import read_unit_files
from tests.reporting.unit_world import as_input

THREE = "Tỉnh Thành Phố,Mã TP,Quận Huyện,Mã QH,Phường Xã,Mã PX,Cấp,Tên Tiếng Anh\n"
TWO = "province_code,province,commune_code,commune,division_type\n"
DAT_MUI = "Tỉnh Cà Mau,96,Huyện Ngọc Hiển,973,Xã Đất Mũi,32248,Xã,\n"


def test_it_reads_the_list_of_three_tiers(shared: Path) -> None:
    rows = read_unit_files([shared / "data" / "units-2025-01-three-tier.csv"])
    assert Counter(row.level for row in rows.units) == {"province": 63, "district": 696, "grassroots": 10_051}
    above = {row.superior for row in rows.units}
    islands = [row for row in rows.units if row.level == "district" and row.code not in above]
    assert len(islands) == 5
    assert {row.kind for row in islands} == {"huyen"}
    assert rows.official


def test_it_reads_the_list_of_two_tiers(shared: Path) -> None:
    rows = read_unit_files([shared / "data" / "units-2025-07-two-tier.csv"])
    assert Counter(row.level for row in rows.units) == {"province": 34, "grassroots": 3_321}
    assert Counter(row.kind for row in rows.units if row.level == "grassroots") == {
        "xa": 2_621,
        "phuong": 687,
        "dac-khu": 13,
    }


def test_it_keeps_an_island_district_without_communes(tmp_path: Path) -> None:
    text = THREE + "Thành phố Hải Phòng,31,Huyện Bạch Long Vĩ,318,,,Huyện,\n"
    assert [(row.code, row.kind) for row in as_input(tmp_path, text).units] == [
        ("31", "thanh-pho"),
        ("318", "huyen"),
    ]


@pytest.mark.parametrize(
    ("line", "column", "error"),
    [
        (DAT_MUI.replace("32248", "3224"), "mã px", "'3224' is not possible; it has 5 digits"),
        (DAT_MUI.replace(",96,", ",6,"), "mã tp", "'6' is not possible; it has 2 digits"),
        (DAT_MUI, "mã px", "code 32248 stands already in"),
        (DAT_MUI.replace("Xã Đất Mũi,32248", ",32251"), "phường xã", "is empty; fill it in"),
        (DAT_MUI.replace("Cà Mau", "Cà Máu").replace("32248", "32251"), "mã tp", "96 is Tỉnh Cà Máu"),
        (DAT_MUI.replace("Xã,\n", "Làng,\n").replace("32248", "32251"), "cấp", "'Làng' is of no known kind"),
        (DAT_MUI.replace(",32248", ","), "mã px", "is empty; fill it in"),
        (
            DAT_MUI.replace("Tỉnh Cà Mau,96", "Tỉnh Bạc Liêu,95").replace("32248", "32251"),
            "mã qh",
            "973 is Huyện Ngọc Hiển (superior 95)",
        ),
    ],
)
def test_it_refuses_a_list_that_does_not_hold_together(
    tmp_path: Path, line: str, column: str, error: str
) -> None:
    with pytest.raises(InputErrors) as caught:
        as_input(tmp_path, THREE + DAT_MUI + line)
    assert any(f".csv:3: {column}: {error}" in each for each in caught.value.errors)


def test_it_refuses_a_commune_twice_in_the_list_of_two_tiers(tmp_path: Path) -> None:
    line = "96,Tỉnh Cà Mau,32248,Xã Đất Mũi,xã\n"
    with pytest.raises(InputErrors, match=r"3: commune_code: code 32248 stands already in .*csv:2"):
        as_input(tmp_path, TWO + line + line)
