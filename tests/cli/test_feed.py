"""`dondoc feed write`: the file is whole, checked, and where scripts expect it; refusals write nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cli import feed as feed_commands
from cli.app import main
from models.settings import Settings
from tests.calendars.clients import read_with_ical
from tests.calendars.ical_check import check_bytes
from tests.conftest import at
from tests.reporting.feed_world import World

AT = "2024-10-10T09:00"


@pytest.fixture
def world(engine: Engine, settings: Settings) -> World:
    world = World(engine)
    world.owe("dat-mui")
    world.owe("ngoc-hien", stage=2)
    world.person("dat-mui", "alice@camau.example")
    return world


def run(*arguments: str) -> int:
    """The exit code of `dondoc feed write …`."""
    try:
        main(["feed", "write", "--at", AT, *arguments])
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


@pytest.mark.parametrize(
    ("option", "key", "file", "events"),
    [
        ("--unit", "dat-mui", "unit-dat-mui.ics", 1),
        ("--branch", "ngoc-hien", "branch-ngoc-hien.ics", 2),
        ("--plan", "ctr-01", "plan-ctr-01.ics", 2),
        ("--person", "alice@camau.example", "person-alice-at-camau.example.ics", 1),
    ],
)
@pytest.mark.usefixtures("world")
def test_it_writes_each_kind_of_feed(
    settings: Settings, capsys: pytest.CaptureFixture[str], option: str, key: str, file: str, events: int
) -> None:
    assert run(option, key, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    path = settings.home / "feeds" / file
    assert (told["file"], told["events"], told["left_out"]) == (str(path), events, 0)
    data = path.read_bytes()
    assert check_bytes(data) == []
    assert len(read_with_ical(data)) == events
    assert told["bytes"] == len(data)


@pytest.mark.usefixtures("world")
def test_messages_go_to_stderr_and_a_feed_to_stdout(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("--unit", "dat-mui", "--out", "-") == 0
    said = capfdbinary.readouterr()
    assert said.out.startswith(b"BEGIN:VCALENDAR\r\n")
    assert check_bytes(said.out) == []
    assert b"1 event" in said.err


@pytest.mark.usefixtures("world")
def test_it_writes_to_the_given_file_in_the_language_and_with_the_alarms_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lịch.ics"
    assert run("--unit", "dat-mui", "--out", str(path), "--lang", "en", "--alarms") == 0
    [event] = read_with_ical(path.read_bytes())
    assert "Deadline: before 15 October 2024" in event.description
    assert event.alarms == 1
    assert [each.name for each in path.parent.iterdir()] == ["lịch.ics"]


@pytest.mark.usefixtures("world")
def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1.ics", tmp_path / "2.ics"
    assert run("--plan", "ctr-01", "--out", str(first)) == run("--plan", "ctr-01", "--out", str(second)) == 0
    assert first.read_bytes() == second.read_bytes()


def test_at_moves_the_window(world: World, tmp_path: Path) -> None:
    world.change(1, at("2024-10-11 08:00:00"), state="waived", closed_at=at("2024-10-11 08:00:00"))
    path = tmp_path / "a.ics"
    assert run("--unit", "dat-mui", "--out", str(path)) == 0
    assert len(read_with_ical(path.read_bytes())) == 1
    assert run("--unit", "dat-mui", "--out", str(path), "--at", "2024-11-11") == 0
    assert read_with_ical(path.read_bytes()) == []


def test_at_gives_what_was_known_then(world: World, tmp_path: Path) -> None:
    world.change(1, at("2024-10-11 08:00:00"), state="waived", closed_at=at("2024-10-11 08:00:00"))
    path = tmp_path / "a.ics"
    for moment, status in (("2024-10-11T07:59", b"CONFIRMED"), ("2024-10-11T08:00", b"CANCELLED")):
        assert run("--unit", "dat-mui", "--out", str(path), "--at", moment) == 0
        assert b"STATUS:" + status in path.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param([], 2, "exactly one", id="nothing named"),
        pytest.param(["--unit", "a", "--plan", "b"], 2, "exactly one", id="two named"),
        pytest.param(["--unit", "dat-mui", "--json", "--out", "-"], 2, "stdout", id="two on stdout"),
        (["--unit", "dat-mu"], 1, "did you mean dat-mui"),
        (["--plan", "ctr-02"], 1, "dondoc plan list"),
        (["--person", "nobody@camau.example"], 1, "dondoc units load"),
        (["--unit", "dat-mui", "--out", "/dev/null/a.ics"], 1, "check that it exists"),
    ],
)
@pytest.mark.usefixtures("world")
def test_it_refuses_in_one_line_and_writes_nothing(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    assert run(*arguments) == code
    said = capsys.readouterr()
    assert message in " ".join(said.err.replace("│", " ").split())
    assert said.out == ""
    assert not (settings.home / "feeds").exists()


@pytest.mark.usefixtures("world")
def test_a_refused_feed_never_takes_the_old_ones_place(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    assert run("--unit", "dat-mui", "--out", str(path)) == 0
    before = path.read_bytes()
    assert run("--unit", "dat-mu", "--out", str(path)) == 1
    assert path.read_bytes() == before


def test_a_write_that_fails_leaves_the_old_file_and_no_scrap(tmp_path: Path) -> None:
    folder = tmp_path / "a.ics"
    folder.mkdir()
    with pytest.raises(OSError, match=r"a\.ics"):
        feed_commands.write_whole(folder, b"data")
    assert [each.name for each in tmp_path.iterdir()] == ["a.ics"]
