"""Lists as offices have them: every format, headings in any spelling, and what stands around the list."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from calendars.errors import said
from messages.catalogue import languages, translate
from models.errors import DondocError, InputErrors
from reporting.files.table import MOST_ROWS
from reporting.units.files import UnitInput, UnknownHeadings, read_unit_files
from reporting.units.headings import TITLES, ListColumn, known_column
from tests.reporting.office_workbook import office_workbook
from tests.reporting.sample_files import OLE

Cells = Sequence[Sequence[object]]
PLAIN: Cells = [
    ["DANH SÁCH ĐƠN VỊ NĂM 2024"],
    [],
    ["STT", "Mã", "Tên đơn vị", "Cấp", "Cấp trên", "Loại", "Họ tên", "Chức vụ", "Email", "Điện thoại"],
    [1, "01", "Tỉnh Bến", "Tỉnh", "", "Tỉnh", "Lê An", "Văn thư", "an@ben.example", "0912345678"],
    [2, "001", "Huyện Xuân", "Huyện", "Tỉnh Bến", "", "Vũ Bình", "Chủ tịch", "binh@xuan.example ", ""],
    [3, "00101", "Xã Một", "Xã", "001", "", "Hồ Chi", "", "mailto:chi@mot.example", 912345678],
]
EXPECTED = [("01", "province", None), ("001", "district", "01"), ("00101", "grassroots", "001")]


def xlsx(rows: Cells, merged: Sequence[str] = (), title: str = "Danh sách") -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for each in merged:
        sheet.merge_cells(each)
    return written(book)


def written(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(rows: Cells) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Danh sách")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ODS = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Danh sách">%s</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
END = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'


def ods(rows: Cells, more: str = END) -> bytes:
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return ods_of(lines + more)


def ods_of(lines: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("content.xml", ODS % lines)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def ods_cell(value: object) -> str:
    if isinstance(value, int):
        cell = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {cell}><text:p>{value}</text:p></table:table-cell>"
    if not value:
        return "<table:table-cell/>"
    text = escape(str(value))
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def csv(rows: Cells, separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = "\r\n".join(separator.join(str(cell) for cell in row) for row in rows)
    if encoding == "cp1258":  # has the tone marks as letters of their own
        text = "".join(decomposed_tones(char) for char in text)
    return text.encode(encoding)


def decomposed_tones(char: str) -> str:
    """The letter as the old code page of Windows has it."""
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        letter, marks = unicodedata.normalize("NFD", char)[0], unicodedata.normalize("NFD", char)[1:]
        base = unicodedata.normalize("NFC", letter + "".join(m for m in marks if m in "\u0302\u0306\u031b"))
        return base + "".join(m for m in marks if m not in "\u0302\u0306\u031b")
    return char


def html(rows: Cells) -> bytes:
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(each))}</td>' for each in row)}</tr>" for row in rows)
    return f"<html><head><meta charset='utf-8'></head><body><table>{lines}</table></body></html>".encode()


def read(folder: Path, data: bytes, name: str = "ds.xlsx", **more: object) -> UnitInput:
    path = folder / name
    path.write_bytes(data)
    return read_unit_files([path], name=lambda each: each.name, **more)  # type: ignore[arg-type]


def errors_of(folder: Path, data: bytes, language: str = "vi") -> list[str]:
    with pytest.raises(DondocError) as caught:
        read(folder, data)
    return [said(reason, language) for reason in caught.value.reasons]


def notes_of(rows: UnitInput) -> list[str]:
    return [said(note, "vi") for note in rows.notes]


@pytest.mark.parametrize(
    "data",
    [
        xlsx(PLAIN),
        xls(PLAIN),
        ods(PLAIN),
        html(PLAIN),
        csv(PLAIN),
        csv(PLAIN, "\t", "utf-16"),
        csv(PLAIN, ",", "utf-8"),
        csv(PLAIN, ";", "cp1258"),
    ],
    ids=["xlsx", "xls", "ods", "html", "csv", "utf-16", "commas", "windows-1258"],
)
def test_a_list_is_one_in_every_format(tmp_path: Path, data: bytes) -> None:
    rows = read(tmp_path, data, "danh-sach.xls")  # whatever it is called
    assert [(unit.code, unit.level, unit.superior) for unit in rows.units] == EXPECTED
    assert [unit.name for unit in rows.units] == ["Tỉnh Bến", "Huyện Xuân", "Xã Một"]
    assert [unit.kind for unit in rows.units] == ["tinh", "huyen", "xa"]
    assert [(each.unit, each.name, each.role, each.address) for each in rows.contacts] == [
        ("01", "Lê An", "clerk", "an@ben.example"),
        ("001", "Vũ Bình", "head", "binh@xuan.example"),
        ("00101", "Hồ Chi", "clerk", "chi@mot.example"),
    ]


def test_the_workbook_of_an_office_is_read_whole(tmp_path: Path) -> None:
    rows = read(tmp_path, office_workbook())
    assert (len(rows.units), len(rows.contacts)) == (135, 135)
    by_code = {unit.code: unit for unit in rows.units}
    assert by_code["00101"].name == "Phường Mới 1"  # a number shown with zeros; composed letters
    assert by_code["00101"].superior == "001"  # Huyện Xuân 1 is UBND huyện Xuân 1
    assert {each.phone for each in rows.contacts if each.unit == "bx"} == {"0912000000"}
    notes = " ".join(notes_of(rows))
    for words in ("I. CÁC SỞ, BAN, NGÀNH", "Tổng cộng: 135 đơn vị", "số 0 đầu bị mất cho 135 số điện thoại"):
        assert words in notes


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *((word, ListColumn.NUMBER) for word in ("STT", "Số TT", "TT", "stt.")),
        *((word, ListColumn.CODE) for word in ("Mã", "MÃ SỐ", "Mã đơn vị", "Ma don vi", "Mã định danh")),
        *((word, ListColumn.NAME) for word in ("Tên đơn vị", "Đơn vị", "TÊN CƠ QUAN, ĐƠN VỊ", "Ten don vi")),
        *((word, ListColumn.LEVEL) for word in ("Cấp", "Cấp hành chính", "Cấp (xã/huyện/tỉnh)")),
        *(
            (word, ListColumn.SUPERIOR)
            for word in ("Cấp trên", "Mã cấp trên", "Cơ quan chủ quản", "Trực thuộc")
        ),
        *((word, ListColumn.KIND) for word in ("Loại", "Loại hình", "Phân loại")),
        *((word, ListColumn.PERSON) for word in ("Họ tên", "Họ và tên", "Người phụ trách", "Cán bộ đầu mối")),
        *((word, ListColumn.ROLE) for word in ("Chức vụ", "Chức danh", "Vai trò")),
        *((word, ListColumn.ADDRESS) for word in ("Email", "E-mail (*)", "Thư điện tử", "Hộp thư công vụ")),
        *((word, ListColumn.PHONE) for word in ("Điện thoại", "SĐT", "ĐT", "Số điện thoại di động")),
        (unicodedata.normalize("NFD", "Họ tên"), ListColumn.PERSON),
        ("Họ\nvà tên", ListColumn.PERSON),
        ("Diện tích", None),
    ],
)
def test_headings_are_known_in_many_spellings(heading: str, column: ListColumn | None) -> None:
    assert known_column(heading) == column


@pytest.mark.parametrize("language", languages())
def test_the_titles_of_the_template_are_known(language: str) -> None:
    assert {known_column(translate(language, title)) for title in TITLES.values()} == set(TITLES)


SHORT = ["Tên đơn vị", "Cấp", "Cấp trên", "Họ tên", "Email"]
TOP = ["Tỉnh Bến", "Tỉnh", "", "", ""]


def test_merged_cells_hold_for_all_their_rows(tmp_path: Path) -> None:
    rows = [SHORT, TOP, ["Xã Một", "Xã", "Tỉnh Bến", "A", "a@x.example"], ["Xã Hai"], ["Xã Ba"]]
    found = read(tmp_path, xlsx(rows, ("B3:B5", "C3:C5")))
    assert [(unit.level, unit.superior) for unit in found.units][1:] == [("grassroots", "tinh-ben")] * 3


def test_merged_cells_of_ods_hold_too(tmp_path: Path) -> None:
    def line(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    spanned = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2" '
        'table:number-columns-spanned="1"><text:p>Tỉnh Bến</text:p></table:table-cell>'
    )
    code = ods_cell(7).replace("<text:p>7", "<text:p>00007")
    lines = line(*map(ods_cell, ["Mã", "Tên đơn vị", "Cấp trên"])) + line(*map(ods_cell, ["t", "Tỉnh Bến"]))
    lines += line(code, ods_cell("Xã Một"), spanned)
    lines += line(ods_cell("x2"), ods_cell("Xã Hai"), "<table:covered-table-cell/>")
    found = read(tmp_path, ods_of(lines))
    assert [(unit.code, unit.superior) for unit in found.units] == [("t", None), ("00007", "t"), ("x2", "t")]


def test_lines_without_a_unit_are_more_people_of_the_one_above(tmp_path: Path) -> None:
    rows = [
        SHORT,
        ["Tỉnh Bến", "Tỉnh", "", "A", "a@ben.example"],
        ["", "", "", "B", "b@ben.example; c@ben.example"],
        ["Tỉnh Bến", "", "", "D\nE", "d@ben.example\ne@ben.example"],
    ]
    found = read(tmp_path, xlsx(rows))
    assert [unit.code for unit in found.units] == ["tinh-ben"]
    assert [(each.name, each.address[0]) for each in found.contacts] == [*zip("ABBDE", "abcde", strict=True)]


def test_two_sheets_are_one_list(tmp_path: Path) -> None:
    book = Workbook()
    units = book.active
    assert isinstance(units, Worksheet)
    for row in (["Mã", "Tên đơn vị", "Cấp"], ["t", "UBND tỉnh Bến", "Tỉnh"]):
        units.append(row)
    people, notes, hidden = (
        book.create_sheet("Đầu mối"),
        book.create_sheet("Ghi chú"),
        book.create_sheet("Cũ"),
    )
    for row in (["Đơn vị", "Họ tên", "Email"], ["Ủy ban nhân dân tỉnh Bến", "A", "a@ben.example"]):
        people.append(row)
    notes.append(["Cập nhật đến tháng 1"])
    hidden.append(["Tên đơn vị", "Cấp"])
    hidden.append(["Tỉnh Cũ", "Tỉnh"])
    hidden.sheet_state = "hidden"
    found = read(tmp_path, written(book))
    assert [unit.code for unit in found.units] == ["t"]
    assert [(each.unit, each.name) for each in found.contacts] == [("t", "A")]
    assert "ds.xlsx: trang tính Ghi chú không có danh sách: bỏ qua" in notes_of(found)


def test_units_without_codes_get_them_of_their_names(tmp_path: Path) -> None:
    rows = [
        SHORT,
        TOP,
        ["Huyện A", "Huyện", "Tỉnh Bến"],
        ["Huyện B", "Huyện", "Tỉnh Bến"],
        ["Xã Tân Tiến", "Xã", "Huyện A"],
        ["Xã Tân Tiến", "Xã", "Huyện B"],
    ]
    found = read(tmp_path, xlsx(rows))
    assert [unit.code for unit in found.units][3:] == ["xa-tan-tien-huyen-a", "xa-tan-tien-huyen-b"]
    assert "6 đơn vị không có mã" not in " ".join(notes_of(found))
    assert "5 đơn vị không có mã trong danh sách, được đặt mã theo tên" in notes_of(found)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (["Xã X", "Vùng", "Tỉnh Bến"], "dòng 3: cột B (Cấp): không có giá trị “Vùng”"),
        (["Xã X", "Xã", "Huyện Bền"], "dòng 3: cột C (Cấp trên): không có đơn vị nào tên là “Huyện Bền”"),
        (["Xã X", "Xã", "Tỉnh Bến", "A", "không có"], "dòng 3: cột E (Email): “không có” không phải"),
        (["Nhà máy X", "", ""], "dòng 3: cột B (Cấp): danh sách không cho biết “Nhà máy X” thuộc cấp nào"),
        (["X? Ð?t M?i", "Xã", "Tỉnh Bến"], "dòng 3: cột A (Tên đơn vị): “X? Ð?t M?i” có dấu hỏi"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, row: list[str], error: str) -> None:
    (found,) = errors_of(tmp_path, xlsx([SHORT, TOP, row]))
    assert f"ds.xlsx, trang tính Danh sách, {error}" in found
    assert "\n" not in found


def locked() -> bytes:
    """As Excel writes a workbook with a password: a container with an encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 512
    )


