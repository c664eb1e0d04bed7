"""What is tried in a copy: where the copy has no place, that is said with the folder and the remedy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.database import open_engine, reading
from models.errors import NowhereToTry
from models.rehearsal import rehearsing


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "dondoc.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    found = tmp_path / "for-a-while"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def test_a_folder_that_is_not_there_is_named(sqlite: Engine, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(NowhereToTry) as refused, rehearsing(sqlite):
        pass
    assert str(folder) in refused.value.reason
    assert "TMPDIR" in refused.value.reason


def test_a_folder_that_fills_up_while_something_is_tried_is_named(sqlite: Engine, folder: Path) -> None:
    with pytest.raises(NowhereToTry) as refused, rehearsing(sqlite) as trial:
        pages = trial.execute(text("PRAGMA page_count")).scalar()
        trial.execute(text(f"PRAGMA max_page_count = {pages}"))
        trial.execute(text("CREATE TABLE much (content TEXT)"))
        trial.execute(text("INSERT INTO much VALUES (hex(randomblob(1000000)))"))
    assert str(folder) in refused.value.reason
    assert list(folder.iterdir()) == []


def test_nothing_of_it_stays(sqlite: Engine, folder: Path) -> None:
    with rehearsing(sqlite) as trial:
        trial.execute(text("CREATE TABLE much (content TEXT)"))
        trial.commit()
    assert list(folder.iterdir()) == []
    with reading(sqlite) as session:
        assert session.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'much'")).scalar() == 0
