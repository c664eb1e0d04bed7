"""The command line speaks one language, chosen by its option, the settings, or the system."""

from __future__ import annotations

import pytest

from cli.help import retold
from cli.speech import preferred, speak
from tests.cli.conftest import Dondoc
from tests.reporting.world import World


@pytest.mark.parametrize(
    ("arguments", "environment", "dotenv", "language"),
    [
        ([], {}, None, "vi"),
        ([], {"LANG": "en_US.UTF-8"}, None, "en"),
        ([], {"LANG": "vi_VN.UTF-8"}, None, "vi"),
        ([], {"LANG": "en"}, None, "en"),
        ([], {"LANG": "C.UTF-8"}, None, "vi"),
        ([], {"LC_ALL": "POSIX", "LANG": "en_GB"}, None, "en"),
        ([], {"LC_ALL": "vi_VN", "LANG": "en_GB"}, None, "vi"),
        ([], {"LANG": "en_US.UTF-8", "DONDOC_LANGUAGE": "vi"}, None, "vi"),
        ([], {"LANG": "en_US.UTF-8"}, "vi", "vi"),
        ([], {"DONDOC_LANGUAGE": "en"}, "vi", "en"),
        (["--lang", "vi", "due"], {"DONDOC_LANGUAGE": "en"}, None, "vi"),
        (["--lang=en", "due"], {}, None, "en"),
        (["mail", "show", "--lang", "en"], {}, None, "vi"),
        (["--lang"], {}, None, "vi"),
    ],
)
def test_the_option_comes_before_the_settings_and_these_before_the_system(
    arguments: list[str], environment: dict[str, str], dotenv: str | None, language: str
) -> None:
    assert preferred(arguments, environment, dotenv) == language


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", ("Cách dùng: ", "Tùy chọn:", "Liệt kê", "bắt buộc")), ("en", ("Usage: ", "Options:", "List"))],
)
def test_the_help_is_in_one_language(dondoc: Dondoc, language: str, words: tuple[str, ...]) -> None:
    out = dondoc("--lang", language, "preview", "--help").out
    assert all(each in out for each in words)
    assert ("First day" in out) == (language == "en")


def test_misuse_is_said_in_the_language_asked_for(dondoc: Dondoc) -> None:
    outcome = dondoc("--lang", "vi", "days", "confirm", "3")
    assert outcome.code == 2
    assert "Lỗi: Giá trị không hợp lệ cho 'YEAR': phải lớn hơn hoặc bằng 1990" in outcome.err
    assert "Không có lệnh 'rate'. Có phải là 'rates' không?" in dondoc("--lang", "vi", "rate").err


def test_a_refusal_is_said_in_the_language_asked_for(dondoc: Dondoc) -> None:
    assert "không phải là thời điểm" in dondoc("--lang", "vi", "due", "--at", "x").refusal
    assert "is no instant" in dondoc("--lang", "en", "due", "--at", "x").refusal


def test_documents_are_the_same_in_every_language(dondoc: Dondoc, province: World) -> None:
    at = ("--at", "2024-02-20")
    for command in (("due", *at), ("rates", *at), ("plan", "show", "p-2024", *at), ("days", "list")):
        asked = (*command, "--json")
        assert dondoc("--lang", "vi", *asked).json == dondoc("--lang", "en", *asked).json


def test_an_unknown_sentence_of_typer_stays_as_it_is() -> None:
    speak("vi")
    try:
        assert retold("Something new.") == "Something new."
    finally:
        speak("en")
