"""Who receives what was meant for a unit that has ended: its successor, else the superior of the filer."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from models.database import reading, writing
from models.upkeep import AuditEntry
from models.vocabulary import AccessRole, Act
from reporting.access.accounts import grant, open_account
from reporting.access.rights import Person, held_grants, may
from reporting.audit.log import entries
from reporting.feeds.rows import owed_rows_of
from reporting.monitoring.board import awaits_review, count
from reporting.monitoring.scope import MonitorScope
from reporting.obligations.filters import Selection
from reporting.obligations.listing import DueRow
from reporting.units.files import read_unit_files
from reporting.units.loading import load_units
from tests.conftest import at
from tests.reporting.world import UNITS, World

FEB = "2024-02"
MERGED = UNITS.replace("d1,Huyện Một,district,huyen,p,\n", "d3,Huyện Ba,district,huyen,p,\n")
BELOW_D3 = MERGED.replace("grassroots,xa,d1", "grassroots,xa,d3")
SUCCEEDS = "code,name,level,kind,superior,groups,succeeds\n"


def succeeded(text: str, **by: str) -> str:
    """The units with who succeeds whom: `d3="d1"` says that d3 succeeds d1."""
    lines = [f"{line},{by.get(line.split(',')[0], '')}" for line in text.splitlines()[1:]]
    return SUCCEEDS + "\n".join(lines) + "\n"


@pytest.fixture
def filed(world: World) -> World:
    """x1 has filed February's report to d1, which has not looked at it."""
    world.open()
    world.submit("x1", FEB, "2024-02-05 09:00:00")
    world.tick("2024-02-05 10:00")
    return world


def recipient(world: World, unit: str = "x1", period: str = FEB, when: str = "2024-03-20") -> str | None:
    return world.one(unit, period, when).recipient


def clerk_of(session: Session, unit: str) -> Person:
    now, address = at("2024-01-02 08:00"), f"{unit}@p.gov.vn"
    account = open_account(session, address, unit, now, "Dave", language="en", password=None)
    grant(session, account, AccessRole.CLERK, unit, now.date(), now, "Dave")
    session.flush()
    held = held_grants(session, account.id, at("2024-03-20").date())
    return Person(account_id=account.id, name=unit, address=address, language="en", held=held)


def reviews(world: World, unit: str, owed: DueRow) -> tuple[bool, int]:
    """Whether the unit's clerk may review it, and how many reports wait for them on the board."""
    today = at("2024-03-20").date()
    with writing(world.engine) as session:
        person = clerk_of(session, unit)
        waiting = count(session, [awaits_review(MonitorScope(person, Selection(), today))])
        return may(session, person, Act.REVIEW, owed.id, today), waiting


def test_it_waits_at_the_superior_of_the_filing_unit(filed: World) -> None:
    filed.units(BELOW_D3, "2024-03-01", replace=True)
    assert recipient(filed) == "d1"
    assert filed.tick("2024-03-01 08:00").handed_over
    assert recipient(filed) == "d3"
    row = filed.one("x1", FEB)
    assert reviews(filed, "d3", row) == (True, 1)
    assert reviews(filed, "d1", row) == (False, 0)
    entry = last_audit(filed, row.id)
    assert (entry.action, entry.actor) == ("hand-over", "dondoc")
    assert not filed.tick("2024-03-01 09:00").handed_over


def last_audit(world: World, id: int) -> AuditEntry:
    with reading(world.engine) as session:
        return entries(session, "obligation", id)[-1]


