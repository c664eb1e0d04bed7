"""Why a pass of the sender stopped: each kind with its own remedy, in one language at a time."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from calendars.errors import said
from reporting.stops import Heard, Stop, heard, packed, stop, unpacked

VALUES = {
    "server": "mx:25",
    "words": "554 5.7.1 no; really",
    "at": "08:00:00",
    "people": 3,
    "most": 2,
    "number": 5,
    "connections": 4,
    "place": "/var/mailbox",
}


def made(code: Stop) -> str:
    names = {name for _, name, _, _ in Formatter().parse(code.en) if name}
    return stop(code, **{name: VALUES[name] for name in names})


@pytest.mark.parametrize("code", Stop)
def test_a_stop_says_what_is_wrong_and_what_to_do_in_both_languages(code: Stop) -> None:
    for language in ("vi", "en"):
        wrong, _, remedy = said(made(code), language).partition("; ")
        assert wrong and remedy and "{" not in wrong + remedy


@pytest.mark.parametrize("code", Stop)
def test_only_the_ceiling_is_mended_by_the_ceiling(code: Stop) -> None:
    assert ("--ceiling" in code.en) == ("--ceiling" in code.vi) == (code is Stop.CEILING)


@pytest.mark.parametrize("code", Stop)
def test_its_code_comes_back_from_where_it_is_kept(code: Stop) -> None:
    reason = made(code)
    back = unpacked(packed(reason))
    assert (said(back, "vi"), said(back, "en")) == (said(reason, "vi"), said(reason, "en"))


@pytest.mark.parametrize(
    "text", ["", "the ceiling", "{", "17", '{"stop": "NONE"}', '{"stop": "CEILING"}', "[1]"]
)
def test_what_an_older_version_kept_is_shown_as_it_is(text: str) -> None:
    assert unpacked(text) == text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("the server ended the connection", Heard.ENDED),
        ("[Errno 104] Connection reset by peer", Heard.ENDED),
        ("no answer within 20 seconds", Heard.SILENT),
        ("Timed out connecting to mx on port 25", Heard.SILENT),
        ("the server does not speak SMTP: HTTP/1.1", Heard.NOT_SMTP),
        ("Error connecting to 127.0.0.1 on port 1: [Errno 111] Connect call failed", Heard.NOT_LISTENING),
        ("Error connecting to mx on port 25: [Errno -2] Name or service not known", Heard.NO_HOST),
        ("SMTP STARTTLS extension not supported by server.", Heard.NO_ENCRYPTION),
        ("421 4.4.2 connection timed out", None),  # the server's own words are quoted
        ("554 5.7.1 no", None),
    ],
)
def test_our_own_words_about_a_connection_are_said_in_the_reader_s_language(
    words: str, code: Heard | None
) -> None:
    assert heard(words) == (words if code is None else code.en)
    vietnamese = said(stop(Stop.BROKEN, server="mx:25", number=1, words=words), "vi")
    assert (code is None) or code.vi in vietnamese
    assert (code is None) or not re.search(r"\b(the|server|connection|answer)\b", vietnamese)
