"""What pydantic finds wrong with a value is said in our words: all of it that a text can come to."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core.core_schema import ErrorType

from models.shapes import CODES, shape_fault

OF_VALIDATORS = {"value_error", "assertion_error"}
"""Raised with their own words."""
OF_PROGRAMS = {
    "no_such_attribute",
    "needs_python_object",
    "recursion_loop",
    "recursion_depth_exceeded",
    "frozen_field",
    "frozen_instance",
    "invalid_key",
    "get_attribute_error",
    "dataclass_exact_type",
    "named_tuple_type",
    "default_factory_not_called",
    "none_required",
    "iteration_error",
    "frozen_dict_type",
    "ordered_dict_type",
    "counter_type",
    "deque_type",
    "set_item_not_hashable",
    "missing_sentinel_error",
    "ellipsis_error",
    "is_instance_of",
    "is_subclass_of",
    "callable_type",
    "arguments_type",
    "missing_argument",
    "unexpected_keyword_argument",
    "missing_keyword_only_argument",
    "unexpected_positional_argument",
    "missing_positional_only_argument",
    "multiple_argument_values",
}
"""Mistakes of a program, which no text can come to."""
UNUSED = {
    "multiple_of",
    "date_past",
    "date_future",
    "datetime_past",
    "datetime_future",
    "timezone_aware",
    "timezone_offset",
    "time_delta_type",
    "time_delta_parsing",
    "union_tag_invalid",
    "union_tag_not_found",
    "uuid_type",
    "uuid_parsing",
    "uuid_version",
    "decimal_max_digits",
    "decimal_max_places",
    "decimal_whole_digits",
    "fraction_type",
    "fraction_parsing",
    "complex_type",
    "complex_str_parsing",
}
"""Of kinds of values that no field of ours has."""


class Wish(BaseModel):
    """A field of each kind that files, settings, commands and requests have."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(1, ge=1, le=60)
    share: float = 0.5
    truth: bool = True
    word: str = Field("", max_length=3, pattern="^[a-z]*$")
    reason: str = Field("abc", min_length=1)
    day: date = date(2024, 1, 19)
    instant: datetime = datetime(2024, 1, 19)
    choice: Literal["a", "b"] = "a"
    several: list[str] = Field([], max_length=1)
    place: Path = Path()
    within: dict[str, str] = {}


def test_each_error_of_pydantic_has_our_words_or_cannot_come() -> None:
    assert set(get_args(ErrorType)) - CODES.keys() == OF_VALIDATORS | OF_PROGRAMS | UNUSED


@pytest.mark.parametrize(
    ("field", "value", "vietnamese", "english"),
    [
        ("number", "x", "phải là số nguyên", "must be a whole number"),
        ("number", 0, "phải từ 1 trở lên", "must be 1 or more"),
        ("number", 61, "không được quá 60", "must be at most 60"),
        ("share", "x", "phải là số", "must be a number"),
        ("truth", "maybe", "phải là true hoặc false", "must be true or false"),
        ("word", "abcd", "dài quá 3 ký tự; rút ngắn lại", "is longer than 3 characters; shorten it"),
        ("word", "A", "không đúng dạng ^[a-z]*$", "does not have the form ^[a-z]*$"),
        ("word", 3, "phải là một đoạn chữ", "must be one text"),
        ("reason", "", "cần ít nhất 1 ký tự; hãy viết thêm", "needs at least 1 character; write more"),
        ("day", "30/2", "phải là ngày; viết như 2024-01-19", "must be a date; write it as 2024-01-19"),
        ("choice", "c", "không có giá trị này; chọn 'a' hoặc 'b'", "is not known; choose 'a' or 'b'"),
        ("several", "a", "phải là danh sách", "must be a list"),
        ("several", ["a", "b"], "nhiều mục quá; tối đa 1", "has too many entries; at most 1"),
        ("place", 3, "phải là đường dẫn của tệp hoặc thư mục", "must be the path of a file or a folder"),
        ("nowhere", 1, "không có trường này; bỏ trường này, hoặc sửa lại tên",
         "there is no such field; leave it out, or correct its name"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_said_in_both_languages(
    field: str, value: object, vietnamese: str, english: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Wish.model_validate({field: value})
    (detail,) = caught.value.errors()
    fault = shape_fault(detail)
    assert (fault.say("vi"), fault.say("en")) == (vietnamese, english)
