"""PDF files as a browser prints them, scans of them, and files that go through LibreOffice."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import programs
from documents.draft import draft
from documents.reading import read_document
from documents.source import BlockKind, Document
from models.errors import InvalidInput
from tests.documents.files import DUES, LETTER, OFFICE, page, pdf, pictures, scan, word

LONG = (
    "3. Sở Y tế chủ trì, phối hợp với các sở, ngành, Ủy ban nhân dân các xã, phường và các đơn vị có "
    "liên quan tổng hợp kết quả thực hiện, báo cáo Ủy ban nhân dân tỉnh trước ngày 25/12/2025 để theo dõi, "
    "chỉ đạo."
)
TABLE = """<table border=1 style="border-collapse:collapse">
<tr><td>STT<td>Nội dung<td>Chủ trì<td>Thời hạn</tr>
<tr><td>1<td>Ban hành kế hoạch<td>Sở Nội vụ<td>Tháng 12/2025</tr>
<tr><td>2<td>Tập huấn cán bộ<td>Sở Tài chính<td>Quý I/2026</tr></table>"""
NEEDS_OFFICE = pytest.mark.skipif(
    OFFICE is None, reason="needs LibreOffice: apt install libreoffice-writer-nogui"
)
NEEDS_OCR = pytest.mark.skipif(
    not programs.has_ocr(), reason="needs tesseract: apt install tesseract-ocr tesseract-ocr-vie"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pdf")


@pytest.fixture(scope="module")
def letter(folder: Path) -> bytes:
    numbered = "<style>@page{margin:2cm}</style>"
    return pdf(page([*LETTER, LONG]) + numbered + TABLE, folder)


def dues(document: Document) -> list[str]:
    return [duty.due.value for duty in draft(document).duties]


def test_a_printed_page_gives_the_duties_of_its_text(letter: bytes) -> None:
    found = read_document(letter, "letter.pdf")
    assert dues(found) == [*DUES, "before 25/12/2025", "within 12/2025", "within Q1/2026"]


def test_wrapped_lines_are_one_paragraph_with_its_place(letter: bytes) -> None:
    found = read_document(letter, "letter.pdf")
    [block] = [each for each in found.blocks if found.text[each.start : each.end].startswith("3.")]
    assert found.text[block.start : block.end] == LONG
    assert block.page == 1
    assert block.box is not None
    left, top, right, bottom = block.box
    assert (0 < left < right) and (0 < top < bottom)


def test_a_table_is_rows_of_cells(letter: bytes) -> None:
    found = read_document(letter, "letter.pdf")
    rows = [each for each in found.blocks if each.kind is BlockKind.ROW]
    assert [[found.text[start:end] for start, end in each.cells] for each in rows][1] == [
        "1",
        "Ban hành kế hoạch",
        "Sở Nội vụ",
        "Tháng 12/2025",
    ]


def test_progress_is_heard_page_by_page(letter: bytes) -> None:
    heard: list[tuple[int, int]] = []
    read_document(letter, "letter.pdf", lambda at, pages: heard.append((at, pages)))
    assert heard == [(1, 1)]


def test_a_paragraph_goes_on_over_the_page(folder: Path) -> None:
    filler = "".join(f"<p>Nội dung thứ {n} của văn bản này.</p>" for n in range(60))
    found = read_document(pdf(page(LETTER) + filler + f"<p>{LONG}</p>" * 20, folder), "long.pdf")
    assert {block.page for block in found.blocks} >= {1, 2, 3}
    wholes = [each for each in found.blocks if found.text[each.start : each.end] == LONG]
    assert len(wholes) == 20


@NEEDS_OCR
def test_a_scan_is_read_and_says_so(letter: bytes) -> None:
    found = read_document(scan(letter), "scan.pdf")
    assert found.scanned
    assert ["OCR" in str(remark) for remark in found.remarks] == [True]
    drafted = draft(found)
    assert set(DUES) <= {duty.due.value for duty in drafted.duties}
    assert all("scanned" in duty.doubts for duty in drafted.duties)


@NEEDS_OCR
def test_a_photograph_is_read(letter: bytes) -> None:
    found = read_document(pictures(letter)[0], "photo.png")
    assert found.scanned
    assert set(DUES) <= set(dues(found))


def test_a_scan_without_tesseract_names_it(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scan(letter)
    monkeypatch.setattr("shutil.which", lambda name: None)
    programs.has_ocr.cache_clear()
    try:
        with pytest.raises(InvalidInput, match="tesseract"):
            read_document(made, "scan.pdf")
    finally:
        programs.has_ocr.cache_clear()


def converted(data: bytes, ending: str, folder: Path) -> bytes:
    """What LibreOffice writes of a Word file."""
    assert OFFICE is not None
    source = folder / "letter.docx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    asked = [OFFICE, "--headless", profile, "--convert-to", ending, "--outdir", str(folder), str(source)]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    return (folder / f"letter.{ending.partition(':')[0]}").read_bytes()


@NEEDS_OFFICE
@pytest.mark.parametrize("ending", ["doc", "odt", "rtf"])
def test_older_formats_go_through_libreoffice(ending: str, folder: Path) -> None:
    found = read_document(converted(word(), ending, folder), f"letter.{ending}")
    assert dues(found) == DUES
    assert ["LibreOffice" in str(remark) for remark in found.remarks] == [True]


class Counting(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        Counting.asked += 1
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    Counting.asked = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/picture.png"
        server.shutdown()
        thread.join()


@NEEDS_OFFICE
def test_nothing_that_a_file_names_is_fetched(address: str) -> None:
    text = "".join(
        f"\\u{ord(letter)}?" for letter in "Sở Y tế báo cáo kết quả về tỉnh trước ngày 20/12/2025."
    )
    picture = f'{{\\field{{\\*\\fldinst INCLUDEPICTURE "{address}" \\\\d}}{{\\fldrslt }}}}'
    read_document(f"{{\\rtf1\\ansi {text}\\par {picture}}}".encode(), "letter.rtf")
    page_with_picture = f"<html><body><img src='{address}'><p>Sở Y tế báo cáo.</p></body></html>"
    read_document(page_with_picture.encode(), "letter.html")
    assert Counting.asked == 0


@NEEDS_OFFICE
def test_a_password_is_told(folder: Path) -> None:
    password = '"DocumentOpenPassword":{"type":"string","value":"x"}'
    options = f'{{"EncryptFile":{{"type":"boolean","value":"true"}},{password}}}'
    locked = converted(word(), f"pdf:writer_pdf_Export:{options}", folder)
    with pytest.raises(InvalidInput, match="password"):
        read_document(locked, "locked.pdf")
