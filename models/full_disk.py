"""A disk without room, known by what files and databases say about it, in plain words with the remedy."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

from calendars.errors import Fault, FaultCode

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
POSTGRESQL = "53100"
"""PostgreSQL's code for a full disk."""
SQLITE = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})
"""SQLite's: the second where the file of its shared memory cannot grow."""


class FullDisk(FaultCode):
    HERE = (
        "đĩa đã đầy nên chưa làm xong; dọn bớt đĩa chứa DONDOC_HOME, hoặc chuyển DONDOC_HOME sang đĩa khác, "
        "rồi làm lại; không mất gì đã lưu",
        "the disk is full, so this could not be finished; make room on the disk of DONDOC_HOME, or move "
        "DONDOC_HOME to another, then do it again; nothing kept so far is lost",
    )
    OF_DATABASE = (
        "đĩa của máy chủ cơ sở dữ liệu đã đầy nên chưa làm xong; dọn bớt đĩa đó rồi làm lại; "
        "không mất gì đã lưu",
        "the disk of the database server is full, so this could not be finished; make room there, "
        "then do it again; nothing kept so far is lost",
    )


def full_disk(error: BaseException) -> Fault | None:
    """What to say if a full disk is behind an error; None if something else is."""
    if isinstance(error, OSError):
        return FullDisk.HERE() if error.errno in NO_ROOM else None
    if isinstance(error, DBAPIError):
        if getattr(error.orig, "sqlstate", None) == POSTGRESQL:
            return FullDisk.OF_DATABASE()
        return FullDisk.HERE() if getattr(error.orig, "sqlite_errorname", "") in SQLITE else None
    return None
