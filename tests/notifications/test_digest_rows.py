"""What mails tell, read from the database: the same that the chain's picture and the decisions say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from models.database import reading, writing
from models.notice import Notice
from models.plan import Attachment, Plan
from models.settings import Settings
from models.subscription import Subscription
from models.vocabulary import Audience, NoticeKind
from notifications.digest_rows import read_items
from notifications.item import Decision, Handed, Item
from reporting.chain.chain import build_chain
from tests.conftest import at
from tests.notifications.items import CALENDAR
from tests.prepared import prepare
from tests.reporting.world import World

PLAN = """\
slug: p-2024
number: 1/CTr-UBND
title: Chương trình năm 2024
issuer: UBND tỉnh P
issued_on: 2023-12-20
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
scope: p
duties:
  - id: monthly
    title: Báo cáo tháng
    basis: IV.1
    every: month
    chain:
      - {from: {level: grassroots}, lead: 3wd}
      - {from: {level: district, kinds: [huyen]}, to: so, due: before 18}
      - {from: {unit: so}, to: p, lead: after 3wd}
"""
PERIOD = "2024-02"


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    world = World(engine, settings, tmp_path)

    def begin() -> None:
        world.units()
        world.plan(PLAN)
        world.tick("2024-01-02 08:00:00")

    prepare(engine, "to digest", begin)
    return world


def told(world: World, unit: str, kind: NoticeKind, when: str, words: str = "") -> Item:
    """The item of a notice of this kind about the unit's report, read on the day `when`."""
    owed = world.one(unit, PERIOD, when)
    with writing(world.engine) as session:
        return read(session, [notice(owed.id, kind, when, words)], when)[0]


def notice(obligation_id: int | None, kind: NoticeKind, when: str, words: str = "", to: str = "") -> Notice:
    return Notice(
        obligation_id=obligation_id,
        deadline_revision=1,
        rung=f"@{kind}",
        recipient=to or "a@b.example",
        kind=kind,
        audience=Audience.SUPERIOR_HEAD,
        moment=at(when),
        planned_at=at(when),
        words=words,
    )


def read(session: Session, notices: list[Notice], when: str) -> list[Item]:
    session.add_all(notices)
    session.flush()
    ids = [each.id for each in notices]
    items = read_items(session, ids, CALENDAR, at(when).date(), "vi")
    for each in notices:
        session.delete(each)
    session.flush()
    return items


def test_the_picture_is_the_chains(world: World) -> None:
    world.submit("x1", PERIOD, "2024-02-05 09:00:00")
    when = "2024-02-20 08:00:00"
    picture = told(world, "x2", NoticeKind.ESCALATED, when).picture
    assert picture is not None
    (link,) = [link for link in build_chain(world.due(when, period=PERIOD)).links if link.owed.unit == "d1"]
    below = link.below
    assert picture.gathered_by == "Huyện Một"
    assert (picture.expected, picture.filed, picture.overdue) == (
        len(below),
        sum(each.is_filed for each in below),
        sum(each.is_overdue for each in below),
    )
    assert picture.filed_by == ("Xã Một",)


def test_a_late_report_counts_as_filed_and_as_late(world: World) -> None:
    world.submit("x1", PERIOD, "2024-02-19 09:00:00")
    picture = told(world, "x2", NoticeKind.ESCALATED, "2024-02-20 08:00:00").picture
    assert picture is not None
    assert (picture.filed, picture.late, picture.overdue) == (1, 1, 1)


def test_it_names_who_waits_who_watches_and_who_holds_up(world: World) -> None:
    item = told(world, "d1", NoticeKind.CHASE, "2024-02-20 08:00:00", words="Gấp")
    assert (item.owed and item.owed.unit_name, item.branch, item.awaited_by, item.monitor) == (
        "Huyện Một",
        "UBND tỉnh P",
        "Sở Kế hoạch",
        "Sở Kế hoạch",
    )
    assert item.holding_up == ("Xã Hai", "Xã Một")
    assert (item.words, item.owed and item.owed.plan) == ("Gấp", "p-2024")


def test_a_report_handed_in_late_says_how_late(world: World) -> None:
    world.submit("d1", PERIOD, "2024-02-20 09:00:00", document_number="8/BC")
    item = told(world, "d1", NoticeKind.DONE, "2024-02-20 10:00:00")
    day, when = at("2024-02-20 00:00:00").date(), at("2024-02-20 09:00:00")
    receipt = f"{item.obligation_id}-1"
    assert item.handed == Handed(on=day, document_number="8/BC", days_late=3, at=when, receipt=receipt)
    assert told(world, "d1", NoticeKind.COMING_DUE, "2024-02-20 10:00:00").handed is None


