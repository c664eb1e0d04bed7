"""What can be wrong with any file that people upload: its place, its YAML, and the shape of its values.

`shape_fault` says what pydantic found; its own words stay the English ones where we have none of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic_core import ErrorDetails

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
    UNIT = N_("unit %(code)s")


class FileFault(FaultCode):
    """A file that cannot be read as a whole, or not as YAML."""

    UNREADABLE = N_("cannot be read (%(reason)s); check the name of the file")
    UNREADABLE_PATH = N_("cannot be read (%(reason)s); check the path")
    GONE = N_("the uploaded files are gone; upload them again")
    EMPTY_PLAN = N_("the file is empty; see docs/plans.md for how to write a plan")
    EMPTY_LADDER = N_("the file is empty; see docs/mail.md for how to write a ladder")
    TOO_LARGE = N_("the file is larger than %(limit)s KB; a plan file holds rules, not lists")
    LADDER_TOO_LARGE = N_("the file is larger than %(limit)s KB; a ladder is short")
    NOT_UTF8 = N_("the text is not in UTF-8; save the file with the encoding UTF-8")
    CONTROL_CHARACTER = N_("a control character stands in the text; remove it")
    NO_YAML = N_("this is no YAML (%(reason)s); see %(guide)s")
    NO_ANCHORS = N_("anchors (&) and aliases (*) are not read; write the part out where it is needed")
    TOO_DEEP = N_("is nested too deeply; a plan has duties, and duties have stages")
    LADDER_TOO_DEEP = N_("is nested too deeply; a ladder has rungs, and rungs have fields")
    TAB = N_("a tab stands where YAML wants spaces; indent with spaces")
    SYNTAX = N_("wrong YAML (%(hint)s); check indentation, colons and quotation marks here and just above")
    TAG = N_("the tag %(tag)s is not read; write a plain value")
    FIELD_NAME = N_("a field's name must be a plain word; see %(guide)s")
    CUT_BY_HASH = N_(
        "'%(lost)s' is left out, because # after a blank begins a comment; put the whole text in "
        "quotation marks, or the comment on a line of its own"
    )
    CUT_BY_GLUED_HASH = N_(
        "'%(lost)s' is left out, because # after a blank begins a comment; put the whole value "
        "in quotation marks, or a blank behind the # of a comment"
    )
    SECOND_TIME = N_("%(key)s: stands here a second time (first on line %(first)s); keep one")


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

    MISSING = N_("is missing; add it")
    COMMA = N_("there is no such field; put a text with a comma in it in quotation marks")
    UNKNOWN_FIELD = N_("there is no such field here; %(known)s")
    DID_YOU_MEAN = N_("did you mean `%(name)s`?")
    KNOWN_FIELDS = N_("known are %(names)s")
    LADDER_FIELD = N_("is no field of a ladder; see docs/mail.md")
    NO_VALUE = N_("has no value; write one, or leave the field out")
    UNKNOWN_WORD = N_("'%(value)s' is not known; write %(expected)s")
    TOO_LONG = N_("is longer than %(most)s letters; shorten it")
    MAPPING = N_("must hold fields of its own, one on each line below it; see docs/plans.md")
    LIST = N_("must be a list; begin each entry with a dash; see docs/plans.md")
    TEXT = N_("must be one text; put it on one line; see docs/plans.md")
    DATE = N_("must be a date; write it as 2024-01-19; see docs/plans.md")
    WHOLE_NUMBER = N_("must be a whole number; see docs/plans.md")
    SAID_BY_PLAN = N_("%(problem)s; see docs/plans.md")


class PydanticFault(FaultCode):
    """What pydantic finds, in our words; `{message}` is its own English."""

    AT_LEAST = N_("must be %(ge)s or more")
    AT_MOST = N_("must be at most %(le)s")
    PATTERN = N_(
        "has the wrong form; write small letters a–z, digits and single hyphens, such as nhac-truoc-5-ngay"
    )
    TOO_MANY = N_("has too many entries; at most %(max_length)s")
    TOO_FEW = N_("has too few entries; at least %(min_length)s")
    LONG_TEXT = N_("is longer than %(max_length)s characters; shorten it")
    ONE_OF = N_("is not known; choose %(expected)s")
    NUMBER = N_("must be a whole number")
    TRUTH = N_("must be true or false")
    LISTED = N_("must be a list")
    FIELDS = N_("must have fields of its own, one on each line below")
    WORDS = N_("must be one text")
    DAY = N_("must be a date")
    OTHER = N_("has a value of the wrong kind (%(message)s)")


PYDANTIC: dict[str, PydanticFault] = {
    "greater_than_equal": PydanticFault.AT_LEAST,
    "less_than_equal": PydanticFault.AT_MOST,
    "string_pattern_mismatch": PydanticFault.PATTERN,
    "too_long": PydanticFault.TOO_MANY,
    "too_short": PydanticFault.TOO_FEW,
    "string_too_long": PydanticFault.LONG_TEXT,
    "enum": PydanticFault.ONE_OF,
    "literal_error": PydanticFault.ONE_OF,
    "int_parsing": PydanticFault.NUMBER,
    "int_type": PydanticFault.NUMBER,
    "int_from_float": PydanticFault.NUMBER,
    "bool_parsing": PydanticFault.TRUTH,
    "bool_type": PydanticFault.TRUTH,
    "tuple_type": PydanticFault.LISTED,
    "list_type": PydanticFault.LISTED,
    "model_type": PydanticFault.FIELDS,
    "model_attributes_type": PydanticFault.FIELDS,
    "string_type": PydanticFault.WORDS,
    "date_type": PydanticFault.DAY,
}


def shape_fault(detail: ErrorDetails, spoken: Callable[[str], str] = str) -> Fault:
    """What pydantic says of a value; `spoken` puts its English as the reader of the file has it."""
    code = PYDANTIC.get(detail["type"], PydanticFault.OTHER)
    context: dict[str, object] = dict(detail.get("ctx", {}))
    if "expected" in context:
        context["expected"] = alternatives(str(context["expected"]))
    return code(**context | {"message": spoken(detail["msg"])})


class Alternatives(FaultCode):
    """The words that a field takes, as pydantic lists them."""

    LAST = N_("%(first)s or %(last)s")
    ONE = N_("%(last)s")


def alternatives(expected: str) -> Fault:
    """`'a', 'b' or 'c'`, as pydantic lists what it expects, in either language."""
    first, _, last = expected.rpartition(" or ")
    return Alternatives.LAST(first=first, last=last) if first else Alternatives.ONE(last=last)
