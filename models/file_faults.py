"""What can be wrong with any file that people upload: its place, its YAML, and the shape of its values.

`shape_fault` says what pydantic found; its own words stay the English ones where we have none of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic_core import ErrorDetails

from calendars.errors import Fault, FaultCode


class FilePlace(FaultCode):
    """Places in a file. Lines and fields are written alike in every language."""

    LINE = ("{file}:{line}: {problem}", "{file}:{line}: {problem}")
    FIELD = ("{file}:{line}: {field}: {problem}", "{file}:{line}: {field}: {problem}")
    COLUMN = ("{where}: {column}: {problem}", "{where}: {column}: {problem}")
    FILE = ("{file}: {problem}", "{file}: {problem}")
    VALUE = ("{field}: {problem}", "{field}: {problem}")
    WHOLE_FILE = ("cả tệp", "the file")
    UNIT = ("đơn vị {code}", "unit {code}")


class FileFault(FaultCode):
    """A file that cannot be read as a whole, or not as YAML."""

    UNREADABLE = (
        "không đọc được tệp ({reason}); kiểm tra lại tên tệp",
        "cannot be read ({reason}); check the name of the file",
    )
    UNREADABLE_PATH = (
        "không đọc được tệp ({reason}); kiểm tra lại đường dẫn",
        "cannot be read ({reason}); check the path",
    )
    GONE = (
        "các tệp đã tải lên không còn được giữ; hãy tải lên lại",
        "the uploaded files are gone; upload them again",
    )
    EMPTY_PLAN = (
        "tệp rỗng; xem docs/plans.md để biết cách viết kế hoạch",
        "the file is empty; see docs/plans.md for how to write a plan",
    )
    EMPTY_LADDER = (
        "tệp rỗng; xem docs/mail.md để biết cách viết bậc nhắc việc",
        "the file is empty; see docs/mail.md for how to write a ladder",
    )
    TOO_LARGE = (
        "tệp lớn hơn {limit} KB; tệp kế hoạch ghi quy định, không ghi danh sách",
        "the file is larger than {limit} KB; a plan file holds rules, not lists",
    )
    LADDER_TOO_LARGE = (
        "tệp lớn hơn {limit} KB; bậc nhắc việc chỉ cần một tệp ngắn",
        "the file is larger than {limit} KB; a ladder is short",
    )
    NOT_UTF8 = (
        "tệp không dùng bảng mã UTF-8; lưu lại tệp với bảng mã UTF-8",
        "the text is not in UTF-8; save the file with the encoding UTF-8",
    )
    CONTROL_CHARACTER = (
        "trong tệp có ký tự điều khiển; xóa ký tự đó",
        "a control character stands in the text; remove it",
    )
    NO_YAML = (
        "tệp không phải YAML; xem {guide}",
        "this is no YAML ({reason}); see {guide}",
    )
    NO_ANCHORS = (
        "không dùng được neo (&) và tham chiếu (*); viết lại đầy đủ ở chỗ cần",
        "anchors (&) and aliases (*) are not read; write the part out where it is needed",
    )
    TOO_DEEP = (
        "lồng quá nhiều cấp; kế hoạch có nhiệm vụ (duties), nhiệm vụ có các chặng (chain)",
        "is nested too deeply; a plan has duties, and duties have stages",
    )
    LADDER_TOO_DEEP = (
        "lồng quá nhiều cấp; bậc nhắc việc có các bậc (rungs), mỗi bậc có các trường",
        "is nested too deeply; a ladder has rungs, and rungs have fields",
    )
    TAB = (
        "có dấu tab ở chỗ YAML cần dấu cách; thụt lề bằng dấu cách",
        "a tab stands where YAML wants spaces; indent with spaces",
    )
    SYNTAX = (
        "sai cú pháp YAML{hint}; "
        "kiểm tra thụt lề, dấu hai chấm và dấu ngoặc kép ở dòng này và dòng ngay trên",
        "wrong YAML{context}: {reason}; check indentation, colons and quotation marks here and just above",
    )
    TAG = (
        "không dùng được nhãn {tag}; viết giá trị thường",
        "the tag {tag} is not read; write a plain value",
    )
    FIELD_NAME = (
        "tên trường phải là một từ thường; xem {guide}",
        "a field's name must be a plain word; see {guide}",
    )
    CUT_BY_HASH = (
        "phần “{lost}” bị bỏ vì dấu # đứng sau dấu cách mở đầu ghi chú; đặt cả nội dung trong dấu ngoặc kép, "
        "hoặc viết ghi chú ở dòng riêng",
        "{lost!r} is left out, because # after a blank begins a comment; "
        "put the whole text in quotation marks, or the comment on a line of its own",
    )
    CUT_BY_GLUED_HASH = (
        "phần “{lost}” bị bỏ vì dấu # đứng sau dấu cách mở đầu ghi chú; đặt cả giá trị trong dấu ngoặc kép, "
        "hoặc viết dấu cách sau dấu # nếu đó là ghi chú",
        "{lost!r} is left out, because # after a blank begins a comment; "
        "put the whole value in quotation marks, or a blank behind the # of a comment",
    )
    SECOND_TIME = (
        "{key}: xuất hiện lần thứ hai (lần đầu ở dòng {first}); chỉ giữ một",
        "{key}: stands here a second time (first on line {first}); keep one",
    )


FREE_TEXTS = frozenset({"title", "number", "issuer", "basis"})
"""Fields in which a # may well be meant: `Báo cáo #3`, `Báo cáo # 3`. A comment stands off by two blanks."""
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
    """What YAML's reader stumbled over; in English its own words say so."""

    COLON = (" (dấu hai chấm ở chỗ không được phép)", "")
    QUOTE = (" (dấu ngoặc kép chưa đóng)", "")
    BRACKET = (" (dấu ngoặc chưa đóng, hoặc thiếu dấu phẩy)", "")
    INDENT = (" (thụt lề không đều)", "")
    DOCUMENTS = (" (tệp có hơn một phần, ngăn bởi ---)", "")
    NONE = ("", "")


