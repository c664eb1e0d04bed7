"""The content-addressed store of documents: bytes under their SHA-256 in the home folder.

A file is written whole, flushed to the disk and then renamed into place, before the database learns of it: a
crash leaves at worst a file nobody refers to, never a submission whose file is missing.
"""

import hashlib
import os
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from models.errors import InvalidInput
from models.settings import Settings

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "odt": (b"PK\x03\x04",),
    "ods": (b"PK\x03\x04",),
    "doc": (b"\xd0\xcf\x11\xe0",),
    "xls": (b"\xd0\xcf\x11\xe0",),
}
"""How files of a type begin: the content decides, not the name alone."""

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
}


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in the store; `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """The last part of a file's name, without anything that could lead elsewhere. Raises `InvalidInput`."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    text = unicodedata.normalize("NFC", "".join(c for c in last if c.isprintable())).strip(" .")
    if not text:
        raise InvalidInput(f"{name!r} is no file name; give the file a name such as bao-cao.pdf")
    stem, dot, ending = text.rpartition(".")
    return text if len(text) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"


def path_of(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this SHA-256 are kept."""
    return settings.home / "files" / sha256[:2] / sha256


def check(settings: Settings, name: str, data: bytes) -> StoredFile:
    """What the file would be in the store. Raises `InvalidInput` for its size, name or type."""
    name = clean_name(name)
    limit = settings.upload_limit_mb * 1024 * 1024
    if len(data) > limit:
        raise InvalidInput(
            f"{name} has {len(data) / 1024 / 1024:.1f} MB; at most {settings.upload_limit_mb} MB are taken, "
            "so make it smaller or split it (setting DONDOC_UPLOAD_LIMIT_MB)"
        )
    if not data:
        raise InvalidInput(f"{name} is empty; choose the file with the report in it")
    ending = name.rpartition(".")[2].lower()
    allowed = [part.strip().lower() for part in settings.upload_types.split(",")]
    if "." not in name or ending not in allowed:
        raise InvalidInput(f"{name} is of a type that is not taken; send one of: {', '.join(allowed)}")
    signatures = SIGNATURES.get(ending)
    if signatures and not data.startswith(signatures):
        raise InvalidInput(f"{name} is not what its ending says; save it again as a true .{ending}")
    media_type = MEDIA_TYPES.get(ending, "application/octet-stream")
    digest = hashlib.sha256(data).hexdigest()
    return StoredFile(name=name, media_type=media_type, size=len(data), sha256=digest)


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
    size = path.stat().st_size
    if size > settings.upload_limit_mb * 1024 * 1024:
        raise InvalidInput(
            f"{path.name} has {size / 1024 / 1024:.1f} MB; at most {settings.upload_limit_mb} MB are taken, "
            "so make it smaller or split it (setting DONDOC_UPLOAD_LIMIT_MB)"
        )
    return path.name, path.read_bytes()
