"""What an error of a connection means, by its kind and not by its words."""

from __future__ import annotations

import errno
from socket import gaierror
from ssl import SSLCertVerificationError

import pytest
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectTimeoutError,
    SMTPException,
    SMTPReadTimeoutError,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.broken_connection import connection_fault
from reporting.stops import ConnectionFault


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SMTPServerDisconnected("Connection lost"), ConnectionFault.ENDED),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), ConnectionFault.ENDED),
        (SMTPReadTimeoutError("Timed out waiting for server response"), ConnectionFault.SILENT),
        (SMTPConnectTimeoutError("Timed out connecting to mx on port 25"), ConnectionFault.SILENT),
        (SMTPResponseException(-1, "HTTP/1.1 400 Bad Request"), ConnectionFault.NOT_SMTP),
        (
            caused(SMTPConnectError("no"), ConnectionRefusedError(errno.ECONNREFUSED, "no")),
            ConnectionFault.NOT_LISTENING,
        ),
        (caused(SMTPConnectError("no"), OSError("Multiple exceptions: …")), ConnectionFault.NOT_LISTENING),
        (caused(SMTPConnectError("no"), OSError(errno.ENETUNREACH, "no")), ConnectionFault.NOT_LISTENING),
        (caused(SMTPConnectError("no"), gaierror(-2, "Name or service not known")), ConnectionFault.NO_HOST),
        (
            caused(SMTPConnectError("no"), SSLCertVerificationError("self-signed")),
            ConnectionFault.CERTIFICATE,
        ),
        (SMTPException("SMTP STARTTLS extension not supported by server."), ConnectionFault.NO_ENCRYPTION),
    ],
)
def test_an_error_of_the_connection_is_told_by_its_kind(error: Exception, code: ConnectionFault) -> None:
    found = connection_fault(error)
    assert found is not None and found.code is code


@pytest.mark.parametrize(
    "error",
    [
        SMTPAuthenticationError(535, "connection timed out"),  # an answer, whatever its words
        SMTPResponseException(421, "closing connection"),
        SMTPException("something else"),
        ValueError("a bad command"),
    ],
)
def test_other_errors_keep_their_words(error: Exception) -> None:
    assert connection_fault(error) is None
