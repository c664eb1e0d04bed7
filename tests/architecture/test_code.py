"""The code keeps the house rules. An exception has its own line here, with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import chain

from tests.architecture import rules
from tests.architecture.source import PACKAGES, ROOT, Module, modules, modules_of_tests

# Nothing but these may be larger than the ceilings, or catch everything: {"package.module.function": "why"}.
LARGER_FUNCTIONS: dict[str, str] = {}
LARGER_MODULES: dict[str, str] = {}
BROAD_EXCEPTS: dict[str, str] = {
    "flows.worker._went_well": "whatever is raised, the worker says it and goes on",
}
# Tests of what runs by the clock of another program, which cannot be moved. They hold at every hour.
REAL_CLOCK: dict[str, str] = {
    "tests.cli.serving.test_demo_clock": "what is tested is the distance to the real clock",
    "tests.clients.test_single_sign_on": "the provider, a program of its own, signs tokens of today",
    "tests.flows.servers": "Prefect's server plans and judges runs by the real clock",
    "tests.notifications.test_smtp_tls": "OpenSSL compares certificates with the real clock",
}

MIGRATIONS = "models.migrations.versions."  # written by Alembic, a record rather than code
WRITTEN = [module for module in modules() if not module.name.startswith(MIGRATIONS)]


def test_it_sees_the_code() -> None:
    assert {module.package for module in modules()} <= set(PACKAGES)
    assert len(modules()) > len(PACKAGES)


def breaches(module: Module) -> Iterator[str]:
    yield from rules.wrong_way_imports(module)
    yield from rules.wrong_room_imports(module)
    yield from rules.impure_imports(module)
    yield from rules.prefect_imports(module)
    yield from rules.clock_uses(module)
    yield from rules.second_readers(module)
    yield from rules.second_joins(module)
    if module.name.startswith(MIGRATIONS):
        return
    large = rules.oversized_functions(module)
    yield from (breach for breach in large if breach.partition(" ")[0] not in LARGER_FUNCTIONS)
    if module.name not in LARGER_MODULES:
        yield from rules.oversized_module(module)
    yield from rules.banned_names(module)
    yield from rules.odd_words(module)
    yield from rules.missing_docstring(module)


def test_it_keeps_the_house_rules() -> None:
    """A module imports only what lies below and leaves Prefect to flows/, asks no clock below the edges, is
    small, named for its subject and says what it is for."""
    found = [breach for module in modules() for breach in breaches(module)]
    assert not found, "\n".join(found)


def test_the_rooms_have_an_order() -> None:
    """Each may import only rooms that come before it in some order, so there are no circles."""
    TopologicalSorter(rules.ROOMS).prepare()
    assert {module.name.split(".")[1] for module in modules() if module.name.startswith("reporting.")} == set(
        rules.ROOMS
    )


def test_no_test_depends_on_the_hour() -> None:
    """Tests move a clock of their own; the list of those that cannot is kept true in both directions."""
    asked = {module.name: uses for module in modules_of_tests() if (uses := rules.clock_uses(module))}
    assert set(asked) == set(REAL_CLOCK), asked


def test_the_machine_of_the_tests_is_not_in_vietnam() -> None:
    """What takes the machine's date or hour for Vietnam's is wrong in one worker or the other."""
    assert time.timezone != -7 * 60 * 60 or "TEST_HOUR" in os.environ


def test_it_catches_everything_only_where_that_is_allowed() -> None:
    caught = set(chain.from_iterable(rules.broad_excepts(module) for module in modules()))
    assert caught == set(BROAD_EXCEPTS)


def test_it_keeps_the_lists_of_exceptions_true() -> None:
    """An exception that is no longer needed must go."""
    functions = {
        breach.partition(" ")[0] for module in WRITTEN for breach in rules.oversized_functions(module)
    }
    large = {module.name for module in WRITTEN if rules.oversized_module(module)}
    assert (functions, large) == (set(LARGER_FUNCTIONS), set(LARGER_MODULES))


def test_it_keeps_code_out_of_the_plans() -> None:
    assert [path for path in (ROOT / "plans").rglob("*.py") if path.name != "__init__.py"] == []


def test_it_starts_the_command_line_without_prefect() -> None:
    every = "from cli.app import PLACES, Commands; dict(Commands(PLACES))"
    program = f"import sys; {every}; sys.exit('prefect' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
