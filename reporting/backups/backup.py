"""Making a backup while the program runs, and putting one back.

The database is copied at one instant, by its own means; then the files. A file is in the store before the
database learns of it and is never changed or removed, so the files that the copy names are all there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from models.database import address, is_missing, migrate, note_known, open_engine, refuse_newer, revision
from models.settings import OWN_KEY, Settings
from models.system_faults import full_disk
from reporting.backups.archive import DATABASES, KEY, ArchiveWriter, Manifest, read_archive
from reporting.backups.faults import BackupFault, BackupRefused
from reporting.backups.programs import decrypting, dump, encrypting, is_encrypted, undump
from reporting.files.store import STORE

STAMP = "%Y-%m-%dT%H%M%S"
SQLITE_FILES = ("", "-wal", "-shm")
FilesProgress = Callable[[int, int], None]
"""Files done, of how many."""


class Backup(NamedTuple):
    """A backup that was made or read."""

    path: Path
    manifest: Manifest
    size: int


def _quiet(_done: int, _all: int) -> None:
    """Nobody is told."""


def make_backup(
    settings: Settings,
    folder: Path,
    now: datetime,
    passphrase: Path | None = None,
    progress: FilesProgress = _quiet,
) -> Backup:
    """Keep the database, the files and the own key in a new archive in the folder, and read it once more.

    It appears under its name whole or not at all. Raises `BackupRefused`.
    """
    engine = open_engine(settings.database, create=False)
    try:
        if is_missing(engine) or (schema := revision(engine)) is None:
            raise BackupRefused(BackupFault.NO_DATABASE(where=address(engine)))
        kind = engine.dialect.name
    finally:
        engine.dispose()
    if folder.exists() and not folder.is_dir():
        raise BackupRefused(BackupFault.NO_FOLDER(path=str(folder)))
    with _room_in(folder):
        return _make(settings, folder, now, schema, kind, passphrase, progress)


@contextmanager
def _room_in(folder: Path) -> Iterator[None]:
    """A full disk, and what SQLite has against the database, as reasons; both come from several libraries."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if full_disk(error) is not None:
            raise BackupRefused(BackupFault.NO_ROOM(path=str(folder))) from error
        if isinstance(error, sqlite3.Error):
            raise BackupRefused(BackupFault.PROGRAM(program="SQLite", reason=str(error))) from error
        raise


def _make(
    settings: Settings,
    folder: Path,
    now: datetime,
    schema: str,
    kind: str,
    passphrase: Path | None,
    progress: FilesProgress,
) -> Backup:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = now.astimezone(settings.zone).strftime(STAMP)
    place = folder / f"dondoc-{stamp}.tar{'.gpg' if passphrase else ''}"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        copy = Path(scratch) / DATABASES[kind]
        _copy_database(settings, copy)
        files = sorted(_stored(settings))
        manifest = Manifest(now, version("dondoc"), schema, kind, len(files))
        whole = Path(scratch) / place.name
        with _written(whole, passphrase) as stream, ArchiveWriter(stream, manifest) as archive:
            archive.add_file(copy.name, copy)
            if (settings.home / OWN_KEY).exists():
                archive.add_file(KEY, settings.home / OWN_KEY)
            for number, path in enumerate(files, 1):
                archive.add_file(str(path.relative_to(settings.home)), path)
                progress(number, len(files))
        check_backup(whole, passphrase)
        whole.chmod(0o600)
        whole.replace(place)
    return Backup(place, manifest, place.stat().st_size)


def check_backup(path: Path, passphrase: Path | None = None, into: Path | None = None) -> Manifest:
    """Read the whole archive and hold every byte against its sums; unpacks it where a folder is given. Raises
    `BackupRefused`, and `OSError` where it cannot be read."""
    with _opened(path, passphrase) as stream:
        return read_archive(stream, path, into)


