"""Bring the catalogues up to date with what the program says (`make messages`): extract, merge, keep.

A language named as an argument (`make messages NEW=km`) gets its catalogue first.

New messages come in empty, what the program says no longer goes; nothing is guessed, so nothing is fuzzy.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from messages.catalogue import DOMAIN, LOCALE
from messages.choice import language_name

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "messages",
    "calendars",
    "models",
    "documents",
    "reporting",
    "notifications",
    "flows",
    "web",
    "cli",
)
Arguments = tuple[int | tuple[int, int] | tuple[int, str], ...] | None
IN_CONTEXT: Arguments = ((1, "c"), 2)
KEYWORDS: dict[str, Arguments] = {
    **dict.fromkeys(("_", "gettext", "N_", "t")),
    **dict.fromkeys(("pgettext", "NP_", "pt"), IN_CONTEXT),
    "translate": (2,),
    "ngettext": (1, 2),
    "translate_plural": (2, 3),
    "Plural": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
}
"""Which arguments of a call are a message; None: the first. An argument before a message is its context."""
Found = tuple[int, str, str | tuple[str, ...], list[str]]


def vocabulary(file: BinaryIO, keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """The words of the vocabulary: each member of an enum is a message, its class the context."""
    for enum in ast.parse(file.read()).body:
        if not isinstance(enum, ast.ClassDef):
            continue
        for member in enum.body:
            if isinstance(member, ast.Assign) and isinstance(member.value, ast.Constant):
                yield member.lineno, "pgettext", (enum.name, str(member.value.value).replace("-", " ")), []


def commands(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Python's messages, and the help of commands: their docstrings, and `help="…"` of options and groups."""
    yield from extract_python(file, keywords, comment_tags, options)  # type: ignore[misc]
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.FunctionDef) and any(map(_makes_a_command, node.decorator_list)):
            docstring = ast.get_docstring(node)
            if docstring:
                yield node.lineno, "_", docstring, []
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    yield node.lineno, "_", str(keyword.value.value), []


def _makes_a_command(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = made.attr if isinstance(made, ast.Attribute) else made.id if isinstance(made, ast.Name) else ""
    return name in ("command", "callback")


METHODS = [
    ("vocabulary.py", "messages.update:vocabulary"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**", "jinja2"),
]
METHODS_OF = {"cli": [("**.py", "messages.update:commands")]}
"""Packages with methods of their own."""
OPTIONS = {"**/templates/**": {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}}


def extracted() -> Catalog:
    """All that the program says."""
    found = Catalog(charset="utf-8")
    for package in PACKAGES:
        said = extract_from_dir(ROOT / package, METHODS_OF.get(package, METHODS), OPTIONS, KEYWORDS)
        for file, _line, message, comments, context in said:
            found.add(message, None, [(f"{package}/{file}", 0)], auto_comments=comments, context=context)
    return found


def catalogues() -> Iterator[tuple[str, Path]]:
    """Language and file of each catalogue."""
    for path in sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        yield path.parts[-3], path


def updated(language: str, path: Path, template: Catalog) -> bytes:
    """The catalogue with just the template's messages, as it is written."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(written, catalogue, width=110, sort_by_file=True, include_lineno=False)
    return written.getvalue()


def is_translated(message: Message) -> bool:
    """Whether each of its forms has words: of a plural Babel keeps empty ones."""
    return all(message.string or ("",))


def untranslated(path: Path) -> Iterable[str]:
    """Messages of the file without a translation."""
    with path.open("rb") as file:
        return [str(message.id) for message in read_po(file) if message.id and not is_translated(message)]


def begin(language: str) -> None:
    """An empty catalogue of a further language; one that is there stays as it is."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        path.parent.mkdir(parents=True)
        head = f"# What dondoc says, in {language_name(language, 'en')}. See docs/translating.md."
        empty = Catalog(language, DOMAIN, header_comment=head, project="dondoc", fuzzy=False)
        with path.open("wb") as file:
            write_po(file, empty)


def main(new: Iterable[str] = ()) -> None:
    for language in new:
        begin(language)
    template = extracted()
    for language, path in catalogues():
        path.write_bytes(updated(language, path, template))
        missing = list(untranslated(path))
        print(f"{path.relative_to(ROOT)}: {len(template)} messages, {len(missing)} to be translated")
        for message in missing:
            print(f"  {message}")


if __name__ == "__main__":
    main(sys.argv[1:])
