"""The code keeps the house rules. An exception has its own line here, with the reason."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain

import pytest

from tests.architecture import rules
from tests.architecture.source import PACKAGES, ROOT, Module, modules

# Nothing but these may be larger than the ceilings, or catch everything: {"package.module.function": "why"}.
LARGER_FUNCTIONS: dict[str, str] = {}
LARGER_MODULES: dict[str, str] = {}
BROAD_EXCEPTS: dict[str, str] = {}

MIGRATIONS = "models.migrations.versions."  # written by Alembic, a record rather than code
WRITTEN = [module for module in modules() if not module.name.startswith(MIGRATIONS)]


def test_it_sees_the_code() -> None:
    assert {module.package for module in modules()} <= set(PACKAGES)
    assert len(modules()) > len(PACKAGES)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_it_imports_only_what_lies_below(module: Module) -> None:
    assert rules.wrong_way_imports(module) + rules.impure_imports(module) == []


def test_yaml_and_mail_addresses_have_one_reader() -> None:
    assert [breach for module in modules() for breach in rules.second_readers(module)] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_it_leaves_prefect_to_the_flows(module: Module) -> None:
    assert rules.prefect_imports(module) == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_it_does_not_ask_the_clock_below_the_edges(module: Module) -> None:
    assert rules.clock_uses(module) == []


@pytest.mark.parametrize("module", WRITTEN, ids=lambda module: module.name)
def test_it_is_small_named_for_its_subject_and_says_what_it_is_for(module: Module) -> None:
    large = [
        breach
        for breach in rules.oversized_functions(module)
        if breach.partition(" ")[0] not in LARGER_FUNCTIONS
    ]
    if module.name not in LARGER_MODULES:
        large += rules.oversized_module(module)
    assert large + rules.banned_names(module) + rules.missing_docstring(module) == []


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
    every = "from cli.commands import PLACES, Commands; dict(Commands(PLACES))"
    program = f"import sys; {every}; sys.exit('prefect' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
