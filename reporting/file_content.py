"""Whether a file is what its ending says: judged by the bytes, because anybody can rename a file.

`puremagic` knows how formats begin. Office formats all begin alike, so their inside is looked at as well. A
text has nothing to begin with: it must be readable, and no page or script in disguise.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

ZIP_PARTS = {"docx": "word/", "xlsx": "xl/"}
MACROS = "vbaproject.bin"
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
OLE_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
"""Names of streams inside the older Office formats; those stand in UTF-16 in the file's directory."""
PROTECTED = ("EncryptionInfo", "EncryptedPackage")
"""Streams in which the newer Office formats keep a document that asks for a password."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEFORE_PDF = 1024
"""Octets: a mark of order, the words of a printer or of a transfer. Readers of PDF pass over as many."""
NO_PDF = re.compile(rb"MZ|PK\x03\x04|\x7fELF|#!|Rar!|\xd0\xcf\x11\xe0|\xff\xd8\xff|\x89PNG")
ZIPPED = frozenset({"zip", *ZIP_PARTS, *OPEN_DOCUMENT})
TEXTS = frozenset({"txt", "csv"})
MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|script|svg|\?xml|\?php|iframe|meta)\b", re.IGNORECASE)
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CLOSING = re.compile(rb"\x1a[\x1a\s\x00]*\Z")
"""Ctrl-Z, with which old programs close a text; they fill up the last block of the disk."""
MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}


def is_what_it_says(ending: str, data: bytes) -> bool:
    """Whether the bytes are of the type that the ending (lower case, without dot) names."""
    if ending in TEXTS:
        return _is_text(data)
    if not _begins_as(ending, data):
        return False
    if ending in ZIPPED:
        return _is_zipped(ending, data)
    names = OLE_STREAMS.get(ending, ())
    return not names or any(_has_stream(data.lower(), name) for name in names)


def is_protected(data: bytes) -> bool:
    """Whether it is an Office document behind a password: nobody can see what it is."""
    small = data.lower() if data.startswith(OLE) else b""
    return all(_has_stream(small, name) for name in PROTECTED)


def _has_stream(small: bytes, name: str) -> bool:
    """Names of streams are the same in any letter case; `small` are the file's octets in small letters."""
    return name.lower().encode("utf-16-le") + b"\0\0" in small


def _begins_as(ending: str, data: bytes) -> bool:
    """An ending that an administrator has added and no list knows passes with any content but a known one."""
    if ending == "pdf":
        return _begins_as_pdf(data)
    import puremagic  # loads a large table: only where a file comes in

    try:
        found = {match.extension.removeprefix(".") for match in puremagic.magic_string(data)}
    except puremagic.PureError:
        found = set()
    if ending == "zip":
        return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    return ending in found or not (found or _is_known(ending))


def _begins_as_pdf(data: bytes) -> bool:
    place = data.find(b"%PDF-", 0, BEFORE_PDF + len(b"%PDF-"))
    return place == 0 or (place > 0 and NO_PDF.match(data) is None and MARKUP.search(data[:place]) is None)


def _is_known(ending: str) -> bool:
    return ending in {"pdf", "png", "jpg", "jpeg", *ZIPPED, *OLE_STREAMS}


def _is_zipped(ending: str, data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [_part_name(name) for name in archive.namelist()]
            if ending in OPEN_DOCUMENT:
                return _open_document_type(archive) == OPEN_DOCUMENT[ending]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    if any(name.endswith(MACROS) for name in names) and ending != "zip":
        return False  # a document with a program in it has another ending (docm, xlsm)
    part = ZIP_PARTS.get(ending, "")
    return not part or any(name.startswith(part) for name in names)


def _part_name(name: str) -> str:
    """Parts of a package are named in any letter case, and some programs write backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _open_document_type(archive: zipfile.ZipFile) -> bytes:
    """What an OpenDocument file says it is, in the member that the standard puts first."""
    try:
        with archive.open("mimetype") as member:
            return member.read(100).strip()
    except KeyError:
        return b""


def _is_text(data: bytes) -> bool:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            data = data[len(mark) :].decode(encoding, "replace").encode()
            break
    return NO_TEXT.search(CLOSING.sub(b"", data)) is None and MARKUP.match(data) is None
