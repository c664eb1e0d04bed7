"""What is handed in and what superiors write: numbers, reasons, and now and then a file."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape

from calendars.periods import Language
from cli.demonstration.behaviour import FILES_SHARE, Behaviour
from messages.catalogue import N_, translate
from models.text import without_marks
from reporting.moves.submit import ReportFiling
from reporting.obligations.listing import DueRow

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org"
SHEETS = f"{OFFICE}/spreadsheetml/2006/main"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = f"{OFFICE}/package/2006/relationships"
TYPE = f"{OFFICE}/officeDocument/2006/relationships"
MADE = (1980, 1, 1, 0, 0, 0)
"""The time noted inside a workbook; the earliest a ZIP archive can hold, so that the bytes never differ."""


def small_pdf(title: str) -> bytes:
    """One page with the title, its Vietnamese letters without marks: the built-in fonts have no others."""
    words = without_marks(title).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    content = f"BT /F1 14 Tf 72 770 Td ({words}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (len(objects) + 1, len(body))
    return body + head + table + tail + b"%%EOF\n"


def small_workbook(rows: list[list[str | int]]) -> bytes:
    """A workbook with one sheet of texts and numbers."""
    data = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MIME}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MIME}.worksheet+xml"/></Types>',
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{TYPE}"><sheets>'
        '<sheet name="Bieu 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEETS}"><sheetData>{data}</sheetData></worksheet>',
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), XML + text)
    return file.getvalue()


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rId1" Type="{TYPE}/{kind}" Target="{target}"/></Relationships>'
    )


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


REASONS: dict[str, tuple[str, ...]] = {
    "return": (
        N_("the table of figures is missing"),
        N_("the figures do not follow from the period before"),
        N_("not signed and stamped"),
        N_("causes and remedies are not stated"),
    ),
    "extension": (
        N_("waiting for the hamlets' figures"),
        N_("the official in charge is away"),
        N_("the network is down"),
    ),
    "waiver": (
        N_("all hands are at the collapsed river bank"),
        N_("reported in person at the conference"),
    ),
}
COMMITTEES = ("Xã", "Phường", "Thị trấn", "Huyện", "Thành phố", "Thị xã", "Quận", "UBND")
SMALL_WORDS = frozenset({"và", "các", "của", "tỉnh", "thuộc", "chi", "nhánh"})


def said(reasons: Sequence[str], draw: Random, language: Language) -> str:
    """One of the reasons, in the language of what is kept."""
    return translate(language, draw.choice(reasons))


def clerk(unit: str) -> str:
    """Who hands in and decides there."""
    return f"Văn thư {unit}"


def decision_number(number: int) -> str:
    """How a committee numbers its decisions."""
    return f"{number}/QĐ-UBND"


def report_of(owed: DueRow, version: int, at: datetime, behaviour: Behaviour) -> ReportFiling:
    """The report that the unit hands in."""
    draw = behaviour.draw(owed, f"report {version}")
    day = behaviour.calendar.day(at)
    return ReportFiling(
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


def _files(owed: DueRow, draw: Random) -> list[tuple[str, bytes]]:
    if draw.random() >= FILES_SHARE:
        return []
    stem = f"bao-cao-{owed.unit}-{owed.period}".lower()
    pdf = (f"{stem}.pdf", small_pdf(f"{owed.duty_title}: {owed.unit_name}, {owed.period}"))
    if draw.random() < 0.5:
        return [pdf]
    rows: list[list[str | int]] = [["Chỉ tiêu", "Thực hiện"], *_figures(draw)]
    return [pdf, (f"bieu-{without_marks(stem)}.xlsx", small_workbook(rows))]


def _figures(draw: Random) -> list[list[str | int]]:
    return [[f"Chỉ tiêu {number}", draw.randint(40, 120)] for number in range(1, 6)]
