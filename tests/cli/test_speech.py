"""The command line speaks one language, chosen by its option, the settings, or the system."""

from __future__ import annotations

import pytest

from cli.console.speech import preferred
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


MISUSES = {
    ("--year",): ("Không có tùy chọn: --year", "No such option: --year"),
    ("due", "--stat", "x"): (
        "Không có tùy chọn: --stat (có thể là: --at)",
        "No such option: --stat (Possible options: --at)",
    ),
    ("rate",): (
        "Không có lệnh 'rate'. Có phải là 'rates' không?",
        "No such command 'rate'. Did you mean 'rates'?",
    ),
    ("plan", "zzz"): ("Không có lệnh 'zzz'.", "No such command 'zzz'."),
    ("days", "confirm"): ("Thiếu tham số 'NĂM'.", "Missing argument 'YEAR'."),
    ("mail", "show"): ("Thiếu tùy chọn '--kind'.", "Missing option '--kind'."),
    ("days", "confirm", "3"): (
        "Giá trị không hợp lệ cho 'NĂM': phải từ 1990 trở lên",
        "Invalid value for 'YEAR': must be 1990 or more",
    ),
    ("days", "confirm", "3000"): (
        "Giá trị không hợp lệ cho 'NĂM': không được quá 2100",
        "Invalid value for 'YEAR': must be at most 2100",
    ),
    ("days", "confirm", "x"): (
        "Giá trị không hợp lệ cho 'NĂM': phải là số nguyên",
        "Invalid value for 'YEAR': must be a whole number",
    ),
    ("serve", "--only", "x"): (
        "Giá trị không hợp lệ cho '--only': không có giá trị “x”; chọn 'web'",
        "Invalid value for '--only': 'x' is not known; write 'web'",
    ),
    ("due", "x", "y"): ("Thừa tham số (x y)", "Got unexpected extra arguments (x y)"),
    ("due", "--at"): ("Tùy chọn '--at' cần một giá trị.", "Option '--at' requires an argument."),
    ("due", "--json=3"): ("Tùy chọn '--json' không nhận giá trị.", "Option '--json' does not take a value."),
    ("feed", "new"): (
        "Giá trị không hợp lệ: chỉ ghi một trong --unit, --branch, --plan và --person",
        "Invalid value: give exactly one of --unit, --branch, --plan and --person",
    ),
    (): ("Thiếu lệnh.", "Missing command."),
}


@pytest.mark.parametrize(("number", "language"), [(0, "vi"), (1, "en")])
@pytest.mark.parametrize("command", MISUSES, ids=" ".join)
def test_misuse_is_said_in_the_language_asked_for(
    dondoc: Dondoc, command: tuple[str, ...], number: int, language: str
) -> None:
    outcome = dondoc("--lang", language, *command)
    assert (outcome.code, outcome.out) == (2, "")
    usage, try_, error = (line for line in outcome.err.splitlines() if line)
    assert error == ("Lỗi: ", "Error: ")[number] + MISUSES[command][number]
    assert usage.startswith(("Cách dùng: ", "Usage: ")[number])
    assert try_.startswith(("Xem hướng dẫn: ", "Try ")[number])


def test_a_language_that_there_is_not_is_refused(dondoc: Dondoc) -> None:
    assert dondoc("--lang", "xx", "due").refusal == "dondoc: no language 'xx'; use one of: vi, en"


def test_a_refusal_is_said_in_the_language_asked_for(dondoc: Dondoc) -> None:
    assert "không phải là thời điểm" in dondoc("--lang", "vi", "due", "--at", "x").refusal
    assert "is no instant" in dondoc("--lang", "en", "due", "--at", "x").refusal


def test_documents_are_the_same_in_every_language(dondoc: Dondoc, province: World) -> None:
    at = ("--at", "2024-02-20")
    for command in (("due", *at), ("rates", *at), ("plan", "show", "p-2024", *at), ("days", "list")):
        asked = (*command, "--json")
        assert dondoc("--lang", "vi", *asked).json == dondoc("--lang", "en", *asked).json
