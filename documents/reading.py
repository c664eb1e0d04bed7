"""The one reader of documents: what a file is, by its content, and the reader of that format.

Every file is bounded before it is opened; nothing that it names outside of itself is fetched, nothing in it
is run. What cannot be read is told in one line (`faults.DocumentFault`), and nothing is left behind.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from calendars.errors import Fault
from documents import html_page, pdf_file, programs, word_file
from documents.faults import DocumentFault, Remark
from documents.legibility import (
    READABLE,
    UNICODE_ONLY,
    OldEncoding,
    common_share,
    in_unicode,
    is_old_font,
    looks_vietnamese,
    unicode_text,
)
from documents.plain_text import read_text
from documents.source import Document, respelled
from models.errors import InvalidInput

LARGEST = 50 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROTECTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"II*\x00": "tif", b"MM\x00*": "tif"}
PDF_WITHIN = 1024
BINARY = frozenset(range(9)) | frozenset(range(14, 32)) - {27}
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no screen shows and PostgreSQL does not take; blanks and line ends stay."""
Progress = Callable[[int, int], None]


def read_path(path: Path, progress: Progress | None = None) -> Document:
    """The document in the file. Raises `InvalidInput` with the reason where it cannot be read."""
    if path.stat().st_size > LARGEST:
        raise InvalidInput(DocumentFault.TOO_LARGE(limit=LARGEST // 1024**2))
    return read_document(path.read_bytes(), path.name, progress)


def read_document(data: bytes, name: str, progress: Progress | None = None) -> Document:
    """The document in the bytes of a file called `name`."""
    if len(data) > LARGEST:
        raise InvalidInput(DocumentFault.TOO_LARGE(limit=LARGEST // 1024**2))
    if not data.strip(b"\0 \r\n\t"):
        raise InvalidInput(DocumentFault.EMPTY())
    document = _without_controls(_in_unicode(_read(data, name, progress)))
    if not any(char.isalnum() for char in document.text):
        raise InvalidInput(DocumentFault.NO_TEXT())
    if looks_vietnamese(document.text):
        return document
    return replace(document, remarks=(*document.remarks, Remark.NOT_VIETNAMESE()))


def _read(data: bytes, name: str, progress: Progress | None) -> Document:
    if b"%PDF-" in data[:PDF_WITHIN]:
        return pdf_file.read_pdf(data, name, progress)
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data, name)
    if data.startswith(OLE):
        if PROTECTED in data:
            raise InvalidInput(DocumentFault.PROTECTED())
        return _through_office(data, name, "doc")
    if data.startswith(b"{\\rtf"):
        return _through_office(data, name, "rtf")
    if any(data.startswith(mark) for mark in PICTURES):
        return programs.read_picture(data, name)
    text, remarks = decoded(data)
    text = CONTROLS.sub("", text)
    if html_page.is_html(text):
        return html_page.read_html(text, name)
    return replace(read_text(text, name), remarks=remarks)


def _in_unicode(document: Document) -> Document:
    """A file whose fonts are from before Unicode, converted part by part; parts in Unicode stay."""
    encoding = _old_encoding(document.text)
    if encoding is None:
        return document
    remarks = (*document.remarks, Remark.CONVERTED(encoding=encoding))
    return replace(respelled(document, lambda text: in_unicode(text, encoding)), remarks=remarks)


def _without_controls(document: Document) -> Document:
    """Made again only where a format has brought some, for plain text keeps its own places."""
    if CONTROLS.search(document.text) is None:
        return document
    return respelled(document, lambda text: CONTROLS.sub("", text))


def _zipped(data: bytes, name: str) -> Document:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InvalidInput(DocumentFault.BROKEN(format="Word")) from error
    if word_file.is_word(names):
        return word_file.read_word(data, name)
    if "content.xml" in names and "mimetype" in names:
        return _through_office(data, name, "odt")
    raise InvalidInput(DocumentFault.UNKNOWN())


def _through_office(data: bytes, name: str, ending: str) -> Document:
    document = word_file.read_word(programs.as_word(data, ending), name)
    return replace(document, remarks=(*document.remarks, Remark.THROUGH_OFFICE()))


def decoded(data: bytes) -> tuple[str, tuple[Fault, ...]]:
    """The text in the bytes: Unicode, or an encoding from before it where that is sure."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _unicode(data.decode("utf-16", "replace"))
    try:
        return _unicode(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        if sum(byte in BINARY for byte in data[:4096]) > len(data[:4096]) // 50:
            raise InvalidInput(DocumentFault.UNKNOWN()) from None
    windows = data.decode("cp1258", "replace")
    if common_share(windows) > READABLE and "\ufffd" not in windows:
        return windows, (Remark.CONVERTED(encoding="Windows-1258"),)
    return _unicode(data.decode("cp1252", "replace"))


def _unicode(text: str) -> tuple[str, tuple[Fault, ...]]:
    encoding = _old_encoding(text)
    if encoding is None:
        return text, ()
    converted = "\n".join(in_unicode(line, encoding) for line in text.split("\n"))
    return converted, (Remark.CONVERTED(encoding=encoding),)


def _old_encoding(text: str) -> OldEncoding | None:
    """What the lines are in that are not surely in Unicode."""
    old = "\n".join(line for line in text.split("\n") if not UNICODE_ONLY.search(line))
    encoding = unicode_text(old).encoding
    if encoding is None and is_old_font(old):
        raise InvalidInput(DocumentFault.OLD_FONT())
    return encoding
