"""A restored backup mails nobody again, whichever way it came back and whoever sends next; and it is said.

February 2024, as elsewhere here: on the 5th two districts are reminded, from the 15th on more often.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, delete, func
from sqlmodel import col, select

from models.database import migrate, open_engine, reading, writing
from models.mark_file import mark_paths
from models.notice import Notice
from models.settings import Settings
from models.upkeep import Witness
from models.vocabulary import NoticeState
from notifications.send import MAILBOX, SendingCount, send_due
from reporting.backup_mark import DatabaseRestored, declare, leave_mark, read_marks, vouch
from reporting.engine import tick
from reporting.health.health import Concern, HealthFinding, findings
from reporting.moves.chase import Chaser, chase
from reporting.obligations.filters import Selection
from tests.backups import Backup, copy_home
from tests.conftest import at
from tests.timeline.harness import Timeline

ADMIN = "admin@so.example"
BETWEEN, SENT, LATER = "2024-02-05 08:00:00", "2024-02-05 08:05:00", "2024-02-05 09:00:00"
DUNG = "dung@d1.example"
TOLD = {DUNG: 1, "eve@d2.example": 1}


class Installation:
    """One of the machines at work on the database: a home of its own, and the mails that left it."""

    def __init__(self, engine: Engine, settings: Settings, home: Path) -> None:
        self.engine = engine
        self.settings = settings.model_copy(update={"home": home, "admin_address": ADMIN})

    def tick(self, when: str) -> int | None:
        """How many notices it took back."""
        with writing(self.engine) as session:
            return tick(session, self.settings, at(when)).taken_back

    def send(self, when: str) -> SendingCount:
        return send_due(self.engine, self.settings, at(when))

    def look(self, when: str) -> None:
        with writing(self.engine) as session:
            vouch(session, self.settings, at(when))

    def concerns(self, when: str) -> dict[Concern, HealthFinding]:
        with reading(self.engine) as session:
            return {each.concern: each for each in findings(session, at(when), self.settings)}

    def mails(self) -> Counter[str]:
        """By address, the administrator's left out."""
        found = self._mailed()
        del found[ADMIN]
        return found

    def alerts(self) -> int:
        return self._mailed()[ADMIN]

    def _mailed(self) -> Counter[str]:
        return Counter(address for address, _ in self.names())

    def names(self) -> list[tuple[str, str]]:
        """Address and Message-ID of each mail."""
        paths = (self.settings.home / MAILBOX).glob("*.eml")
        mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in paths]
        return [(str(mail["To"].addresses[0].addr_spec), str(mail["Message-ID"])) for mail in mails]


Machines = Callable[[str], Installation]


@pytest.fixture
def machine(engine: Engine, settings: Settings, tmp_path: Path) -> Machines:
    """A machine by its name, on one database with a province in it."""
    begin(engine, settings, tmp_path)
    return lambda name: Installation(engine, settings, tmp_path / name / "home")


def begin(engine: Engine, settings: Settings, folder: Path) -> None:
    """A province in January, by an installation that is heard of no more."""
    world = Timeline(engine, settings, folder)

    def quiet_january() -> None:
        world.tick("2024-01-03 09:00:00")
        for unit in ("d1", "d2"):
            world.file(unit, "2024-01-04 09:00:00", period="2024-01")

    world.prepare("quiet January", quiet_january)
    with writing(engine) as session:
        session.execute(delete(Witness))
    for path in mark_paths(settings):
        path.unlink(missing_ok=True)


def days_later(one: Installation) -> None:
    for day in ("15", "16", "19"):
        one.tick(f"2024-02-{day} 08:00:00")
        one.send(f"2024-02-{day} 08:05:00")


def is_queued(one: Installation) -> int:
    query = select(func.count()).where(col(Notice.state).in_([NoticeState.QUEUED, NoticeState.CLAIMED]))
    with reading(one.engine) as session:
        return session.scalar(query) or 0


@pytest.mark.parametrize("unnoticed", [False, True])
def test_a_database_put_back_between_tick_and_send(machine: Machines, unnoticed: bool) -> None:
    """Its last tick is the newest there was, so only the sender's own mark knows."""
    one = machine("one")
    one.tick(BETWEEN)
    backup = Backup.of(one.engine)
    assert one.send(SENT).mails == 2
    backup.put_back(one.engine, unnoticed=unnoticed)
    assert is_queued(one) == 2
    assert one.concerns(LATER)[Concern.BACKUP].since == at(SENT)
    assert "older backup" in one.send(LATER).stopped
    assert (one.mails(), one.alerts()) == (TOLD, 1)
    assert one.tick("2024-02-05 09:10:00") == 2
    assert one.send("2024-02-05 09:15:00").stopped == ""
    assert one.mails() == TOLD
    assert one.concerns("2024-02-05 09:20:00")[Concern.RESTORED].number == 2
    one.tick("2024-02-15 08:00:00")
    one.send("2024-02-15 08:05:00")
    assert one.mails() == dict.fromkeys(TOLD, 2)


