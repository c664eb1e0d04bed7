"""A full disk is known by what files and databases say, and said in plain words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from models.database import migrate, open_engine, writing
from models.system_faults import FullDisk, full_disk


class _PostgresError(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FullDisk.HERE),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FullDisk.HERE),
        (OSError(errno.EACCES, "Permission denied"), None),
        (OperationalError("INSERT", {}, _PostgresError()), FullDisk.OF_DATABASE),
        (OperationalError("INSERT", {}, Exception("database is locked")), None),
        (ValueError("full"), None),
    ],
)
def test_it_knows_a_full_disk(error: Exception, fault: FullDisk | None) -> None:
    assert full_disk(error) == (None if fault is None else fault())


def test_it_knows_a_file_that_has_no_room() -> None:
    with pytest.raises(OSError) as raised:
        os.write(os.open("/dev/full", os.O_WRONLY), b"x")
    assert full_disk(raised.value) == FullDisk.HERE()


def test_it_knows_sqlite_without_room(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'small.sqlite3'}")
    migrate(engine)
    with pytest.raises(DBAPIError) as raised, writing(engine) as session:
        pages = session.execute(text("PRAGMA page_count")).scalar()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        session.execute(text("CREATE TABLE much (content TEXT)"))
        session.execute(text("INSERT INTO much VALUES (hex(randomblob(1000000)))"))
    engine.dispose()
    assert full_disk(raised.value) == FullDisk.HERE()
    assert raised.value.orig is not None
    assert full_disk(raised.value.orig) == FullDisk.HERE()  # as the driver raises it
