"""What is handed in and what superiors write: numbers, reasons, and now and then a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from calendars.periods import Language
from cli.demonstration.papers import plain, small_pdf, small_workbook
from cli.demonstration.temper import FILES_SHARE, Temper
from reporting.due import Owed
from reporting.submitting import Report

Said = dict[Language, str]
REASONS: dict[str, tuple[Said, ...]] = {
    "return": (
        {"vi": "Thiếu biểu số liệu kèm theo", "en": "the table of figures is missing"},
        {"vi": "Số liệu chưa khớp với kỳ trước", "en": "the figures do not follow from the period before"},
        {"vi": "Chưa có chữ ký và dấu", "en": "not signed and stamped"},
        {"vi": "Chưa nêu nguyên nhân và giải pháp", "en": "causes and remedies are not stated"},
    ),
    "extension": (
        {"vi": "Chờ số liệu của các ấp", "en": "waiting for the hamlets' figures"},
        {"vi": "Cán bộ phụ trách đi công tác", "en": "the official in charge is away"},
        {"vi": "Sự cố đường truyền mạng", "en": "the network is down"},
    ),
    "waiver": (
        {"vi": "Tập trung khắc phục sạt lở bờ sông", "en": "all hands are at the collapsed river bank"},
        {"vi": "Đã báo cáo trực tiếp tại hội nghị", "en": "reported in person at the conference"},
    ),
}
COMMITTEES = ("Xã", "Phường", "Thị trấn", "Huyện", "Thành phố", "Thị xã", "Quận", "UBND")
SMALL_WORDS = frozenset({"và", "các", "của", "tỉnh", "thuộc", "chi", "nhánh"})


def said(reasons: Sequence[Said], draw: Random, language: Language) -> str:
    """One of the reasons."""
    return draw.choice(reasons)[language]


def report_of(owed: Owed, version: int, at: datetime, temper: Temper) -> Report:
    """The report that the unit hands in."""
    draw = temper.draw(owed, f"report {version}")
    day = temper.calendar.day(at)
    return Report(
        document_number=f"{draw.randint(10, 480)}/BC-{organ(owed.unit_name)}",
        document_date=day,
        files=tuple(_files(owed, draw)),
    )


def organ(unit_name: str) -> str:
    """How the organ is written in its documents' numbers: UBND for a committee, else its initials: SKHĐT."""
    if unit_name.startswith(COMMITTEES):
        return "UBND"
    words = unit_name.replace("-", " ").removesuffix(" Cà Mau").split()
    return "".join(word[0] for word in words if word[0].isalpha() and word not in SMALL_WORDS).upper()


def _files(owed: Owed, draw: Random) -> list[tuple[str, bytes]]:
    if draw.random() >= FILES_SHARE:
        return []
    stem = f"bao-cao-{owed.unit}-{owed.period}".lower()
    pdf = (f"{stem}.pdf", small_pdf(f"{owed.duty_title}: {owed.unit_name}, {owed.period}"))
    if draw.random() < 0.5:
        return [pdf]
    rows: list[list[str | int]] = [["Chỉ tiêu", "Thực hiện"], *_figures(draw)]
    return [pdf, (f"bieu-{plain(stem)}.xlsx", small_workbook(rows))]


def _figures(draw: Random) -> list[list[str | int]]:
    return [[f"Chỉ tiêu {number}", draw.randint(40, 120)] for number in range(1, 6)]
