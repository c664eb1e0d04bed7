"""A report for information: seen once it is filed, told of in the digest, and nothing to be decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.notice import Notice
from models.obligation import Obligation
from models.unit import Contact
from models.vocabulary import AccessRole, Act, NoticeKind, NoticeState
from reporting.access.rights import HeldRole, Person, acts, followed, for_information, permitted, visible
from reporting.feeds.rows import owed_rows_of
from reporting.feeds.text import Speaker, owed_description
from reporting.moves.review import accept, return_for_correction
from reporting.moves.submit import ReportFiling, submit
from reporting.moves.undo import withdraw
from reporting.obligations.history import HistoryStep, history, versions
from reporting.special_days import working_days
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.reporting.moves.test_handover import succeeded
from tests.reporting.opening.test_recipients import DISTRICTS, FEB, opened, sent_to
from tests.reporting.world import UNITS, World

TODAY = date(2024, 2, 20)
CLERK, HEAD, MONITOR, ADMINISTRATOR = AccessRole
SEE = frozenset({Act.SEE})
PEOPLE = {
    "so": ["thu@so.vn"],
    "p": ["thu@p.vn", "chung@p.vn"],
    "so-2": ["thu@so2.vn", "chung@p.vn"],
    "d1": ["thu@d1.vn"],
}
"""Clerks by unit; one serves both further recipients."""


@pytest.fixture
def copied(world: World) -> World:
    """d1 reports to p and so-2, through so; February's report is filed on its sixteenth."""
    people(world, PEOPLE)
    return opened(world)


def people(world: World, clerks: dict[str, list[str]], role: str = "clerk") -> None:
    with writing(world.engine) as session:
        for unit, addresses in clerks.items():
            for address in addresses:
                id, since = unit_id(session, unit), date(2024, 1, 1)
                session.add(Contact(unit_id=id, name=address, role=role, address=address, valid_from=since))


def somebody(session: Session, role: AccessRole, *units: str) -> Person:
    held = tuple(HeldRole(role, unit_id(session, unit)) for unit in units)
    return Person(account_id=1, name="Somebody", address="s@p.gov.vn", language="vi", held=held)


def allowed(world: World, role: AccessRole, unit: str, id: int) -> frozenset[Act]:
    with reading(world.engine) as session:
        return acts(session, somebody(session, role, unit), id, TODAY)


def lists(world: World, role: AccessRole, *units: str) -> list[set[int]]:
    """What such a person may see, follows, and has for information."""
    with reading(world.engine) as session:
        person = somebody(session, role, *units)
        conditions = visible(person, TODAY), followed(person, TODAY), for_information(person, TODAY)
        return [set(session.scalars(select(col(Obligation.id)).where(each))) for each in conditions]


def told(world: World, rung: str = "@filed-copy") -> list[tuple[str, int, str]]:
    """To whom, of which version, and what became of it."""
    with reading(world.engine) as session:
        rows = session.scalars(select(Notice).where(col(Notice.rung) == rung).order_by(col(Notice.id))).all()
        assert {(row.audience, row.immediate) for row in rows} <= {("copy", False)}
        return [(row.recipient, row.repeat, row.state) for row in rows]


def filed(world: World, when: str = "2024-02-16 09:00", replace: bool = False) -> int:
    id = world.one("d1", FEB).id
    with writing(world.engine) as session:
        submit(session, world.settings, id, ReportFiling(note="x"), at(when), "Bob", replace=replace)
    return id


def withdrawn(world: World, id: int, when: str) -> None:
    with writing(world.engine) as session:
        withdraw(session, id, at(when), "Bob")


@pytest.mark.parametrize("role", [CLERK, HEAD, MONITOR])
def test_its_people_see_it_from_the_moment_it_is_filed_and_decide_nothing(
    copied: World, role: AccessRole
) -> None:
    id = copied.one("d1", FEB).id
    assert allowed(copied, role, "so-2", id) == frozenset()
    assert lists(copied, role, "so-2") == [set()] * 3
    filed(copied)
    assert allowed(copied, role, "so-2", id) == SEE
    assert lists(copied, role, "so-2") == [{id}, set(), {id}]
    assert allowed(copied, role, "so", id) >= {Act.SEE, Act.REVIEW}
    with writing(copied.engine) as session:
        days = working_days(session)
        when = at("2024-02-19 09:00")
        return_for_correction(session, copied.settings, days, id, "thiếu biểu", when, "Carol")
    assert allowed(copied, role, "so-2", id) == SEE  # it was filed, and is being corrected


