"""A workbook such as an office has: letterhead, title, headings on two lines, merged cells, groups, totals.

135 units and 135 people; texts are decomposed (NFD), as some systems write them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

HEADINGS = ("STT", "Mã", "Tên đơn vị", "Cấp", "Cấp trên", "Đầu mối", "", "", "")
BELOW = ("", "", "", "", "", "Họ và tên", "Chức vụ", "E-mail", "Số điện thoại")
PROVINCE, DEPARTMENTS, DISTRICTS, COMMUNES = "UBND tỉnh Bến Xuân", 15, 9, 110
"""A province of no map: 1 + 15 + 9 + 110 units."""


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def office_workbook() -> bytes:
    """The file."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Danh sách"
    sheet["A1"], sheet["F1"] = nfd("UBND TỈNH BẾN XUÂN"), nfd("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet["F2"] = nfd("Độc lập - Tự do - Hạnh phúc")
    sheet["A4"] = nfd("DANH SÁCH ĐƠN VỊ VÀ ĐẦU MỐI BÁO CÁO NĂM 2024")
    for merged in ("A1:D1", "F1:I1", "F2:I2", "A4:I4", "F6:I6", *(f"{c}6:{c}7" for c in "ABCDE")):
        sheet.merge_cells(merged)
    for column, (upper, lower) in enumerate(zip(HEADINGS, BELOW, strict=True), start=1):
        for row, text in ((6, upper), (7, lower)):
            if text:
                sheet.cell(row, column, nfd(text)).alignment = Alignment(wrap_text=True)
    line = 8
    for unit in office_rows():
        if isinstance(unit, str):
            sheet.cell(line, 1, nfd(unit))
            sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=9)
        for column, value in enumerate(() if isinstance(unit, str) else unit, start=1):
            cell = sheet.cell(line, column, nfd(value) if isinstance(value, str) else value)
            if column == 2 and isinstance(value, int):
                cell.number_format = "00000"
        line += 2 if line == 40 else 1  # a blank line in the middle
    sheet.cell(line + 1, 3, nfd("Tổng cộng: 135 đơn vị"))
    sheet.cell(line + 3, 7, nfd("Bến Xuân, ngày 15 tháng 01 năm 2024"))
    sheet.cell(line + 4, 7, nfd("NGƯỜI LẬP BIỂU"))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def office_rows() -> Iterator[str | tuple[str | int, ...]]:
    """Groups as a text alone, units as their cells; communes have codes with zeros, numbers by format."""
    yield 1, "bx", PROVINCE, "Tỉnh", "", *person("Văn phòng UBND tỉnh", "Văn thư", "bx", 0)
    yield "I. CÁC SỞ, BAN, NGÀNH"
    for number in range(1, DEPARTMENTS + 1):
        code = f"sn-{number:02}"
        cells = person("Trần Thị Sở", "Chuyên viên", code, number)
        yield number + 1, code, f"Sở số {number}", "Sở", PROVINCE, *cells
    yield "II. UBND CÁC HUYỆN"
    for number in range(1, DISTRICTS + 1):
        cells = person("Lê Văn Huyện", "Chánh Văn phòng", f"h{number}", number)
        yield 16 + number, f"00{number}", f"UBND huyện Xuân {number}", "Huyện", PROVINCE, *cells
    yield "III. CÁC XÃ, PHƯỜNG, THỊ TRẤN"
    for number in range(1, COMMUNES + 1):
        kind = ("Xã", "Phường", "Thị trấn")[number % 3]
        above = f"Huyện Xuân {(number - 1) % DISTRICTS + 1}"
        cells = person("Nguyễn Thị Xã", "Công chức Văn phòng - Thống kê", f"x{number}", number)
        yield 25 + number, number + 100, f"{kind} Mới {number}", kind, above, *cells


def person(name: str, position: str, place: str, number: int) -> tuple[str | int, ...]:
    return name, position, f"mailto:vanthu@{place}.benxuan.example ", 912_000_000 + number
