"""Files are taken for what they are, not for what they are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.settings import Settings
from reporting.files.store import MEDIA_TYPES, FileRefused, allowed_endings, check, clean_name
from tests.reporting.sample_files import (
    DOC,
    DOCM,
    DOCX,
    EXE,
    HTML,
    JPG,
    ODS,
    OLE,
    PDF,
    PNG,
    TRUE,
    XLS,
    XLSX,
    ZIP,
    zipped,
)

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


def test_it_has_an_example_and_a_media_type_for_every_ending_that_is_taken() -> None:
    assert set(TRUE) == set(allowed_endings(SETTINGS)) == set(MEDIA_TYPES)


@pytest.mark.parametrize("ending", TRUE)
def test_it_takes_a_true_file(ending: str) -> None:
    stored = check(SETTINGS, f"báo cáo.{ending.upper()}", TRUE[ending])
    assert (stored.name, stored.media_type) == (f"báo cáo.{ending.upper()}", MEDIA_TYPES[ending])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"\xef\xbb\xbf" + PDF),
        ("a.pdf", b"\r\n" + PDF),
        ("a.pdf", b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + PDF),
        ("a.pdf", b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + PDF),
        ("a.pdf", b"x" * 1024 + PDF),
        ("a.pdf", PDF + b"\x1a"),
        ("a.docx", zipped(**{"word\\document.xml": b"<x/>"})),
        ("a.xlsx", zipped(**{"xl\\workbook.xml": b"<x/>"})),
        ("a.docx", zipped(**{"/Word/Document.xml": b"<x/>"})),
        ("a.docx", DOCX + b"\x1a"),
        ("a.doc", OLE + "WORDDOCUMENT".encode("utf-16-le") + b"\0\0"),
        ("a.doc", OLE + "worddocument".encode("utf-16-le") + b"\0\0"),
        ("a.xls", OLE + "BOOK".encode("utf-16-le") + b"\0\0"),
        ("a.xls", OLE + "workbook".encode("utf-16-le") + b"\0\0"),
        ("a.txt", "Báo cáo\r\n\x1a".encode()),
        ("a.csv", b"a;b\r\n1;2\r\n\x1a\r\n\x1a\0\0\0"),
        ("a.txt", "\ufeffBáo cáo\x1a".encode("utf-16-le")),
    ],
)
def test_it_takes_a_true_file_that_another_program_wrote_otherwise(name: str, data: bytes) -> None:
    assert check(SETTINGS, name, data).size == len(data)


@pytest.mark.parametrize("ending", ["docx", "xlsx", "doc", "xls"])
@pytest.mark.parametrize("spelt", [str, str.upper])
def test_it_says_that_a_document_asks_for_a_password(ending: str, spelt: Callable[[str], str]) -> None:
    names = (spelt(name).encode("utf-16-le") + b"\0\0" for name in ("EncryptionInfo", "EncryptedPackage"))
    with pytest.raises(FileRefused, match="password-protected; remove the password") as refused:
        check(SETTINGS, f"a.{ending}", OLE + b"".join(names))
    assert refused.value.fault == "password"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"x" * 1025 + PDF),
        ("a.pdf", EXE + PDF),
        ("a.pdf", HTML + PDF),
        ("a.pdf", b"x" + HTML + PDF),
        ("a.pdf", ZIP + PDF),
        ("a.docx", zipped(**{"word\\document.xml": b"<x/>", "word\\VBAPROJECT.BIN": b"x"})),
        ("a.txt", b"a\x1ab"),
        ("a.pdf", HTML),
        ("a.pdf", EXE),
        ("a.pdf", b"just words"),
        ("a.png", JPG),
        ("a.jpg", PNG),
        ("a.docx", XLSX),
        ("a.xlsx", DOCX),
        ("a.docx", ZIP),
        ("a.docx", PDF),
        ("a.docx", DOCM),
        ("a.docx", b"PK\x03\x04 cut off"),
        ("a.odt", ODS),
        ("a.odt", ZIP),
        ("a.doc", XLS),
        ("a.xls", DOC),
        ("a.doc", b"{\\rtf1 an older format}"),
        ("a.zip", EXE),
        ("a.txt", HTML),
        ("a.txt", b"\xef\xbb\xbf \n<html>"),
        ("a.txt", EXE),
        ("a.csv", b"<svg onload=alert(1)>"),
        ("a.csv", PNG),
    ],
)
def test_it_refuses_a_file_in_disguise(name: str, data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        check(SETTINGS, name, data)
    assert refused.value.fault == "content"


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.pdf", b"", "empty"),
        ("a.exe", EXE, "type"),
        ("a.html", HTML, "type"),
        ("pdf", PDF, "type"),
        ("a.pdf.exe", PDF, "type"),
        ("a.pdf", PDF + b"\0" * 15 * 2**20, "size"),
        ("...", PDF, "name"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(name: str, data: bytes, fault: str) -> None:
    with pytest.raises(FileRefused) as refused:
        check(SETTINGS, name, data)
    assert refused.value.fault == fault


def test_an_ending_of_the_administrators_own_passes_with_what_no_list_knows(tmp_path: Path) -> None:
    own = SETTINGS.model_copy(update={"upload_types": "xyz"})
    assert check(own, "a.xyz", b"whatever it is").media_type == "application/octet-stream"
    with pytest.raises(FileRefused):
        check(own, "a.xyz", PDF)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\An\\bao cao.pdf", "bao cao.pdf"),
        ('a"\r\nSet-Cookie: x=1.pdf', 'a"Set-Cookie: x=1.pdf'),
        ("tha\u0301ng\u202efdp.pdf", "thángfdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 140 + ".pdf"),
    ],
)
def test_it_keeps_of_a_name_what_can_do_no_harm(name: str, clean: str) -> None:
    assert clean_name(name) == clean
