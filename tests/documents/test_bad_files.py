"""What is no document, or none that can be read: one line with the remedy, and nothing left behind."""

from __future__ import annotations

import codecs
import contextlib
import io
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from documents import programs, reading
from documents.draft import draft
from documents.legibility import TCVN3
from documents.reading import read_document, read_path
from models.errors import InvalidInput
from tests.documents.files import DUES, LETTER, with_part, word

TEXT = "\n".join(LETTER)
TONES = "\u0300\u0301\u0303\u0309\u0323"
BROKEN_PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>"
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>
<w:t>Sau: &c;&f;</w:t></w:r></w:p></w:body></w:document>"""


def empty_pdf() -> bytes:
    kept = io.BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(595, 842)
        document.save(kept)
    return kept.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return kept.getvalue()


def bomb() -> bytes:
    """A few hundred kilobytes that unfold into more than a hundred megabytes."""
    return with_part(word(), "word/document.xml", b"<w>" + b" " * 100_000_000 + b"</w>")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.docx", b"", "the file is empty"),
        ("zeros.txt", b"\0" * 4000, "the file is empty"),
        ("spaces.txt", b" \n\t\n", "the file is empty"),
        ("marks.txt", b"--- *** ---", "no text"),
        ("empty.pdf", empty_pdf(), "no text"),
        ("no-text.docx", word(lines=[]), "no text"),
        ("broken.pdf", BROKEN_PDF, "damaged"),
        ("cut.docx", word()[:2000], "damaged"),
        ("broken.docx", with_part(word(), "word/document.xml", b"<w:document>"), "damaged"),
        ("no-body.docx", with_part(word(), "word/document.xml", b"<a/>"), "damaged"),
        ("bomb.docx", bomb(), "unfolds"),
        ("table.zip", archive({"a.txt": b"a"}), "no document"),
        ("protected.docx", reading.OLE + b"\0" * 600 + reading.PROTECTED, "asks for a password"),
        ("program", b"\x7fELF\x02\x01\x01" + b"\0" * 64 + bytes(range(256)), "no document"),
        ("old.txt", ("ñòóôõö÷øùúûüþÿ " * 40).encode("cp1252", "ignore"), "before Unicode"),
    ],
)
def test_it_is_told_in_one_line_with_a_remedy(name: str, data: bytes, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_document(data, name)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(1024**3)
    with pytest.raises(InvalidInput, match="larger than 50 MB"):
        read_path(large)


def test_entities_unfold_nowhere_and_read_no_file() -> None:
    try:
        text = read_document(with_part(word(), "word/document.xml", ENTITIES), "entities.docx").text
    except InvalidInput:
        return
    assert "root:" not in text
    assert len(text) < 100


def test_a_part_of_any_kind_beside_the_text_does_no_harm() -> None:
    data = with_part(word(), "word/media/../../../etc/x", b"x")
    assert read_document(data, "letter.docx").text.splitlines() == LETTER


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        unicodedata.normalize("NFD", TEXT).encode(),
        TEXT.replace(" ", "\0 \x1b\x9f").encode(),
    ],
)
def test_text_is_read_in_the_encodings_of_today(data: bytes) -> None:
    found = read_document(data, "letter.txt")
    assert unicodedata.normalize("NFC", found.text).split() == TEXT.split()
    assert found.remarks == ()
    assert [duty.due.value for duty in draft(found).duties] == DUES


def test_windows_1258_is_read() -> None:
    """It writes the tone as a mark of its own behind the letter."""
    found = read_document(_tones_behind(TEXT).encode("cp1258"), "letter.txt")
    assert ["Windows-1258" in str(remark) for remark in found.remarks] == [True]
    assert [duty.due.value for duty in draft(found).duties] == DUES


def _tones_behind(text: str) -> str:
    found = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        found.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES)))
        found.extend(part for part in parts if part in TONES)
    return "".join(found)


def test_tcvn3_is_read() -> None:
    back = {letter: code for code, letter in TCVN3.items()}
    old = "".join(back.get(letter, letter) for letter in "Sở Y tế báo cáo kết quả thực hiện nhiệm vụ.\n" * 8)
    found = read_document(old.encode("latin-1"), "letter.txt")
    assert found.text.startswith("Sở Y tế báo cáo kết quả thực hiện nhiệm vụ.")
    assert ["TCVN3" in str(remark) for remark in found.remarks] == [True]


def test_vni_is_read() -> None:
    old = "Sôû Y teá baùo caùo keát quaû thöïc hieän nhieäm vuï cuûa tænh.\n" * 8
    found = read_document(old.encode("cp1252"), "letter.txt")
    assert found.text.startswith("Sở Y tế báo cáo kết quả thực hiện nhiệm vụ của tỉnh.")


def test_another_language_is_remarked() -> None:
    english = "The department reports to the People's Committee before the 20th of each month.\n" * 5
    found = read_document(english.encode(), "letter.txt")
    assert ["does not look Vietnamese" in str(remark) for remark in found.remarks] == [True]


def test_what_needs_a_program_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    programs.has_ocr.cache_clear()
    try:
        for data, told in ((b"{\\rtf1 a}", "LibreOffice"), (b"\x89PNG\r\n\x1a\n", "tesseract")):
            with pytest.raises(InvalidInput, match=told):
                read_document(data, "letter")
    finally:
        programs.has_ocr.cache_clear()


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for data in (BROKEN_PDF, b"{\\rtf1 broken", bomb()):
        with contextlib.suppress(InvalidInput):
            read_document(data, "letter")
    assert list(tmp_path.iterdir()) == []


def test_a_page_nested_deeply_is_read() -> None:
    deep = "<html><body>" + "<div>" * 5000 + "Sở Y tế" + "</div>" * 5000
    try:
        assert "Sở Y tế" in read_document(deep.encode(), "page.html").text
    except InvalidInput as refused:
        assert "\n" not in str(refused)


def test_scripts_and_styles_are_no_text() -> None:
    page = "<html><head><style>p{}</style></head><body><script>alert(1)</script><p>Sở Y tế.</p></body></html>"
    assert read_document(page.encode(), "page.html").text == "Sở Y tế.\n"