STUMBLES = {
    "mapping values are not allowed": SyntaxHint.COLON,
    "could not find expected ':'": SyntaxHint.COLON,
    "found unexpected end of stream": SyntaxHint.QUOTE,
    "expected ',' or": SyntaxHint.BRACKET,
    "expected the node content": SyntaxHint.BRACKET,
    "expected <block end>": SyntaxHint.INDENT,
    "another document": SyntaxHint.DOCUMENTS,
}


def syntax_hint(said: str) -> Fault:
    """What the words of YAML's reader come to."""
    return next((hint for words, hint in STUMBLES.items() if words in said), SyntaxHint.NONE)()


class ShapeFault(FaultCode):
    """A value of another shape than its field's."""

    MISSING = ("còn thiếu; hãy ghi thêm", "is missing; add it")
    COMMA = (
        "không có trường này; đặt nội dung có dấu phẩy trong dấu ngoặc kép",
        "there is no such field; put a text with a comma in it in quotation marks",
    )
    UNKNOWN_FIELD = ("ở đây không có trường này; {known}", "there is no such field here; {known}")
    DID_YOU_MEAN = ("có phải là `{name}` không?", "did you mean `{name}`?")
    KNOWN_FIELDS = ("các trường được dùng: {names}", "known are {names}")
    LADDER_FIELD = (
        "bậc nhắc việc không có trường này; xem docs/mail.md",
        "is no field of a ladder; see docs/mail.md",
    )
    NO_VALUE = (
        "chưa có giá trị; hãy ghi giá trị hoặc bỏ trường này",
        "has no value; write one, or leave the field out",
    )
    UNKNOWN_WORD = ("không có giá trị “{value}”; chọn {expected}", "{value!r} is not known; write {expected}")
    TOO_LONG = ("dài quá {most} ký tự; rút ngắn lại", "is longer than {most} letters; shorten it")
    MAPPING = (
        "phải gồm các trường riêng, mỗi trường một dòng bên dưới; xem docs/plans.md",
        "must hold fields of its own, one on each line below it; see docs/plans.md",
    )
    LIST = (
        "phải là danh sách, mỗi mục bắt đầu bằng dấu gạch ngang; xem docs/plans.md",
        "must be a list; begin each entry with a dash; see docs/plans.md",
    )
    TEXT = (
        "phải là một đoạn chữ; viết trên một dòng; xem docs/plans.md",
        "must be one text; put it on one line; see docs/plans.md",
    )
    DATE = (
        "phải là ngày; viết như 2024-01-19; xem docs/plans.md",
        "must be a date; write it as 2024-01-19; see docs/plans.md",
    )
    WHOLE_NUMBER = ("phải là số nguyên; xem docs/plans.md", "must be a whole number; see docs/plans.md")
    SAID_BY_PLAN = ("{problem}; xem docs/plans.md", "{problem}; see docs/plans.md")


class PydanticFault(FaultCode):
    """What pydantic finds, in our words; `{message}` is its own English."""

    AT_LEAST = ("phải từ {ge} trở lên", "{message}")
    AT_MOST = ("không được quá {le}", "{message}")
    PATTERN = (
        "không đúng dạng; chỉ dùng chữ thường a–z, chữ số và dấu gạch nối đơn, ví dụ nhac-truoc-5-ngay",
        "{message}",
    )
    TOO_MANY = ("nhiều mục quá; tối đa {max_length}", "{message}")
    TOO_FEW = ("ít mục quá; cần ít nhất {min_length}", "{message}")
    LONG_TEXT = ("dài quá {max_length} ký tự; rút ngắn lại", "{message}")
    ONE_OF = ("không có giá trị này; chọn {expected}", "{message}")
    NUMBER = ("phải là số nguyên", "{message}")
    TRUTH = ("phải là true hoặc false", "{message}")
    LISTED = ("phải là danh sách", "{message}")
    FIELDS = ("phải gồm các trường riêng, mỗi trường một dòng bên dưới", "{message}")
    WORDS = ("phải là một đoạn chữ", "{message}")
    DAY = ("phải là ngày", "{message}")
    OTHER = ("giá trị không đúng kiểu ({message})", "{message}")


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

    LAST = ("{first} hoặc {last}", "{first} or {last}")
    ONE = ("{last}", "{last}")


def alternatives(expected: str) -> Fault:
    """`'a', 'b' or 'c'`, as pydantic lists what it expects, in either language."""
    first, _, last = expected.rpartition(" or ")
    return Alternatives.LAST(first=first, last=last) if first else Alternatives.ONE(last=last)
