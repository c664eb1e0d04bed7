"""The content-addressed store of documents: bytes under their SHA-256 in the home folder.

A file is written whole, flushed to the disk and then renamed into place, before the database learns of it: a
crash leaves at worst a file nobody refers to, never a submission whose file is missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput
from models.settings import Settings
from models.text import last_part

ZIP_PARTS = {"docx": "word/", "xlsx": "xl/"}
MACROS = "vbaproject.bin"
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
OLE_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
"""Names of streams inside the older Office formats; they are UTF-16 in the file's directory."""
PROTECTED = ("EncryptionInfo", "EncryptedPackage")
"""Streams in which the newer Office formats keep a document that asks for a password."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEFORE_PDF = 1024
"""Octets: a mark of order, the words of a printer or of a transfer. Readers of PDF pass over as many."""
NO_PDF = re.compile(rb"MZ|PK\x03\x04|\x7fELF|#!|Rar!|\xd0\xcf\x11\xe0|\xff\xd8\xff|\x89PNG")
ZIPPED = frozenset({"zip", *ZIP_PARTS, *OPEN_DOCUMENT})
STORE = "files"
"""The folder of the store in the home."""
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
    """Whether it is an Office document encrypted with a password."""
    small = data.lower() if data.startswith(OLE) else b""
    return all(_has_stream(small, name) for name in PROTECTED)


def _has_stream(small: bytes, name: str) -> bool:
    """Names of streams are the same in any letter case; `small` are the file's octets in small letters."""
    return name.lower().encode("utf-16-le") + b"\0\0" in small


def _begins_as(ending: str, data: bytes) -> bool:
    """An extension added by an administrator passes with any content of no known type."""
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
    """The media type that an OpenDocument file declares in its first member."""
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


MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


class StoreError(StrEnum):
    """Reasons to refuse a file."""

    NAME = "name"
    SIZE = "size"
    EMPTY = "empty"
    TYPE = "type"
    CONTENT = "content"
    PASSWORD = "password"


class StoreFault(FaultCode):
    """Why a file is not taken, and what to send instead."""

    NAME = N_("'%(name)s' is no file name; give the file a name such as bao-cao.pdf")
    TYPE = N_("%(name)s is of a type that is not taken; send one of: %(endings)s")
    PASSWORD = N_("%(name)s is password-protected; remove the password, save it and send it again")
    CONTENT = N_("%(name)s is not what its ending says; save it again as a true .%(ending)s")
    SIZE = N_(
        "%(name)s has %(megabytes)s MB; at most %(most)s MB are taken, so make it smaller or split it "
        "(setting DONDOC_UPLOAD_LIMIT_MB)"
    )
    EMPTY = N_("%(name)s is empty; choose the file with the report in it")
    NO_FILE = N_("%(path)s is no file; name the file with the report in it")


class FileRefused(InvalidInput):
    """A refused file; a page shows the reason in its language."""

    def __init__(self, name: str, fault: StoreError, message: str) -> None:
        super().__init__(message)
        self.name, self.fault = name, fault


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in the store; `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """The last part of a file's name, without anything that could lead elsewhere. Raises `FileRefused`."""
    text = last_part(name).strip(" .")
    if not text:
        raise FileRefused(name, StoreError.NAME, StoreFault.NAME(name=name))
    stem, dot, ending = text.rpartition(".")
    return text if len(text) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"


def allowed_endings(settings: Settings) -> list[str]:
    """The endings that a report's file may have, in lower case."""
    return [part.strip().lower() for part in settings.upload_types.split(",") if part.strip()]


def path_of(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this SHA-256 are kept."""
    return settings.home / STORE / sha256[:2] / sha256


def check(settings: Settings, name: str, data: bytes) -> StoredFile:
    """Validate a file without storing it. Raises `FileRefused` for its size, name, type or content."""
    name = clean_name(name)
    _require_size(settings, name, len(data))
    ending = name.rpartition(".")[2].lower()
    allowed = allowed_endings(settings)
    if "." not in name or ending not in allowed:
        problem = StoreFault.TYPE(name=name, endings=", ".join(allowed))
        raise FileRefused(name, StoreError.TYPE, problem)
    if is_protected(data):
        raise FileRefused(name, StoreError.PASSWORD, StoreFault.PASSWORD(name=name))
    if not is_what_it_says(ending, data):
        raise FileRefused(name, StoreError.CONTENT, StoreFault.CONTENT(name=name, ending=ending))
    media_type = MEDIA_TYPES.get(ending, "application/octet-stream")
    digest = hashlib.sha256(data).hexdigest()
    return StoredFile(name=name, media_type=media_type, size=len(data), sha256=digest)


def too_large(settings: Settings, name: str, size: int) -> FileRefused | None:
    """Why a file of so many bytes is not taken."""
    most = settings.upload_limit_mb
    if size <= most * 2**20:
        return None
    problem = StoreFault.SIZE(name=name, megabytes=round(size / 2**20, 1), most=most)
    return FileRefused(name, StoreError.SIZE, problem)


def _require_size(settings: Settings, name: str, size: int) -> None:
    refused = too_large(settings, name, size)
    if refused is not None:
        raise refused
    if not size:
        raise FileRefused(name, StoreError.EMPTY, StoreFault.EMPTY(name=name))


def keep(settings: Settings, name: str, data: bytes) -> StoredFile:
    """Check the file and put its bytes into the store; the same bytes are kept once."""
    stored = check(settings, name, data)
    put(settings, data)
    return stored


def put(settings: Settings, data: bytes) -> str:
    """Put bytes that were checked into the store; their SHA-256."""
    digest = hashlib.sha256(data).hexdigest()
    place = path_of(settings, digest)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(place, data)
    return digest


def _write_whole(place: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_checked(settings: Settings, path: Path) -> tuple[str, bytes]:
    """A file from the disk as (name, bytes), refusing one that is too large before reading it."""
    if path.exists() and not path.is_file():  # a folder, or a pipe that would be waited for
        raise InvalidInput(StoreFault.NO_FILE(path=str(path)))
    _require_size(settings, path.name, path.stat().st_size)
    return path.name, path.read_bytes()
