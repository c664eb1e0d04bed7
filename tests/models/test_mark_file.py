"""The mark file: where it lies, that it never runs back, and what a full disk or two processes do to it."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.mark_file import Mark, advance, begin, mark_paths, read_file
from models.settings import Settings

NOW = datetime(2024, 2, 5, 1, tzinfo=UTC)


def paths(home: Path, **given: object) -> list[Path]:
    return list(mark_paths(Settings(_env_file=None, home=home, **given)))  # type: ignore[call-arg, arg-type]


def test_it_lies_beside_the_home_and_not_in_it(tmp_path: Path) -> None:
    assert paths(tmp_path / "var") == [tmp_path / "var.mark"]
    assert paths(tmp_path / "none" / "yet" / "var") == [tmp_path / "none" / "yet" / "var.mark"]
    assert paths(tmp_path / "var", mark=tmp_path / "m") == [tmp_path / "m"]


def test_one_lies_beside_a_sqlite_file_that_several_homes_may_share(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/shared/d.sqlite3")
    assert paths(tmp_path / "var", database_url=url) == [
        tmp_path / "var.mark",
        tmp_path / "shared" / "d.sqlite3.mark",
    ]
    inside = SecretStr(f"sqlite:///{tmp_path}/var/d.sqlite3")
    assert paths(tmp_path / "var", database_url=inside) == [tmp_path / "var.mark"]
    assert paths(tmp_path / "var", database_url=SecretStr("postgresql://h/d")) == [tmp_path / "var.mark"]


def test_it_lies_within_where_beside_nothing_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    assert paths(tmp_path / "var") == [tmp_path / "var" / "mark"]


def test_it_begins_once_and_never_runs_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "m"
    mark = begin(path, "one", NOW)
    assert begin(path, "one", NOW) == mark != begin(path, "two", NOW)
    for commits in (2, 5, 3):
        advance(path, "one", mark._replace(commits=commits))
    assert read_file(path)["one"].commits == 5
    assert read_file(path)["two"].commits == 0


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m"
    names = [f"d{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: begin(path, name, NOW), names))
    assert set(read_file(path)) == set(names)


def test_a_full_disk_leaves_the_mark_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m"
    mark = begin(path, "one", NOW)

    def half(self: Path, text: str, **_: object) -> int:
        with self.open("w") as file:
            file.write(text[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_text", half)
        advance(path, "one", mark._replace(commits=7))
    assert read_file(path) == {"one": mark}
    assert [each.name for each in tmp_path.iterdir()] == ["m"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"one": 5}', '{"one": ["a", 1]}', '{"one": ["a", 1, "x"]}'])
def test_what_cannot_be_read_is_no_mark(tmp_path: Path, text: str) -> None:
    (tmp_path / "m").write_text(text)
    assert read_file(tmp_path / "m") == {}
    assert isinstance(begin(tmp_path / "m", "one", NOW), Mark)
