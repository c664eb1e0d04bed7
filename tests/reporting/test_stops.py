"""Why a pass of the sender stopped: each kind with its own remedy, in one language at a time."""

from __future__ import annotations

import re

import pytest

from calendars.errors import Fault, said
from reporting.stops import ConnectionFault, Stop, packed, stop, translatable, unpacked

VALUES = {
    "server": "mx:25",
    "words": "554 5.7.1 no; really",
    "at": "08:00:00",
    "people": 3,
    "most": 2,
    "number": 5,
    "connections": 4,
    "place": "/var/mailbox",
    "until": "18/10/2024 16:05",
    "names": "b.example:/srv/var.mark",
}


def made(code: Stop) -> Fault:
    names = set(re.findall(r"%\((\w+)\)s", f"{code.message}{code.remedy}"))
    return stop(code, **{name: VALUES[name] for name in names})


@pytest.mark.parametrize("code", Stop)
def test_a_stop_says_what_is_wrong_and_what_to_do_in_both_languages(code: Stop) -> None:
    reason = made(code)
    for language in ("vi", "en"):
        wrong, remedy = reason.problem(language), reason.remedy(language)
        assert wrong and remedy and "%" not in wrong + remedy
        assert reason.say(language) == f"{wrong}; {remedy}"
    assert reason.problem("vi") != reason.problem("en")


@pytest.mark.parametrize("code", Stop)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_only_a_stop_by_the_ceiling_can_be_lifted_by_the_ceiling(code: Stop, language: str) -> None:
    assert ("--ceiling" in made(code).remedy(language)) == (code is Stop.CEILING)


def test_a_semicolon_in_an_answer_is_no_remedy() -> None:
    reason = stop(Stop.SENDER, server="mx:25", words="554 no; really")
    assert "554 no; really" in reason.problem("vi")
    assert "really" not in reason.remedy("vi")


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


@pytest.mark.parametrize("code", ConnectionFault)
def test_our_own_words_about_a_connection_are_said_in_the_reader_s_language(code: ConnectionFault) -> None:
    """Also where they were kept, as in an outage."""
    for words in (code(), str(code())):
        vietnamese = said(unpacked(packed(stop(Stop.BROKEN, server="mx:25", number=1, words=words))), "vi")
        assert code().say("vi") in vietnamese
        assert not re.search(r"\b(the|server|connection|answer)\b", vietnamese)


@pytest.mark.parametrize("words", ["421 4.4.2 connection timed out", "554 5.7.1 no", ""])
def test_the_server_s_own_words_are_quoted(words: str) -> None:
    assert translatable(words) == words
    assert not isinstance(translatable(words), Fault)
