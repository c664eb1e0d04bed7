"""Whatever stdout can write, no command breaks on a letter; documents for programs stay whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.reporting.world import World

ENCODINGS = ["ascii", "utf-8"]
COMMANDS = [
    ["due"],
    ["plan", "show", "p-2024"],
    ["doctor"],
    ["mail", "show", "--kind", "overdue", "--lang", "vi"],
    ["units", "show", "không-có"],
]


def run(encoding: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, whose stdout and stderr have this encoding."""
    own = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    program = [sys.executable, "-c", "from cli.app import main; main()", *arguments]
    return subprocess.run(program, env={**os.environ, **own}, capture_output=True, check=False)


@pytest.fixture
def province(world: World) -> World:
    world.open()
    return world


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_letter_breaks_a_command(province: World, command: list[str]) -> None:
    done = run("ascii", *command)
    assert b"Traceback" not in done.stderr, done.stderr.decode("latin-1")
    assert (done.stdout + done.stderr).decode("ascii")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_for_programs_says_the_same(province: World, encoding: str) -> None:
    (tree,) = json.loads(run(encoding, "units", "tree", "--json").stdout.decode(encoding))
    assert tree["name"] == "UBND tỉnh P"
    mail = run(encoding, "mail", "show", "--kind", "overdue", "--lang", "vi", "--format", "html").stdout
    assert "Quá hạn" in mail.decode("utf-8")
    feed = run(encoding, "feed", "write", "--unit", "x1", "--out", "-").stdout
    assert "Xã Một" in feed.decode("utf-8")


@pytest.mark.parametrize(
    ("encoding", "name"), [("ascii", "Xa Mot"), ("latin-1", "Xã Mot"), ("utf-8", "Xã Một")]
)
def test_a_name_stays_readable(province: World, encoding: str, name: str) -> None:
    assert name in run(encoding, "units", "tree").stdout.decode(encoding)
