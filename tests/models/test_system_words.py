"""What the system says of files and connections, in the reader's language."""

from __future__ import annotations

import errno
from socket import gaierror

import pytest

from calendars.errors import said
from models.system_faults import BY_NUMBER, system_words


@pytest.mark.parametrize("number", BY_NUMBER)
def test_each_has_its_vietnamese(number: int) -> None:
    words = said(system_words(OSError(number, "the system's own words")), "vi")
    assert words
    assert not words.isascii()


@pytest.mark.parametrize(
    ("error", "vi"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "không có quyền truy cập"),
        (TimeoutError("timed out"), "hết thời gian chờ"),
        (gaierror(-2, "Name or service not known"), "không tìm thấy máy chủ có tên này"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link"),
    ],
)
def test_an_error_of_the_system_is_said_in_both_languages(error: OSError, vi: str) -> None:
    assert said(system_words(error), "vi") == vi
    assert system_words(error) == (error.strerror or str(error))
