"""The mark: a file outside the database and its backups that says how far dondoc has come with a database.

A database that is put back to an earlier state forgets what was sent since; the mark does not. Each place (an
installation's file) is one witness of the database: the database counts the passes' commits for it, and the
file keeps the count. It is written beside and renamed, after the commit, so it never runs ahead of an intact
database.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy.engine import make_url

from models.settings import Settings

ENDING = ".mark"


class Mark(NamedTuple):
    """What one file says of one database: which witness it is, the commits it has seen, and the newest
    pass."""

    witness: str
    commits: int
    at: datetime


Marks = dict[str, Mark]
"""By the database's id."""


def mark_paths(settings: Settings) -> tuple[Path, ...]:
    """Where the marks are kept: outside the home, and beside a SQLite file that lies elsewhere, which several
    homes may share."""
    home = settings.home.absolute()
    paths = [settings.mark.absolute() if settings.mark is not None else _beside(home)]
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database not in (None, ":memory:"):
        file = Path(url.database or "").absolute()
        if home not in file.parents:
            paths.append(_beside(file))
    return tuple(dict.fromkeys(paths))


def _beside(place: Path) -> Path:
    """Beside the place, so that a backup of it does not bring the mark back; within it where that must be."""
    nearest = next((folder for folder in place.parents if folder.exists()), place)
    if place.name and os.access(nearest, os.W_OK):
        return place.with_name(place.name + ENDING)
    return place / ENDING.removeprefix(".")


def read_file(path: Path) -> Marks:
    """What the file says; nothing where there is none, or none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        return {id: Mark(row[0], row[1], datetime.fromisoformat(row[2])) for id, row in found.items()}
    except (OSError, ValueError, AttributeError, LookupError, TypeError):
        return {}


def begin(path: Path, database: str, now: datetime) -> Mark:
    """The mark for this database, begun if there is none yet. Raises `OSError` where it cannot be kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        found = read_file(path)
        if database not in found:
            found[database] = Mark(uuid4().hex, 0, now)
            _write(path, found)
        return found[database]


def advance(path: Path, database: str, mark: Mark) -> None:
    """Keep the mark, unless the file is further already. A full disk only makes it lag behind."""
    with suppress(OSError), _alone(path):
        found = read_file(path)
        before = found.get(database)
        if before is None or before.witness != mark.witness or before.commits < mark.commits:
            found[database] = mark
            _write(path, found)


def _write(path: Path, marks: Marks) -> None:
    text = json.dumps({id: (mark.witness, mark.commits, mark.at.isoformat()) for id, mark in marks.items()})
    new = path.with_name(f"{path.name}.{uuid4().hex[:8]}")
    try:
        new.write_text(text + "\n", encoding="ascii")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Of two processes at once, one after the other. Some network disks lock no folders; there the mark may
    lag."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
