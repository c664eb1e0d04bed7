"""Types of the fields of forms and addresses: dates as 18/10/2024, pages, ids; read gently, never guessed.

A form is a pydantic model of such fields, `Annotated[SomeForm, Form()]`: one for each handler.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Annotated

from fastapi import Form, Path, Query
from pydantic import AfterValidator, BeforeValidator

from calendars.errors import CalendarError
from calendars.rules import written_date
from messages.catalogue import N_
from models.database import LARGEST_ID
from models.validity import YEARS

LARGEST_PAGE = 100_000
NO_DAY = N_("Write the day as 18/10/2024.")
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
"""The id of a row in an address; one that no row can have is not found."""
Field = Annotated[str, Form()]
"""The one field of a small form."""


def cut(most: int) -> AfterValidator:
    """Cut a text to its first `most` characters."""
    return AfterValidator(lambda text: text[:most])


def line(most: int) -> AfterValidator:
    """Without the blanks around it, cut to `most` characters."""
    return AfterValidator(lambda text: text.strip()[:most])


def typed_day(text: str) -> date | None:
    """A date as people write it, 18/10/2024, 18-10-2024, 2024-10-18; None for anything else."""
    with suppress(CalendarError):
        day = written_date(text)
        return day if day is not None and day.year in YEARS else None
    return None


def is_no_day(text: str) -> bool:
    """Whether something stands in a field for a date that is none; the field says so itself."""
    return bool(text.strip()) and typed_day(text) is None


def field_day(day: date) -> str:
    """A date as a field of a form shows it, so that `typed_day` reads it again, whatever the language."""
    return f"{day:%d/%m/%Y}"


def typed_number(text: str, least: int, most: int, otherwise: int) -> int:
    """A whole number between the two; `otherwise` for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
    return number if least <= number <= most else otherwise


def typed_page(text: str) -> int:
    """Which page of a list, counted from 1; the first for anything else."""
    return typed_number(text, 1, LARGEST_PAGE, 1)


PageNumber = Annotated[int, Query(alias="page"), BeforeValidator(typed_page)]
Search = Annotated[str, line(100)]
"""Words to look for, in an address."""
