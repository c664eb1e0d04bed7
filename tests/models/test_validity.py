"""Validity from a day until before another, in memory and in SQL alike."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from models.unit import Contact, Unit
from models.validity import has_ended, is_valid, sql_is_valid, sql_not_ended

FROM, TO = date(2024, 2, 1), date(2024, 3, 1)


@pytest.mark.parametrize(
    ("end", "day", "valid", "ended"),
    [
        (TO, date(2024, 1, 31), False, False),
        (TO, FROM, True, False),
        (TO, date(2024, 2, 29), True, False),
        (TO, TO, False, True),
        (None, date(2024, 1, 31), False, False),
        (None, FROM, True, False),
        (None, date(9999, 12, 31), True, False),
        (FROM, FROM, False, True),  # ended before it began
    ],
)
def test_the_first_day_counts_and_the_end_does_not(
    engine: Engine, end: date | None, day: date, valid: bool, ended: bool
) -> None:
    with Session(engine) as session:
        unit = Unit(code="1", created_at=datetime(2024, 1, 1, tzinfo=UTC))
        session.add(unit)
        session.flush()
        contact = Contact(
            unit_id=unit.id, name="Hòa", role="preparer", address="a@x", valid_from=FROM, valid_to=end
        )
        session.add(contact)
        session.flush()
        assert (is_valid(contact, day), has_ended(contact, day)) == (valid, ended)
        found = session.execute(select(sql_is_valid(Contact, day), sql_not_ended(Contact, day))).one()
        assert (bool(found[0]), bool(found[1])) == (valid, not ended)