def test_it_waits_at_the_successor_rather_than_at_the_superior(filed: World) -> None:
    """The commune moves below d2, while d3 takes over from d1."""
    moved = MERGED.replace("grassroots,xa,d1", "grassroots,xa,d2")
    filed.units(succeeded(moved, d3="d1"), "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    assert recipient(filed) == "d3"


def test_of_several_successors_it_is_the_one_above_the_filer(filed: World) -> None:
    moved = MERGED.replace("grassroots,xa,d1", "grassroots,xa,d3")
    filed.units(succeeded(moved, d2="d1", d3="d1"), "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    assert recipient(filed) == "d3"


def test_a_chain_of_successors_is_followed(filed: World) -> None:
    filed.units(succeeded(BELOW_D3, d3="d1"), "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    further = BELOW_D3.replace("d3", "d4")
    filed.units(succeeded(further, d4="d3"), "2024-03-05", replace=True)
    filed.tick("2024-03-05 08:00")
    assert recipient(filed) == "d4"


def test_a_chain_that_ended_between_two_passes_is_followed_at_once(filed: World) -> None:
    filed.units(succeeded(BELOW_D3, d3="d1"), "2024-03-01", replace=True)
    further = BELOW_D3.replace("d3", "d4").replace("xa,d4", "xa,d2")
    filed.units(succeeded(further, d4="d3"), "2024-03-05", replace=True)
    filed.tick("2024-03-05 08:00")
    assert recipient(filed) == "d4"


def test_a_successor_that_ends_without_one_leaves_it_to_the_present_superior(filed: World) -> None:
    filed.units(succeeded(BELOW_D3, d3="d1"), "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    filed.units(
        BELOW_D3.replace("d3,Huyện Ba,district,huyen,p,\n", "").replace("xa,d3", "xa,d2"), "2024-03-05", True
    )
    filed.tick("2024-03-05 08:00")
    assert recipient(filed) == "d2"


def test_a_unit_that_is_in_place_again_has_its_reports_back(filed: World) -> None:
    """The file had lost a row; the corrected one brings the unit back."""
    filed.units(BELOW_D3, "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    filed.units(UNITS, "2024-03-02", replace=True)
    filed.tick("2024-03-02 08:00")
    assert recipient(filed) == "d1"


def test_what_is_settled_stays_as_it_was_and_what_is_filed_later_goes_on(filed: World) -> None:
    filed.submit("x2", FEB, "2024-02-05 09:00:00")
    filed.accept("x2", FEB, "2024-02-06 09:00:00")
    filed.units(BELOW_D3, "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    assert (recipient(filed, "x2"), recipient(filed, "x1", "2024-01")) == ("d1", "d3")
    filed.submit("x1", "2024-01", "2024-03-02 09:00:00")
    assert reviews(filed, "d3", filed.one("x1", "2024-01")) == (True, 2)


def test_a_unit_that_ends_later_keeps_its_reports_until_then(filed: World) -> None:
    filed.units(BELOW_D3, "2024-03-10", replace=True)
    filed.tick("2024-03-01 08:00")
    assert recipient(filed) == "d1"
    filed.tick("2024-03-10 00:05")
    assert recipient(filed) == "d3"


def test_whom_the_plan_names_is_followed_in_what_is_opened_ahead(world: World) -> None:
    """District d1 reports to the office, through the department; the department ends without a successor,
    and a new office succeeds the old one: then that receives the reports itself."""
    world.open()
    world.submit("d1", FEB, "2024-02-05 09:00:00")
    left = UNITS.replace("so,Sở Kế hoạch,district,so-nganh,p,\n", "")
    left = left.replace("van-phong,Văn phòng UBND tỉnh", "vp-2,Văn phòng mới")
    world.units(succeeded(left, **{"vp-2": "van-phong"}), "2024-03-01", replace=True)
    world.tick("2024-03-01 08:00")
    assert recipient(world, "d1") == "vp-2"
    assert recipient(world, "d1", "2024-05") == "vp-2"
    report = world.one("d1", FEB)
    assert (report.copies, reviews(world, "vp-2", report), reviews(world, "p", report)) == (
        (),
        (True, 1),
        (False, 0),
    )
    world.units(left.replace("vp-2,Văn phòng mới,district,van-phong,p,\n", ""), "2024-03-05", replace=True)
    world.tick("2024-03-05 08:00")
    assert (recipient(world, "d1"), recipient(world, "d1", "2024-05")) == ("p", "p")


def test_a_load_counts_what_waits_at_the_units_it_ends(filed: World) -> None:
    path = filed.folder / "merged.csv"
    path.write_text(BELOW_D3, encoding="utf-8")
    with writing(filed.engine) as session:
        day = at("2024-03-01")
        changes = load_units(session, read_unit_files([path]), day.date(), day, "Dave", replace=True)
    assert (changes.ended, changes.waiting) == (["d1"], 1)


def test_a_unit_that_ends_without_a_successor_hands_over_to_the_new_superior(filed: World) -> None:
    moved = UNITS.replace("xa,d1", "xa,d2").splitlines()
    filed.units("\n".join(line for line in moved if not line.startswith("d1,")), "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    assert recipient(filed) == "d2"


def test_the_filers_calendar_names_who_receives_it_now(filed: World) -> None:
    id = filed.one("x1", "2024-01").id
    with reading(filed.engine) as session:
        (before,) = owed_rows_of(session, {id})
    filed.units(BELOW_D3, "2024-03-01", replace=True)
    filed.tick("2024-03-01 08:00")
    with reading(filed.engine) as session:
        (after,) = owed_rows_of(session, {id})
    assert (before.recipient_name, after.recipient_name) == ("Huyện Một", "Huyện Ba")
    assert after.row_version > before.row_version
