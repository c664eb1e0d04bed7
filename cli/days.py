"""`dondoc days`: days off and days worked in exchange that the government announced later."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from sqlmodel import Session

from cli.console.context import (
    ByOption,
    JsonOption,
    acting,
    day_text,
    instant_text,
    open_context,
    print_list,
    read_date,
    say,
)
from cli.console.speech import language, t
from messages.catalogue import DEFAULT_LANGUAGE, N_, NP_, Language, translate
from models.database import reading, writing
from reporting.special_days import (
    FIRST_YEAR,
    LAST_YEAR,
    add_special_day,
    confirm_year,
    confirmation,
    doubt_year,
    exceptional_days,
    remove_special_day,
)

KINDS = {"worked": NP_("special day", "worked"), "off": NP_("special day", "off")}
SOURCES = {"dondoc": "dondoc", "country": NP_("source of a day", "country")}
app = typer.Typer(help="Days off and days worked, beyond the country's known list.", no_args_is_help=True)

DaysArgument = Annotated[list[str], typer.Argument(metavar="DATE", help="2024-04-29 or 29/4/2024.")]
NameOption = Annotated[str, typer.Option("--name", help="What the day is, in the words of the decision.")]


@app.command()
def off(days: DaysArgument, name: NameOption = "", by: ByOption = None) -> None:
    """Make days off: nobody works on them."""
    _add(days, False, name, by, N_("Day off as announced"))


@app.command()
def worked(days: DaysArgument, name: NameOption = "", by: ByOption = None) -> None:
    """Make days worked, such as a Saturday worked in exchange."""
    _add(days, True, name, by, N_("Worked in exchange"))


def _add(texts: list[str], worked: bool, name: str, by: str | None, otherwise: str) -> None:
    """Keep the days; one without a name gets a common one, in the language of what is kept."""
    days = [read_date(text) for text in texts]
    context = open_context()
    name = name or translate(context.settings.language, otherwise)
    with writing(context.engine) as session:
        for day in days:
            add_special_day(session, day, worked, name, context.now, acting(by))
    say(t("kept; what is opened already keeps its dates, reminders follow from the next tick on"))


@app.command()
def remove(days: DaysArgument, by: ByOption = None) -> None:
    """Take days back that were made off or worked here."""
    wanted = [read_date(text) for text in days]
    context = open_context()
    with writing(context.engine) as session:
        for day in wanted:
            remove_special_day(session, day, context.now, acting(by))
    say(t("removed"))


@app.command()
def confirm(
    year: Annotated[int, typer.Argument(metavar="YEAR", min=FIRST_YEAR, max=LAST_YEAR)],
    undo: Annotated[bool, typer.Option("--undo", help="Take the confirmation back.")] = False,
    by: ByOption = None,
) -> None:
    """Confirm that all days off and worked of a year are known, so that `dondoc doctor` asks no more.

    Nothing else can tell: the government exchanges days by single decisions, some of them days before.
    """
    context = open_context()
    with writing(context.engine) as session:
        (doubt_year if undo else confirm_year)(session, year, context.now, acting(by))
    text = N_("%(year)s: no longer confirmed") if undo else N_("%(year)s: confirmed as complete")
    say(t(text, year=year))


@app.command(name="list")
def list_(
    year: Annotated[
        int | None, typer.Option("--year", min=FIRST_YEAR, max=LAST_YEAR, help="Default: this year.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a year's days off on weekdays and Saturdays and Sundays worked, the country's and our own."""
    context = open_context()
    with reading(context.engine) as session:
        shown = year or context.today.year
        rows = _year(session, shown, DEFAULT_LANGUAGE if as_json else language())
        confirmed = confirmation(session, shown)
    print_list(
        rows,
        as_json,
        lambda row: row,
        [t("day"), "", t("name"), t("source")],
        lambda row: [
            day_text(date.fromisoformat(row["day"])),
            t(KINDS[row["kind"]]),
            row["name"],
            t(SOURCES[row["source"]]),
        ],
    )
    if confirmed is None:
        say(t("%(year)s: as far as known; once it is complete: dondoc days confirm %(year)s", year=shown))
    else:
        at = instant_text(confirmed.at, context.settings.zone)
        say(
            t(
                "%(year)s: confirmed as complete by %(actor)s, %(at)s",
                year=shown,
                actor=confirmed.actor,
                at=at,
            )
        )


def _year(session: Session, year: int, names: Language) -> list[dict[str, str]]:
    return [
        {
            "day": each.day.isoformat(),
            "kind": "worked" if each.worked else "off",
            "name": each.name,
            "source": "dondoc" if each.own else "country",
        }
        for each in exceptional_days(session, year, names)
    ]
