"""Every error that pages show has its words in Vietnamese and in English, with the same parts.

The codes are walked, so none can miss a language; the readers are walked, so none can refuse something in
bare English; and mistakes of every kind are made, so that what a clerk reads is looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from calendars.errors import Fault, FaultCode, said
from cli.app import app
from messages.catalogue import SENSE, Plural, translate, translations
from models.errors import InvalidInput
from models.ladder_file import read_ladder
from models.shapes import ValueFault
from reporting.plans.reading import read_plan_bytes
from reporting.units.files import read_unit_files
from tests.architecture.source import modules
from tests.reporting.mistakes import LADDERS, PLANS, TABLES

ROOT = Path(__file__).parents[2]
CATALOGUES = (
    "calendars.rule_faults",
    "flows.faults",
    "documents.faults",
    "models.file_faults",
    "models.plan_files.faults",
    "models.setting_faults",
    "models.system_faults",
    "notifications.faults",
    "reporting.access.faults",
    "reporting.files.store",
    "reporting.moves.faults",
    "reporting.obligations.filters",
    "reporting.plans.form_units",
    "reporting.reminders.ledger",
    "reporting.special_days",
    "reporting.stops",
    "reporting.units.faults",
    "web.admin.preview",
    "web.auth",
)
UNSHOWN = {
    "calendars.deadlines": "mistakes of the program: plan files are checked before",
    "calendars.ical_event": "mistakes of the program, which no input makes",
    "calendars.ical_feed": "the same",
    "calendars.periods": "the same",
    "calendars.working_days": "the same",
    "models.columns": "the same",
}
"""Modules whose errors in bare English nobody reads."""
REFUSING = {
    "__init__",
    "CalendarError",
    "DondocError",
    "ImpossibleDate",
    "InputErrors",
    "Forbidden",
    "ForeignForm",
    "IllegalMove",
    "Incomplete",
    "InvalidInput",
    "MarkedYAMLError",
    "NotFound",
    "PeriodError",
    "ServerNotReady",
    "SignInRefused",
    "UnsafeSettings",
    "DatabaseAway",
    "DatabaseGone",
    "DatabaseNotReady",
    "FileRefused",
    "RuleError",
    "ValueError",
    "append",
    "fault",
    "refuse",
}
LETTERS = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|is|are|it|write|must|with|of|and|to|no|should|not|or|has|have|be|there)\b")
PLAIN_WORDS = re.compile(r"\b(xem|ghi)\b")
"""Vietnamese words without a mark."""
PLACE = re.compile(r"^(\S+: )+|/\S+")
QUOTED = re.compile(r"`[^`]*`|“[^”]*”|'[^']*'|\"[^\"]*\"")


def families() -> Iterator[type[FaultCode]]:
    for name in CATALOGUES:
        for each in vars(import_module(name)).values():
            if isinstance(each, type) and issubclass(each, FaultCode) and each is not FaultCode:
                yield each


CODES = {str(code): code for family in families() for code in family.__members__.values()}


def test_every_code_has_its_words_in_both_languages() -> None:
    assert len(CODES) > 300
    assert [f"{name}: {problem}" for name, code in sorted(CODES.items()) for problem in problems(code)] == []


def test_what_pages_show_names_no_command() -> None:
    """Stops and Prefect are for who keeps the machine; pages have remedies of their own for them."""
    said_there = {"Stop", "FlowFault", "MailFault"}
    commands = "|".join(each.name or "" for each in get_command(app).commands.values())  # type: ignore[attr-defined]
    found = [
        f"{name}: {text}"
        for name, code in CODES.items()
        for text in (code.message, code.remedy)
        if name.partition(".")[0] not in said_there and re.search(rf"\bdondoc ({commands})\b", str(text))
    ]
    assert found == []


def problems(code: FaultCode) -> Iterator[str]:
    catalogue = translations("vi")
    texts: tuple[str | Plural, ...] = (code.message, code.remedy)
    for text in texts:
        if isinstance(text, Plural):
            english, vietnamese = text.many, catalogue.ngettext(text.one, text.many, 2)
        else:
            context, _, english = text.rpartition(SENSE)
            vietnamese = catalogue.pgettext(context, english) if context else catalogue.gettext(english)
        if not english:
            continue
        if ("; " in vietnamese) != ("; " in english) and "%(message)s" not in english:
            yield "one has a remedy, the other has none"
        plain = re.sub(r"%\([^)]*\)s", "", vietnamese)
        if re.search("[a-z]{2}", plain) and not LETTERS.search(plain) and not PLAIN_WORDS.search(plain):
            yield "its Vietnamese is none"


def translate_plain(language: str, text: str) -> str:
    """The message with its placeholders."""
    return translate(language, text, **{name: f"%({name})s" for name in re.findall(r"%\((\w+)\)s", text)})


def test_nothing_is_refused_in_bare_english() -> None:
    found = [
        (module.name, module.at(node))
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and name_of(node.func) in REFUSING and is_bare(node)
    ]
    assert [where for name, where in found if name not in UNSHOWN] == []
    assert sorted(UNSHOWN.keys() - dict(found).keys()) == []


def name_of(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def is_bare(call: ast.Call) -> bool:
    """Whether an argument is a whole sentence: of several words, and no fault."""
    given = [*call.args, *(word.value for word in call.keywords)]
    parts = [each for arg in given for each in (arg.elts if isinstance(arg, ast.List) else [arg])]
    return any(is_sentence(piece) for each in parts for piece in getattr(each, "values", [each]))


def is_sentence(each: ast.expr) -> bool:
    text = str(each.value) if isinstance(each, ast.Constant) else ""
    return " " in text and re.search("[a-z]{2}", text) is not None


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        act()
    return caught.value.reasons


def is_vietnamese(error: str) -> bool:
    assert isinstance(error, Fault)
    spoken = error.say("vi")
    assert "\n" not in spoken
    assert spoken != str(error)
    plain = PLACE.sub("", QUOTED.sub("", spoken))
    return LETTERS.search(plain) is not None and ENGLISH.search(plain) is None


@pytest.mark.parametrize("text", PLANS.values(), ids=PLANS)
def test_a_plan_file_s_errors_are_said_in_vietnamese(text: str) -> None:
    errors = refused(lambda: read_plan_bytes(text.encode(), "p.yaml"))
    assert [each for each in errors if not is_vietnamese(each)] == []


@pytest.mark.parametrize("text", LADDERS.values(), ids=LADDERS)
def test_a_ladder_file_s_errors_are_said_in_vietnamese(text: str) -> None:
    errors = refused(lambda: read_ladder(text, "l.yaml"))
    assert [each for each in errors if not is_vietnamese(each)] == []
    assert len(errors) == 1, "one mistake is one error"


@pytest.mark.parametrize("data", TABLES.values(), ids=TABLES)
def test_a_table_s_errors_are_said_in_vietnamese(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "u.csv"
    path.write_bytes(data)
    errors = refused(lambda: read_unit_files([path]))
    assert [each for each in errors if not is_vietnamese(each)] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "no such day",
            "p.yaml:15: duties[monthly].chain[2].due: “before 30/2/2024”: không có ngày 30/2/2024; "
            "viết ngày/tháng/năm của một ngày có thật",
        ),
        ("missing field", "p.yaml:1: issuer: còn thiếu; hãy ghi thêm"),
        (
            "misspelt field",
            "p.yaml:15: duties[monthly].chain[2].deu: ở đây không có trường này; có phải là `due` không?",
        ),
        (
            "unknown word",
            "p.yaml:11: duties[monthly].every: không đọc được kỳ báo cáo “hằng tháng”; ghi day, workday, "
            "week, month, quarter, half-year, nine-months, year, `5 years from 2011`, once, on-demand hoặc "
            "unspecified",
        ),
        ("number too large", "p.yaml:5: correction: không được quá 60; xem docs/plans.md"),
        ("tab", "p.yaml:2: có dấu tab ở chỗ YAML cần dấu cách; thụt lề bằng dấu cách"),
        (
            "day for quarter",
            "p.yaml:15: duties[monthly].chain[2].due: “before 18” không hợp với nhiệm vụ báo cáo hằng quý; "
            "ghi rõ tháng nào: `first month`, `last month`, `next month` hoặc `month 2`",
        ),
        ("no Q5", "p.yaml:15: duties[monthly].chain[2].due: “within Q5”: một năm không có quý 5; "
         "dùng số từ 1 đến 4"),
        ("list", "p.yaml:1: cả tệp: phải gồm các trường riêng, mỗi trường một dòng bên dưới; "
         "xem docs/plans.md"),
    ],
)  # fmt: skip
def test_a_plan_s_error_keeps_file_line_field_and_remedy_in_vietnamese(name: str, expected: str) -> None:
    errors = refused(lambda: read_plan_bytes(PLANS[name].encode(), "p.yaml"))
    assert expected in [said(each, "vi") for each in errors]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("level", "u.csv:2: level: không có giá trị “vùng”; ghi một trong: cơ sở, huyện, tỉnh, trung ương"),
        ("encoding", "u.csv: không phải UTF-8 hay UTF-16 (byte thứ 40); lưu lại dưới dạng “CSV UTF-8”"),
        ("code twice", "u.csv:3: code: d đã có ở u.csv:2; chỉ giữ một trong hai"),
        ("ends early", "u.csv:2: valid_to: 01/02/2024 không sau valid_from 01/03/2024; "
         "đây là ngày đầu tiên không còn hiệu lực"),
        ("address with a line break", "u.csv:2: address: chứa dấu xuống dòng; xóa đi"),
        ("contact twice", "u.csv:3: address: a@x.vn đã là văn thư của d ở u.csv:2; "
         "chỉ giữ một, hoặc ghi thời gian không trùng nhau"),
    ],
)  # fmt: skip
def test_a_table_s_error_keeps_file_line_column_and_remedy_in_vietnamese(
    tmp_path: Path, name: str, expected: str
) -> None:
    path = tmp_path / "u.csv"
    path.write_bytes(TABLES[name])
    shown = [
        said(each, "vi").replace(f"{path}", "u.csv") for each in refused(lambda: read_unit_files([path]))
    ]
    assert expected in shown


@pytest.mark.parametrize(
    ("number", "english", "vietnamese"),
    [
        (1, "needs at least 1 character; write more", "cần ít nhất 1 ký tự; hãy viết thêm"),
        (1200, "needs at least 1,200 characters; write more", "cần ít nhất 1.200 ký tự; hãy viết thêm"),
    ],
)
def test_a_fault_counts_as_its_language_does(number: int, english: str, vietnamese: str) -> None:
    fault = ValueFault.SHORT_TEXT(min_length=number)
    assert (f"{fault}", fault.say("en"), fault.say("vi")) == (english, english, vietnamese)


def test_a_fault_is_its_english_wherever_a_text_is_wanted() -> None:
    (error,) = refused(lambda: read_plan_bytes(PLANS["missing field"].encode(), "p.yaml"))
    assert f"{error}" == "p.yaml:1: issuer: is missing; add it" == said(error, "en")
    assert said("as it is", "vi") == "as it is"
