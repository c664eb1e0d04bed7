"""Copies of feeds on disk, under the hash of their secret: what is served when the database is away.

Thunderbird takes one refusal as the end of a calendar, so a link that was ever served is served again,
also by a web part that was restarted meanwhile.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from reporting.stopped_feed import Bytes

FOLDER = "feeds/kept"


class FeedCopies:
    """One file a feed: a line of JSON with the validators, then the calendar."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def any(self) -> bool:
        """Whether anything was ever served from here."""
        return self.folder.is_dir() and next(self.folder.iterdir(), None) is not None

    def read(self, hashed: str) -> Bytes | None:
        """The copy, None where there is none that can be read."""
        try:
            head, _, data = (self.folder / hashed).read_bytes().partition(b"\n")
            told = json.loads(head)
            return Bytes(data, told["etag"], datetime.fromisoformat(told["changed_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, hashed: str, shown: Bytes) -> None:
        """Put the copy in its place in one step. Raises `OSError`."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = json.dumps({"etag": shown.etag, "changed_at": shown.changed_at.isoformat()})
        with NamedTemporaryFile(dir=self.folder, delete=False) as file:
            try:
                file.write(told.encode() + b"\n" + shown.data)
                file.close()
                Path(file.name).replace(self.folder / hashed)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise

    def remove(self, hashed: str) -> None:
        """Forget a feed that is gone. Raises `OSError`."""
        with suppress(FileNotFoundError):
            (self.folder / hashed).unlink()
