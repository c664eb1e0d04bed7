"""Help, misuse and refusals in a language that nobody speaks: what comes out plain could not be translated.

What commands say that go well is looked at in test_both_databases.py, where each of them does.
"""

from __future__ import annotations

import re
import shlex

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from cli.console.help import WORDS
from models.vocabulary import Level
from reporting.feeds.view import SHOWABLE
from tests.cli.conftest import Dondoc
from tests.reporting.world import World

pytestmark = pytest.mark.usefixtures("pseudo_language")


WORDS_TO_TYPE = (*WORDS.values(), ", ".join((*Level, *SHOWABLE)), "text, html, eml, read, web, vi, en")
TYPED = {part for words in WORDS_TO_TYPE for part in re.split("[ ,-]+", words)}
"""Words of options, the same in every language; a help may part them at the end of a line."""


def places(command: object, name: str = "") -> list[str]:
    """The names of all commands and of their groups."""
    below = command.commands.items() if isinstance(command, TyperGroup) else ()
    return [name, *(place for part, child in below for place in places(child, f"{name} {part}"))]


def test_no_help_has_a_text_that_cannot_be_translated(dondoc: Dondoc) -> None:
    found, every = [], places(get_command(app))
    names = {name for place in every for name in place.split()}
    for place in every:
        outcome = dondoc("--lang", "vi", *place.split(), "--help")
        assert outcome.code == 0 and "⟦" in outcome.out, place
        found += outcome.plain_lines(names | TYPED)
        # A value may be called as a command is.
        usage = outcome.out.partition("\n\n")[0]
        found += [usage for word in re.findall("[A-Z]{2,}", usage) if word.lower() in names]
    assert found == [], "\n".join(found)


MISUSED = """
--lang vi
nothing
rate
due --nothing
due --perio 2024
due --json=1
due --plan
due x y
chain
preview
submit x
submit 0
days confirm 3
serve --port 99999
serve --only x
feed write
feed write --unit x1 --plan p-2024
feed write --unit x1 --json --out -
"""
REFUSED = """
due --at x
due --at 3024-01-01
due --timeliness nothing
due --plan nothing
due --unit nothing
due --level nothing
due --period nothing
chain p-2024 monthly 2031-01
rates --plan nothing
preview --from 2024-02-01 --to 2024-01-01
preview --from x --to 2024-01-01
submit 1
submit 1 --file nothing.pdf
submit 99 --number 1
submit 30 --number 1/BC --at 2024-01-10
withdraw 1
accept 1
return 1
extend 1
extend 1 --grant
extend 1 --request --grant
extend 1 --to 2020-01-01 --reason x
waive 1
undo 1
acknowledge 99
chase
chase 1 --plan p-2024
chase 99
audit 999
audit --since x
outbox --state nothing
mail show --kind nothing
mail show --kind alert --obligation 1
mail show --kind overdue --format nothing
mail trust
mail trust nobody@p.gov.vn
mail refused --since x
mail send --shard 9/2
plan check nothing.yaml
plan show nothing
plan retire nothing --reason x --yes
plan retire p-2024 --reason x
units load nothing.csv --as-of 2024-01-01
units show nothing
units tree --unit nothing
days off x
days remove 2024-01-01
days confirm 2031 --undo
ladder load nothing.yaml
ladder show nothing
feed write --unit nothing
feed write --plan nothing
feed write --person nobody@p.gov.vn
feed new --unit x1 --show nothing
feed new --unit x1 --until 2020-01-01
feed rotate 99
feed revoke 99
people add x --name Eve
people add eve@p.gov.vn --name Eve --unit x1
people add eve@p.gov.vn --name Eve --role nothing
people show nobody@p.gov.vn
health --at 2024-03-01
health --alert
health --ping
demo --until 1990-01-01
demo --no-flow
flows run nothing
"""


@pytest.mark.parametrize(("lines", "code"), [(MISUSED, 2), (REFUSED, 1)], ids=["misuse", "refusals"])
def test_no_refusal_has_a_text_that_cannot_be_translated(
    lines: str, code: int, dondoc: Dondoc, province: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(province.folder)
    found = []
    for line in lines.strip().splitlines():
        outcome = dondoc("--lang", "vi", *shlex.split(line))
        assert (outcome.code, "⟦" in outcome.out + outcome.err) == (code, True), (line, outcome)
        found += [f"{line}: {each}" for each in outcome.plain_lines(TYPED | {*line.split(), "rates"})]
    assert found == [], "\n".join(found)