@pytest.mark.parametrize("granted", [True, False])
def test_a_decision_comes_with_the_old_and_the_new_day(world: World, granted: bool) -> None:
    world.extend("d1", PERIOD, "2024-02-22", "2024-02-10 09:00:00", granted=granted)
    decision = told(world, "d1", NoticeKind.EXTENSION_DECIDED, "2024-02-11 08:00:00").decision
    day = at("2024-02-22 00:00:00").date()
    assert decision == Decision(
        granted=granted,
        asked_for=day,
        old_day=at("2024-02-17 00:00:00").date(),
        new_day=day if granted else None,
        document_number="5/QĐ",
    )


def test_the_forms_are_named_to_who_owes_the_report(world: World) -> None:
    with writing(world.engine) as session:
        for duty, name in (("monthly", "Biểu 01.pdf"), ("", "ke-hoach.pdf"), ("other", "khac.pdf")):
            attach_row(session, duty, name)
    own = told(world, "x1", NoticeKind.COMING_DUE, "2024-02-10 08:00:00")
    assert own.files == ("ke-hoach.pdf", "Biểu 01.pdf")


def attach_row(session: Session, duty: str, name: str) -> None:
    plan = session.exec(select(Plan)).one()
    session.add(
        Attachment(
            plan_id=plan.id,
            duty=duty,
            name=name,
            media_type="application/pdf",
            size=1,
            sha256=name,
            added_at=at("2024-01-03 08:00:00"),
            added_by="Dave",
        )
    )


def test_what_comes_due_alone_comes_with_its_event(world: World) -> None:
    ids = [world.one(unit, PERIOD).id for unit in ("d1", "d2")]
    when = "2024-02-12 08:00:00"
    kind = NoticeKind.COMING_DUE
    with writing(world.engine) as session:
        alone = read(
            session, [notice(ids[0], kind, when), notice(ids[1], kind, when, to="c@d.example")], when
        )
        both = read(session, [notice(id, kind, when) for id in ids], when)
    assert [each.brings_entry and each.owed and each.owed.unit for each in alone] == ["d1", "d2"]
    assert [each.brings_entry for each in both] == [False, False]


@pytest.mark.parametrize(
    ("feed", "brings"),
    [
        ({"kind": "unit", "key": "d1", "owner": "dung@d.example"}, False),  # ordered by the reader
        ({"kind": "person", "key": "dung@d.example", "owner": "admin@p.example"}, False),
        ({"kind": "unit", "key": "d1", "owner": "eve@d.example"}, True),  # somebody else's
        (
            {"kind": "unit", "key": "d1", "owner": "dung@d.example", "revoked_at": at("2024-02-01 08:00:00")},
            True,
        ),
    ],
)
def test_whoever_has_a_feed_gets_no_calendar_entry(world: World, feed: dict[str, Any], brings: bool) -> None:
    when = "2024-02-12 08:00:00"
    id = world.one("d1", PERIOD).id
    with writing(world.engine) as session:
        session.add(Subscription(created_at=at(when), created_by="Alice", **feed))
        (item,) = read(session, [notice(id, NoticeKind.COMING_DUE, when, to="dung@d.example")], when)
    assert item.brings_entry == brings


def test_an_alert_is_about_no_obligation(world: World) -> None:
    with writing(world.engine) as session:
        (item,) = read(
            session, [notice(None, NoticeKind.ALERT, "2024-02-12 08:00:00", "im lặng")], "2024-02-12 08:00:00"
        )
    assert (item.obligation_id, item.words, item.owed) == (0, "im lặng", None)


def test_many_are_read_with_as_many_queries_as_one(world: World) -> None:
    when = "2024-02-20 08:00:00"
    owed = [row.id for row in world.due(when, period=PERIOD)]
    statements: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with writing(world.engine) as session:
        session.add_all([notice(id, NoticeKind.ESCALATED, when, to=f"{id}@b.example") for id in owed])
    counts = []
    for most in (1, len(owed)):
        with reading(world.engine) as session:
            ids = sorted(each.id for each in session.exec(select(Notice)))[-most:]
            statements.clear()
            read_items(session, ids, CALENDAR, at(when).date(), "vi")
            counts.append(len(statements))
    assert counts[1] <= counts[0] + 2  # one that holds nothing up asks for fewer names
    assert counts[1] <= 10
