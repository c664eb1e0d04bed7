"""The catalogue of messages: whole, with the same placeholders, and the only place of Vietnamese texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from messages.update import catalogues, extracted, updated
from tests.architecture.source import ROOT, modules

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")
VIETNAMESE = re.compile("[ăđơưĂĐƠƯàáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ\u1ea0-\u1ef9]")
READS_DOCUMENTS = (
    "acts", "clauses", "coverage", "draft", "duties", "frequencies", "head", "labels", "legibility",
    "moments", "orders", "outline", "pairing", "passage", "plain_text", "quotes", "reporters", "reports",
    "subjects", "tables",
    "time_atoms", "times", "unit_phrases", "unit_words", "vetoes", "word_numbers",
)  # fmt: skip
DATA = frozenset(
    {
        "calendars.reading_vi",  # reads Vietnamese
        "calendars.reading_words",  # words of documents
        "models.text",  # letters and their plain ones
        "reporting.units.official_lists",  # headings of official lists
        "reporting.files.csv_text",  # letters by which an encoding is known
        "notifications.sample_names",  # names of persons, places and documents
        "notifications.smtp_replies",  # reads what mail servers answer
        "cli.demonstration.home",  # names of the demonstration's people
        "cli.demonstration.sample_reports",  # what people of the demonstration write
        *(f"documents.{name}" for name in READS_DOCUMENTS),  # words of documents
    }
)
"""Modules whose Vietnamese letters are data."""
CATALOGUES = dict(catalogues())


@cache
def template() -> Catalog:
    """All that the program says."""
    return extracted()


def messages_of(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (message for message in read_po(file) if message.id)


def texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {""}


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_catalogue_has_just_what_the_program_says(language: str) -> None:
    path = CATALOGUES[language]
    said = {(message.context, message.id) for message in template() if message.id}
    known = {(message.context, message.id) for message in messages_of(path)}
    assert known == said, "run: make messages"
    assert path.read_bytes() == updated(language, path, template()), "run: make messages"


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_message_is_without_its_translation_or_doubtful(language: str) -> None:
    lacking = [
        message.id for message in messages_of(CATALOGUES[language])
        if message.fuzzy or not all(texts(message.string)) or not message.string
    ]  # fmt: skip
    assert lacking == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    wrong = [
        (message.id, translation)
        for message in messages_of(CATALOGUES[language])
        for translation in texts(message.string)
        if placeholders(translation) != placeholders(texts(message.id)[-1])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_percent_sign_is_written_twice(language: str) -> None:
    lone = [
        text
        for message in messages_of(CATALOGUES[language])
        for text in (*texts(message.id), *texts(message.string))
        if any(found[0] == "%" for found in PLACEHOLDER.finditer(text))
    ]
    assert lone == []


VERBS = (
    "accepts|allows|answers|as|asks|begins|breaks|comes|differs|does|ends|has|holds|is|its|lacks|lies|lists|needs|"
    "refuses|requires|shows|stands|takes|tells|this|tracks|turns|waits|was"
)
COUNTED = re.compile(rf"%\(\w+\)s (?:(?:more|overdue|working) )?(?!(?:{VERBS})\b)(?:[a-z]+s|people)\b")
"""A value before what may be a plural noun."""
NEVER_ONE = {
    "use 1 to %(most)s days": "31 or 366",
    "its periods have only %(months)s months": "a quarter has three",
    "Option %(name)s requires %(number)s arguments.": "with one it is said otherwise",
    "the file holds %(count)s documents; their duties are drafted one after the other": "silent of one",
    "reading took longer than %(minutes)s minutes; give the .docx, or a part of the document": "fixed",
    "these are more than %(most)s characters; mark the sentence that orders the report": "fixed",
    "has more than %(most)s rows": "fixed",
    "there are %(most)s files there already; take one away first": "fixed",
    "has more than %(most)s columns": "fixed",
    "has more than %(rows)s rows or %(columns)s columns": "fixed",
    "Excel (.xlsx, .xls), .ods or CSV, as your office has it: title lines, merged cells, any order of "
    "columns. At most %(most)s rows, several files at once.": "fixed",
    "Excel (.xlsx, .xls), .ods or CSV, as your office has it: title lines, merged cells, any order of "
    "columns. At most %(most)s rows, several files at once. Empty: the files just sent.": "fixed",
    "is longer than %(most)s letters": "a fixed length of many",
    "it has %(digits)s digits; a table program drops leading zeros unless the column is text": "2, 3 or 5",
    "a password has %(shortest)s to %(longest)s characters; three or four words make a good one": "fixed",
    "a token holds for 1 to %(most)s days; make a new one after that": "fixed",
    "has %(length)s characters": "more than a cell may have",
    "%(what)s has %(length)s characters; write at most %(most)s": "more than the field may have",
    "It has %(number)s characters; at most %(limit)s are taken.": "more than the field may have",
    "Stands in each mail. At most %(longest)s characters.": "fixed",
    "every %(years)s years from %(since)s": "2 to 50",
    "%(people)s people would be mailed, more than the ceiling of %(most)s, so nothing was sent": "2 or more",
    "these plans reach %(people)s people, more than the %(most)s whom a pass may mail": "2 or more",
    "The plans reach %(people)s people, more than the %(most)s whom a pass may mail (DONDOC_MAIL_CEILING). "
    "It sends nothing until that is raised.": "2 or more",
    "The plans reach %(people)s people, more than the %(most)s whom a pass may mail. "
    "Applying the plan lets it mail as many.": "2 or more",
    "the database %(where)s lets nobody in from here (%(reason)s)": "no number",
    "At most %(MOST_DAYS)s days at a time.": "fixed",
    "a report has at most %(most)s files; put them together": "fixed",
    "At most %(MOST_FILES)s files at once.": "fixed",
    "%(year)s: %(number)s working days": "a year has some 250",
    "One mail of %(number)s notices.": "shown where there are several",
    "%(text)s lies more than %(years)s years ahead": "fixed",
    "lies more than %(years)s years after %(limit)s (%(deadline)s); check the year": "fixed",
    "write `every: %(count)s years from 2026` with the first year of a period, and in `due` "
    "only the day": "2 or more",
    "what is due once a unit was opened by event %(number)s, and event %(other)s rests on it": "no counts",
    "The selection holds more than %(number)s overdue reports. "
    "Choose a unit below, or a plan, and chase part by part.": "fixed",
}
"""Numbers that are never 1, and why."""
OF_SEVERAL = "%(count)s of %(total)s periods"
"""Said of a stage that comes in several periods."""


def test_a_text_that_counts_has_a_plural() -> None:
    counting = {
        message.id
        for message in template()
        if isinstance(message.id, str)
        if COUNTED.search(message.id.replace(OF_SEVERAL, ""))
    }
    assert counting - NEVER_ONE.keys() == set(), "give it a plural, or say why its number is never 1"
    assert NEVER_ONE.keys() - counting == set()


def test_vietnamese_stands_in_the_catalogue_and_in_data_alone() -> None:
    found = [
        f"{module.name}:{node.lineno} {node.value[:60]!r}"
        for module in modules()
        if module.name not in DATA
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VIETNAMESE.search(node.value)
        if not is_docstring(module.tree, node)
    ]
    assert found == []


def is_docstring(tree: ast.AST, node: ast.Constant) -> bool:
    return any(isinstance(each, ast.Expr) and each.value is node for each in ast.walk(tree))


def test_templates_have_no_vietnamese() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for folder in ("web/templates", "notifications/templates")
        for path in sorted((ROOT / folder).rglob("*.*"))
        for line in re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL).splitlines()
        if VIETNAMESE.search(line)
    ]
    assert found == []


SAYING = {"say", "print", "print_line", "print_table", "print_list", "require_yes", "Text"}
METHODS = {"print", "echo", "write", "append"}
"""What shows something at the command line, by its name or as a method."""


def test_what_a_command_says_is_a_message() -> None:
    found = [
        f"{module.at(call)} {text!r}"
        for module in modules()
        if module.package == "cli"
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and shows(call.func)
        for each in (*call.args, *(word.value for word in call.keywords if word.arg in ("title", "nothing")))
        for text in written(each)
        if re.search("[a-z]{2}", re.sub(r"\bdondoc\b", "", text))
    ]
    assert found == []


def shows(func: ast.expr) -> bool:
    return getattr(func, "id", "") in SAYING or getattr(func, "attr", "") in METHODS


def written(shown: ast.AST) -> Iterator[str]:
    """Texts that are shown as they stand in the source; what a call gives is looked at where it is made."""
    if isinstance(shown, ast.Constant) and isinstance(shown.value, str):
        yield shown.value
    elif not isinstance(shown, ast.Call | ast.Dict | ast.Subscript | ast.Attribute):
        for part in ast.iter_child_nodes(shown):
            yield from written(part)
