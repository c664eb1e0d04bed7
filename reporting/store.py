"""The content-addressed store of documents: bytes under their SHA-256 in the home folder.

A file is written whole, flushed to the disk and then renamed into place, before the database learns of it: a
crash leaves at worst a file nobody refers to, never a submission whose file is missing.
"""

import hashlib
import os
import tempfile
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath, PureWindowsPath

from models.errors import InvalidInput
from models.settings import Settings
from reporting.file_content import is_protected, is_what_it_says

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


class Fault(StrEnum):
    """What is wrong with a file that is not taken."""

    NAME = "name"
    SIZE = "size"
    EMPTY = "empty"
    TYPE = "type"
    CONTENT = "content"
    PASSWORD = "password"


class FileRefused(InvalidInput):
    """A file that is not taken; a page says why in its reader's language."""

    def __init__(self, name: str, fault: Fault, message: str) -> None:
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
    last = PureWindowsPath(PurePosixPath(name).name).name
    text = unicodedata.normalize("NFC", "".join(c for c in last if c.isprintable())).strip(" .")
    if not text:
        problem = f"{name!r} is no file name; give the file a name such as bao-cao.pdf"
        raise FileRefused(name, Fault.NAME, problem)
    stem, dot, ending = text.rpartition(".")
    return text if len(text) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"


def allowed_endings(settings: Settings) -> list[str]:
    """The endings that a report's file may have, in lower case."""
    return [part.strip().lower() for part in settings.upload_types.split(",") if part.strip()]


def path_of(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this SHA-256 are kept."""
    return settings.home / "files" / sha256[:2] / sha256


def check(settings: Settings, name: str, data: bytes) -> StoredFile:
    """What the file would be in the store. Raises `FileRefused` for its size, name, type or content."""
    name = clean_name(name)
    _require_size(settings, name, len(data))
    ending = name.rpartition(".")[2].lower()
    allowed = allowed_endings(settings)
    if "." not in name or ending not in allowed:
        problem = f"{name} is of a type that is not taken; send one of: {', '.join(allowed)}"
        raise FileRefused(name, Fault.TYPE, problem)
    if is_protected(data):
        problem = f"{name} is password-protected; remove the password, save it and send it again"
        raise FileRefused(name, Fault.PASSWORD, problem)
    if not is_what_it_says(ending, data):
        problem = f"{name} is not what its ending says; save it again as a true .{ending}"
        raise FileRefused(name, Fault.CONTENT, problem)
    media_type = MEDIA_TYPES.get(ending, "application/octet-stream")
    digest = hashlib.sha256(data).hexdigest()
    return StoredFile(name=name, media_type=media_type, size=len(data), sha256=digest)


def _require_size(settings: Settings, name: str, size: int) -> None:
    if size > settings.upload_limit_mb * 1024 * 1024:
        problem = (
            f"{name} has {size / 1024 / 1024:.1f} MB; at most {settings.upload_limit_mb} MB are taken, "
            "so make it smaller or split it (setting DONDOC_UPLOAD_LIMIT_MB)"
        )
        raise FileRefused(name, Fault.SIZE, problem)
    if not size:
        problem = f"{name} is empty; choose the file with the report in it"
        raise FileRefused(name, Fault.EMPTY, problem)


def keep(settings: Settings, name: str, data: bytes) -> StoredFile:
    """Check the file and put its bytes into the store; the same bytes are kept once."""
    stored = check(settings, name, data)
    place = path_of(settings, stored.sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(place, data)
    return stored


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
        raise InvalidInput(f"{path} is no file; name the file with the report in it")
    _require_size(settings, path.name, path.stat().st_size)
    return path.name, path.read_bytes()
