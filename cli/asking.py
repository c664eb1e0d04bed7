"""`dondoc request` and `dondoc requests`: ask for reports that no calendar makes due, and take that back."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from calendars.deadline import Deadline
from calendars.wording import last_day_text
from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    JsonOption,
    YesOption,
    acting,
    instant_text,
    open_context,
    print_json,
    print_list,
    print_table,
    require_yes,
    say,
)
from cli.console.help import command
from cli.console.speech import figure, language, ngettext, pt, t
from cli.due import BranchOption, PlanOption
from cli.obligation import ReasonOption
from messages.counted import PEOPLE, REPORTS
from models.database import LARGEST_ID, reading, writing
from models.errors import InvalidInput
from reporting.asking.ad_hoc import AdHocDraft, make_ad_hoc, preview_ad_hoc
from reporting.asking.faults import AskingFault
from reporting.asking.lists import AskedRow, list_requests
from reporting.asking.requests import (
    RequestDraft,
    RequestMade,
    make_request,
    preview_request,
    withdraw_request,
)
from reporting.asking.whom import Foreseen, Whom

SEPARATORS = re.compile(r"[,;\n]+")
CODES = re.compile(r"[a-z0-9._-]+(\s+[a-z0-9._-]+)+", re.ASCII | re.IGNORECASE)
app = typer.Typer(help="Requests for reports: list them, withdraw one.", no_args_is_help=True)

UnitsOption = Annotated[
    str | None, typer.Option("--units", metavar="CODES", help="These units alone, by codes or names: x1,x2.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show whose reports it opens and who is told, and do nothing.")
]
PlanArgument = Annotated[str | None, typer.Argument(metavar="PLAN", help="The plan's short name.")]
DutyArgument = Annotated[str | None, typer.Argument(metavar="DUTY", help="The id of its duty.")]
DueOption = Annotated[
    str, typer.Option("--due", metavar="WHEN", help="By when, as plan files or documents write it.")
]
LetterOption = Annotated[str, typer.Option("--number", help="Number of the letter, e.g. 123/UBND-TH.")]
WordsOption = Annotated[str, typer.Option("--note", help="Your own words; they stand in the mail.")]
TitleOption = Annotated[
    str, typer.Option("--title", help="What is asked for; without PLAN and DUTY it is required.")
]
IssuerOption = Annotated[
    str | None, typer.Option("--unit", metavar="CODE", help="The unit that asks, outside any plan.")
]
RequestArgument = Annotated[
    int,
    typer.Argument(metavar="REQUEST", min=1, max=LARGEST_ID, help="Its number, as `requests list` shows it."),
]


@command
def request(
    plan: PlanArgument = None,
    duty: DutyArgument = None,
    due: DueOption = "",
    units: UnitsOption = None,
    branch: BranchOption = None,
    number: LetterOption = "",
    note: WordsOption = "",
    title: TitleOption = "",
    unit: IssuerOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for a report: of a duty that comes on demand, or outside any plan with --title and --unit.

    It shows first whom it asks, by when, and who is told. They owe it at once, each unit's clerks get a mail,
    and reminders follow as of any report. Without --units and --branch all are asked who owe the duty.

    Example: dondoc request p-2026 urgent --due "before 14:00 28/4/2026" --number 123/UBND-TH --yes
    """
    context = open_context(at)
    wish = _wish(plan, duty, due, chosen(units, branch), title, number, note, unit)
    with reading(context.engine) as session:
        foreseen = _foresee(session, context, wish)
    foreseen.require_new()
    if not is_agreed(foreseen, context.settings.zone, dry_run=dry_run, yes=yes, as_json=as_json):
        return
    with writing(context.engine) as session:
        made = _make(session, context, wish, acting(by))
        (row,) = list_requests(session, context.settings, ids=[made.request.id])
    if as_json:
        print_json({**row.as_json(), **made.foreseen.as_json(context.settings.zone)})
    _say_made(made)


def _say_made(made: RequestMade) -> None:
    text = t(
        "request %(number)s opened %(reports)s; told of it: %(people)s, dondoc mail send sends it",
        number=made.request.id,
        reports=t(REPORTS, number=made.opened.obligations),
        people=t(PEOPLE, number=made.opened.people),
    )
    say(text)


Wish = RequestDraft | AdHocDraft


def _wish(
    plan: str | None,
    duty: str | None,
    due: str,
    whom: Whom,
    title: str,
    number: str,
    note: str,
    unit: str | None,
) -> Wish:
    """Raises `InvalidInput` unless a duty of a plan is named, or a title and the unit that asks."""
    if not due.strip():
        raise InvalidInput(t('by when? give --due, e.g. --due "before 14:00 28/4/2026"'))
    if plan is not None and duty is not None:
        if unit is not None:
            raise InvalidInput(t("--unit is for a request outside any plan; choose units with --units"))
        values = {"title": title, "number": number, "note": note}
        return RequestDraft(plan=plan, duty=duty, due=due, whom=whom, **values)
    if plan is not None or not title.strip() or unit is None:
        raise InvalidInput(
            t("what is asked for? give PLAN and DUTY, or --title and --unit for a request outside any plan")
        )
    return AdHocDraft(issuer=unit, title=title, due=due, whom=whom, number=number, note=note)


