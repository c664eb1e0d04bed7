"""What pydantic finds wrong with a value, in our words: in a file, a setting, a command line, a request."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic_core import ErrorDetails

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_, Plural


class ValueFault(FaultCode):
    """A value that its field does not take."""

    MISSING = N_("is missing"), N_("add it")
    UNKNOWN_FIELD = N_("there is no such field"), N_("leave it out, or correct its name")
    AT_LEAST = N_("must be %(ge)s or more")
    AT_MOST = N_("must be at most %(le)s")
    MORE_THAN = N_("must be more than %(gt)s")
    LESS_THAN = N_("must be less than %(lt)s")
    PATTERN = N_("does not have the form %(pattern)s")
    TOO_MANY = N_("has too many entries"), N_("at most %(max_length)s")
    TOO_FEW = N_("has too few entries"), N_("at least %(min_length)s")
    LONG_TEXT = (
        Plural(
            "is longer than %(max_length)s character",
            "is longer than %(max_length)s characters",
            "max_length",
        ),
        N_("shorten it"),
    )
    SHORT_TEXT = (
        Plural(
            "needs at least %(min_length)s character",
            "needs at least %(min_length)s characters",
            "min_length",
        ),
        N_("write more"),
    )
    ONE_OF = N_("is not known"), N_("choose %(expected)s")
    NUMBER = N_("must be a whole number")
    AMOUNT = N_("must be a number")
    TRUTH = N_("must be true or false")
    LISTED = N_("must be a list")
    FIELDS = N_("must have fields of its own, one on each line below")
    WORDS = N_("must be one text")
    DAY = N_("must be a date"), N_("write it as 2024-01-19")
    INSTANT = N_("must be an instant with its offset"), N_("write it as 2024-02-17T08:00:00+07:00")
    CLOCK = N_("must be a time of day"), N_("write it as 08:00")
    PLACE = N_("must be the path of a file or a folder")
    ADDRESS = N_("must be the address of a page"), N_("write it as https://dondoc.example.vn")
    JSON = N_("cannot be read as JSON")
    OTHER = N_("has a value of the wrong kind (%(message)s)")


PYDANTIC: dict[ValueFault, str] = {
    ValueFault.MISSING: "missing",
    ValueFault.UNKNOWN_FIELD: "extra_forbidden",
    ValueFault.AT_LEAST: "greater_than_equal",
    ValueFault.AT_MOST: "less_than_equal",
    ValueFault.MORE_THAN: "greater_than",
    ValueFault.LESS_THAN: "less_than",
    ValueFault.PATTERN: "string_pattern_mismatch",
    ValueFault.TOO_MANY: "too_long",
    ValueFault.TOO_FEW: "too_short",
    ValueFault.LONG_TEXT: "string_too_long bytes_too_long",
    ValueFault.SHORT_TEXT: "string_too_short bytes_too_short",
    ValueFault.ONE_OF: "enum literal_error",
    ValueFault.NUMBER: "int_type int_parsing int_parsing_size int_from_float",
    ValueFault.AMOUNT: "float_type float_parsing finite_number decimal_type decimal_parsing",
    ValueFault.TRUTH: "bool_type bool_parsing",
    ValueFault.LISTED: "list_type tuple_type set_type frozen_set_type iterable_type",
    ValueFault.FIELDS: "model_type model_attributes_type dict_type mapping_type dataclass_type",
    ValueFault.WORDS: "string_type string_unicode string_not_ascii bytes_type bytes_invalid_encoding",
    ValueFault.DAY: "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact",
    ValueFault.INSTANT: "datetime_type datetime_parsing datetime_from_date_parsing "
    "datetime_object_invalid timezone_naive",
    ValueFault.CLOCK: "time_type time_parsing",
    ValueFault.PLACE: "path_type",
    ValueFault.ADDRESS: "url_type url_parsing url_syntax_violation url_too_long url_scheme",
    ValueFault.JSON: "json_invalid json_type",
}
"""The types of pydantic's errors that each stands for."""
CODES = {kind: code for code, kinds in PYDANTIC.items() for kind in kinds.split()}


def shape_fault(detail: ErrorDetails) -> Fault:
    """What pydantic says of a value; what a validator of ours raised says itself."""
    context: dict[str, object] = dict(detail.get("ctx", {}))
    cause = context.get("error")
    if isinstance(cause, ValueError) and cause.args and isinstance(cause.args[0], Fault):
        return cause.args[0]
    if "expected" in context:
        context["expected"] = alternatives(str(context["expected"]))
    return CODES.get(detail["type"], ValueFault.OTHER)(**context | {"message": detail["msg"]})


class Alternatives(FaultCode):
    """The words that a field takes."""

    LAST = N_("%(first)s or %(last)s")
    ONE = N_("%(last)s")

    @classmethod
    def of(cls, words: Iterable[str]) -> Fault:
        """`'a', 'b' or 'c'`."""
        *first, last = map(repr, words)
        return cls.LAST(first=first, last=last) if first else cls.ONE(last=last)


def alternatives(expected: str) -> Fault:
    """`'a', 'b' or 'c'`, as pydantic lists what it expects, in any language."""
    first, _, last = expected.rpartition(" or ")
    return Alternatives.LAST(first=first, last=last) if first else Alternatives.ONE(last=last)
