"""Clean and check what people type: one line, required, or optional, each with its limit."""

from __future__ import annotations

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput
from models.text import clean_line, clean_lines


class TextFault(FaultCode):
    """What is wrong with a typed text."""

    MISSING = N_("%(what)s is missing; %(remedy)s")
    TOO_LONG = N_("%(what)s has %(length)s characters; write at most %(most)s")


class TextRemedy(FaultCode):
    """What to write where a text is missing."""

    SAY_WHY = N_("say why, with --reason")
    SAY_WHAT_TO_MEND = N_("say what must be corrected, with --reason")
    NAME_THE_DAY = N_("give it with --name")


class TextName(FaultCode):
    """What a text is called."""

    NAME = N_("the name")
    DAY_NAME = N_("the day's name")
    NOTE = N_("the note")
    REASON = N_("the reason")
    MESSAGE = N_("the message")
    DOCUMENT_NUMBER = N_("the document number")
    OFFICE_ADDRESS = N_("the address of the office")


def one_line_text(text: str, what: Fault, limit: int = 100) -> str:
    """`text` on one line. Raises `InvalidInput` if it is too long."""
    return optional_text(clean_line(text), what, limit)


def require_text(text: str, what: Fault, remedy: Fault, limit: int = 2000) -> str:
    """`text` without control characters and outer blanks. Raises `InvalidInput` if empty or too long."""
    clean = clean_lines(text)
    if not clean:
        raise InvalidInput(TextFault.MISSING(what=what, remedy=remedy))
    return optional_text(clean, what, limit)


def optional_text(text: str, what: Fault, limit: int = 2000) -> str:
    """`text` without control characters. Raises `InvalidInput` if it is too long."""
    clean = clean_lines(text)
    if len(clean) > limit:
        raise InvalidInput(TextFault.TOO_LONG(what=what, length=len(clean), most=limit))
    return clean