def with_cell(reference: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"], sheet["B1"], sheet[reference] = "Tên đơn vị", "Cấp", "x"
    return written(book)


def swelling() -> bytes:
    """A workbook whose XML would swell a thousandfold."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE worksheet [<!ENTITY e0 "xxxxxxxxxx">{entities}]><worksheet>&e8;</worksheet>'
    source, file = zipfile.ZipFile(io.BytesIO(xlsx(PLAIN))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, bomb if "sheet1" in name else source.read(name))
    return file.getvalue()


def zip_of(name: str, size: int = 10) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        for _ in range(size // 10):
            part.write(b"0123456789")
    return file.getvalue()


FAR = f'<table:table-row table:number-rows-repeated="900000">{ods_cell("Xã")}</table:table-row>'


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (locked(), "có đặt mật khẩu"),
        (xlsx([[]]), "không có trang tính nào có nội dung"),
        (zip_of("word/document.xml"), "là văn bản Word, không phải bảng tính"),
        (b"%PDF-1.7 ...", "là tệp PDF, không phải bảng tính"),
        (xlsx(PLAIN)[:3000], "không mở được như một bảng tính"),
        (OLE, "không mở được như một bảng tính"),
        (with_cell("A900000"), f"có hơn {MOST_ROWS} dòng"),
        (with_cell("XFD2"), "hơn 200 cột"),
        (ods(PLAIN, FAR), f"có hơn {MOST_ROWS} dòng"),
        (swelling(), "không mở được như một bảng tính"),
        (b"\xa7\xaann v\xde, \xb8\n", "UTF-8"),
        (("a;b\n" + "1;2\n" * 200_000).encode(), f"có hơn {MOST_ROWS} dòng"),
    ],
    ids=[
        *("password", "empty", "word", "pdf", "cut", "ole", "far-row", "far-column", "ods-rows", "entities"),
        *("encoding", "many-rows"),
    ],
)
def test_a_file_is_refused_in_one_line_with_the_remedy(tmp_path: Path, data: bytes, error: str) -> None:
    (found,) = errors_of(tmp_path, data)
    assert found.startswith("ds.xlsx: ")
    assert error in found
    assert ";" in found
    assert "\n" not in found


def test_an_unknown_heading_is_asked_about_once(tmp_path: Path) -> None:
    rows = [["Tên đơn vị", "Cấp", "Nơi gửi"], ["Tỉnh Bến", "Tỉnh", "a@ben.example"]]
    with pytest.raises(UnknownHeadings) as caught:
        read(tmp_path, xlsx(rows))
    (sheet,) = caught.value.sheets
    (asked,) = sheet.unknown
    assert (asked.text, asked.samples) == ("Nơi gửi", ("a@ben.example",))
    found = read(tmp_path, xlsx(rows), remembered={asked.key: "address"})
    assert [each.address for each in found.contacts] == ["a@ben.example"]


def test_what_is_not_read_is_told(tmp_path: Path) -> None:
    rows = [["Tên đơn vị", "Cấp", "Ghi chú", ""], ["Tỉnh Bến", "Tỉnh", "mới", "x"]]
    assert "ds.xlsx: không đọc cột C (Ghi chú), cột D (–)" in notes_of(read(tmp_path, xlsx(rows)))


def test_a_person_without_an_address_is_told_and_not_loaded(tmp_path: Path) -> None:
    found = read(tmp_path, xlsx([SHORT, ["Tỉnh Bến", "Tỉnh", "", "Lê An", ""]]))
    assert found.contacts == ()
    assert any("dòng 2: Lê An không có địa chỉ thư nên không được nạp" in note for note in notes_of(found))


def test_codes_that_may_have_lost_zeros_are_told(tmp_path: Path) -> None:
    rows: Cells = [["Mã", "Tên đơn vị", "Cấp"], ["00101", "Xã Một", "Xã"], [102, "Xã Hai", "Xã"]]
    assert any("mã 102 là số" in note for note in notes_of(read(tmp_path, xlsx(rows))))


def test_one_code_for_two_units_is_refused(tmp_path: Path) -> None:
    rows = [["Mã", "Tên đơn vị", "Cấp"], ["x", "Xã Một", "Xã"], ["x", "Xã Hai", "Xã"]]
    with pytest.raises(InputErrors, match=r"row 3: column A \(Mã\): x stands already in .*row 2"):
        read(tmp_path, xlsx(rows))


def test_a_column_of_wrong_superiors_is_refused_without_looking_far(tmp_path: Path) -> None:
    rows = [SHORT, TOP, *([f"Xã {n}", "Xã", f"Huyện sai {n}"] for n in range(60))]
    found = errors_of(tmp_path, xlsx(rows))
    assert len(found) == 60
    assert all("không có đơn vị nào tên là “Huyện sai" in each for each in found)


@pytest.mark.parametrize(
    "heading", ["Địa chỉ", "ĐỊA CHỈ CƠ QUAN", "dia chi", "Nơi đặt trụ sở", "Trụ sở làm việc"]
)
def test_the_address_of_the_office_is_read(tmp_path: Path, heading: str) -> None:
    found = read(
        tmp_path,
        xlsx(
            [
                ["Mã", "Tên đơn vị", heading, "Cấp", "Họ tên", "Email"],
                ["01", "Tỉnh Bến", "Số 1, đường  Hùng Vương\nphường 1", "Tỉnh", "Lê An", "an@ben.example"],
                ["01", "Tỉnh Bến", "", "Tỉnh", "Vũ Bình", "binh@ben.example"],
                ["01", "Tỉnh Bến", "2 Lê Lợi", "Tỉnh", "Hồ Chi", "chi@ben.example"],
                ["001", "Sở Nội vụ", "không", "Sở", "", ""],
            ]
        ),
    )
    assert [(each.unit, each.address) for each in found.offices] == [
        ("01", "Số 1, đường Hùng Vương phường 1")
    ]
    assert any("dòng 4" in note and "2 Lê Lợi" in note for note in notes_of(found))
    assert not any("không đọc" in note for note in notes_of(found))


def test_a_column_of_addresses_that_has_mail_addresses_is_of_mail(tmp_path: Path) -> None:
    rows = [["Mã", "Tên", "Cấp", "Địa chỉ"], ["01", "Tỉnh Bến", "Tỉnh", "an@ben.example"]]
    found = read(tmp_path, xlsx(rows))
    assert [each.address for each in found.contacts] == ["an@ben.example"]
    assert found.offices == ()


@pytest.mark.parametrize("heading", ["Địa chỉ thường trú", "Địa chỉ nhà riêng", "Địa chỉ website"])
def test_where_people_live_is_not_where_the_office_is(tmp_path: Path, heading: str) -> None:
    found = read(
        tmp_path, xlsx([["Mã", "Tên", "Cấp", heading], ["01", "Tỉnh Bến", "Tỉnh", "Số 1 Hùng Vương"]])
    )
    assert found.offices == ()
    assert any(heading in note for note in notes_of(found))


def test_an_address_that_is_too_long_is_an_error_of_its_cell(tmp_path: Path) -> None:
    rows = [["Mã", "Tên", "Cấp", "Địa chỉ"], ["01", "Tỉnh Bến", "Tỉnh", "a" * 301]]
    (error,) = errors_of(tmp_path, xlsx(rows))
    assert "dòng 2" in error
    assert "300" in error
