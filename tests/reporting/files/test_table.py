"""Tables as offices send them: encodings, separators, and what cannot be read."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from models.errors import InvalidInput
from reporting.files.reading import read_sheets
from reporting.files.table import LARGEST_FILE, Row, Table, table_of


def read_table(path: Path) -> Table:
    """The table of a file with a header in its first line."""
    return table_of(read_sheets(path)[0])


TEXT = "code,name\nd1,Huyện Đầm Dơi\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_it_reads_what_table_programs_write(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    path = tmp_path / "a.csv"
    text = TEXT.replace(",", separator).replace("\n", ending)
    raw = b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-bom" else text.encode(encoding)
    path.write_bytes(raw)
    table = read_table(path)
    assert table.header == ("code", "name")
    assert [(row.text("code"), row.text("name")) for row in table.rows] == [("d1", "Huyện Đầm Dơi")]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xa7\xaann v\xde", "neither UTF-8 nor UTF-16 .*save it again as 'CSV UTF-8'"),  # TCVN3
        (b"\xff\xfea", "neither UTF-8 nor UTF-16"),  # half a UTF-16 letter
        (b"", "is empty; begin it with a line of column names"),
        (b"\n\n , \n", "is empty"),
        (b'code,name\nd1,"open', "close every quotation mark"),
        (b"code,Code\n1,2\n", "column 'code' stands there twice; keep one"),
    ],
)
def test_it_refuses_a_file_in_one_line_with_the_remedy(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    with pytest.raises(InvalidInput, match=message) as caught:
        read_table(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_it_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(InvalidInput, match="larger than 50 MB; split it"):
        read_table(path)


def test_it_numbers_rows_by_the_line_they_begin_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('code,name\n\na,"two\nlines"\nb,x\n', encoding="utf-8")
    assert [row.where for row in read_table(path).rows] == [f"{path}:3", f"{path}:5"]


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "SEP=;", "sep=;;", "\nsep=; "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_it_reads_past_the_line_that_names_the_separator_for_excel(
    tmp_path: Path, said: str, encoding: str, ending: str
) -> None:
    path = tmp_path / "a.csv"
    text = f"{said}\ncode;name\nd1;Sở Văn hóa, Thể thao, Du lịch\n".replace("\n", ending)
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert table.header == ("code", "name")
    assert [(row.text("code"), row.text("name")) for row in table.rows] == [
        ("d1", "Sở Văn hóa, Thể thao, Du lịch")
    ]


@pytest.mark.parametrize(("separator", "line"), [("|", 3), ("\t", 3), (",", 3)])
def test_a_named_separator_holds_and_lines_keep_their_numbers(
    tmp_path: Path, separator: str, line: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"sep={separator}\ncode{separator}name;x;y\nd1{separator}A", encoding="utf-8")
    (row,) = read_table(path).rows
    assert (row.where, row.cells) == (f"{path}:{line}", {"code": "d1", "name;x;y": "A"})


def test_a_table_may_end_with_the_mark_of_old_programs(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,name\nd1,A\n\x1a\n", encoding="utf-8")
    assert [row.text("code") for row in read_table(path).rows] == ["d1"]


def test_it_refuses_a_row_with_more_cells_than_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,name\na,Sở Văn hóa, Thể thao\n", encoding="utf-8")
    assert read_table(path).rows[0].errors == [
        f"{path}:2: row: has 3 cells under 2 columns; quote a value that holds a separator"
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Xã  Đất Mũi ", "Xã Đất Mũi"),
        ("Xã\u00a0Đất Mũi", "Xã Đất Mũi"),  # the space that does not break, from a web page
        (unicodedata.normalize("NFD", "Xã Đất Mũi"), "Xã Đất Mũi"),
    ],
)
def test_it_gives_one_form_to_one_text(cell: str, text: str) -> None:
    assert Row("f:2", {"name": cell}).text("name") == text


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("", "is empty; fill it in"),
        ("   ", "is empty; fill it in"),
        ("a\0b", "holds a NUL; take it out"),
        ("a\nb", "holds a line break; take it out"),
        ("a\r\nBcc: b", "holds a line break; take it out"),
        ("a\u2028b", "holds a line break; take it out"),
        ("a\x1bb", "holds the control character U+001B; take it out"),
        ("a\u202eb", "holds the control character U+202E; take it out"),  # turns the text round
        ("a" * 201, "has 201 characters; shorten it to 200"),
    ],
)
def test_it_refuses_a_cell_with_its_place_and_column(cell: str, error: str) -> None:
    row = Row("units.csv:2", {"name": cell})
    assert row.text("name") == ""
    assert row.errors == [f"units.csv:2: name: {error}"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("29/2/2024", date(2024, 2, 29)),
        ("01/07/2025", date(2025, 7, 1)),
        ("", None),
    ],
)
def test_it_reads_dates_both_ways(cell: str, day: date | None) -> None:
    row = Row("f:2", {"valid_from": cell})
    assert row.day("valid_from") == day
    assert row.errors == []


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("30/2/2024", "there is no day 30/2/2024; correct the date"),
        ("2023-02-29", "there is no day 2023-02-29; correct the date"),
        ("tomorrow", "'tomorrow' is no date; write it as 2024-02-17 or 17/2/2024"),
        ("20240101", "'20240101' is no date; write it as 2024-02-17 or 17/2/2024"),
    ],
)
def test_it_refuses_a_date_that_is_none(cell: str, error: str) -> None:
    row = Row("f:2", {"valid_from": cell})
    assert row.day("valid_from") is None
    assert row.errors == [f"f:2: valid_from: {error}"]


def test_it_refuses_an_end_before_the_beginning() -> None:
    row = Row("f:2", {"valid_from": "2024-02-01", "valid_to": "2024-02-01"})
    row.span()
    assert "2024-02-01 is not after valid_from 2024-02-01" in row.errors[0]
