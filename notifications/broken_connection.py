"""What an error of a connection to a mail server means, by its kind; answers are not looked at."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from socket import gaierror
from ssl import SSLCertVerificationError

from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

from calendars.errors import Fault
from reporting.stops import ConnectionFault

NO_WAY = frozenset({errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH})
ENDED = (SMTPServerDisconnected, ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
NO_STARTTLS = "STARTTLS extension not supported"
"""aiosmtplib has no kind of its own for it."""


def connection_fault(error: BaseException) -> Fault | None:
    """What happened to the connection; None for an answer of the server, and for anything else."""
    if isinstance(error, SMTPResponseException):
        return ConnectionFault.NOT_SMTP() if error.code < 0 else None
    for each in _causes(error):
        code = _kind(each)
        if code is not None:
            return code()
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error below first: the library wraps what the system said."""
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)
    yield error


def _kind(error: BaseException) -> ConnectionFault | None:
    if isinstance(error, SSLCertVerificationError):
        return ConnectionFault.CERTIFICATE
    if isinstance(error, gaierror):
        return ConnectionFault.NO_HOST
    if isinstance(error, TimeoutError):
        return ConnectionFault.SILENT
    if isinstance(error, OSError) and error.errno in NO_WAY:
        return ConnectionFault.NOT_LISTENING
    if type(error) is OSError and error.errno is None:  # asyncio's, where a name has several addresses
        return ConnectionFault.NOT_LISTENING
    if isinstance(error, ENDED):
        return ConnectionFault.ENDED
    if isinstance(error, SMTPException) and NO_STARTTLS in str(error):
        return ConnectionFault.NO_ENCRYPTION
    return None
