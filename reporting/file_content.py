"""Whether a file is what its ending says: judged by the bytes, because anybody can rename a file.

`puremagic` knows how formats begin. Office formats all begin alike, so their inside is looked at as well. A
text has nothing to begin with: it must be readable, and no page or script in disguise.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

ZIP_PARTS = {"docx": "word/", "xlsx": "xl/"}
MACROS = "vbaProject.bin"
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
OLE_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
"""Names of streams inside the older Office formats; those stand in UTF-16 in the file's directory."""
ZIPPED = frozenset({"zip", *ZIP_PARTS, *OPEN_DOCUMENT})
TEXTS = frozenset({"txt", "csv"})
MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|script|svg|\?xml|\?php|iframe|meta)\b", re.IGNORECASE)
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
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
    return not names or any(name.encode("utf-16-le") + b"\0\0" in data for name in names)


def _begins_as(ending: str, data: bytes) -> bool:
    """An ending that an administrator has added and no list knows passes with any content but a known one."""
    import puremagic  # loads a large table: only where a file comes in

    try:
        found = {match.extension.removeprefix(".") for match in puremagic.magic_string(data)}
    except puremagic.PureError:
        found = set()
    if ending == "zip":
        return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    return ending in found or not (found or _is_known(ending))


def _is_known(ending: str) -> bool:
    return ending in {"pdf", "png", "jpg", "jpeg", *ZIPPED, *OLE_STREAMS}


def _is_zipped(ending: str, data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if ending in OPEN_DOCUMENT:
                return _open_document_type(archive) == OPEN_DOCUMENT[ending]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    if any(name.endswith(MACROS) for name in names) and ending != "zip":
        return False  # a document with a program in it has another ending (docm, xlsm)
    part = ZIP_PARTS.get(ending, "")
    return not part or any(name.startswith(part) for name in names)


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
    return NO_TEXT.search(data) is None and MARKUP.match(data) is None
