"""A receipt for the filer, a new link for an expired one, and no look-ahead for those who want none."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from models.database import reading, writing
from models.notice import Notice
from models.unit import Contact
from models.vocabulary import NoticeKind
from reporting.moves.submit import ReportFiling, submit
from reporting.moves.transition import find
from reporting.reminders.audience import is_unsubscribed, subscribe_again, unsubscribe
from reporting.reminders.events import announce_link
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.reporting.sample_files import PDF
from tests.reporting.world import World

CONTACTS = (
    ("x1", "Alice", "clerk", "alice@p.gov.vn"),
    ("x1", "Bình", "clerk", "binh@p.gov.vn"),
    ("x1", "Head", "head", "head@p.gov.vn"),
    ("d1", "Bob", "clerk", "bob@p.gov.vn"),
)


def opened(world: World) -> int:
    """February's report of x1, which has two clerks."""
    with_contacts(world)
    world.plan()
    world.tick("2024-01-02 08:00")
    return world.one("x1", "2024-02").id


def with_contacts(world: World) -> None:
    with writing(world.engine) as session:
        for unit, name, role, address in CONTACTS:
            session.add(
                Contact(
                    unit_id=unit_id(session, unit),
                    name=name,
                    role=role,
                    address=address,
                    valid_from=date(2024, 1, 1),
                )
            )


def told(world: World, rung: str) -> list[tuple[str, str, int, bool]]:
    with reading(world.engine) as session:
        rows = session.exec(select(Notice).where(Notice.rung == rung).order_by(Notice.id)).all()  # type: ignore[arg-type]
    return [(row.recipient, row.kind, row.repeat, row.immediate) for row in rows]


def test_each_version_gets_a_receipt_for_the_units_clerks_when_it_is_asked_for(world: World) -> None:
    id = opened(world)
    with writing(world.engine) as session:
        for number, replace in enumerate([False, True], 1):
            report = ReportFiling(document_number=f"{number}/BC", files=[("bc.pdf", PDF)])
            now = at(f"2024-02-0{number} 09:00")
            submit(session, world.settings, id, report, now, "Alice", replace=replace, receipt=True)
    assert told(world, "@receipt") == [
        ("alice@p.gov.vn", NoticeKind.RECEIPT, 1, True),
        ("binh@p.gov.vn", NoticeKind.RECEIPT, 1, True),
        ("alice@p.gov.vn", NoticeKind.RECEIPT, 2, True),
        ("binh@p.gov.vn", NoticeKind.RECEIPT, 2, True),
    ]


def test_what_is_entered_for_somebody_else_gets_none(world: World) -> None:
    opened(world)
    world.submit("x1", "2024-02", "2024-02-01 09:00")
    assert told(world, "@receipt") == []


def test_a_new_link_comes_in_a_mail_with_the_state_of_the_report(world: World) -> None:
    id = opened(world)
    with writing(world.engine) as session:
        assert announce_link(session, find(session, id), at("2024-02-01 09:00"), world.settings.zone) == 2
        assert announce_link(session, find(session, id), at("2024-02-01 10:00"), world.settings.zone) == 2
    assert [(to, kind, n) for to, kind, n, _ in told(world, "@link")] == [
        ("alice@p.gov.vn", NoticeKind.COMING_DUE, 1),
        ("binh@p.gov.vn", NoticeKind.COMING_DUE, 1),
        ("alice@p.gov.vn", NoticeKind.COMING_DUE, 2),
        ("binh@p.gov.vn", NoticeKind.COMING_DUE, 2),
    ]


def test_no_link_goes_to_nobody_or_about_what_is_not_owed_any_more(world: World) -> None:
    id = opened(world)
    world.close("x1", "2024-02", "2024-01-20 09:00")
    with writing(world.engine) as session:
        assert announce_link(session, find(session, id), at("2024-02-01 09:00"), world.settings.zone) == 0
        other = world.one("x2", "2024-02").id
        assert announce_link(session, find(session, other), at("2024-02-01 09:00"), world.settings.zone) == 0
    assert told(world, "@link") == []


def test_the_look_ahead_stops_for_an_address_and_comes_again(world: World) -> None:
    opened(world)
    with reading(world.engine) as session:
        alice = session.exec(select(Contact.id).where(Contact.address == "alice@p.gov.vn")).one() or 0
    for _ in range(2):
        with writing(world.engine) as session:
            unsubscribe(session, alice, at("2024-02-01 09:00"))
            assert is_unsubscribed(session, "alice@p.gov.vn")
            assert not is_unsubscribed(session, "binh@p.gov.vn")
    with writing(world.engine) as session:
        subscribe_again(session, alice, at("2024-02-02 09:00"))
        assert not is_unsubscribed(session, "alice@p.gov.vn")
