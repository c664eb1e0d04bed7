"""`dondoc restored`: how the database stands beside the marks, and a person's word on it."""

from __future__ import annotations

from sqlmodel import select

from models.database import reading
from models.mark_file import mark_paths
from models.upkeep import AuditEntry
from tests.backups import Backup
from tests.cli.conftest import Dondoc
from tests.reporting.world import World

BETWEEN, SENT, LATER = "2024-02-12 08:00", "2024-02-12 08:05", "2024-02-12 09:00"


def test_a_database_that_has_all_is_said_to_have_it(province: World, dondoc: Dondoc) -> None:
    assert dondoc("tick", "--at", BETWEEN).code == 0
    outcome = dondoc("restored", "--at", LATER)
    assert outcome.code == 0
    assert "has all that was done" in outcome.out


def test_a_backup_is_named_and_a_person_may_say_until_when_it_lost(province: World, dondoc: Dondoc) -> None:
    dondoc("tick", "--at", BETWEEN)
    backup = Backup.of(province.engine)
    assert dondoc("mail", "send", "--at", SENT).code == 0
    backup.put_back(province.engine)
    told = dondoc("restored", "--at", LATER)
    assert (told.code, "without what was done until 12/02/2024 08:05" in told.out) == (1, True)
    sent = dondoc("mail", "send", "--at", LATER)
    assert sent.code == 1
    assert "older backup" in sent.err
    said = dondoc("restored", "--until", "2024-02-12T08:30", "--by", "Alice", "--at", LATER)
    assert said.code == 0
    assert "were taken back" in said.err
    assert dondoc("restored", "--at", LATER).code == 0
    assert dondoc("mail", "send", "--at", LATER).code == 0
    with reading(province.engine) as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.subject == "database")).all()
    assert [(each.actor, each.action) for each in entries] == [
        ("Alice", "declare-restored"),
        ("dondoc", "recover"),
    ]


def test_a_machine_without_a_mark_asks_and_goes_on_by_a_word(province: World, dondoc: Dondoc) -> None:
    dondoc("tick", "--at", BETWEEN)
    for path in mark_paths(province.settings):
        path.unlink()
    assert "never sent for this database" in dondoc("mail", "send", "--at", SENT).err
    assert dondoc("restored", "--intact", "--at", LATER).code == 0
    assert dondoc("mail", "send", "--at", LATER).code == 0


def test_contradictions_and_the_future_are_refused(province: World, dondoc: Dondoc) -> None:
    assert "contradict" in dondoc("restored", "--intact", "--until", "2024-02-12").refusal
    assert "lies ahead" in dondoc("restored", "--until", "2024-02-13", "--at", LATER).refusal


def test_a_tick_says_that_it_goes_on_from_a_backup(province: World, dondoc: Dondoc) -> None:
    dondoc("tick", "--at", BETWEEN)
    backup = Backup.of(province.engine)
    dondoc("mail", "send", "--at", SENT)
    backup.put_back(province.engine)
    told = dondoc("tick", "--at", LATER)
    assert (told.code, "older backup" in told.err, "were taken back" in told.err) == (0, True, True)
    assert "backup" not in dondoc("tick", "--at", LATER).err
