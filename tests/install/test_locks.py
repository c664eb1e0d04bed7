"""The two locks: what development needs, and of that what it takes to run the program."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.source import ROOT

DEVELOPMENT, RUNTIME = "requirements.lock", "requirements-runtime.lock"
REQUIREMENT = re.compile(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==([^ ]+).*?\\\n((?:    --hash=[^\n]+\n)+)", re.M)


def lock(name: str) -> set[tuple[str, str, frozenset[str]]]:
    """Each package with its version and the hashes of its files; two versions where Pythons differ."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = {
        (package, version, frozenset(re.findall(r"sha256:\w{64}", hashes)))
        for package, version, hashes in REQUIREMENT.findall(text)
    }
    assert len(found) == len(re.findall(r"^\w", text, re.M))
    return found


def names(lock: set[tuple[str, str, frozenset[str]]]) -> set[str]:
    return {package for package, _, _ in lock}


def asked() -> set[str]:
    """The packages that pyproject.toml names for running."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[\[<>=]", each)[0] for each in project["dependencies"]}


def test_what_runs_is_what_was_developed_with() -> None:
    assert lock(RUNTIME) - lock(DEVELOPMENT) == set()


def test_the_lock_for_running_has_all_that_the_program_asks_for_and_no_tool() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    tools = {re.split(r"[\[<>=]", each)[0] for each in groups["dev"]} - {"python-dateutil"}
    assert asked() - names(lock(RUNTIME)) == set()
    assert tools & names(lock(RUNTIME)) == set()


@pytest.mark.parametrize("name", [DEVELOPMENT, RUNTIME])
def test_a_lock_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", text) == []
