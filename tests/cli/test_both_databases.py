"""Every command goes well on SQLite and on PostgreSQL, in a language that nobody speaks: what comes out plain
could not be translated. The other tests of commands run on SQLite alone: what they ask is proved on both in
tests/reporting and tests/notifications.
"""

from __future__ import annotations

import shlex

import pytest
from typer.main import get_command

from cli.app import app
from tests.architecture.command_reference import commands
from tests.architecture.source import ROOT
from tests.cli.conftest import Dondoc
from tests.reporting.world import MONTHLY, UNITS, World

pytestmark = pytest.mark.postgresql
WHEN = "--at 2024-01-17T09:00"
MORNING = f"""\
init
units load units.csv --as-of 2024-01-01
units load people.csv --as-of 2024-01-01
units tree
units show x1
plan check monthly.yaml
plan diff monthly.yaml
plan load monthly.yaml --from 2024-01-01
plan list
plan show simple
ladder load {{ladder}}
ladder show default
days off 2024-03-01 --name Nghỉ
days worked 2024-03-02 --name Bù
days remove 2024-03-02
days list --year 2024
days confirm 2024
tick {WHEN}
preview --from 2024-01-17 --to 2024-01-20
mail show --kind coming-due {WHEN}
mail send {WHEN}
mail refused
mail trust --all --yes
outbox
audit
health {WHEN}
restored {WHEN}
doctor
due {WHEN}
why {{x1}}
chain p-2024 monthly 2024-01
rates {WHEN}
submit {{x1}} --number 1/BC-UBND {WHEN} --by Alice
accept {{x1}} {WHEN} --by Bob
submit {{x2}} --number 2/BC-UBND {WHEN} --by Alice
return {{x2}} --reason Thiếu {WHEN} --by Bob
acknowledge {{x3}} {WHEN} --by Alice
extend {{x3}} --to 2024-01-31 --reason Bão {WHEN} --by Carol
waive {{d1}} --reason Miễn {WHEN} --by Carol
undo {{d1}} --reason Nhầm {WHEN} --by Carol
submit {{d1}} --number 3/BC-UBND {WHEN} --by Dan
withdraw {{d1}} {WHEN} --by Dan
cancel {{d2}} --reason Nhầm {WHEN} --by Carol
chase {{so-2}} --yes {WHEN} --by Carol
plan load asked.yaml --from 2024-01-01
request p-ask monthly --due "before 14:00 25/1/2024" --units x1 --yes {WHEN} --by Carol
requests list
requests withdraw 1 --reason Nhầm --yes {WHEN} --by Carol
event p-ask flood --at "07:05 17/1/2024" --unit x1 --yes --as-of 2024-01-17T09:00 --by Alice
events list
events take-back 1 --reason Nhầm --yes {WHEN} --by Alice
plan retire simple --yes --reason Hết --at 2024-02-01
feed write --unit x1 --out -
feed new --unit x1
feed list
feed rotate 1
feed revoke 1
people add alice@p.gov.vn --name Alice --role clerk --unit x1
people list
people show alice@p.gov.vn
people grant alice@p.gov.vn --role head --unit d1
people end alice@p.gov.vn --role head --unit d1
people token alice@p.gov.vn
people password alice@p.gov.vn
people unbind alice@p.gov.vn
people close alice@p.gov.vn
people reopen alice@p.gov.vn
people erase alice@p.gov.vn --dry-run
audit --limit 1000
"""
ASKED = """\
slug: p-ask
title: Kế hoạch
issuer: UBND tỉnh
in_force: {from: 2024-01-01, to: 2024-12-31}
duties:
  - id: monthly
    title: Báo cáo tháng
    every: on-demand
    chain: [{from: {level: grassroots}}]
  - id: x1
    title: Báo cáo tháng
    every: on-demand
    event: {id: flood, title: Bão, by: reporter}
    chain: [{from: {level: grassroots}, due: within 24h of flood}]
"""
NO_DATABASE = {"plan schema", "plan draft"}
ON_SQLITE = {
    "backup",
    "demo",
    "people remove-second-factor",
    "restore",
    "serve",
    *(f"flows {name}" for name in ("deploy", "mirror", "run", "server", "sync", "work")),
}
"""The demonstration is a file of its own; what runs by Prefect is proved in tests/flows, backups in
tests/reporting/backups; a second factor is set up on pages alone."""


def test_it_has_a_line_for_every_command() -> None:
    names = {name.removeprefix("dondoc ") for name, _ in commands(get_command(app), "dondoc")}
    tried = {name for name in names for line in MORNING.splitlines() if f"{line} ".startswith(f"{name} ")}
    assert tried == names - NO_DATABASE - ON_SQLITE


OTHERWISE = ("feed write", "mail show")
"""A calendar and a mail, which have such a test of their own."""


@pytest.mark.usefixtures("pseudo_language")
def test_every_command_goes_well_and_says_nothing_that_cannot_be_translated(
    dondoc: Dondoc, province: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(province.folder)
    people = "unit,name,role,address\nx1,Alice,clerk,alice@p.gov.vn\nso-2,Eve,clerk,eve@p.gov.vn\n"
    (province.folder / "units.csv").write_text(UNITS)
    (province.folder / "people.csv").write_text(people)
    (province.folder / "monthly.yaml").write_text(MONTHLY)
    (province.folder / "asked.yaml").write_text(ASKED)
    found = []
    for line in MORNING.splitlines():
        for unit in ("x1", "x2", "x3", "d1", "d2", "so-2"):
            if f"{{{unit}}}" in line:
                (row,) = dondoc(
                    "due", "--plan", "p-2024", "--unit", unit, "--period", "2024-01", "--json"
                ).json
                line = line.replace(f"{{{unit}}}", str(row["id"]))
        line = line.replace("{ladder}", str(ROOT / "plans/ladders/default.yaml"))
        outcome = dondoc("--lang", "vi", *shlex.split(line))
        assert outcome.code == 0, (line, outcome.err)
        found += [] if line.startswith(OTHERWISE) else outcome.plain_lines(["p-ask"])
    assert found == [], "\n".join(found)
