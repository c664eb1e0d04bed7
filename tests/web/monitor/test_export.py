"""Tables as files: the cells of the page, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from openpyxl import load_workbook

from reporting.files.csv_text import read_csv
from reporting.files.table import table_of
from tests.conftest import HCM
from tests.reporting.world import World
from tests.web.monitor.conftest import FEB, NOW, Reading, more_overdue
from tests.web.monitor.test_board import rows, section
from web.monitor.export import csv_bytes, xlsx_bytes
from web.monitor.table import TableCell, TableSheet, share

TABLES = [
    ("/board", "branches", "branches"),
    ("/board", "overdue", "overdue"),
    ("/board", "returned", "returned"),
    ("/board", "review", "review"),
    ("/board", "extensions", "extensions"),
    (f"/plans/p-2024/chain?duty=monthly&period={FEB}", "stages", "stages"),
    (f"/plans/p-2024/chain?duty=monthly&period={FEB}", "culprits", "culprits"),
    ("/rates", "total", "total"),
    ("/rates", "months", "months"),
    ("/rates", "branches", "branches"),
]


def test_a_file_holds_exactly_the_cells_of_the_page(reading: Reading, lived: World) -> None:
    lived.ask("x2", "2024-03", "2024-03-29", NOW, "=lũ")
    carol = reading("carol")
    for address, table, name in TABLES:
        joint = "&" if "?" in address else "?"
        page = section(carol.get(f"{address}{joint}branch=p"), name)
        shown = [[cell for cell in row if cell != ""] for row in rows(page)]
        file = carol.client.get(f"{address}{joint}branch=p&table={table}&export=csv")
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.content.startswith(b"\xef\xbb\xbf")
        head, *lines = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
        codes = {number for number, heading in enumerate(head) if heading == "Code"}  # of units that it names
        taken = [[cell for number, cell in enumerate(each) if number not in codes] for each in lines]
        unguarded = [[cell.removeprefix("'") for cell in row if cell != ""] for row in taken]
        assert shown, address
        for on_page, in_file in zip(shown, unguarded, strict=False):
            expected = as_number(on_page)
            assert in_file[: len(expected)] == expected, (address, table)


def as_number(row: list[str]) -> list[str]:
    """The cells of a page as the file has them: shares as parts of 1, and nothing where there is none."""
    return [
        f"{float(cell[:-1]) / 100:g}" if re.fullmatch(r"[\d.]+%", cell) else cell
        for cell in row
        if cell != "n/a"
    ]


def test_a_file_holds_more_than_the_page_where_the_page_holds_a_part(lived: World, reading: Reading) -> None:
    more_overdue(lived, 9)  # beside three that are overdue; the board shows ten
    carol = reading("carol")
    page = section(carol.get(f"/board?period={FEB}"), "overdue")
    assert len(rows(page)) == 10
    assert "See all 12" in " ".join(page.split())
    file = carol.client.get(f"/board?period={FEB}&table=overdue&export=csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(file)))) == 1 + 12


def test_a_workbook_has_dates_and_numbers_and_says_what_it_is(reading: Reading) -> None:
    file = reading("carol").client.get(f"/board?period={FEB}&table=overdue&export=xlsx")
    assert 'filename="dondoc-overdue.xlsx"' in file.headers["content-disposition"]
    book = load_workbook(io.BytesIO(file.content))
    first = [cell.value for cell in next(book["dondoc"].iter_rows(min_row=2))]
    assert first[-2:] == [datetime(2024, 2, 6), 14]
    told = {str(row[0]): row[1] for row in book["About"].iter_rows(values_only=True)}
    assert told["As of"] == "20/02/2024 09:00"
    assert told["Rows"] == "3"


def test_there_is_no_file_of_a_table_that_is_not_there(reading: Reading) -> None:
    reading("carol").get("/rates?table=none&export=csv", 404)


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_text_that_begins_like_a_formula_stays_a_text(begins: str) -> None:
    sheet = TableSheet(
        name="x", title="x", headings=[begins], rows=[[TableCell(begins), TableCell(-3), share(0.9999)]][:1]
    )
    (heading,), row = list(csv.reader(io.StringIO(csv_bytes(sheet, "vi", HCM).decode("utf-8-sig"))))
    assert heading.startswith("'")
    assert row == [f"'{begins.strip()}", "-3", "0.999"]
    wide = TableSheet(name="x", title="x", headings=["a", "b", "c"], rows=sheet.rows)
    page = load_workbook(io.BytesIO(xlsx_bytes(wide, "vi", HCM, [("a", begins)])))["dondoc"]
    text, number, part = next(page.iter_rows(min_row=2))
    assert text.data_type != "f"
    assert (number.value, part.value, part.number_format) == (-3, 0.999, "0.0%")


@pytest.mark.parametrize(
    ("number", "written"), [(1234567, "1234567"), (-3, "-3"), (1234.5, "1234.5"), (None, "")]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_number_is_written_as_programs_read_it(number: float | None, written: str, language: str) -> None:
    sheet = TableSheet(name="x", title="x", headings=["a"], rows=[[TableCell("x"), TableCell(number)]])
    row = list(csv.reader(io.StringIO(csv_bytes(sheet, language, HCM).decode("utf-8-sig"))))[1]
    assert row == ["x", written]


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("001", '="001"'),
        ("00101", '="00101"'),
        ("966", "966"),
        ("x1", "x1"),
        ("1-2", '="1-2"'),
        ("12e3", '="12e3"'),
        ("1e-3", '="1e-3"'),
        ("1.234.567.890", '="1.234.567.890"'),
        ("12345.10", '="12345.10"'),
        ("5.", '="5."'),
        ("mar1", '="mar1"'),
        ("2-Sept", '="2-Sept"'),
        ("TRUE", '="TRUE"'),
        ("000.00.01.H12", "000.00.01.H12"),
        ("mar-x1", "mar-x1"),
        ("123456789012", '="123456789012"'),
        ("=1", "'=1"),
        ("", ""),
    ],
)
def test_a_code_is_one_that_excel_keeps_and_that_comes_back(code: str, written: str) -> None:
    sheet = TableSheet(
        name="x",
        title="x",
        headings=["unit", "name"],
        rows=[[TableCell(code, is_code=True), TableCell("001")]],
    )
    data = csv_bytes(sheet, "en", HCM)
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1] == [written, "001"]
    (row,) = table_of(read_csv(data, "x.csv")).rows
    assert row.cells["unit"].removeprefix("'") == code
    book = load_workbook(io.BytesIO(xlsx_bytes(sheet, "en", HCM, ())))["dondoc"]
    assert next(book.iter_rows(min_row=2))[0].value == (code or None)


def test_the_sheet_says_how_codes_are_kept(reading: Reading, lived: World) -> None:
    lived.units("code,name,level,kind,superior\n001,Huyện Ba,district,huyen,p\n", as_of="2024-01-05")
    lived.tick("2024-02-20 08:30")
    carol = reading("carol")
    grid = "/grid?plan=p-2024&level=district"
    assert "In CSV a code such as 001" in carol.get(grid).replace("&#34;", '"')
    assert "In CSV a code" not in carol.get("/rates?branch=d2")
    file = carol.client.get(f"{grid}&table=grid&export=csv").content.decode("utf-8-sig")
    heading, *lines = csv.reader(io.StringIO(file))
    assert heading[1] == 'Code (written as ="001" so that Excel keeps it)'
    assert '="001"' in [line[1] for line in lines]
    about = load_workbook(io.BytesIO(carol.client.get(f"{grid}&table=grid&export=xlsx").content))["About"]
    assert ("Codes", "kept as text, so that zeros at the front stay") in about.iter_rows(values_only=True)


@pytest.mark.parametrize(
    ("address", "table"),
    [
        ("/board", "overdue"),
        ("/board", "branches"),
        ("/rates", "branches"),
        ("/grid", "grid"),
        (f"/plans/p-2024/chain?period={FEB}", "tree"),
        (f"/plans/p-2024/chain?period={FEB}", "culprits"),
        ("/chase", "already"),
        ("/chase", "unreached"),
    ],
)
def test_there_is_a_code_wherever_units_are_named(reading: Reading, address: str, table: str) -> None:
    joint = "&" if "?" in address else "?"
    file = (
        reading("carol").client.get(f"{address}{joint}table={table}&export=csv").content.decode("utf-8-sig")
    )
    heading = next(csv.reader(io.StringIO(file)))
    unit = next(n for n, each in enumerate(heading) if each in ("Unit", "Unit and branch", "Overdue unit"))
    assert heading[unit + 1] == "Code"


def test_the_file_of_a_chain_has_every_row_of_the_tree_with_its_level(reading: Reading) -> None:
    carol = reading("carol")
    address = f"/plans/p-2024/chain?duty=monthly&period={FEB}"
    assert "Download (7 rows)" in carol.get(address)
    file = carol.client.get(f"{address}&table=tree&export=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["Row's level"], row["Code"], row["Level"], row["Code of who waits"]) for row in rows] == [
        ("1", "so", "district", ""),
        ("2", "d1", "district", "so"),
        ("3", "x2", "grassroots", "d1"),
        ("3", "x1", "grassroots", "d1"),
        ("2", "d2", "district", "so"),
        ("3", "x3", "grassroots", "d2"),
        ("2", "so-2", "district", "so"),
    ]


ONCE = """\
slug: ra-soat
number: 3/KH
monitor: so
title: Việc một lần
issuer: UBND tỉnh P
issued_on: 2023-12-20
in_force: {from: 2024-01-01, to: 2024-12-31}
duties:
  - id: one
    title: Báo cáo rà soát
    every: once
    chain:
      - {from: {unit: x1}, due: before 10/2/2024}
"""


def test_what_is_owed_once_is_called_so_on_the_page_and_in_the_file(reading: Reading, lived: World) -> None:
    """The page said "once" and the file nothing."""
    lived.plan(ONCE)
    lived.tick("2024-01-02 08:00")
    carol = reading("carol")
    address = "/board?plan=ra-soat&period=once"
    (row,) = rows(section(carol.get(address), "overdue"))
    file = carol.client.get(f"{address}&table=overdue&export=csv").content.decode("utf-8-sig")
    workbook = load_workbook(io.BytesIO(carol.client.get(f"{address}&table=overdue&export=xlsx").content))
    about = [cell.value for sheet in workbook for line in sheet.iter_rows() for cell in line]
    assert ("once" in row, "once" in file.splitlines()[1].split(","), about.count("once")) == (True, True, 2)