def put_back(
    settings: Settings, path: Path, passphrase: Path | None, replace: bool, now: datetime
) -> Manifest:
    """Put a backup into the home and the database of the settings, which must hold nothing, and bring the
    schema to this version.

    `replace`: an SQLite database that is there is moved aside first, named after the instant. Raises
    `BackupRefused`, or `DatabaseNotReady` for a backup of a newer version; then nothing was changed.
    """
    home = settings.home.absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restoring-") as scratch:
        unpacked = Path(scratch)
        manifest = check_backup(path, passphrase, unpacked)
        refuse_newer(manifest.revision)
        _require_room(settings, manifest, replace)
        for each in sorted((unpacked / STORE).rglob("*")) if (unpacked / STORE).exists() else ():
            if each.is_file():
                _move(each, home / each.relative_to(unpacked))
        aside = now.astimezone(settings.zone).strftime(f".before-{STAMP}")
        _put_database(settings, unpacked / DATABASES[manifest.database], aside)
        if (unpacked / KEY).exists():
            _set_aside(home / OWN_KEY, aside)
            _move(unpacked / KEY, home / OWN_KEY)
    engine = open_engine(settings.database, create=False)
    try:
        migrate(engine)
    finally:
        engine.dispose()
    note_known(settings.home)
    return manifest


def _stored(settings: Settings) -> Iterator[Path]:
    for path in (settings.home / STORE).glob("??/*"):
        if not path.name.startswith("."):
            yield path


@contextmanager
def _written(path: Path, passphrase: Path | None) -> Iterator[IO[bytes]]:
    if passphrase is not None:
        with encrypting(path, passphrase) as stream:
            yield stream
        return
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _opened(path: Path, passphrase: Path | None) -> Iterator[IO[bytes]]:
    if not is_encrypted(path):
        with path.open("rb") as file:
            yield file
        return
    if passphrase is None:
        raise BackupRefused(BackupFault.LOCKED(path=str(path)))
    with decrypting(path, passphrase) as stream:
        yield stream


def _copy_database(settings: Settings, place: Path) -> None:
    url = make_url(settings.database)
    if url.get_backend_name() == "postgresql":
        dump(url, place)
        return
    source = f"file:{Path(url.database or '').absolute()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as old, closing(sqlite3.connect(place)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        (said,) = new.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise BackupRefused(BackupFault.PROGRAM(program="SQLite", reason=said))


def _require_room(settings: Settings, manifest: Manifest, replace: bool) -> None:
    engine = open_engine(settings.database, create=False)
    try:
        own = engine.dialect.name
        if manifest.database != own:
            raise BackupRefused(BackupFault.OTHER_KIND(found=manifest.database, own=own))
        if own == "sqlite":
            if not is_missing(engine) and not replace:
                raise BackupRefused(BackupFault.OCCUPIED(where=address(engine)))
            if _is_in_use(Path(engine.url.database or "")):
                raise BackupRefused(BackupFault.IN_USE(where=address(engine)))
        elif revision(engine) is not None or inspect(engine).get_table_names():
            raise BackupRefused(BackupFault.OCCUPIED_SERVER(where=address(engine)))
    finally:
        engine.dispose()


def _is_in_use(place: Path) -> bool:
    """Whether another process has the SQLite file open: only who is alone with it may leave WAL mode."""
    if not place.exists():
        return False
    try:
        with closing(sqlite3.connect(place, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:  # it is broken, which is why a backup is put back
        pass
    return False


def _put_database(settings: Settings, copy: Path, aside: str) -> None:
    url = make_url(settings.database)
    if url.get_backend_name() == "postgresql":
        undump(url, copy)
        return
    place = Path(url.database or "")
    for ending in SQLITE_FILES:
        _set_aside(place.with_name(place.name + ending), aside)
    _move(copy, place)


def _set_aside(path: Path, ending: str) -> None:
    if path.exists():
        path.rename(path.with_name(path.name + ending))


def _move(path: Path, place: Path) -> None:
    """The same bytes may be there already; across disks it is copied beside and renamed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".incoming-{place.name}")
    shutil.move(path, beside)
    beside.chmod(0o600)
    beside.replace(place)