def chosen(units: str | None, branch: str | None = None) -> Whom:
    """The units in a list such as x1,x2 (codes, or names as in "Sở Tư pháp, Sở Y tế"), or a branch; all where
    neither is given. Raises `InvalidInput` for a list with nothing in it, which is not meant for all."""
    parts = [part.strip() for part in SEPARATORS.split(units or "")]
    several = [part.split() if CODES.fullmatch(part) else [part] for part in parts if part]
    found = tuple(dict.fromkeys(each for some in several for each in some))
    if (units is not None and not found) or (branch is not None and not branch.strip()):
        raise InvalidInput(AskingFault.NO_UNITS())
    return Whom(units=found, branch=branch)


def _foresee(session: Session, context: Context, wish: Wish) -> Foreseen:
    if isinstance(wish, AdHocDraft):
        return preview_ad_hoc(session, context.settings, wish, context.now)
    return preview_request(session, context.settings, wish, context.now)


def _make(session: Session, context: Context, wish: Wish, actor: str) -> RequestMade:
    if isinstance(wish, AdHocDraft):
        return make_ad_hoc(session, context.settings, wish, context.now, actor)
    return make_request(session, context.settings, wish, context.now, actor)


def is_agreed(foreseen: Foreseen, zone: ZoneInfo, *, dry_run: bool, yes: bool, as_json: bool) -> bool:
    """Show whom it asks, and ask whether to go on; of a dry run, no. Refuses where nobody can answer."""
    if dry_run or not as_json:
        _show(foreseen, zone, as_json)
    if not dry_run:
        require_yes(yes, _question(foreseen))
    return not dry_run


def _show(foreseen: Foreseen, zone: ZoneInfo, as_json: bool) -> None:
    """Whom it asks, by when, to whom the reports go, and who gets a mail."""
    if as_json:
        print_json(foreseen.as_json(zone))
        return
    print_table(
        [t("unit"), pt("heading", "report"), t("goes to"), t("last day"), t("is told")],
        (
            (
                f"{report.unit_name} ({report.unit})",
                f"{duty.title} · {stage.name}" if len(duty.stages) > 1 else duty.title,
                report.sent_to.said(language()),
                last_day_text(stage.deadline, language()) if stage.deadline else t("no deadline"),
                ", ".join(report.people) or t("nobody: it has no contacts"),
            )
            for duty in foreseen.duties
            for stage in duty.stages
            for report in stage.reports
        ),
    )


def _question(foreseen: Foreseen) -> str:
    """What is asked before it is done."""
    return ngettext(
        "ask for %(number)s report and mail %(people)s at once?",
        "ask for %(number)s reports and mail %(people)s at once?",
        len(foreseen.reports),
        people=ngettext("%(number)s person", "%(number)s people", len(foreseen.people)),
    )


@app.command("list")
def list_them(plan: PlanOption = None, at: AtOption = None, as_json: JsonOption = False) -> None:
    """List requests, the newest first: who asked for what by when, and how many have filed."""
    context = open_context(at)
    with reading(context.engine) as session:
        rows = list_requests(session, context.settings, plan)

    def cells(row: AskedRow) -> list[object]:
        due = None if row.due is None else Deadline(row.due, context.settings.zone)
        return [
            row.id,
            f"{row.plan} {row.duty}",
            row.by.title,
            row.by.number,
            row.by.asked_by,
            instant_text(row.by.at, context.settings.zone),
            "" if due is None else last_day_text(due, language()),
            standing(row),
        ]

    columns = [t("number"), pt("heading", "report"), t("title"), t("letter"), t("asked by"), t("asked at")]
    print_list(rows, as_json, lambda row: row.as_json(), [*columns, t("last day"), t("filed")], cells)


def standing(row: AskedRow) -> str:
    """How many have filed, and whether it was withdrawn."""
    said = t("%(filed)s of %(expected)s", filed=figure(row.filed), expected=figure(row.expected))
    return f"{said} ({t('withdrawn')})" if row.is_withdrawn else said


@app.command("withdraw")
def withdraw(
    number: RequestArgument,
    reason: ReasonOption,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a request: what nobody has filed is not owed any more, and those who were told are told.

    What is filed stays, with its history.
    Example: dondoc requests withdraw 12 --reason "Đã có số liệu" --yes
    """
    context = open_context(at)
    with reading(context.engine) as session:
        found = list_requests(session, context.settings, ids=[number])
    if found and not found[0].is_withdrawn:
        filed, expected = figure(found[0].filed), figure(found[0].expected)
        values = {"title": found[0].by.title, "filed": filed, "expected": expected}
        require_yes(yes, t('withdraw the request "%(title)s" (%(filed)s of %(expected)s filed)?', **values))
    with writing(context.engine) as session:
        done = withdraw_request(session, context.settings, number, reason, context.now, acting(by))
    if as_json:
        print_json({"id": number, "cancelled": done.cancelled, "kept": done.kept})
    text = t(
        "request %(number)s withdrawn: %(cancelled)s cancelled; filed and kept: %(kept)s",
        number=number,
        cancelled=t(REPORTS, number=len(done.cancelled)),
        kept=t(REPORTS, number=len(done.kept)),
    )
    say(text)
