"""A real disk without any room: what only reads starts and is shown, what writes is refused by name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col
from starlette.testclient import TestClient

from models.database import open_engine, open_known, reading, writing
from models.mark_file import mark_paths, read_file
from models.obligation import Obligation
from models.settings import Settings
from models.unit import Unit
from models.vocabulary import Lifecycle
from tests.conftest import at
from tests.demonstrations import COMMAND, ENGLISH, ROOT
from tests.reporting.world import World
from tests.web.cast import Browser, browser, open_accounts
from tests.web.clerk.conftest import FILES
from tests.web.conftest import MovedClock
from web.app import create_app

NOW = "2024-02-10 09:00"


def mount(folder: Path) -> bool:
    """A disk of 4 MB there, if this account may."""
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(command, capture_output=True).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass
class Disk:
    """A small disk with a home on it, which nobody has open."""

    home: Path

    def fill(self) -> None:
        with (self.home.parent / "filling").open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))

    def make_room(self) -> None:
        (self.home.parent / "filling").unlink()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The real command, another process."""
        environment = {
            **ENGLISH,
            "DONDOC_HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
        }
        return subprocess.run(
            [*COMMAND, *arguments],
            env=environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def disk(tmp_path: Path, world: World, engine: Engine) -> Iterator[Disk]:
    """With the province on it; whoever wrote has ended."""
    world.open()
    world.tick("2024-02-10 08:00")
    open_accounts(engine)
    engine.dispose()
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount(folder):
        pytest.skip("only root may mount a disk")
    home = folder / "home"
    home.mkdir()
    shutil.copy(str(engine.url.database), home / "dondoc.sqlite3")
    try:
        yield Disk(home)
    finally:
        unmount(folder)


@dataclass
class Served:
    """A web part that was started on the full disk, with alice at work and a session made before."""

    alice: Browser
    engine: Engine


@pytest.fixture
def served(disk: Disk, settings: Settings, clock: MovedClock) -> Iterator[Served]:
    own = settings.model_copy(update={"home": disk.home, "database_url": None})
    before = open_engine(own.database)
    clock.now = at(NOW)
    alice = browser(create_app(own, before, clock), before, own, "alice", NOW)
    before.dispose()
    disk.fill()
    engine = open_known(own)
    app = create_app(own, engine, clock)
    found = browser(app, engine, own, "nobody", NOW)
    found.client.cookies = alice.client.cookies
    yield Served(Browser(found.client, alice.token), engine)
    found.client.close()
    alice.client.close()
    engine.dispose()
    app.state.feeds.close()


def test_what_only_reads_is_shown(served: Served, clock: MovedClock) -> None:
    """Also when it is time to note that a session was used."""
    clock.now = at("2024-02-10 10:30")
    pages = ("/ready", "/", "/mine", "/year", "/month", "/feeds", f"/obligations/{of_x1(served.engine)}")
    assert {page: served.alice.client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert served.alice.client.get("/ical/none/none.ics").status_code == 404  # the database was asked
    assert "dondoc_database_up 1.0" in metrics(served)


def metrics(served: Served) -> str:
    app = served.alice.client.app
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)) as local:
        return local.get("/metrics").text


def of_x1(engine: Engine) -> int:
    query = select(col(Obligation.id)).join(Unit, col(Unit.id) == col(Obligation.unit_id))
    with reading(engine) as session:
        return session.scalars(query.where(col(Unit.code) == "x1").order_by(col(Obligation.id))).first() or 0


def test_a_report_is_refused_by_the_disk_and_taken_once_there_is_room(served: Served, disk: Disk) -> None:
    address = f"/obligations/{of_x1(served.engine)}/file"

    def file() -> tuple[int, str]:
        form = served.alice.form(seen="0", number="05/BC", dated="31/01/2024")
        answer = served.alice.client.post(address, data=form, files=FILES)
        return answer.status_code, answer.text

    status, said = file()
    assert status == 507
    assert "DONDOC_HOME" in said
    assert filed(served.engine) == 0
    disk.make_room()
    status, said = file()
    assert status == 303, said
    assert filed(served.engine) == 1


def filed(engine: Engine) -> int:
    query = select(func.count()).select_from(Obligation)
    with reading(engine) as session:
        return session.scalar(query.where(col(Obligation.state) == Lifecycle.SUBMITTED)) or 0


def test_other_processes_read_beside_it(served: Served, disk: Disk) -> None:
    served.alice.client.get("/mine")
    for _ in range(2):
        said = disk.run("due", "--at", "2024-02-10T09:00+07:00")
        assert said.returncode == 0, said.stderr
        assert "2024" in said.stdout
    assert served.alice.client.get("/mine").status_code == 200


def test_a_pass_says_which_disk_and_loses_nothing(disk: Disk, settings: Settings) -> None:
    own = settings.model_copy(update={"home": disk.home, "database_url": None, "mark": None})
    disk.run("tick", "--at", "2024-02-10T10:00+07:00")
    before = {path: read_file(path) for path in mark_paths(own)}
    assert any(before.values())
    disk.fill()
    said = disk.run("tick", "--at", "2024-02-17T10:00+07:00")
    assert said.returncode != 0
    assert "make room on the disk of DONDOC_HOME" in said.stderr
    assert {path: read_file(path) for path in mark_paths(own)} == before
    disk.make_room()
    assert disk.run("tick", "--at", "2024-02-17T10:00+07:00").returncode == 0


def test_what_a_process_that_was_killed_had_committed_is_read(disk: Disk, tmp_path: Path) -> None:
    """It stands in the log beside the database, and the memory that tells where is gone."""
    there = disk.home / "dondoc.sqlite3"
    shutil.copy(there, tmp_path / "live.sqlite3")
    live = open_engine(f"sqlite:///{tmp_path / 'live.sqlite3'}")
    with writing(live) as session:
        session.add(Unit(code="written-last", created_at=at(NOW)))
    for ending in ("", "-wal"):
        shutil.copy(f"{tmp_path / 'live.sqlite3'}{ending}", f"{there}{ending}")
    live.dispose()
    disk.fill()
    engine = open_engine(f"sqlite:///{there}")
    with reading(engine) as session:
        assert session.scalar(select(col(Unit.id)).where(col(Unit.code) == "written-last"))
    engine.dispose()
