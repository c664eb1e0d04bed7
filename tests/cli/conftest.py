"""Running the real command in process: exit code, stdout, stderr."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.app import main
from cli.console.speech import speak
from messages.catalogue import SOURCE_LANGUAGE
from models.settings import Settings
from tests.demonstrations import own_environment
from tests.messages.province import LADDER, PROVINCE
from tests.messages.pseudo import plain, spoken
from tests.reporting.world import World

WRITTEN = {"Dan", "Eve", "API", "demo", "Nghỉ", "Bù", "Thiếu", "Bão", "Miễn", "Nhầm", "Hết"}
"""What the tests of commands write: names, reasons."""
ACCOUNT = {getpass.getuser(), "shell"}
"""Who runs the tests, as the audit names them."""
DATA = {*PROVINCE, *LADDER, *WRITTEN, *ACCOUNT}


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout of a command that went well."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The one line of a refusal, which left stdout empty."""
        assert (self.code, self.out) == (1, ""), (self.code, self.out, self.err)
        (line,) = self.err.splitlines()
        assert line.startswith("dondoc: ")
        return line

    def plain_lines(self, more: Iterable[str] = ()) -> list[str]:
        """Lines that did not go through the catalogue, in tests/messages/pseudo.py; `more` is data."""
        data = {*DATA, *more}
        return [line for line in (*self.out.splitlines(), *self.err.splitlines()) if plain(line, data)]


Dondoc = Callable[..., Outcome]


@pytest.fixture
def dondoc(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Dondoc:
    """`dondoc("due", "--json")` on the test's own home and database."""

    return lambda *arguments: outcome(capsys, *arguments)


def outcome(capsys: pytest.CaptureFixture[str], *arguments: object) -> Outcome:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    speak(SOURCE_LANGUAGE)  # a test that follows in this process may call what speaks by itself
    out, err = capsys.readouterr()
    return Outcome(int(ended.value.code or 0), out, err)


@pytest.fixture
def new_home(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    """`new_home("doctor", DONDOC_LANGUAGE="en")` where nothing is set up, with these settings alone: the
    home is the folder `home`, which is not there yet."""

    def run(*arguments: object, **settings: str) -> Outcome:
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            for name in os.environ.keys() - own_environment(tmp_path / "home").keys():
                patch.delenv(name)
            for name, value in {"DONDOC_HOME": str(tmp_path / "home"), **settings}.items():
                patch.setenv(name, value)
            return outcome(capsys, *arguments)

    return run


@pytest.fixture
def province(world: World) -> World:
    """The small province with its three-stage plan, opened on 2 January 2024."""
    world.plan()
    world.tick("2024-01-02 08:00:00")
    return world


@pytest.fixture
def pseudo_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`--lang vi` is tests/messages/pseudo.py; tables have room for it, since half a word looks plain."""
    monkeypatch.setattr("cli.console.context.PIPED_WIDTH", 10_000)
    with spoken(tmp_path / "pseudo"):
        yield
