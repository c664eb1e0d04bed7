"""The commands that move one obligation: submit, withdraw, accept, return, extend, waive, cancel, undo,
acknowledge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    JsonOption,
    YesOption,
    acting,
    day_text,
    open_context,
    print_json,
    read_date,
    require_yes,
    say,
)
from cli.console.help import command
from cli.console.speech import t
from cli.due import reference, standing
from models.database import LARGEST_ID, reading, writing
from models.decision import pending
from models.errors import InvalidInput
from models.obligation import Obligation
from models.vocabulary import Lifecycle
from reporting.files.store import read_checked
from reporting.moves.close import acknowledge as acknowledge_obligation
from reporting.moves.close import close
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.review import accept as accept_submission
from reporting.moves.review import return_for_correction
from reporting.moves.submit import ReportFiling, period_ahead
from reporting.moves.submit import submit as submit_report
from reporting.moves.undo import undo as undo_decision
from reporting.moves.undo import withdraw as withdraw_report
from reporting.obligations.filters import Selection
from reporting.obligations.listing import owed, row_json
from reporting.special_days import working_days

IdArgument = Annotated[
    int,
    typer.Argument(metavar="OBLIGATION", min=1, max=LARGEST_ID, help="Its id, as `dondoc due` shows it."),
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; goes to the unit and into the audit.")]
NumberOption = Annotated[str, typer.Option("--number", help="Number of the document, e.g. 12/BC-UBND.")]


@command
def submit(
    obligation: IdArgument,
    number: NumberOption = "",
    dated: Annotated[str | None, typer.Option("--date", metavar="DATE", help="The document's date.")] = None,
    note: Annotated[str, typer.Option("--note", help="A remark for the recipient.")] = "",
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="FILE", help="A file of the report; may be repeated."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="A better version, before it is looked at.")
    ] = False,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a report in. The instant of filing decides whether it is on time.

    For a period whose data has not begun it asks first, or wants --yes.

    Example: dondoc submit 17 --number 12/BC-UBND --file bao-cao.pdf --at 2024-02-17T16:30
    """
    context = open_context(at)
    attached = [read_checked(context.settings, path) for path in files or ()]
    report = ReportFiling(
        document_number=number,
        document_date=read_date(dated) if dated else None,
        note=note,
        files=attached,
    )
    ahead = _is_meant_ahead(context, obligation, yes)
    settings, now = context.settings, context.now
    with _moving(context, obligation, as_json) as session:
        submit_report(session, settings, obligation, report, now, acting(by), replace=replace, ahead=ahead)


def _is_meant_ahead(context: Context, obligation: int, yes: bool) -> bool:
    """Whether its period has not begun; then it asks, or wants `yes`."""
    with reading(context.engine) as session:
        first = period_ahead(session, obligation, context.now, context.settings.zone)
    if first is not None:
        day = day_text(first)
        require_yes(yes, t("The data of this period begins on %(day)s. Hand it in all the same?", day=day))
    return first is not None


@command
def withdraw(
    obligation: IdArgument,
    note: Annotated[str, typer.Option("--note", help="Why; goes into the audit.")] = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what was handed in last: on the same day, while the recipient has not looked at it."""
    context = open_context(at)
    with _moving(context, obligation, as_json) as session:
        withdraw_report(session, obligation, context.now, acting(by), note, context.settings.zone)


@command
def accept(
    obligation: IdArgument,
    note: Annotated[str, typer.Option("--note", help="A remark for the unit.")] = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Accept what was handed in."""
    context = open_context(at)
    with _moving(context, obligation, as_json) as session:
        accept_submission(session, obligation, context.now, acting(by), note, context.settings.zone)


@command
def return_report(
    obligation: IdArgument,
    reason: ReasonOption = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Return what was handed in, with a reason; the unit gets a few working days to correct it."""
    context = open_context(at)
    with _moving(context, obligation, as_json) as session:
        days = working_days(session)
        return_for_correction(session, context.settings, days, obligation, reason, context.now, acting(by))


@command
def extend(
    obligation: IdArgument,
    to: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The new last day.")] = None,
    reason: ReasonOption = "",
    number: NumberOption = "",
    request: Annotated[bool, typer.Option("--request", help="Only ask; somebody decides later.")] = False,
    grant: Annotated[bool, typer.Option("--grant", help="Grant the request that waits.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse the request that waits.")] = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move a deadline by decision; the original one is kept. Without --request, ask and grant in one step.

    An obligation without a deadline gets one this way.
    Example: dondoc extend 17 --to 20/2/2024 --reason "bão" --number 05/QĐ-UBND
    """
    context = open_context(at)
    actor = acting(by)
    if sum((request, grant, refuse)) > 1:
        raise InvalidInput(t("use only one of --request, --grant and --refuse"))
    with _moving(context, obligation, as_json) as session:
        zone = context.settings.zone
        if not (grant or refuse):
            if to is None:
                raise InvalidInput(t("the new last day is missing; give it with --to, e.g. --to 2024-02-20"))
            request_extension(session, obligation, read_date(to), reason, context.now, actor, zone)
        if not request:
            decide_extension(
                session,
                obligation,
                not refuse,
                context.now,
                actor,
                document_number=number,
                note=reason,
                zone=zone,
            )


@command
def waive(
    obligation: IdArgument,
    reason: ReasonOption = "",
    number: NumberOption = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide that it is not owed; it counts in no rate any more."""
    _close(Lifecycle.WAIVED, obligation, reason, number, at, by, as_json)


@command
def cancel(
    obligation: IdArgument,
    reason: ReasonOption = "",
    number: NumberOption = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cancel one that should not exist, such as after an error in the plan."""
    _close(Lifecycle.CANCELLED, obligation, reason, number, at, by, as_json)


def _close(
    kind: Lifecycle, obligation: int, reason: str, number: str, at: str | None, by: str | None, as_json: bool
) -> None:
    context = open_context(at)
    with _moving(context, obligation, as_json) as session:
        close(session, obligation, kind, reason, context.now, acting(by), number, context.settings.zone)


@command
def undo(
    obligation: IdArgument,
    reason: ReasonOption = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo an acceptance, a waiver or a cancellation by mistake: it is again as it was before.

    Example: dondoc undo 17 --reason "tiếp nhận nhầm"
    """
    context = open_context(at)
    with _moving(context, obligation, as_json) as session:
        undo_decision(session, obligation, reason, context.now, acting(by))


@command
def acknowledge(
    obligation: IdArgument,
    note: Annotated[str, typer.Option("--note", help="What is being done.")] = "",
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that the reminder was seen and work is under way; it quiets some rungs for a few days.

    Refused where the plan's ladder has no rung that would rest.
    """
    context = open_context(at)
    with _moving(context, obligation, as_json) as session:
        acknowledge_obligation(session, context.settings, obligation, context.now, acting(by), note)


@contextmanager
def _moving(context: Context, obligation: int, as_json: bool) -> Iterator[Session]:
    """A transaction to change the obligation in; then it is shown as JSON, or in a line for the person."""
    with writing(context.engine) as session:
        yield session
        session.flush()
        row = session.get_one(Obligation, obligation)
        now, zone = max(context.now, row.changed_at), context.settings.zone
        (found,) = owed(session, context.settings, Selection(obligation=obligation), now)
        if as_json:
            requested = {"extension_requested": pending(session, obligation) is not None}
            print_json(row_json(found, zone) | requested)
        else:
            period = t("period %(period)s", period=found.period)
            say(f"{found.id}: {found.unit_name}, {reference(found)}, {period}:")
            say(f"  {standing(found.timeliness, found.state)}")
