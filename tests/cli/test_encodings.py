"""Whatever stdout can write, no command breaks on a letter; documents for programs stay whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reporting.world import World

FOR_PEOPLE = [
    "due",
    "plan show p-2024",
    "doctor",
    "mail show --kind overdue --lang vi",
    "units show không-có",
    "units tree",
]
FOR_PROGRAMS = [
    "units tree --json",
    "mail show --kind overdue --lang vi --format html",
    "feed write --unit x1 --out -",
]
# Each command writes into files of its own, over the streams that the process was started with.
ONE_BY_ONE = """
import os, sys
from cli.app import main
for number, command in enumerate(sys.argv[2:]):
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{sys.argv[1]}/{number}.{name}", os.O_WRONLY | os.O_CREAT), stream)
    try:
        main(command.split())
    except SystemExit:
        pass
    sys.stdout.flush()
    sys.stderr.flush()
"""


def run(folder: Path, encoding: str, *commands: str) -> list[tuple[bytes, bytes]]:
    """The commands in a process whose stdout and stderr have this encoding; what each writes to them."""
    own = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    program = [sys.executable, "-c", ONE_BY_ONE, str(folder), *commands]
    subprocess.run(program, env={**os.environ, **own}, check=True)
    return [
        ((folder / f"{number}.out").read_bytes(), (folder / f"{number}.err").read_bytes())
        for number in range(len(commands))
    ]


@pytest.fixture
def province(world: World) -> World:
    world.open()
    return world


@pytest.mark.parametrize(
    ("encoding", "name"), [("ascii", "Xa Mot"), ("latin-1", "Xã Mot"), ("utf-8", "Xã Một")]
)
def test_no_letter_breaks_a_command_and_a_name_stays_readable(
    province: World, tmp_path: Path, encoding: str, name: str
) -> None:
    commands = FOR_PEOPLE if encoding == "ascii" else FOR_PEOPLE[-1:]
    written = run(tmp_path, encoding, *commands)
    for out, error in written:
        assert b"Traceback" not in error, error.decode("latin-1")
        assert (out + error).decode(encoding)
    assert name in written[-1][0].decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_what_is_for_programs_says_the_same(province: World, tmp_path: Path, encoding: str) -> None:
    (tree, _), (mail, _), (feed, _) = run(tmp_path, encoding, *FOR_PROGRAMS)
    (top,) = json.loads(tree.decode(encoding))
    assert top["name"] == "UBND tỉnh P"
    assert "Quá hạn" in mail.decode("utf-8")
    assert "Xã Một" in feed.decode("utf-8")
