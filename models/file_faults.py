"""What can be wrong with any file that people upload: its place, its YAML, and the shape of its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_


class FilePlace(FaultCode):
    """Places in a file. Lines and fields are written alike in every language."""

    LINE = N_("%(file)s:%(line)s: %(problem)s")
    FIELD = N_("%(file)s:%(line)s: %(field)s: %(problem)s")
    COLUMN = N_("%(where)s: %(column)s: %(problem)s")
    FILE = N_("%(file)s: %(problem)s")
    VALUE = N_("%(field)s: %(problem)s")
    WHOLE_FILE = N_("the file")
    ROW = N_("%(file)s:%(line)s")
    SHEET_ROW = N_("%(file)s, sheet %(sheet)s, row %(line)s")
    CELL_COLUMN = N_("column %(letter)s (%(heading)s)")
    UNIT = N_("unit %(code)s")


def cell_fault(where: str, column: str, problem: str) -> Fault:
    """The error of one column of a row; where the place says so, the column is called as its file does."""
    columns = where.values.get("columns") if isinstance(where, Fault) else None
    called = columns.get(column, column) if isinstance(columns, Mapping) else column
    return FilePlace.COLUMN(where=where, column=called, problem=problem)


@dataclass(frozen=True)
class Located:
    """An error and its place: `file`, `line`, `field` or `column`, or `unit`, as far as it has them."""

    error: str
    place: Mapping[str, object]


def located(error: str) -> Located:
    """The error within the places that it was put into."""
    place: dict[str, object] = {}
    while isinstance(error, Fault) and isinstance(error.code, FilePlace) and "problem" in error.values:
        place |= error.values
        within = place.pop("problem")
        assert isinstance(within, str)
        error = within
    where = place.pop("where", None)
    if isinstance(where, Fault):
        place |= {"unit": where} if where.code is FilePlace.UNIT else where.values
    place.pop("columns", None)
    return Located(error, place)


class FileFault(FaultCode):
    """A file that cannot be read as a whole, or not as YAML."""

    UNREADABLE = (N_("cannot be read (%(reason)s)"), N_("check the name of the file"))
    UNREADABLE_PATH = (N_("cannot be read (%(reason)s)"), N_("check the path"))
    GONE = (N_("the uploaded files are gone"), N_("upload them again"))
    EMPTY_PLAN = (N_("the file is empty"), N_("see docs/plans.md for how to write a plan"))
    EMPTY_LADDER = (N_("the file is empty"), N_("see docs/mail.md for how to write a ladder"))
    TOO_LARGE = (N_("the file is larger than %(limit)s KB"), N_("a plan file holds rules, not lists"))
    LADDER_TOO_LARGE = (N_("the file is larger than %(limit)s KB"), N_("a ladder is short"))
    NOT_UTF8 = (N_("the text is not in UTF-8"), N_("save the file with the encoding UTF-8"))
    CONTROL_CHARACTER = (N_("a control character stands in the text"), N_("remove it"))
    NO_YAML = (N_("this is no YAML (%(reason)s)"), N_("see %(guide)s"))
    NO_ANCHORS = (N_("anchors (&) and aliases (*) are not read"), N_("write the part out where it is needed"))
    TOO_DEEP = (N_("is nested too deeply"), N_("a plan has duties, and duties have stages"))
    LADDER_TOO_DEEP = (N_("is nested too deeply"), N_("a ladder has rungs, and rungs have fields"))
    TAB = (N_("a tab stands where YAML wants spaces"), N_("indent with spaces"))
    SYNTAX = (
        N_("wrong YAML (%(hint)s)"),
        N_("check indentation, colons and quotation marks here and just above"),
    )
    TAG = (N_("the tag %(tag)s is not read"), N_("write a plain value"))
    FIELD_NAME = (N_("a field's name must be a plain word"), N_("see %(guide)s"))
    CUT_BY_HASH = (
        N_("'%(lost)s' is left out, because # after a blank begins a comment"),
        N_("put the whole text in quotation marks, or the comment on a line of its own"),
    )
    CUT_BY_GLUED_HASH = (
        N_("'%(lost)s' is left out, because # after a blank begins a comment"),
        N_("put the whole value in quotation marks, or a blank behind the # of a comment"),
    )
    SECOND_TIME = (N_("stands here a second time (first on line %(first)s)"), N_("keep one"))


FREE_TEXTS = frozenset({"title", "number", "issuer", "basis"})
"""Fields in which a # may well be meant: `Báo cáo #3`, `Báo cáo # 3`. A comment is set off by two blanks."""
HASH = re.compile(r"([ \t]+)(#[^\r\n]*)")


def cut_by_hash(text: str, end: int, path: tuple[object, ...]) -> Fault | None:
    """What YAML leaves out behind the plain value that ends at `end`, where that is hardly a comment."""
    found = HASH.match(text, end)
    if found is None:
        return None
    blanks, lost = len(found[1]), found[2].strip()[:60]
    if FREE_TEXTS.intersection(path) and (blanks == 1 or lost[1:2].isalnum()):
        return FileFault.CUT_BY_HASH(lost=lost)
    return FileFault.CUT_BY_GLUED_HASH(lost=lost) if lost[1:2].isalnum() else None


class SyntaxHint(FaultCode):
    """What YAML's reader stumbled over."""

    COLON = N_("a colon stands where none may")
    QUOTE = N_("a quotation mark is not closed")
    BRACKET = N_("a bracket is not closed, or a comma is missing")
    INDENT = N_("uneven indentation")
    DOCUMENTS = N_("the file has more than one part, parted by ---")
    OTHER = N_("its reader says '%(words)s'")


STUMBLES = {
    "mapping values are not allowed": SyntaxHint.COLON,
    "could not find expected ':'": SyntaxHint.COLON,
    "found unexpected end of stream": SyntaxHint.QUOTE,
    "expected ',' or": SyntaxHint.BRACKET,
    "expected the node content": SyntaxHint.BRACKET,
    "expected <block end>": SyntaxHint.INDENT,
    "another document": SyntaxHint.DOCUMENTS,
}


def syntax_hint(words: str) -> Fault:
    """What the words of YAML's reader come to."""
    hint = next((hint for part, hint in STUMBLES.items() if part in words), None)
    return SyntaxHint.OTHER(words=words) if hint is None else hint()


class ShapeFault(FaultCode):
    """A value of another shape than its field's."""

    COMMA = (N_("there is no such field"), N_("put a text with a comma in it in quotation marks"))
    UNKNOWN_FIELD = (N_("there is no such field here"), "%(known)s")
    DID_YOU_MEAN = N_("did you mean `%(name)s`?")
    KNOWN_FIELDS = N_("known are %(names)s")
    LADDER_FIELD = (N_("is no field of a ladder"), N_("see docs/mail.md"))
    NO_VALUE = (N_("has no value"), N_("write one, or leave the field out"))
    UNKNOWN_WORD = (N_("'%(value)s' is not known"), N_("write %(expected)s"))
    TOO_LONG = (N_("is longer than %(most)s letters"), N_("shorten it"))
    MAPPING = (N_("must hold fields of its own, one on each line below it"), N_("see docs/plans.md"))
    LIST = (N_("must be a list"), N_("begin each entry with a dash; see docs/plans.md"))
    TEXT = (N_("must be one text"), N_("put it on one line; see docs/plans.md"))
    DATE = (N_("must be a date"), N_("write it as 2024-01-19; see docs/plans.md"))
    WHOLE_NUMBER = (N_("must be a whole number"), N_("see docs/plans.md"))
    SEE = ("%(problem)s", N_("see %(guide)s"))