def test_an_administrator_there_sees_no_report_of_others(copied: World) -> None:
    id = filed(copied)
    assert allowed(copied, ADMINISTRATOR, "so-2", id) == frozenset()
    assert lists(copied, ADMINISTRATOR, "so-2") == [set()] * 3


def test_what_is_withdrawn_they_see_no_more(copied: World) -> None:
    id = filed(copied)
    withdrawn(copied, id, "2024-02-16 10:00")
    assert allowed(copied, CLERK, "so-2", id) == frozenset()
    assert lists(copied, CLERK, "so-2") == [set()] * 3


def test_a_copy_takes_nothing_from_whoever_stands_above(copied: World) -> None:
    """The province has it for information, and leads the branch: it sees what is not filed as well."""
    id = copied.one("d1", FEB).id
    before = allowed(copied, HEAD, "p", id)
    assert before == {Act.SEE, Act.DECIDE, Act.CHASE}
    filed(copied)
    assert allowed(copied, HEAD, "p", id) == before
    seen, follows, informed = lists(copied, HEAD, "p")
    assert (id in follows, informed, seen == follows) == (True, {id}, True)


def test_nobody_has_the_report_of_their_own_unit_for_information(copied: World) -> None:
    id = filed(copied)
    assert lists(copied, CLERK, "d1", "so-2")[2] == set()
    with reading(copied.engine) as session:
        person = somebody(session, CLERK, "d1", "so-2")
        assert acts(session, person, id, TODAY) == {Act.SEE, Act.FILE}


def test_question_and_condition_agree(copied: World) -> None:
    id = filed(copied)
    with reading(copied.engine) as session:
        for role in AccessRole:
            for unit in ("p", "so", "so-2", "d1", "d2", "x1", "van-phong"):
                person = somebody(session, role, unit)
                for act in Act:
                    query = select(col(Obligation.id)).where(permitted(person, act, TODAY))
                    assert (id in set(session.scalars(query))) == (act in acts(session, person, id, TODAY))


EACH_ONCE = ["thu@p.vn", "chung@p.vn", "thu@so2.vn"]


def test_each_person_is_told_once_for_each_version_and_in_the_digest(copied: World) -> None:
    filed(copied)
    assert told(copied) == [(address, 1, NoticeState.QUEUED) for address in EACH_ONCE]
    filed(copied, "2024-02-16 11:00", replace=True)
    assert told(copied)[3:] == [(address, 2, NoticeState.QUEUED) for address in EACH_ONCE]


def test_heads_are_told_where_there_is_no_clerk_and_nobody_where_there_are_no_people(world: World) -> None:
    people(world, {"p": ["truong@p.vn"]}, role="head")
    filed(opened(world))
    assert [address for address, _, _ in told(world)] == ["truong@p.vn"]


def test_what_is_withdrawn_before_it_was_told_is_not_told(copied: World) -> None:
    id = filed(copied)
    withdrawn(copied, id, "2024-02-16 10:00")
    assert {state for _, _, state in told(copied)} == {NoticeState.CANCELLED}
    assert told(copied, "@withdrawn") == []
    filed(copied, "2024-02-16 11:00")
    assert told(copied)[3:] == [(address, 2, NoticeState.QUEUED) for address in EACH_ONCE]


def test_who_was_told_is_told_that_it_was_withdrawn_without_hurry(copied: World) -> None:
    id = filed(copied)
    with writing(copied.engine) as session:
        session.execute(update(Notice).where(col(Notice.recipient) == "thu@p.vn").values(state="sent"))
    withdrawn(copied, id, "2024-02-16 15:00")
    assert told(copied, "@withdrawn") == [("thu@p.vn", 0, NoticeState.QUEUED)]
    filed(copied, "2024-02-16 16:00")
    with reading(copied.engine) as session:
        done = session.scalar(select(func.count()).where(col(Notice.kind) == NoticeKind.DONE))
    assert done == 0  # they had it for information, and waited for nothing


def ended(world: World, gone: str, when: str, **heirs: str) -> None:
    """The unit ends; its successors are those named, as in `so_3="so-2"`."""
    rest = "".join(line for line in UNITS.splitlines(keepends=True) if not line.startswith(f"{gone},"))
    codes = {code.replace("_", "-"): old for code, old in heirs.items()}
    new = "".join(f"{code},Đơn vị mới,district,so-nganh,p,\n" for code in codes if f"{code}," not in UNITS)
    world.units(succeeded(rest + new, **codes), when, replace=True)
    world.tick(f"{when} 08:00")