def test_a_database_put_back_by_days_mails_only_what_comes_after_them(machine: Machines) -> None:
    one = machine("one")
    one.tick(BETWEEN)
    backup = Backup.of(one.engine)
    one.send(SENT)
    days_later(one)
    before = one.mails()
    backup.put_back(one.engine)
    assert one.tick("2024-02-19 09:00:00") == 2  # the tick comes first here
    assert one.send("2024-02-19 09:05:00").stopped == ""
    assert (one.mails(), one.alerts()) == (before, 1)
    one.tick("2024-02-20 08:00:00")
    one.send("2024-02-20 08:05:00")
    assert one.mails() - before == {"minh@so.example": 1}


@pytest.mark.sqlite_is_enough
def test_a_home_put_back_whole_with_its_database(settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "place" / "var"
    engine = open_engine(f"sqlite:///{home / 'dondoc.sqlite3'}")
    migrate(engine)
    inside = settings.model_copy(update={"home": home, "database_url": None})
    begin(engine, inside, tmp_path)
    one = Installation(engine, inside, home)
    one.tick(BETWEEN)
    engine.dispose()
    copy_home(home, tmp_path / "backup")
    assert one.send(SENT).mails == 2
    mails = home / MAILBOX
    engine.dispose()
    shutil.move(mails, tmp_path / "mails")
    copy_home(tmp_path / "backup", home)
    shutil.copytree(tmp_path / "mails", mails, dirs_exist_ok=True)
    assert "older backup" in one.send(LATER).stopped
    assert one.tick("2024-02-05 09:10:00") == 2
    one.send("2024-02-05 09:15:00")
    assert one.mails() == TOLD


def test_a_home_and_a_server_put_back_together(machine: Machines, tmp_path: Path) -> None:
    one = machine("one")
    one.tick(BETWEEN)
    backup = Backup.of(one.engine)
    copy_home(one.settings.home, tmp_path / "backup")
    one.send(SENT)
    mails = one.mails()
    copy_home(tmp_path / "backup", one.settings.home)
    backup.put_back(one.engine)
    assert "older backup" in one.send(LATER).stopped
    assert one.tick("2024-02-05 09:10:00") == 2
    one.send("2024-02-05 09:15:00")
    assert (mails, one.mails()) == (TOLD, {})


@pytest.mark.sqlite_is_enough
def test_a_home_put_back_on_another_machine_asks_a_person(settings: Settings, tmp_path: Path) -> None:
    """Nothing there knows how far the first had come: its disk is gone."""
    first, second = tmp_path / "a" / "var", tmp_path / "b" / "var"
    engine = open_engine(f"sqlite:///{first / 'dondoc.sqlite3'}")
    migrate(engine)
    inside = settings.model_copy(update={"home": first, "database_url": None})
    begin(engine, inside, tmp_path)
    one = Installation(engine, inside, first)
    one.tick(BETWEEN)
    engine.dispose()
    copy_home(first, second)
    one.send(SENT)
    engine.dispose()
    shutil.rmtree(tmp_path / "a")
    two = Installation(open_engine(f"sqlite:///{second / 'dondoc.sqlite3'}"), inside, second)
    assert "never sent for this database" in two.send(LATER).stopped
    assert (two.mails(), two.alerts()) == ({}, 1)
    with writing(two.engine) as session:
        declare(session, two.settings, at("2024-02-05 08:30:00"), at(LATER), "Alice")
    assert two.tick("2024-02-05 09:10:00") == 2
    assert two.send("2024-02-05 09:15:00").stopped == ""
    assert two.mails() == {}
    two.engine.dispose()


@pytest.mark.parametrize("unnoticed", [False, True])
def test_a_fresh_home_sends_nothing_from_a_restored_database(machine: Machines, unnoticed: bool) -> None:
    one, fresh = machine("one"), machine("fresh")
    one.tick(BETWEEN)
    backup = Backup.of(one.engine)
    one.send(SENT)
    backup.put_back(one.engine, unnoticed=unnoticed)
    for path in mark_paths(fresh.settings)[1:]:  # beside SQLite's file: it is on another disk now
        path.unlink()
    fresh.tick("2024-02-05 08:30:00")
    assert fresh.send(LATER).stopped
    assert (fresh.mails(), fresh.alerts()) == ({}, 1)
    one.look("2024-02-05 09:01:00")  # its worker, every minute
    assert "older backup" in fresh.send("2024-02-05 09:05:00").stopped
    assert fresh.tick("2024-02-05 09:10:00") == 2
    assert fresh.send("2024-02-05 09:15:00").stopped == ""
    assert fresh.mails() + one.mails() == TOLD


def test_an_idle_machine_waits_until_the_one_that_sent_has_looked(machine: Machines) -> None:
    """Its own mark is older than the backup, so that it finds nothing missing."""
    one, idle = machine("one"), machine("idle")
    idle.tick("2024-02-05 07:00:00")
    one.tick("2024-02-05 07:10:00")
    idle.tick("2024-02-05 07:20:00")
    one.tick(BETWEEN)
    backup = Backup.of(one.engine)
    assert one.send(SENT).mails == 2
    backup.put_back(one.engine)
    stopped = idle.send(LATER).stopped
    expected = "older backup" if one.engine.dialect.name == "sqlite" else "not been looked at since by"
    assert expected in stopped  # beside SQLite's file lies a mark of all of them
    assert (idle.mails(), idle.alerts()) == ({}, 1)
    one.look("2024-02-05 09:01:00")
    assert idle.tick("2024-02-05 09:10:00") == 2
    assert idle.send("2024-02-05 09:15:00").stopped == ""
    assert one.mails() + idle.mails() == TOLD


def test_a_fresh_home_beside_one_at_work_is_let_in(machine: Machines) -> None:
    one, fresh = machine("one"), machine("fresh")
    one.tick(BETWEEN)
    for path in mark_paths(fresh.settings)[1:]:
        path.unlink()
    assert "never sent for this database" in fresh.send(SENT).stopped
    assert fresh.concerns(SENT)[Concern.STOPPED].is_serious
    one.look("2024-02-05 08:06:00")
    assert fresh.send("2024-02-05 08:10:00").mails == 2


def test_a_database_that_only_moved_is_sent_from_once_all_have_looked(machine: Machines) -> None:
    one, two = machine("one"), machine("two")
    for each in (one, two, one):
        each.tick("2024-02-05 07:00:00")
    one.tick(BETWEEN)
    Backup.of(one.engine).put_back(one.engine)
    if one.engine.dialect.name == "postgresql":
        assert "not been looked at since by" in two.send(SENT).stopped
        one.look("2024-02-05 08:06:00")
    assert two.send("2024-02-05 08:10:00").mails == 2


def test_a_machine_that_is_gone_for_long_is_not_waited_for(machine: Machines) -> None:
    one, gone = machine("one"), machine("gone")
    for each in (gone, one, gone):
        each.tick("2024-01-05 08:00:00")
    one.tick(BETWEEN)
    Backup.of(one.engine).put_back(one.engine)
    assert one.send(SENT).mails == 2


def test_a_person_may_say_that_nothing_is_lost(machine: Machines) -> None:
    fresh = machine("fresh")
    machine("one").tick(BETWEEN)
    for path in mark_paths(fresh.settings)[1:]:
        path.unlink()
    assert fresh.send(SENT).stopped
    with writing(fresh.engine) as session:
        declare(session, fresh.settings, None, at(LATER), "Alice")
    assert fresh.send("2024-02-05 09:05:00").mails == 2


def test_a_database_put_back_during_a_pass_ends_it(
    machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first mail and before the second."""
    one = machine("one")
    one.tick(BETWEEN)
    backup = Backup.of(one.engine)
    monkeypatch.setattr("notifications.sender.BATCH", 1)

    def restore(done: int, people: int) -> None:
        if done == 1:
            backup.put_back(one.engine, unnoticed=True)

    with pytest.raises(DatabaseRestored, match="put back"):
        send_due(one.engine, one.settings, at(SENT), restore)
    assert one.mails().total() == 1
    assert "older backup" in one.send(LATER).stopped
    assert one.mails().total() == 1


def test_the_first_processes_of_one_installation_may_come_at_once(machine: Machines) -> None:
    """They share its mark and its row: what one has counted another had set back to where it began."""
    one = machine("one")
    together = Barrier(3)

    def passes(_: int) -> None:
        together.wait()
        with writing(one.engine) as session:
            standing = vouch(session, one.settings, at(BETWEEN))
            assert standing.doubt(one.settings.zone) == ""
        for _ in range(5):
            with writing(one.engine) as session:
                leave_mark(session, standing, at(SENT))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(passes, range(3)))
    with reading(one.engine) as session:
        rows = session.execute(select(col(Witness.id), col(Witness.commits), col(Witness.admitted))).all()
    marks = [mark for found in read_marks(one.settings).values() for mark in found.values()]
    assert {(id, commits, True) for id, commits, _ in marks} == set(rows)
    assert {mark.commits for mark in marks} == {15}


def test_what_is_done_again_after_a_restore_is_another_mail_to_mail_programs(machine: Machines) -> None:
    """The database gives out the same numbers again; with the same Message-ID it would pass for a copy."""
    one = machine("one")
    one.tick(BETWEEN)
    one.send(SENT)
    with reading(one.engine) as session:
        dungs = session.scalars(select(Notice.obligation_id).where(Notice.recipient == DUNG)).one()
    backup = Backup.of(one.engine)
    for hour in ("09", "10", "11"):
        when = f"2024-02-05 {hour}:00:00"
        with writing(one.engine) as session:
            chase(session, one.settings, Selection(obligation=dungs), "Khẩn", at(when), Chaser("Minh"))
        one.send(when)
        backup.put_back(one.engine)
        one.tick(f"2024-02-05 {hour}:30:00")
    names = [name for address, name in one.names() if address == DUNG]
    assert len(names) == len(set(names)) == 4
