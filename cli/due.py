"""`dondoc due`: list obligations with their last days and timeliness."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from calendars.deadline import Deadline
from calendars.wording import last_day_text, word_times
from cli.console.context import AtOption, JsonOption, instant_text, open_context, print_list
from cli.console.help import command
from cli.console.speech import language, pt, t
from messages.formats import day_text
from models.database import reading
from models.errors import InvalidInput
from models.vocabulary import COUNTED, Lifecycle, Timeliness, say
from reporting.obligations.filters import Selection
from reporting.obligations.listing import DueRow, owed
from reporting.obligations.listing import row_json as row_json

MARKS = {
    Timeliness.IN_TERM: ("·", "blue"),
    Timeliness.DUE_SOON: ("○", "yellow"),
    Timeliness.LAST_DAY: ("◉", "yellow"),
    Timeliness.OVERDUE: ("✗", "red"),
    Timeliness.ON_TIME: ("✓", "green"),
    Timeliness.LATE: ("✓!", "magenta"),
    Timeliness.RETURNED: ("↩", "yellow"),
    Timeliness.CORRECTION_OVERDUE: ("↩✗", "red"),
    Timeliness.NO_DEADLINE: ("–", "bright_black"),
    Timeliness.NOT_COUNTED: ("×", ""),
}


def reference(row: DueRow) -> str:
    """Which duty of which document: "01/CTr-UBND IV.1.2"; slug and title where the document gives neither."""
    return f"{row.plan_number or row.plan} {row.basis or row.duty_title}"


def last_day(row: DueRow, zone: ZoneInfo) -> str:
    """Its last day with the hour, its window's first day and the planned day; empty without a deadline."""
    held_to = row.correction_deadline if row.state == Lifecycle.RETURNED else row.deadline
    if held_to is None:
        return ""
    beside = word_times(row, zone, language(), day_text)
    return last_day_text(Deadline(held_to, zone), language()) + (f" ({beside})" if beside else "")


def standing(timeliness: Timeliness, state: str) -> str:
    """Mark and words: "✗ overdue", with the lifecycle where it says more."""
    text = f"{MARKS[timeliness][0]} {say(timeliness, language())}"
    if Lifecycle(state) not in COUNTED:
        text += f" ({say(Lifecycle(state), language())})"
    return text


PlanOption = Annotated[str | None, typer.Option("--plan", metavar="SLUG", help="Only this plan.")]
DutyOption = Annotated[str | None, typer.Option("--duty", metavar="ID", help="Only this duty of the plan.")]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="CODE", help="Only this unit.")]
BranchOption = Annotated[
    str | None, typer.Option("--branch", metavar="CODE", help="This unit and all below it.")
]
LevelOption = Annotated[
    str | None, typer.Option("--level", help="Only this level: grassroots, district, province or centre.")
]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period", help="Only this period: 2024-02, 2024-Q1, 2024-H1, 2024-9M, once, or a whole 2024."
    ),
]


@command
def due(
    plan: PlanOption = None,
    duty: DutyOption = None,
    unit: UnitOption = None,
    branch: BranchOption = None,
    level: LevelOption = None,
    period: PeriodOption = None,
    timeliness: Annotated[
        str | None,
        typer.Option("--timeliness", help="Only what stands so: %(timeliness)s."),
    ] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what is owed: who, what, until when, and its timeliness as of an instant.

    Example: dondoc due --plan ca-mau-01-ctr-ubnd-2024 --period 2024-02 --timeliness overdue --at 2024-02-20
    """
    context = open_context(at)
    wanted = read_timeliness(timeliness)
    selection = Selection(plan=plan, duty=duty, unit=unit, branch=branch, level=level, period=period)
    with reading(context.engine) as session:
        rows = owed(session, context.settings, selection, context.now, wanted)
    zone = context.settings.zone

    def cells(row: DueRow) -> list[object]:
        return [
            row.id,
            f"{row.unit_name} ({row.unit})",
            f"{reference(row)} · {row.stage} {row.stage_name}",
            row.period,
            last_day(row, zone) or t("no deadline"),
            instant_text(row.first_submitted_at, zone),
            standing(row.timeliness, row.state),
        ]

    print_list(rows, as_json, lambda row: row_json(row, zone), _columns(), cells)


def _columns() -> list[str]:
    unit, report = t("unit"), pt("heading", "report")
    return [pt("command line", "id"), unit, report, t("period"), t("last day"), t("filed at"), t("state")]


def read_timeliness(text: str | None) -> set[Timeliness] | None:
    """What `--timeliness` means; due soon holds the last day too. Raises `InvalidInput`."""
    if text is None:
        return None
    plain = text.strip().lower().replace("-", " ").replace("_", " ")
    try:
        word = Timeliness(plain)
    except ValueError as error:
        known = ", ".join(Timeliness)
        words = t("%(text)s is no timeliness; use one of: %(known)s", text=repr(text), known=known)
        raise InvalidInput(words) from error
    return {word, Timeliness.LAST_DAY} if word is Timeliness.DUE_SOON else {word}
