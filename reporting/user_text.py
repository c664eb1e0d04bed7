"""Clean and check what people type: one line, required, or optional, each with its limit."""

from __future__ import annotations

from calendars.errors import Fault, FaultCode
from models.errors import InvalidInput
from models.text import clean_line, clean_lines


class TextFault(FaultCode):
    """What is wrong with a text that somebody typed."""

    MISSING = ("thiếu {what}; {remedy}", "{what} is missing; {remedy}")
    TOO_LONG = (
        "{what} dài {length} ký tự; viết nhiều nhất {most} ký tự",
        "{what} has {length} characters; write at most {most}",
    )


class TextRemedy(FaultCode):
    """What to write where a text is missing."""

    SAY_WHY = ("ghi rõ lý do", "say why, with --reason")
    SAY_WHAT_TO_MEND = ("ghi rõ điều cần chỉnh sửa", "say what must be mended, with --reason")
    NAME_THE_DAY = ("ghi tên của ngày này", "give it with --name")


class TextName(FaultCode):
    """What a text is called."""

    NAME = ("tên", "the name")
    DAY_NAME = ("tên ngày nghỉ hoặc ngày làm bù", "the day's name")
    NOTE = ("ghi chú", "the note")
    REASON = ("lý do", "the reason")
    MESSAGE = ("lời nhắn", "the message")
    DOCUMENT_NUMBER = ("số văn bản", "the document number")


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
