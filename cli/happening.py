"""`dondoc event` and `dondoc events`: say that something has happened, or take it back."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking import (
    DryRunOption,
    UnitsOption,
    WordsOption,
    chosen,
    is_agreed,
    standing,
)
from cli.console.context import (
    AtOption,
    ByOption,
    JsonOption,
    YesOption,
    acting,
    instant_text,
    open_context,
    print_json,
    print_list,
    require_yes,
    say,
)
from cli.console.help import command
from cli.console.speech import figure, pt, t
from cli.due import PlanOption
from cli.obligation import ReasonOption
from messages.counted import PEOPLE, REPORTS
from models.database import LARGEST_ID, reading, writing
from models.errors import InvalidInput
from reporting.asking.faults import AskingFault
from reporting.asking.happenings import (
    EventDraft,
    EventSaid,
    preview_event,
    read_moment,
    say_event,
    take_back_event,
)
from reporting.asking.lists import AskedRow, list_events
from reporting.asking.whom import Whom

app = typer.Typer(
    help="Events that make reports due: list what was said, take it back.", no_args_is_help=True
)
SlugArgument = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's short name.")]
EventArgument = Annotated[str, typer.Argument(metavar="EVENT", help="The id of the event in the plan.")]
HappenedOption = Annotated[
    str, typer.Option("--at", metavar="MOMENT", help='When it happened, e.g. "14:05 28/4/2026".')
]
OneUnitOption = Annotated[
    str | None, typer.Option("--unit", metavar="CODE", help="The unit to which it happened.")
]
AllOption = Annotated[bool, typer.Option("--all", help="It happened to all who report.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="ISO", help="Said at this instant. Default: now."),
]
NumberArgument = Annotated[
    int,
    typer.Argument(metavar="NUMBER", min=1, max=LARGEST_ID, help="Its number, as `events list` shows it."),
]


@command
def event(
    plan: SlugArgument,
    event: EventArgument,
    happened: HappenedOption,
    unit: OneUnitOption = None,
    units: UnitsOption = None,
    everybody: AllOption = False,
    note: WordsOption = "",
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    as_of: AsOfOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that something has happened, such as a flood: what the plan makes due then is owed at once.

    It shows first whose reports it opens, by when, and who is told. The same moment said twice opens nothing
    more. What each unit says of itself is said with --unit, what the monitor says with --all too.

    Example: dondoc event p-2026 flood --at "14:05 28/4/2026" --unit x1 --yes
    """
    context = open_context(as_of)
    happened_at = read_moment(happened, context.settings.zone)
    whom = _whom(unit, units, everybody)
    draft = EventDraft(plan=plan, event=event, happened_at=happened_at, whom=whom, note=note)
    with reading(context.engine) as session:
        foreseen = preview_event(session, context.settings, draft, context.now)
    if not is_agreed(foreseen, context.settings.zone, dry_run=dry_run, yes=yes, as_json=as_json):
        return
    with writing(context.engine) as session:
        said = say_event(session, context.settings, draft, context.now, acting(by))
        (row,) = list_events(session, context.settings, ids=[said.happening.id])
    if as_json:
        print_json({**row.as_json(), **said.foreseen.as_json(context.settings.zone)})
    _say_said(said)


def _say_said(said: EventSaid) -> None:
    text = t(
        "event %(number)s opened %(reports)s; told of it: %(people)s, dondoc mail send sends it",
        number=said.happening.id,
        reports=t(REPORTS, number=said.opened.obligations),
        people=t(PEOPLE, number=said.opened.people),
    )
    say(text)


def _whom(unit: str | None, units: str | None, everybody: bool) -> Whom:
    """Raises `InvalidInput` unless just one of them is given."""
    if sum((unit is not None, units is not None, everybody)) != 1:
        raise InvalidInput(AskingFault.FOR_WHOM())
    return chosen(unit if unit is not None else units)


@app.command("list")
def list_them(plan: PlanOption = None, at: AtOption = None, as_json: JsonOption = False) -> None:
    """List what was said to have happened, the newest first, and how many have filed."""
    context = open_context(at)
    zone = context.settings.zone
    with reading(context.engine) as session:
        rows = list_events(session, context.settings, plan)

    def cells(row: AskedRow) -> list[object]:
        said = instant_text(row.by.at, zone)
        happened = instant_text(row.by.happened_at, zone)
        return [row.id, row.plan, row.by.title, happened, row.by.asked_by, said, standing(row)]

    columns = [t("number"), t("plan"), pt("audit", "event"), t("happened at"), t("said by"), t("said at")]
    print_list(rows, as_json, lambda row: row.as_json(), [*columns, t("filed")], cells)


@app.command("take-back")
def take_back(
    number: NumberArgument,
    reason: ReasonOption,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back that something has happened: what nobody has filed is not owed, and those told are told.

    What is filed stays, with its history.
    Example: dondoc events take-back 7 --reason "Nhầm xã" --yes
    """
    context = open_context(at)
    with reading(context.engine) as session:
        found = list_events(session, context.settings, ids=[number])
    if found and not found[0].is_withdrawn:
        row = found[0]
        values = {"title": row.by.title, "filed": figure(row.filed), "expected": figure(row.expected)}
        require_yes(yes, t('take "%(title)s" back (%(filed)s of %(expected)s filed)?', **values))
    with writing(context.engine) as session:
        done = take_back_event(session, context.settings, number, reason, context.now, acting(by))
    if as_json:
        print_json({"id": number, "cancelled": done.cancelled, "kept": done.kept})
    text = t(
        "event %(number)s taken back; cancelled: %(cancelled)s, filed and kept: %(kept)s",
        number=number,
        cancelled=t(REPORTS, number=len(done.cancelled)),
        kept=t(REPORTS, number=len(done.kept)),
    )
    say(text)
