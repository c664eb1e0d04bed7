"""Why a database is refused, in words that name the remedy; a password is never among them.

Drivers have no codes for most of what keeps a connection from being made, so PostgreSQL's is known by its
words. What they do not know is said as the driver says it.
"""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_
from models.system_faults import full_disk

CORRECT_URL = N_("correct DONDOC_DATABASE_URL")


class DatabaseFault(FaultCode):
    """Why the database cannot be worked with, and what to do."""

    AWAY = (
        N_("the database %(where)s cannot be reached (%(reason)s)"),
        N_("check DONDOC_DATABASE_URL and that it runs"),
    )
    PASSWORD = (
        N_("the database %(where)s refuses the user name or the password"),
        N_("correct both in DONDOC_DATABASE_URL"),
    )
    NO_HOST = N_("no machine of the name in %(where)s is known"), CORRECT_URL
    NOT_LISTENING = (
        N_("no database server listens at %(where)s"),
        N_("start it, or correct host and port in DONDOC_DATABASE_URL"),
    )
    NO_NAME = (
        N_("the server has no database of the name in %(where)s"),
        N_("create it (createdb --encoding=UTF8 --template=template0 NAME), or correct DONDOC_DATABASE_URL"),
    )
    NOT_ALLOWED = (
        N_("the database %(where)s lets nobody in from here (%(reason)s)"),
        N_("allow it in the server's pg_hba.conf"),
    )
    CROWDED = (
        N_("the database %(where)s has no connection left"),
        N_("raise max_connections there, or start fewer parts of dondoc"),
    )
    NOT_YET = N_("the database %(where)s is starting or stopping"), N_("try again in a minute")
    ENCODING = (
        N_("the database %(where)s has the encoding %(encoding)s, in which Vietnamese cannot be kept"),
        N_("create one with UTF8: createdb --encoding=UTF8 --template=template0 NAME"),
    )
    READ_ONLY = (
        N_("the database %(where)s can only be read"),
        N_("give dondoc the right to write, or name the server that takes changes"),
    )
    NOT_OPENED = (
        N_("the database file %(where)s cannot be opened"),
        N_("check that its folder is there and that this user may write in it"),
    )
    NO_DATABASE = N_("%(where)s is no database"), N_("restore a backup, or correct DONDOC_DATABASE_URL")
    BROKEN = N_("the database %(where)s is damaged (%(reason)s)"), N_("restore a backup")
    BUSY = (
        N_("the database %(where)s was busy for too long (%(reason)s)"),
        N_("try again; if it stays so, see: dondoc doctor"),
    )
    NOT_SET_UP = N_("the database is not set up for this version"), N_("run: dondoc init")
    NEWER = (
        N_("the database is of a newer version of dondoc (schema %(found)s, this version has %(own)s)"),
        N_("install that version, or restore a backup of before its update"),
    )
    GONE = (
        N_("the database %(where)s is missing or empty, but %(home)s had one"),
        N_("restore it from a backup, or correct DONDOC_DATABASE_URL; for an empty one: dondoc init"),
    )
    NO_ADDRESS = N_("DONDOC_DATABASE_URL is no database address"), N_("see docs/settings.md")
    NO_KIND = N_("DONDOC_DATABASE_URL must begin with sqlite:/// or postgresql://")


BY_WORDS = (
    (r"password authentication failed|no password supplied|role .* does not exist", DatabaseFault.PASSWORD),
    (r"failed to resolve host|could not translate host name", DatabaseFault.NO_HOST),
    (r"Connection refused|No such file or directory", DatabaseFault.NOT_LISTENING),
    (r"database .* does not exist", DatabaseFault.NO_NAME),
    (r"pg_hba\.conf", DatabaseFault.NOT_ALLOWED),
    (r"too many connections|remaining connection slots", DatabaseFault.CROWDED),
    (r"the database system is (starting up|shutting down|in recovery)", DatabaseFault.NOT_YET),
)
BY_CODE = {
    "25006": DatabaseFault.READ_ONLY,
    "SQLITE_READONLY": DatabaseFault.READ_ONLY,
    "SQLITE_CANTOPEN": DatabaseFault.NOT_OPENED,
    "SQLITE_NOTADB": DatabaseFault.NO_DATABASE,
    "SQLITE_CORRUPT": DatabaseFault.BROKEN,
    "SQLITE_BUSY": DatabaseFault.BUSY,
    "SQLITE_LOCKED": DatabaseFault.BUSY,
}
"""SQLSTATE of PostgreSQL, or SQLite's name, which may go on after these words."""


def refusal(error: DBAPIError, where: str) -> Fault:
    """What the database `where` (an address without its password) refused, and what to do."""
    reason = reason_of(error)
    return full_disk(error) or (_by_code(error) or _by_words(error) or DatabaseFault.AWAY)(
        where=where, reason=reason
    )


def is_known(error: DBAPIError) -> bool:
    """Whether there are words for it beyond the driver's own."""
    return (_by_code(error) or _by_words(error)) is not None


def reason_of(error: DBAPIError) -> str:
    """The driver's own words, one line."""
    words = re.sub(r"^connection failed: ", "", str(error.orig).strip())
    return (words or type(error.orig).__name__).splitlines()[0]


def _by_code(error: DBAPIError) -> DatabaseFault | None:
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", "") or ""
    return next((fault for known, fault in BY_CODE.items() if code.startswith(known)), None)


def _by_words(error: DBAPIError) -> DatabaseFault | None:
    words = str(error.orig)
    return next((fault for pattern, fault in BY_WORDS if re.search(pattern, words)), None)
