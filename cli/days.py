"""`dondoc days`: days off and days worked in exchange that the government announced later."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from sqlmodel import Session

from cli.context import ByOption, JsonOption, acting, open_context, read_date
from cli.output import day_text, print_json, print_table, say
from models.database import reading, writing
from reporting.special_days import add_special_day, exceptional_days, remove_special_day

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


@app.command(name="list")
def list_(
    year: Annotated[
        int | None, typer.Option("--year", min=1990, max=2100, help="Default: this year.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a year's days off on weekdays and Saturdays and Sundays worked, the country's and our own."""
    context = open_context()
    with reading(context.engine) as session:
        rows = _year(session, year or context.today.year)
    if as_json:
        print_json(rows)
    else:
        print_table(
            ["ngày", "", "tên", "nguồn"],
            ((day_text(date.fromisoformat(r["day"])), r["kind"], r["name"], r["source"]) for r in rows),
        )


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
