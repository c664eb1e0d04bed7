"""Loading contacts: a person in a role of a unit, from when to when; on both databases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading
from models.errors import InputErrors
from models.unit import Contact
from models.upkeep import AuditEntry
from tests.reporting.unit_world import CONTACTS, MARCH, NEW_YEAR, PROVINCE, as_input, load, on

HEADER = "unit,name,role,address,language,valid_from,valid_to\n"
CLERK = "x1,Văn thư xã Một,clerk,vanthu@x1.example,vi,,\n"
Span = tuple[str, str, date, date | None]


def spans(engine: Engine) -> list[Span]:
    with reading(engine) as session:
        rows = session.exec(select(Contact).order_by(col(Contact.role), col(Contact.valid_from)))
        return [(row.name, row.language, row.valid_from, row.valid_to) for row in rows]


def test_it_brings_in_contacts_with_their_units(engine: Engine, tmp_path: Path) -> None:
    changes = load(engine, as_input(tmp_path, PROVINCE, CONTACTS))
    assert changes.contacts.added == 3
    assert {each[2:] for each in spans(engine)} == {(NEW_YEAR, None)}


@pytest.mark.parametrize(
    ("line", "day", "expected"),
    [
        (CLERK, MARCH, [("Văn thư xã Một", "vi", NEW_YEAR, None)]),
        (CLERK.replace(",vi,", ",en,"), NEW_YEAR, [("Văn thư xã Một", "en", NEW_YEAR, None)]),  # a correction
        (
            CLERK.replace("xã Một", "mới"),
            MARCH,
            [("Văn thư xã Một", "vi", NEW_YEAR, MARCH), ("Văn thư mới", "vi", MARCH, None)],
        ),
        (
            CLERK.replace("vi,,", "vi,,2024-06-01"),
            MARCH,
            [("Văn thư xã Một", "vi", NEW_YEAR, date(2024, 6, 1))],
        ),
    ],
)
def test_a_changed_contact_keeps_its_past(
    engine: Engine, tmp_path: Path, line: str, day: date, expected: list[Span]
) -> None:
    load(engine, as_input(tmp_path, PROVINCE, HEADER + CLERK))
    load(engine, as_input(tmp_path, HEADER + line), day)
    assert spans(engine) == expected


def test_replacing_ends_the_contacts_that_a_file_no_longer_has(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE, CONTACTS))
    changes = load(engine, as_input(tmp_path, HEADER + CLERK), MARCH, replace=True)
    assert (changes.contacts.ended, changes.ended) == (1, [])  # the head of x1; d1 is not in the file
    assert [each[0] for each in spans(engine) if each[3] == MARCH] == ["Chủ tịch xã Một"]


def test_it_refuses_contacts_of_unknown_units_and_keeps_nothing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        load(engine, as_input(tmp_path, PROVINCE, HEADER + CLERK + CLERK.replace("x1,", "x9,")))
    assert len(caught.value.errors) == 1
    assert "1.csv:3: unit: no unit 'x9' on 01/01/2024; did you mean x" in caught.value.errors[0]
    assert spans(engine) == []
    assert len(on(engine, NEW_YEAR)) == 0


def test_it_refuses_a_contact_that_overlaps_a_later_one(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    load(engine, as_input(tmp_path, HEADER + CLERK), MARCH)
    with pytest.raises(InputErrors, match=r"vanthu@x1\.example is clerk of x1 from 2024-03-01; load as of"):
        load(engine, as_input(tmp_path, HEADER + CLERK), date(2024, 2, 1))


def test_it_refuses_a_contact_that_is_over_already(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    with pytest.raises(
        InputErrors, match="ends on 2023-12-01, not after 2024-01-01; give valid_from as well"
    ):
        load(engine, as_input(tmp_path, HEADER + CLERK.replace("vi,,", "vi,,2023-12-01")))


def test_a_changed_contact_is_in_the_audit(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE, HEADER + CLERK))
    load(engine, as_input(tmp_path, HEADER + CLERK.replace(",vi,", ",en,")))
    with reading(engine) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.subject == "contact")).one()
    assert (entry.action, '"language": "vi"' in entry.before, '"language": "en"' in entry.after) == (
        "change",
        True,
        True,
    )
