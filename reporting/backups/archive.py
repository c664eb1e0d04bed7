"""The archive of a backup: a tar file with a manifest, the database, the files, and SHA256SUMS as the last.

Written and read as a stream, so that it fits into a pipe and nothing of it into memory. Reading accepts the
names that writing gives and no others, and every byte is held against the sums.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple, Self

from reporting.backups.faults import BackupFault, BackupRefused

FOLDER = "dondoc-backup"
MANIFEST, SUMS, KEY = "manifest.json", "SHA256SUMS", "secret-key"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
NAME = re.compile(
    rf"{FOLDER}/(manifest\.json|SHA256SUMS|secret-key|database\.(?:sqlite3|dump)|files/[0-9a-f]{{2}}/[0-9a-f]{{64}})"
)
BLOCK = 1 << 20
LONGEST_TEXT = 1 << 28
"""Bytes of the manifest or the sums: a million files."""


class Manifest(NamedTuple):
    """What a backup holds. `made_at`: the instant from which its database is; `revision`: of its schema;
    `database`: sqlite or postgresql."""

    made_at: datetime
    version: str
    revision: str
    database: str
    files: int


class ArchiveWriter:
    """Writes an archive to a stream; a context manager that completes it, unless there was an error."""

    def __init__(self, stream: IO[bytes], manifest: Manifest) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._made = int(manifest.made_at.timestamp())
        self._sums: dict[str, str] = {}
        document = manifest._asdict() | {"made_at": manifest.made_at.isoformat()}
        self.add_bytes(MANIFEST, json.dumps(document, indent=2).encode() + b"\n")

    def add_bytes(self, name: str, data: bytes) -> None:
        self._add(name, BytesIO(data), len(data))

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(f"{FOLDER}/{name}")
        member.size, member.mtime, member.mode = size, self._made, 0o600
        hashed = _Hashed(file)
        self._tar.addfile(member, hashed)
        self._sums[name] = hashed.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            lines = (f"{digest}  {name}\n" for name, digest in self._sums.items())
            self.add_bytes(SUMS, "".join(lines).encode())
        self._tar.close()


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def read_archive(stream: IO[bytes], path: Path, into: Path | None = None) -> Manifest:
    """Check every byte of the archive, and unpack it into a folder where one is given.

    Raises `BackupRefused` for what `ArchiveWriter` did not write, or for what is not whole any more.
    """
    found: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    try:
        for name, member, tar in _members(stream, path):
            source = tar.extractfile(member)
            assert source is not None
            if name in (MANIFEST, SUMS):
                texts[name] = source.read(LONGEST_TEXT)
                found[name] = hashlib.sha256(texts[name]).hexdigest()
            else:
                found[name] = _unpacked(source, None if into is None else into / name)
    except (tarfile.TarError, EOFError) as error:
        fault = BackupFault.CUT if texts else BackupFault.FOREIGN
        raise BackupRefused(fault(path=str(path))) from error
    if MANIFEST not in texts:
        raise BackupRefused(BackupFault.FOREIGN(path=str(path)))
    if SUMS not in texts:
        raise BackupRefused(BackupFault.CUT(path=str(path)))
    _require_sums(path, texts[SUMS], found)
    return _manifest(path, texts[MANIFEST])


def _members(stream: IO[bytes], path: Path) -> Iterator[tuple[str, tarfile.TarInfo, tarfile.TarFile]]:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            known = NAME.fullmatch(member.name)
            if known is None or not member.isreg():
                raise BackupRefused(BackupFault.FOREIGN(path=str(path)))
            yield known[1], member, tar


def _unpacked(source: IO[bytes], place: Path | None) -> str:
    """Copy a member to its place, which may be none; gives its SHA-256."""
    hashed = _Hashed(source)
    if place is None:
        while hashed.read(BLOCK):
            pass
        return hashed.hexdigest()
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as file:
        shutil.copyfileobj(hashed, file, BLOCK)
    return hashed.hexdigest()


def _require_sums(path: Path, sums: bytes, found: dict[str, str]) -> None:
    lines = (line.partition("  ") for line in sums.decode("ascii", "replace").splitlines())
    said = {name: digest for digest, _, name in lines}
    own = {name: digest for name, digest in found.items() if name != SUMS}
    for name in sorted(said.keys() | own.keys()):
        if said.get(name) != own.get(name):
            raise BackupRefused(BackupFault.DAMAGED(path=str(path), part=name))


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        document = json.loads(text)
        made_at = datetime.fromisoformat(document["made_at"])
        names = ("version", "revision", "database")
        version, revision, database = (str(document[name]) for name in names)
        return Manifest(made_at, version, revision, database, int(document["files"]))
    except (ValueError, LookupError, TypeError) as error:
        raise BackupRefused(BackupFault.FOREIGN(path=str(path))) from error
