"""Tables as files: the cells of the page, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

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
        taken = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))[1:]
        unguarded = [[cell.removeprefix("'") for cell in row if cell != ""] for row in taken]
        assert shown, address
        assert unguarded[: len(shown)] == shown, (address, table)


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
    assert row == [f"'{begins.strip()}", "-3", "99,9%"]
    wide = TableSheet(name="x", title="x", headings=["a", "b", "c"], rows=sheet.rows)
    page = load_workbook(io.BytesIO(xlsx_bytes(wide, "vi", HCM, [("a", begins)])))["dondoc"]
    text, number, part = next(page.iter_rows(min_row=2))
    assert text.data_type != "f"
    assert (number.value, part.value, part.number_format) == (-3, 0.999, "0.0%")


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
