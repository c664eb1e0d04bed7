"""Errors of the operating system and the network in both languages, and the recognition of a full disk."""

from __future__ import annotations

import errno
import sqlite3
from socket import gaierror

from sqlalchemy.exc import DBAPIError

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
POSTGRESQL = "53100"
"""PostgreSQL's code for a full disk."""
SQLITE = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})
"""SQLite's: the second where the file of its shared memory cannot grow."""


class FullDisk(FaultCode):
    HERE = N_(
        "the disk is full, so this could not be finished; make room on the disk of DONDOC_HOME, "
        "or move DONDOC_HOME to another, then do it again; nothing kept so far is lost"
    )
    OF_DATABASE = N_(
        "the disk of the database server is full, so this could not be finished; make room "
        "there, then do it again; nothing kept so far is lost"
    )


def full_disk(error: BaseException) -> Fault | None:
    """The fault to show if a full disk caused the error, else None."""
    if isinstance(error, OSError):
        return FullDisk.HERE() if error.errno in NO_ROOM else None
    cause = error.orig if isinstance(error, DBAPIError) else error
    if getattr(cause, "sqlstate", None) == POSTGRESQL:
        return FullDisk.OF_DATABASE()
    is_full = isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorname", "") in SQLITE
    return FullDisk.HERE() if is_full else None


class SystemFault(FaultCode):
    """Errors of files and connections."""

    DENIED = N_("Permission denied")
    FULL = N_("No space left on device")
    READ_ONLY = N_("Read-only file system")
    ABSENT = N_("No such file or directory")
    FOLDER = N_("Is a directory")
    REFUSED = N_("Connection refused")
    TIMED_OUT = N_("timed out")
    UNREACHABLE = N_("Network is unreachable")
    UNKNOWN_NAME = N_("Name or service not known")
    ENDED = N_("Connection reset by peer")
    IN_USE = N_("Address already in use")


BY_NUMBER = {
    errno.EACCES: SystemFault.DENIED,
    errno.EPERM: SystemFault.DENIED,
    errno.ENOSPC: SystemFault.FULL,
    errno.EDQUOT: SystemFault.FULL,
    errno.EROFS: SystemFault.READ_ONLY,
    errno.ENOENT: SystemFault.ABSENT,
    errno.EISDIR: SystemFault.FOLDER,
    errno.ECONNREFUSED: SystemFault.REFUSED,
    errno.ETIMEDOUT: SystemFault.TIMED_OUT,
    errno.ENETUNREACH: SystemFault.UNREACHABLE,
    errno.EHOSTUNREACH: SystemFault.UNREACHABLE,
    errno.ECONNRESET: SystemFault.ENDED,
    errno.EADDRINUSE: SystemFault.IN_USE,
}


def system_words(error: OSError) -> str:
    """The error in both languages; the system's own English where it has no code here."""
    if isinstance(error, TimeoutError):
        return SystemFault.TIMED_OUT()
    if isinstance(error, gaierror):
        return SystemFault.UNKNOWN_NAME()
    code = BY_NUMBER.get(error.errno or 0)
    return code() if code is not None else error.strerror or str(error)
