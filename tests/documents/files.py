"""Files to be read: Word files by python-docx, PDF files by Chromium, scans by drawing a PDF's pages."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.document import Document as WordDocument

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LETTER = [
    "Số: 12/KH-UBND",
    "X, ngày 10 tháng 11 năm 2025",
    "KẾ HOẠCH",
    "PHÒNG CHỐNG DỊCH",
    "I. NHIỆM VỤ",
    "1. Sở Y tế báo cáo kết quả thực hiện về Ủy ban nhân dân tỉnh trước ngày 20 hằng tháng.",
    "2. Các xã hoàn thành việc rà soát trước ngày 15/12/2025.",
]
DUES = ["before 20", "before 15/12/2025"]


def word(write: Callable[[WordDocument], object] | None = None, lines: list[str] = LETTER) -> bytes:
    """A Word file with the lines, and what `write` adds."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if write is not None:
        write(document)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with one part added or replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return kept.getvalue()


def part(data: bytes, name: str = "word/document.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def page(lines: list[str]) -> str:
    return "<!doctype html><meta charset=utf-8><body>" + "".join(f"<p>{line}</p>" for line in lines)


def pdf(html: str, folder: Path) -> bytes:
    """The page as a PDF file, as a browser prints it."""
    if CHROMIUM is None:
        pytest.skip("needs a browser: apt install chromium")
    source, made = folder / "page.html", folder / "page.pdf"
    source.write_text(html, encoding="utf-8")
    asked = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    asked += [f"--user-data-dir={folder / 'browser'}", f"--print-to-pdf={made}", source.as_uri()]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    return made.read_bytes()


def pictures(data: bytes) -> list[bytes]:
    """Each page of a PDF file as a picture."""
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for each in document:
            kept = io.BytesIO()
            each.render(scale=200 / 72).to_pil().convert("L").save(kept, "PNG")
            found.append(kept.getvalue())
    return found


def scan(data: bytes) -> bytes:
    """The PDF file as a scan: its pages as pictures without text."""
    from PIL import Image

    opened = [Image.open(io.BytesIO(each)) for each in pictures(data)]
    kept = io.BytesIO()
    opened[0].save(kept, "PDF", save_all=True, append_images=opened[1:], resolution=200)
    return kept.getvalue()
