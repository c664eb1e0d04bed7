"""`dondoc units`: load units and contacts from files, and look at the hierarchy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text
from rich.tree import Tree

from calendars.errors import said
from cli.console.context import (
    ByOption,
    JsonOption,
    acting,
    console,
    day_text,
    open_context,
    print_json,
    print_table,
    read_date,
    say,
)
from cli.console.speech import figure, language, ngettext, pt, t
from messages.catalogue import N_
from messages.choice import language_name
from models.database import reading, writing
from models.rehearsal import rehearsing
from models.vocabulary import Level, Role
from models.vocabulary import say as word
from reporting.plans.checking import empty_stages
from reporting.plans.warnings import PlanWarning
from reporting.units.files import read_unit_files
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy
from reporting.units.history import UnitHistory, unit_history
from reporting.units.list_memory import remembered_headings
from reporting.units.loading import UnitChanges, load_units

app = typer.Typer(help="Units: load them, look at their hierarchy.", no_args_is_help=True)

AtDay = Annotated[str | None, typer.Option("--at", metavar="DATE", help="As of this day. Default: today.")]


@app.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="A list of units, contacts or both."),
    ],
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="The day from which they hold.")],
    under: Annotated[
        str | None, typer.Option("--under", metavar="CODE", help="Hang the files' top units below this unit.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="End, on that day, the units that the files no longer have.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load units and contacts: all of it or nothing."""
    day = read_date(as_of)
    context = open_context()
    with reading(context.engine) as session:
        known, remembered = hierarchy(session, day), remembered_headings(session)
    trying = rehearsing if dry_run else writing
    with _steps_shown() as step:
        step(N_("reading the files"))
        rows = read_unit_files(files, known=known, remembered=remembered)
        step(N_("comparing with what there is"))
        with trying(context.engine) as session:
            before = empty_stages(session, context.today)
            changes = load_units(session, rows, day, context.now, acting(by), under=under, replace=replace)
            step(N_("looking at the plans"))
            emptied = [each for each in empty_stages(session, context.today) if each not in before]
    _report(changes, day, dry_run, as_json, emptied)
    for note in rows.notes:
        say(t("Note: %(note)s", note=said(note, language())))


@contextmanager
def _steps_shown() -> Iterator[Callable[[str], None]]:
    """A bar on stderr, where a person looks."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not os.isatty(2), transient=True) as shown:
        task = shown.add_task("", total=3, completed=-1)
        yield lambda doing: shown.update(task, description=t(doing), advance=1)


def _counts(changes: UnitChanges) -> list[tuple[str, int, int | None]]:
    """What was done, to how many units and contacts."""
    contacts = changes.contacts
    return [
        (N_("added"), len(changes.added), contacts.added),
        (N_("renamed"), len(changes.renamed), None),
        (N_("moved"), len(changes.moved), None),
        (N_("changed"), len(changes.changed), contacts.changed),
        (N_("address of the office"), len(changes.offices), None),
        (N_("ended"), len(changes.ended), contacts.ended),
        (N_("unchanged"), changes.unchanged, contacts.unchanged),
        (N_("not in the files, kept"), len(changes.kept), None),
        (N_("succeeded by another"), len(changes.succeeded), None),
    ]


def _report(
    changes: UnitChanges,
    day: date,
    dry_run: bool,
    as_json: bool,
    emptied: Sequence[tuple[str, PlanWarning]],
) -> None:
    if as_json:
        stages = [{"plan": plan, **warning.as_json()} for plan, warning in emptied]
        print_json({"as_of": day, "dry_run": dry_run, **asdict(changes), "empty_stages": stages})
        return
    say(
        t(
            N_("As of %(day)s, dry run: nothing was changed:") if dry_run else N_("As of %(day)s:"),
            day=day_text(day),
        )
    )
    print_table(
        ("", t("units"), t("contacts")),
        [
            (t(what), figure(units), None if contacts is None else figure(contacts))
            for what, units, contacts in _counts(changes)
        ],
    )
    if changes.waiting:
        say(
            ngettext(
                "%(number)s report waits for a review at a unit that ends; from that day on it waits at the "
                "successor, or else at the superior of the unit that filed.",
                "%(number)s reports wait for a review at units that end; from that day on they wait at the "
                "successor, or else at the superior of the unit that filed.",
                changes.waiting,
            )
        )
    for plan, warning in emptied:
        say(f"{plan}: {t('warning')}: {warning.text(language())}")


@app.command()
def tree(
    at: AtDay = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="CODE", help="Only the branch of this unit.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the hierarchy of a day."""
    context = open_context()
    with reading(context.engine) as session:
        units = hierarchy(session, read_date(at) if at else context.today)
    tops = [units.unit(unit)] if unit else units.roots
    if as_json:
        print_json([_nested(units, top) for top in tops])
        return
    if not tops:
        text = N_("No units on %(day)s; dondoc units load FILE --as-of DATE brings them in.")
        say(t(text, day=day_text(units.on)))
    for top in tops:
        console().print(_drawn(units, top, Tree(_line(top), guide_style="dim")), markup=False)


def _nested(units: Hierarchy, unit: UnitAsOf) -> dict[str, object]:
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind,
        "children": [_nested(units, each) for each in units.below(unit)],
    }


def _line(unit: UnitAsOf) -> Text:
    return Text(f"{unit.name}  ({unit.code}, {word(Level(unit.level), language())})")


def _drawn(units: Hierarchy, unit: UnitAsOf, branch: Tree) -> Tree:
    for each in units.below(unit):
        _drawn(units, each, branch.add(_line(each)))
    return branch


@app.command()
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The unit's code.")], as_json: JsonOption = False
) -> None:
    """Show a unit's versions and contacts through time."""
    context = open_context()
    with reading(context.engine) as session:
        found = unit_history(session, code, context.today)
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)


def _show(found: UnitHistory) -> None:
    print_table(
        (
            pt("day", "from"),
            t("until before"),
            t("name"),
            t("level"),
            t("kind"),
            t("groups"),
            t("superior"),
        ),
        [
            (
                day_text(each.valid_from),
                day_text(each.valid_to),
                each.name,
                word(Level(each.level), language()),
                each.kind,
                ", ".join(each.groups),
                each.superior,
            )
            for each in found.versions
        ],
        title=f"{found.code}: {found.versions[-1].name}",
    )
    _show_contacts(found)


def _show_contacts(found: UnitHistory) -> None:
    print_table(
        (
            pt("contact", "role"),
            t("name"),
            pt("heading", "address"),
            t("language"),
            t("phone"),
            pt("day", "from"),
            t("until before"),
        ),
        [
            (
                word(Role(each.role), language()),
                each.name,
                each.address,
                language_name(each.language),
                each.phone,
                day_text(each.valid_from),
                day_text(each.valid_to),
            )
            for each in found.contacts
        ],
        title=t("Contacts"),
    )
