"""`dondoc chain`: a duty's period as a tree, from those who gather down to those they wait for."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from calendars.periods import period_words
from cli.console.context import (
    AtOption,
    JsonOption,
    console,
    instant_text,
    iso,
    open_context,
    print_json,
    print_table,
)
from cli.console.help import command
from cli.console.speech import figure, language, ngettext, pt, t
from cli.due import MARKS, last_day, standing
from models.database import reading
from models.errors import NotFound
from models.settings import Settings
from models.vocabulary import Timeliness
from reporting.chain.chain import Chain, Link, build_chain
from reporting.chain.tree import chain_json
from reporting.obligations.filters import Selection, meant_period
from reporting.obligations.listing import DueRow, owed

SHOWN_CULPRITS = 5


@command
def chain(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's slug.")],
    duty: Annotated[str, typer.Argument(metavar="DUTY", help="The duty's id in the plan.")],
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="2/2024, Q1/2024, 2024-H1, 2024, once.")],
    branch: Annotated[
        str | None, typer.Option("--unit", metavar="CODE", help="Only this unit's branch.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Show filed branches too, not just their number.")
    ] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who filed, who is late, who waits for whom, and which lower units hold up which higher ones.

    Example: dondoc chain ca-mau-01-ctr-ubnd-2024 monthly 2024-02 --at 2024-02-16
    """
    context = open_context(at)
    period = meant_period(period)
    selection = Selection(plan=plan, duty=duty, branch=branch, period=period)
    with reading(context.engine) as session:
        rows = owed(session, context.settings, selection, context.now)
    rows = [row for row in rows if row.period == period]
    if not rows:
        raise NotFound(
            t(
                "nothing is open for %(plan)s %(duty)s %(period)s; dondoc plan show %(plan)s lists the "
                "duties, dondoc tick opens what is due",
                plan=plan,
                duty=duty,
                period=period,
            )
        )
    picture = build_chain(rows)
    if as_json:
        zone = context.settings.zone
        chosen = {"plan": plan, "duty": duty, "period": period, "at": iso(context.now, zone)}
        print_json(chosen | chain_json(picture, zone))
    else:
        _print(picture, rows[0], context.settings, whole)


def _print(picture: Chain[DueRow], first: DueRow, settings: Settings, whole: bool) -> None:
    period = t("period %(period)s", period=period_words(first.period, language()) or first.period)
    document = f"{first.plan_number or first.plan} {first.basis}".strip()
    title = f"{document} · {first.duty_title} · {period}"
    print_table(
        [t("stage"), t("expected"), t("filed"), t("late"), t("overdue"), pt("heading", "waiting")],
        (
            (f"{s.position} {s.name}", *map(figure, (s.expected, s.filed, s.late, s.overdue, s.waiting)))
            for s in picture.stages
        ),
        title=title,
    )
    root = Tree("")
    root.hide_root = True
    _add(root, picture.tops, settings, whole)
    console().print(root)
    if picture.culprits:
        console().print(Text(t("Holding up those above (to be urged):"), style="bold"))
        for link in picture.culprits:
            above = ", ".join(higher.owed.unit_name for higher in link.holds_up) or "–"
            console().print(Text(f"  {link.owed.unit_name} ({link.owed.unit}) → {above}"))


def _add(tree: Tree, links: list[Link[DueRow]], settings: Settings, whole: bool) -> None:
    quiet = [link for link in links if not whole and not link.below and link.is_filed]
    for link in links:
        if link not in quiet:
            _add(tree.add(_label(link, settings)), link.below, settings, whole)
    if quiet:
        mark = MARKS[Timeliness.ON_TIME][0]
        words = ngettext(
            "%(number)s unit has filed (--all shows it)",
            "%(number)s units have filed (--all shows them)",
            len(quiet),
        )
        tree.add(Text(f"{mark} {words}", style="green"))


def _label(link: Link[DueRow], settings: Settings) -> Text:
    row = link.owed
    text = Text(f"{row.unit_name} ({row.unit}) ", style="bold")
    words = standing(row.timeliness, row.state)
    text.append(words, style=MARKS[row.timeliness][1] or "")
    if row.first_submitted_at is not None:
        text.append(f" {instant_text(row.first_submitted_at, settings.zone)}", style="")
    elif row.last_day is not None:
        text.append(" " + t("last day %(day)s", day=last_day(row, settings.zone)), style="")
    held_up = link.held_up_by
    if held_up:
        text.append(f" ← {_waits_for([culprit.owed.unit_name for culprit in held_up])}", style="italic")
    return text


def _waits_for(names: list[str]) -> str:
    shown, more = ", ".join(names[:SHOWN_CULPRITS]), len(names) - SHOWN_CULPRITS
    if more <= 0:
        return t("waits for %(names)s", names=shown)
    return ngettext(
        "waits for %(names)s and %(number)s more unit",
        "waits for %(names)s and %(number)s more units",
        more,
        names=shown,
    )