def test_what_is_filed_goes_on_to_the_successor_of_a_further_recipient(copied: World) -> None:
    id = filed(copied)
    ended(copied, "so-2", "2024-03-01", so_3="so-2")
    assert sent_to(copied, "d1") == ("so", ["p", "so-3"], "so")
    assert allowed(copied, CLERK, "so-3", id) == SEE
    assert allowed(copied, CLERK, "so-2", id) == frozenset()
    with reading(copied.engine) as session:
        events = history(session, session.get_one(Obligation, id), versions(session, id))
    assert [each.words for each in events if each.step is HistoryStep.HANDED_OVER] == ["Đơn vị mới"]
    copied.units(UNITS, "2024-03-02", replace=True)
    copied.tick("2024-03-02 08:00")
    assert sent_to(copied, "d1") == ("so", ["p", "so-2"], "so")


def test_the_successors_people_are_told_what_they_have_now(copied: World) -> None:
    filed(copied)
    rest = UNITS + "so-3,Sở mới,district,so-nganh,p,\n"
    copied.units(rest, "2024-02-18")
    people(copied, {"so-3": ["thu@so3.vn"]})
    ended(copied, "so-2", "2024-03-01", so_3="so-2")
    assert [address for address, _, _ in told(copied)] == [*EACH_ONCE, "thu@so3.vn"]


def test_a_further_recipient_that_ends_without_a_successor_is_followed_by_nobody(copied: World) -> None:
    filed(copied)
    ended(copied, "so-2", "2024-03-01")
    assert sent_to(copied, "d1") == ("so", ["p", "so-2"], "so")


def test_what_is_settled_stays_with_whom_it_was(copied: World) -> None:
    id = filed(copied)
    with writing(copied.engine) as session:
        accept(session, id, at("2024-02-17 09:00"), "Carol")
    ended(copied, "so-2", "2024-03-01", so_3="so-2")
    assert sent_to(copied, "d1") == ("so", ["p", "so-2"], "so")


def test_a_further_recipient_that_takes_over_from_the_first_has_no_copy_meanwhile(copied: World) -> None:
    filed(copied)
    ended(copied, "so", "2024-03-01", so_2="so")
    assert sent_to(copied, "d1") == ("so-2", ["p"], "so-2")
    assert allowed(copied, CLERK, "so-2", copied.one("d1", FEB).id) == {Act.SEE, Act.REVIEW}
    copied.units(UNITS, "2024-03-02", replace=True)
    copied.tick("2024-03-02 08:00")
    assert sent_to(copied, "d1") == ("so", ["p", "so-2"], "so")


def test_two_further_recipients_that_become_one_are_two_again(world: World) -> None:
    filed(opened(world, DISTRICTS.replace("[p, so-2]", "[van-phong, so-2]")))
    ended(world, "so-2", "2024-03-01", van_phong="so-2")
    assert sent_to(world, "d1") == ("so", ["van-phong"], "so")
    world.units(UNITS, "2024-03-02", replace=True)
    world.tick("2024-03-02 08:00")
    assert sent_to(world, "d1") == ("so", ["van-phong", "so-2"], "so")


def test_without_a_successor_the_next_recipient_that_the_plan_names_receives(copied: World) -> None:
    id = filed(copied)
    ended(copied, "so", "2024-03-01")
    assert sent_to(copied, "d1")[:2] == ("p", ["so-2"])
    assert Act.REVIEW in allowed(copied, CLERK, "p", id)


def described(world: World, ids: Iterable[int], language: str) -> list[str]:
    with reading(world.engine) as session:
        speaker = Speaker(language, world.settings.zone, working_days(session))
        rows = owed_rows_of(session, ids)
    texts = [owed_description(row, "https://x.example", speaker).split("\n") for row in rows]
    return [line for lines in texts for line in lines if line.startswith(("Nơi nhận:", "Recipient:"))]


def test_a_calendar_names_all_to_whom_it_goes_and_follows_their_names(copied: World) -> None:
    id = copied.one("d1", FEB).id
    assert described(copied, [id], "vi") == ["Nơi nhận: UBND tỉnh P và Sở Nội vụ (qua Sở Kế hoạch)"]
    assert described(copied, [id], "en") == ["Recipient: UBND tỉnh P and Sở Nội vụ (through Sở Kế hoạch)"]
    before = copied.one("d1", FEB).row_version
    copied.units(UNITS.replace("Sở Nội vụ", "Sở Lao động"), as_of="2024-02-01")
    assert described(copied, [id], "vi") == ["Nơi nhận: UBND tỉnh P và Sở Lao động (qua Sở Kế hoạch)"]
    assert copied.one("d1", FEB, "2024-02-02").row_version > before
