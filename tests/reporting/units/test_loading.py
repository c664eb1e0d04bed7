"""Loading units: all or nothing, twice is once, and the past stays as it was; on both databases."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading
from models.errors import InputErrors, InvalidInput
from models.unit import Unit, UnitVersion
from models.upkeep import AuditEntry
from reporting.units.files import UnitInput, read_unit_files
from reporting.units.hierarchy import units_revision
from tests.reporting.unit_world import CONTACTS, HEADER, MARCH, NEW_YEAR, NOW, PROVINCE, as_input, load, on

FEBRUARY = date(2024, 2, 1)
REORGANISED = date(2025, 7, 1)


def revision(engine: Engine) -> int:
    with reading(engine) as session:
        return units_revision(session)


def audit(engine: Engine) -> list[AuditEntry]:
    with reading(engine) as session:
        return list(session.exec(select(AuditEntry).order_by(col(AuditEntry.id))))


def stored(engine: Engine) -> tuple[int, int]:
    with reading(engine) as session:
        return len(session.exec(select(Unit)).all()), len(session.exec(select(UnitVersion)).all())


def changed(text: str, *replacements: tuple[str, str]) -> str:
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


def test_it_brings_in_a_hierarchy(engine: Engine, tmp_path: Path) -> None:
    changes = load(engine, as_input(tmp_path, PROVINCE))
    assert changes.added == ["p", "d1", "d2", "so", "x1", "x2", "x3"]
    units = on(engine, NEW_YEAR)
    assert [unit.code for unit in units.branch(units.unit("p"))] == ["p", "d1", "x1", "x2", "d2", "x3", "so"]
    assert units.unit("x1").groups == {"ven-bien", "mien-nui"}
    assert len(on(engine, date(2023, 12, 31))) == 0


def test_it_takes_superiors_that_come_later_in_the_file(engine: Engine, tmp_path: Path) -> None:
    lines = PROVINCE.splitlines()
    load(engine, as_input(tmp_path, "\n".join([lines[0], *reversed(lines[1:])])))
    units = on(engine, NEW_YEAR)
    assert [unit.code for unit in units.ancestors(units.unit("x3"))] == ["d2", "p"]


def test_loading_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    rows = as_input(tmp_path, PROVINCE, CONTACTS)
    load(engine, rows)
    before = audit(engine), stored(engine), revision(engine)
    for day in (NEW_YEAR, MARCH):
        changes = load(engine, rows, day)
        assert (changes.any, changes.unchanged, changes.contacts.unchanged) == (False, 7, 3)
    assert (audit(engine), stored(engine), revision(engine)) == before


def test_a_changed_unit_gets_a_new_version_and_its_past_stays(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    later = changed(PROVINCE, ("Xã Hai", "Xã Hai Mới"), ("xa,d1,\n", "thi-tran,d2,\n"))
    changes = load(engine, as_input(tmp_path, later), MARCH)
    assert (changes.renamed, changes.moved, changes.changed, changes.unchanged) == (["x2"], ["x2"], ["x2"], 6)
    before, after = on(engine, date(2024, 2, 29)), on(engine, MARCH)
    old, new = before.unit("x2"), after.unit("x2")
    assert (old.name, old.kind, before.path(old)) == (
        "Xã Hai",
        "xa",
        f"/{before.unit('p').id}/{before.unit('d1').id}/{old.id}/",
    )
    assert (new.name, new.kind, after.superior(new)) == ("Xã Hai Mới", "thi-tran", after.unit("d2"))
    assert new.id == old.id


def test_a_change_on_the_day_a_version_began_corrects_it(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    load(engine, as_input(tmp_path, changed(PROVINCE, ("Xã Hai", "Xã Hải"))))
    assert stored(engine) == (7, 7)
    assert on(engine, NEW_YEAR).unit("x2").name == "Xã Hải"


def test_a_unit_may_begin_and_end_on_days_of_its_own(engine: Engine, tmp_path: Path) -> None:
    lines = ["p,Tỉnh,province,tinh,,,,", "x,Xã,grassroots,xa,p,,2024-02-01,2024-03-01"]
    text = "\n".join([f"{HEADER},valid_from,valid_to", *lines])
    load(engine, as_input(tmp_path, text))
    there = [day for day in (date(2024, 1, 31), FEBRUARY, date(2024, 2, 29), MARCH) if "x" in on(engine, day)]
    assert there == [FEBRUARY, date(2024, 2, 29)]
    assert not load(engine, as_input(tmp_path, text)).any


def test_it_hangs_a_list_below_an_existing_unit(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, f"{HEADER}\nchinh-phu,Chính phủ,centre,chinh-phu,,\n"))
    load(engine, as_input(tmp_path, PROVINCE), under="chinh-phu")
    units = on(engine, NEW_YEAR)
    assert [unit.code for unit in units.roots] == ["chinh-phu"]
    assert len(units.branch(units.unit("chinh-phu"))) == 8
    # Loaded again by itself, the file says nothing of what is above its top units.
    assert not load(engine, as_input(tmp_path, PROVINCE), MARCH).any


def test_units_that_a_file_no_longer_has_are_kept(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    changes = load(
        engine, as_input(tmp_path, PROVINCE.replace("x3,Phường Ba,grassroots,phuong,d2,\n", "")), MARCH
    )
    assert (changes.kept, changes.ended, changes.any) == (["x3"], [], False)
    assert "x3" in on(engine, MARCH)


def test_replacing_ends_them_and_their_contacts(engine: Engine, tmp_path: Path) -> None:
    other = f"{HEADER}\nq,Tỉnh Q,province,tinh,,\n"
    load(engine, as_input(tmp_path, PROVINCE, CONTACTS, other))
    shorter = changed(PROVINCE, ("x1,Xã Một,grassroots,xa,d1,ven-bien;mien-nui\n", ""))
    changes = load(engine, as_input(tmp_path, shorter), MARCH, replace=True)
    assert (changes.ended, changes.kept) == (["x1"], [])
    assert ("x1" in on(engine, FEBRUARY), "x1" in on(engine, MARCH)) == (True, False)
    assert "q" in on(engine, MARCH)  # another province is none of this file's business
    with reading(engine) as session:
        ends = session.connection().exec_driver_sql(
            "select count(*) from contact where valid_to = '2024-03-01'"
        )
        assert ends.scalar() == 2


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        (
            f"{HEADER}\nx,Xã,grassroots,xa,d9,\n",
            ["0.csv:2: superior: there is no unit 'd9'; add it to the file"],
        ),
        (f"{HEADER}\nx,Xã,grassroots,xa,x,\n", ["0.csv:2: superior: x is its own superior, a circle: x → x"]),
        (
            f"{HEADER}\na,A,district,huyen,c,\nb,B,district,huyen,a,\nc,C,district,huyen,b,\n",
            ["0.csv:2: superior: the superiors go round in a circle: a → c → b → a; break it at one of them"],
        ),
        (
            f"{HEADER}\nx,Xã,grassroots,xa,,\nd,Huyện,district,huyen,x,\n",
            ["0.csv:3: level: d is of level district, above its superior x of level grassroots"],
        ),
        (
            f"{HEADER}\na,A,district,huyen,u,\nb,B,district,huyen,v,\n",
            ["0.csv:2: superior: there is no unit 'u'", "0.csv:3: superior: there is no unit 'v'"],
        ),
        (
            f"{HEADER},valid_from\nd,Huyện,district,huyen,,,2024-02-01\nx,Xã,grassroots,xa,d,,\n",
            ["0.csv:3: superior: the superior of x (Huyện) is not in force on 2024-01-01; name another"],
        ),
        (
            f"{HEADER},valid_to\nd,Huyện,district,huyen,,,2024-02-01\nx,Xã,grassroots,xa,d,,\n",
            ["0.csv:3: superior: the superior of x (Huyện) is not in force on 2024-02-01; name another"],
        ),
        (
            f"{HEADER},valid_to\nd,Huyện,district,huyen,,,2023-12-01\n",
            ["0.csv:2: valid_to: d ends on 2023-12-01, not after 2024-01-01; give valid_from as well"],
        ),
    ],
)
def test_it_refuses_a_hierarchy_that_cannot_stand_and_keeps_nothing(
    engine: Engine, tmp_path: Path, text: str, errors: list[str]
) -> None:
    with pytest.raises(InputErrors) as caught:
        load(engine, as_input(tmp_path, text))
    assert len(caught.value.errors) == len(errors)
    assert all(wanted in found for wanted, found in zip(errors, caught.value.errors, strict=True))
    assert (stored(engine), revision(engine), audit(engine)) == ((0, 0), 0, [])


def test_it_names_a_circle_that_arises_with_what_is_there(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, f"{HEADER}\na,A,district,huyen,,\nb,B,district,huyen,a,\n"))
    with pytest.raises(InputErrors, match=r"0\.csv:2: superior: .*circle: a → b → a; break it"):
        load(engine, as_input(tmp_path, f"{HEADER}\na,A,district,huyen,b,\n"), MARCH)


def test_it_sees_a_circle_that_arises_only_later(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, f"{HEADER}\na,A,district,huyen,,\nb,B,district,huyen,,\n"))
    load(engine, as_input(tmp_path, f"{HEADER}\na,A,district,huyen,b,\n"), MARCH)
    with pytest.raises(InputErrors, match="circle: a → b → a"):
        load(engine, as_input(tmp_path, f"{HEADER}\nb,B,district,huyen,a,\n"), FEBRUARY)


def test_it_refuses_to_leave_units_without_their_superior(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    shorter = changed(PROVINCE, ("d2,Huyện Hai,district,huyen,p,\n", ""), (",d2,", ",d1,"))
    with_stranger = as_input(tmp_path, f"{HEADER}\ny,Xã lạ,grassroots,xa,d2,\n")
    load(engine, with_stranger)
    rows = as_input(tmp_path, shorter + "y,Xã lạ,grassroots,xa,d2,\n")
    with pytest.raises(InputErrors, match=r"superior of y \(Huyện Hai\) is not in force on 2024-03-01"):
        load(engine, rows, MARCH, replace=True)
    assert "d2" in on(engine, MARCH)


def test_it_refuses_a_change_before_what_is_known(engine: Engine, tmp_path: Path) -> None:
    rows = as_input(tmp_path, changed(PROVINCE, ("Xã Hai", "Xã Khác")))
    load(engine, as_input(tmp_path, PROVINCE), MARCH)
    with pytest.raises(InputErrors, match="x2 is known from 2024-03-01 and cannot change on 2024-02-01"):
        load(engine, rows, FEBRUARY)


def test_it_refuses_to_end_what_changes_later(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    load(engine, as_input(tmp_path, changed(PROVINCE, ("Phường Ba", "Phường Bốn"))), MARCH)
    with pytest.raises(InvalidInput, match="x3 is known from 2024-03-01"):
        rows = as_input(tmp_path, changed(PROVINCE, ("x3,Phường Ba,grassroots,phuong,d2,\n", "")))
        load(engine, rows, FEBRUARY, replace=True)


def test_it_refuses_an_unknown_unit_to_hang_below(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="--under: no unit 'bo' on 2024-01-01; load it first"):
        load(engine, as_input(tmp_path, PROVINCE), under="bo")


def test_it_writes_one_entry_for_the_load_and_one_for_each_change(engine: Engine, tmp_path: Path) -> None:
    load(engine, as_input(tmp_path, PROVINCE))
    load(engine, as_input(tmp_path, changed(PROVINCE, ("Xã Hai", "Xã Hai Mới"))), MARCH)
    first, change, second = audit(engine)
    assert (first.action, first.subject, first.actor, first.at) == ("load", "units", "Alice", NOW)
    assert '"added": ["p", "d1", "d2", "so", "x1", "x2", "x3"]' in first.after
    assert (change.action, change.subject, change.before) == ("change", "unit", '{"name": "Xã Hai"}')
    assert change.after == '{"from": "2024-03-01", "name": "Xã Hai Mới"}'
    assert '"units_renamed": 1' in second.after
    assert revision(engine) == 2


def test_the_reorganisation_of_july_2025_leaves_the_past_as_it_was(engine: Engine, shared: Path) -> None:
    before = read_unit_files([shared / "data" / "units-2025-01-three-tier.csv"])
    after = read_unit_files([shared / "data" / "units-2025-07-two-tier.csv"])
    assert len(load(engine, before).added) == 10_810
    changes = load(engine, after, REORGANISED, replace=True)
    assert len(changes.ended) + len(changes.added) > 7_000
    old, new = on(engine, date(2025, 6, 30)), on(engine, REORGANISED)
    assert (len(old), len(new)) == (10_810, 3_355)
    assert old.superior(old.unit("32248")) == old.unit("973")
    assert new.superior(new.unit("32248")) == new.unit("96")
    assert len(old.roots) == 63
    assert len(new.roots) == 34
    assert not load(engine, after, REORGANISED, replace=True).any


def test_a_national_list_takes_seconds(engine: Engine, shared: Path) -> None:
    rows = read_unit_files([shared / "data" / "units-2025-01-three-tier.csv"])
    began = time.process_time()
    load(engine, rows)
    assert time.process_time() - began < 8  # two seconds of CPU were measured


def test_an_official_list_leaves_departments_alone(engine: Engine, tmp_path: Path) -> None:
    header = "province_code,province,commune_code,commune,division_type\n"
    line = "96,Tỉnh Cà Mau,32248,Xã Đất Mũi,xã\n96,Tỉnh Cà Mau,31999,Phường An Xuyên,phường\n"
    load(engine, as_input(tmp_path, header + line))
    load(engine, as_input(tmp_path, f"{HEADER}\nso,Sở Nội vụ,district,so-nganh,96,\n"))
    shorter = as_input(tmp_path, header + line.splitlines()[0] + "\n")
    assert load(engine, shorter, MARCH, replace=True).ended == ["31999"]
    assert "so" in on(engine, MARCH)


def test_loading_nothing_is_nothing(engine: Engine) -> None:
    assert not load(engine, UnitInput()).any
    assert revision(engine) == 0
