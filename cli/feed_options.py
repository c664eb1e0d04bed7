"""The options by which the commands about feeds say which one is meant."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

UnitOption = Annotated[str | None, typer.Option("--unit", metavar="CODE", help="What this unit owes.")]
BranchOption = Annotated[
    str | None,
    typer.Option("--branch", metavar="CODE", help="How far this unit and all below it are, as counts."),
]
PlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="SLUG", help="How far all units of this plan are.")
]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="ADDRESS", help="What all units of this contact owe.")
]
LangOption = Annotated[
    Literal["vi", "en"] | None, typer.Option("--lang", help="Default: the person's, or DONDOC_LANGUAGE.")
]
AlarmsOption = Annotated[bool, typer.Option("--alarms", help="Ring at 09:00 on the day before.")]


def chosen(options: dict[str, str | None]) -> tuple[str, str]:
    given = [(kind, key) for kind, key in options.items() if key is not None]
    if len(given) != 1:
        raise typer.BadParameter("give exactly one of --unit, --branch, --plan and --person")
    return given[0]
