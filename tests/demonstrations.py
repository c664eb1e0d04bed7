"""Demonstrations lived through by the real command, each once per test run, however many workers."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-c", "from cli.app import main; main()"]
ROOT = Path(__file__).parents[1]
ENGLISH = {"LC_MESSAGES": "en_US.UTF-8"}
"""Makes a command speak English, and changes no setting."""
PLAN = "ca-mau-01-ctr-ubnd-2024"
KEY = "of all demonstrations that are compared"
"""Signs the links in their mails, which would differ from home to home."""


@dataclass(frozen=True)
class Demonstration:
    """A home that a demonstration filled, with its account as figures."""

    home: Path
    account: dict[str, Any]
    said: str

    def rows(self, query: str, *values: object) -> list[Any]:
        """Rows of the database, asked without any of our code."""
        with sqlite3.connect(f"file:{self.home / 'dondoc.sqlite3'}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()


def dondoc(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The real command with a home of its own."""
    environment = {**own_environment(home), **more}
    return subprocess.run(
        [*COMMAND, *arguments], cwd=home.parent, env=environment, capture_output=True, text=True, timeout=1800
    )


def own_environment(home: Path) -> dict[str, str]:
    """With this home and none of this machine's settings."""
    settings = ("DONDOC_", "PREFECT_", "LANG", "LC_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    return {**kept, "DONDOC_HOME": str(home), "PYTHONPATH": str(ROOT)}


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def demonstration(factory: pytest.TempPathFactory, name: str, *arguments: str) -> Demonstration:
    """The demonstration of this name; the first worker that asks lives through it, the others read it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, account, said = (shared / f"{name}{end}" for end in ("", ".json", ".stderr"))
    with _alone(shared / f"{name}.lock"):
        if not account.exists():
            run = dondoc(home, "demo", "--json", *arguments, DONDOC_SECRET_KEY=KEY)
            assert run.returncode == 0, run.stderr
            said.write_text(run.stderr)
            account.write_text(run.stdout)
    return Demonstration(home, json.loads(account.read_text()), said.read_text())
