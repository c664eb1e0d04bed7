"""`dondoc days`: days off and days worked in exchange that the government announced later."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from sqlmodel import Session

from cli.context import (
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

app = typer.Typer(help="Days off and days worked, beyond the country's known list.", no_args_is_help=True)

DaysArgument = Annotated[list[str], typer.Argument(metavar="DATE…", help="2024-04-29 or 29/4/2024.")]
NameOption = Annotated[str, typer.Option("--name", help="What the day is, e.g. Nghỉ bù 30/4.")]


@app.command()
def off(days: DaysArgument, name: NameOption = "Nghỉ theo thông báo", by: ByOption = None) -> None:
    """Make days off: nobody works on them."""
    _add(days, False, name, by)


@app.command()
def worked(days: DaysArgument, name: NameOption = "Làm bù", by: ByOption = None) -> None:
    """Make days worked, such as a Saturday worked in exchange."""
    _add(days, True, name, by)


def _add(texts: list[str], worked: bool, name: str, by: str | None) -> None:
    days = [read_date(text) for text in texts]
    context = open_context()
    with writing(context.engine) as session:
        for day in days:
            add_special_day(session, day, worked, name, context.now, acting(by))
    say("kept; what is opened already keeps its dates, reminders follow from the next tick on")


@app.command()
def remove(days: DaysArgument, by: ByOption = None) -> None:
    """Take days back that were made off or worked here."""
    wanted = [read_date(text) for text in days]
    context = open_context()
    with writing(context.engine) as session:
        for day in wanted:
            remove_special_day(session, day, context.now, acting(by))
    say("removed")


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
    say(f"{year}: {'no longer confirmed' if undo else 'confirmed as complete'}")


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
        rows = _year(session, shown)
        confirmed = confirmation(session, shown)
    print_list(
        rows,
        as_json,
        lambda row: row,
        ["ngày", "", "tên", "nguồn"],
        lambda row: [day_text(date.fromisoformat(row["day"])), row["kind"], row["name"], row["source"]],
    )
    if confirmed is None:
        say(f"{shown}: as far as known; once it is complete: dondoc days confirm {shown}")
    else:
        at = instant_text(confirmed.at, context.settings.zone)
        say(f"{shown}: confirmed as complete by {confirmed.actor}, {at}")


def _year(session: Session, year: int) -> list[dict[str, str]]:
    return [
        {
            "day": each.day.isoformat(),
            "kind": "worked" if each.worked else "off",
            "name": each.name,
            "source": "dondoc" if each.own else "country",
        }
        for each in exceptional_days(session, year, "vi")
    ]
