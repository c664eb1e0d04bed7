"""Why a pass of the sender stopped, and what could go better: with a remedy, in Vietnamese and English.

The reason is kept with the heartbeat as code and values, so that health, alerts and pages say it in the
reader's language. What a mail server said itself is quoted as it is.
"""

from __future__ import annotations

import json
from typing import Any

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_


class Stop(FaultCode):
    """What stopped it, and what to do."""

    BACKUP = (
        N_("the database is an older backup, without what was done until %(until)s"),
        N_("the next tick goes on from there and mails nobody what was due by then; see dondoc restored"),
    )
    MOVED = (
        N_("the database was restored or moved, and has not been looked at since by %(names)s"),
        N_("start dondoc there, which looks by itself; if it is gone, say how it is: dondoc restored"),
    )
    STRANGER = (
        N_("this installation never sent for this database and cannot tell whether it is a backup"),
        N_("the next pass of one that did lets it in; where there is none, say how it is: dondoc restored"),
    )
    PUT_BACK = (
        N_("the database was put back to an earlier state while mails were sent"),
        N_("see dondoc restored"),
    )
    CEILING = (
        N_("%(people)s people would be mailed, more than the ceiling of %(most)s, so nothing was sent"),
        N_("look at dondoc outbox --state queued, then send with --ceiling %(people)s"),
    )
    RESTING = (
        N_("the mail server %(server)s took no mail (%(words)s) and is tried again from %(at)s"),
        N_("the mails wait and are not lost; see dondoc health"),
    )
    UNREACHABLE = (
        N_("no connection to the mail server %(server)s is to be had (%(words)s)"),
        N_(
            "check DONDOC_SMTP_HOST, DONDOC_SMTP_PORT, DONDOC_SMTP_SECURITY, the network and the server; "
            "the mails wait"
        ),
    )
    CROWDED = (
        N_("the mail server %(server)s allows no connection (%(words)s)"),
        N_("lower DONDOC_SMTP_CONNECTIONS (now %(connections)s), or wait until it has room; the mails wait"),
    )
    LOGIN = (
        N_("the mail server %(server)s refuses the user name or password (%(words)s)"),
        N_("correct DONDOC_SMTP_USER and DONDOC_SMTP_PASSWORD; the mails wait"),
    )
    SENDER = (
        N_("the mail server %(server)s refuses the sender (%(words)s)"),
        N_("correct DONDOC_MAIL_FROM, or have the server's administrator allow it; the mails wait"),
    )
    NAME = (
        N_("the mail server %(server)s refuses the name dondoc calls itself by (%(words)s)"),
        N_("set DONDOC_SMTP_EHLO to this machine's full name, such as dondoc.example.vn; the mails wait"),
    )
    TURNED_AWAY = (
        N_("the mail server %(server)s turns mails away (%(number)s in a row, the last: %(words)s)"),
        N_(
            "have its administrator look at quota, policy and relaying; no address is marked for it, and "
            "the mails wait"
        ),
    )
    BROKEN = (
        N_(
            "the connection to the mail server %(server)s breaks while mails are handed in (%(number)s in a "
            "row, the last: %(words)s)"
        ),
        N_("check the network and the mail server's log; the mails wait"),
    )
    DISK_FULL = (
        N_("the disk is full, so mails cannot be written to %(place)s"),
        N_("make room, or move DONDOC_HOME; the mails wait"),
    )


class ConnectionFault(FaultCode):
    """Our own description of a connection's failure, where the server gave no reply."""

    ENDED = N_("the server ended the connection")
    SILENT = N_("no answer in time")
    NOT_SMTP = N_("the server does not speak SMTP")
    NOT_LISTENING = N_("nothing listens there")
    NO_HOST = N_("no server of this name is known")
    CERTIFICATE = N_("the server's certificate is not valid")
    NO_ENCRYPTION = N_("the server offers no STARTTLS")
    UNUSABLE = N_("the address cannot be mailed to")


_OURS = {code.message: code for code in ConnectionFault}


def translatable(words: str) -> str:
    """A connection's failure as a `Fault` where the words are ours; a server's own reply is quoted."""
    return _OURS[words]() if words in _OURS and not isinstance(words, Fault) else words


class Advice(FaultCode):
    """What could go better in a pass that went well."""

    CONNECTIONS = N_(
        "connections that the mail server lets in: %(allowed)s of %(connections)s; set "
        "DONDOC_SMTP_CONNECTIONS=%(allowed)s"
    )


def stop(code: Stop, **values: Any) -> Fault:
    """The reason with its values."""
    return code(
        **{name: translatable(value) if isinstance(value, str) else value for name, value in values.items()}
    )


def packed(reason: str) -> str:
    """As a heartbeat keeps it."""
    if isinstance(reason, Fault) and isinstance(reason.code, Stop):
        return json.dumps({"stop": reason.code.name, **reason.values}, ensure_ascii=False)
    return reason


def unpacked(detail: str) -> str:
    """The reason that a heartbeat keeps; a text that is none, such as an older version's, as it is."""
    try:
        values = json.loads(detail)
        return stop(Stop[values.pop("stop")], **values)
    except (ValueError, AttributeError, KeyError, TypeError):
        return detail
