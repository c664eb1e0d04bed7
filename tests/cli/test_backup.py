"""`dondoc backup` and `dondoc restore` on SQLite; both databases are in tests/reporting/backups."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from functools import partial
from pathlib import Path

import pytest
from alembic import command

from models.database import HEAD, reading
from models.mark_file import mark_paths
from models.migrations.run import config
from models.settings import Settings
from models.unit import Unit
from tests.cli.conftest import Dondoc
from tests.reporting.backups.test_backup import archive, rows, rows_at
from tests.reporting.world import World


@pytest.fixture
def english(new_home: Dondoc) -> Dondoc:
    return partial(new_home, LC_MESSAGES="en_US.UTF-8")


def test_a_province_is_kept_and_put_back_into_a_new_home(
    province: World, dondoc: Dondoc, english: Dondoc, tmp_path: Path
) -> None:
    dondoc("tick", "--at", "2024-01-03T08:00")
    before = rows(province.engine)
    kept = dondoc("backup", tmp_path / "kept", "--json")
    assert "kept and checked: the database with 0 files" in kept.err
    path = kept.json["path"]
    assert (kept.json["revision"], kept.json["database"]) == (HEAD, "sqlite")
    whole = dondoc("restore", path, "--check")
    assert (whole.code, "whole: the database of" in whole.err) == (0, True)
    for mark in mark_paths(province.settings):
        mark.unlink()  # another machine
    back = english("restore", path)
    assert back.code == 0, back.err
    assert "never sent for this database" in back.err
    home = tmp_path / "home" / "dondoc.sqlite3"
    assert rows_at(f"sqlite:///{home}") == before
    assert "already" in english("restore", path).refusal
    assert english("restored", "--intact").code == 0
    assert english("due", "--json").code == 0


def test_a_database_in_use_is_not_replaced_and_an_idle_one_is_moved_aside(
    province: World, dondoc: Dondoc, tmp_path: Path
) -> None:
    path = dondoc("backup", tmp_path / "kept").out.strip()
    before = rows(province.engine)
    province.tick("2024-02-20 08:00:00")
    later = rows(province.engine)
    with reading(province.engine) as session:
        session.get(Unit, 1)
        assert "in use" in dondoc("restore", path, "--replace").refusal
    province.engine.dispose()
    back = dondoc("restore", path, "--replace")
    assert back.code == 0, back.err
    assert "without what was done until 20/02/2024" in back.err
    assert rows_at(province.settings.database) == before
    (aside,) = tmp_path.glob("dondoc.sqlite3.before-*")
    assert rows_at(f"sqlite:///{aside}") == later


def test_a_broken_database_is_replaced(province: World, dondoc: Dondoc, tmp_path: Path) -> None:
    path = dondoc("backup", tmp_path / "kept").out.strip()
    before = rows(province.engine)
    province.engine.dispose()
    (tmp_path / "dondoc.sqlite3").write_bytes(b"broken" * 1000)
    assert dondoc("restore", path, "--replace").code == 0
    assert rows_at(province.settings.database) == before


def test_a_newer_or_foreign_backup_changes_nothing(english: Dondoc, tmp_path: Path) -> None:
    assert "newer" in english("restore", archive(tmp_path / "a", revision="9999")).refusal
    assert (
        "a postgresql database" in english("restore", archive(tmp_path / "b", database="postgresql")).refusal
    )
    for content in (b"", b"nothing", b"PK\x03\x04" * 500, json.dumps({}).encode()):
        foreign = tmp_path / "foreign"
        foreign.write_bytes(content)
        assert "no backup of dondoc" in english("restore", foreign).refusal
    assert list((tmp_path / "home").rglob("*")) == []


def test_an_older_schema_is_brought_to_this_one(
    province: World, dondoc: Dondoc, english: Dondoc, tmp_path: Path
) -> None:
    prepared = config()
    with province.engine.begin() as connection:
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0016")
    kept = dondoc("backup", tmp_path / "kept", "--json").json
    assert kept["revision"] == "0016"
    assert english("restore", kept["path"]).code == 0
    with sqlite3.connect(tmp_path / "home" / "dondoc.sqlite3") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)


def test_an_encrypted_backup_is_opened_by_gpg_alone(
    settings: Settings, province: World, dondoc: Dondoc, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("một câu không ai đoán\n")
    path = dondoc("backup", tmp_path / "kept", "--passphrase-file", secret).out.strip()
    assert path.endswith(".tar.gpg")
    options = f"--batch --pinentry-mode loopback --passphrase-file {secret} --decrypt {path}"
    command_line = ["gpg", "--homedir", str(tmp_path), *options.split()]
    opened = subprocess.run(command_line, capture_output=True, check=True).stdout
    assert b"dondoc-backup/manifest.json" in opened[:1000]
    assert "is encrypted" in dondoc("restore", path, "--check").refusal


def test_a_wrong_path_is_named(province: World, dondoc: Dondoc, tmp_path: Path) -> None:
    file, absent = tmp_path / "file", tmp_path / "absent"
    file.write_text("x")
    assert f"{file} is no folder" in dondoc("backup", file).refusal
    assert f"{absent}: No such file" in dondoc("restore", absent).refusal
    assert "Is a directory" in dondoc("restore", tmp_path).refusal
    assert f"{absent}: No such file" in dondoc("backup", tmp_path / "b", "--passphrase-file", absent).refusal


def test_a_broken_database_is_not_kept(province: World, dondoc: Dondoc, tmp_path: Path) -> None:
    province.engine.dispose()
    with (tmp_path / "dondoc.sqlite3").open("r+b") as database:
        database.seek(40_000)
        database.write(b"broken" * 5000)
    assert "SQLite" in dondoc("backup", tmp_path / "kept").refusal
    assert list((tmp_path / "kept").iterdir()) == []


def test_no_database_no_backup(english: Dondoc, tmp_path: Path) -> None:
    assert "there is no database" in english("backup", tmp_path / "kept").refusal
    assert not (tmp_path / "kept").exists()


@pytest.mark.usefixtures("pseudo_language")
def test_nothing_is_said_that_cannot_be_translated(province: World, dondoc: Dondoc, tmp_path: Path) -> None:
    kept = dondoc("--lang", "vi", "backup", tmp_path / "kept")
    path = kept.out.strip()
    told = [kept.plain_lines({path})]
    province.engine.dispose()
    for options in (["--check"], ["--replace"], []):
        told.append(dondoc("--lang", "vi", "restore", path, *options).plain_lines({path, str(tmp_path)}))
    assert told == [[], [], [], []]
