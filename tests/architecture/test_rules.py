"""Every house rule is shown a module that breaks it and one that does not: a check must be able to fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.architecture import rules
from tests.architecture.source import Module

Rule = Callable[[Module], list[str]]


def module(text: str, name: str = "reporting.chain", *, is_package: bool = False) -> Module:
    return Module(name=name, text=text, is_package=is_package)


def long_function(lines: int) -> str:
    return "def chase():\n" + "    pass\n" * (lines - 1)


BROKEN: list[tuple[Rule, Module]] = [
    (rules.wrong_way_imports, module("import notifications")),
    (rules.wrong_way_imports, module("from notifications.digest import write")),
    (rules.wrong_way_imports, module("def late():\n    import cli.app")),
    (rules.wrong_way_imports, module("from models import unit", "calendars.periods")),
    (rules.wrong_way_imports, module("import web.pages", "flows.tick")),
    (rules.wrong_way_imports, module("import flows.tick", "web.pages")),
    (rules.wrong_way_imports, module("import tests.conftest", "cli.app")),
    (rules.wrong_room_imports, module("from reporting.moves import submit", "reporting.rates.sums")),
    (rules.wrong_room_imports, module("import reporting.engine", "reporting.audit.log")),
    (rules.impure_imports, module("from sqlmodel import Session", "calendars.periods")),
    (rules.prefect_imports, module("from prefect import flow", "cli.app")),
    (rules.prefect_imports, module("def start():\n    import prefect.client", "cli.app")),
    (rules.second_readers, module("import yaml", "models.ladder_file")),
    (rules.second_readers, module("from email_validator import validate_email", "reporting.access.accounts")),
    (
        rules.second_joins,
        module("query.join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))"),
    ),
    (rules.oversized_functions, module(long_function(41))),
    (
        rules.oversized_functions,
        module("class Chain:\n    async " + long_function(41).replace("\n", "\n    ")),
    ),
    (rules.oversized_module, module("pass\n" * 451)),
    (rules.odd_words, module("# it begins anew", "reporting.units")),
    (rules.banned_names, module("", "reporting.utils")),
    (rules.banned_names, module("", "reporting.date_helpers")),
    (rules.banned_names, module("", "models.common.unit")),
    (rules.clock_uses, module("from datetime import datetime\nnow = datetime.now(UTC)")),
    (rules.clock_uses, module("import datetime as dt\ntoday = dt.date.today()")),
    (rules.clock_uses, module("from datetime import date as D\ndef f(today=D.today): ...")),
    (rules.clock_uses, module("from time import time as clock\nclock()")),
    (rules.clock_uses, module("import time\ntime.time()", "notifications.outbox")),
    (rules.clock_uses, module("from sqlalchemy import func\nfunc.now()", "models.upkeep")),
    (rules.clock_uses, module("from datetime import datetime\ndatetime.now(UTC)", "tests.cli.test_due")),
    (rules.broad_excepts, module("try: pass\nexcept Exception: pass")),
    (rules.broad_excepts, module("try: pass\nexcept: pass")),
    (rules.broad_excepts, module("try: pass\nexcept (ValueError, BaseException): pass")),
    (rules.broad_excepts, module("import contextlib\nwith contextlib.suppress(Exception): pass")),
    (rules.missing_docstring, module("x = 1")),
]
SOUND: list[tuple[Rule, Module]] = [
    (rules.wrong_way_imports, module("import models.unit, calendars.rules\nfrom reporting import rates")),
    (rules.wrong_way_imports, module("from . import rates\nfrom .rates import completion")),
    (rules.wrong_way_imports, module("from .text import fold", "calendars", is_package=True)),
    (rules.wrong_way_imports, module("import flows.tick, web.pages", "cli.app")),
    (rules.wrong_room_imports, module("from reporting.obligations import filters", "reporting.rates.sums")),
    (rules.wrong_room_imports, module("from reporting import rates", "web.monitor.rates")),
    (rules.impure_imports, module("import holidays, icalendar", "calendars.working_days")),
    (rules.impure_imports, module("import sqlalchemy", "models.unit")),
    (rules.prefect_imports, module("import prefect", "flows.tick")),
    (rules.second_readers, module("import yaml", "models.yaml_document")),
    (rules.second_joins, module("query.where(col(Obligation.unit_version_id).in_(versions))")),
    (rules.oversized_functions, module(long_function(40))),
    (rules.oversized_module, module("pass\n" * 450)),
    (rules.banned_names, module("", "reporting.unit_commonness")),
    (rules.clock_uses, module("from datetime import datetime\ndatetime.fromisoformat(text)")),
    (rules.clock_uses, module("def f(now, row):\n    return row.now, now")),
    (rules.clock_uses, module("from datetime import datetime\ndatetime.now(UTC)", "cli.console.context")),
    (rules.broad_excepts, module("try: pass\nexcept (ValueError, KeyError): pass")),
    (rules.missing_docstring, module("")),
    (rules.missing_docstring, module('"""Says what it is for."""\nx = 1')),
]


def named(rows: list[tuple[Rule, Module]]) -> list[str]:
    return [f"{rule.__name__}-{broken.name}-{broken.text[:40]!r}" for rule, broken in rows]


@pytest.mark.parametrize(("rule", "broken"), BROKEN, ids=named(BROKEN))
def test_it_finds_the_breach(rule: Rule, broken: Module) -> None:
    assert rule(broken)


@pytest.mark.parametrize(("rule", "sound"), SOUND, ids=named(SOUND))
def test_it_lets_sound_code_pass(rule: Rule, sound: Module) -> None:
    assert rule(sound) == []


def test_it_resolves_a_relative_import_against_the_module_or_the_package() -> None:
    names = [name for name, _ in rules.imports(module("from ..models import unit", "reporting.chain"))]
    assert names == ["models.unit"]
    names = [
        name for name, _ in rules.imports(module("from .text import fold", "calendars", is_package=True))
    ]
    assert names == ["calendars.text.fold"]


def test_it_names_the_function_that_catches_everything() -> None:
    text = "def park(item):\n    try: pass\n    except Exception: pass"
    assert rules.broad_excepts(module(text, "notifications.outbox")) == ["notifications.outbox.park"]
