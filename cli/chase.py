"""`dondoc chase`: urge by hand (đôn đốc), with a preview first and words of one's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.context import (
    AtOption,
    ByOption,
    JsonOption,
    YesOption,
    acting,
    open_context,
    print_json,
    print_table,
    require_yes,
    say,
)
from cli.due import BranchOption, PlanOption
from cli.help import command
from cli.speech import figure, language, ngettext, pt, t
from models.database import LARGEST_ID, writing
from models.errors import InvalidInput
from models.vocabulary import say as word
from notifications.notice_list import Subject, subjects
from reporting.moves.chase import Chase, plan_chase
from reporting.moves.chase import chase as chase_now
from reporting.obligations.filters import Selection
from reporting.reminders.ledger import reason_words

OneArgument = Annotated[
    int | None,
    typer.Argument(
        metavar="OBLIGATION",
        min=1,
        max=LARGEST_ID,
        help="One report, by its id; it need not be overdue.",
    ),
]


@command
def chase(
    obligation: OneArgument = None,
    branch: BranchOption = None,
    plan: PlanOption = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="All that is overdue in the plan.")] = False,
    message: Annotated[str, typer.Option("--message", help="Your own words; they stand in the mail.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show whom it would mail, and mail nobody.")
    ] = False,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Urge whoever owes: one report, what is overdue in a branch, or all that is overdue in a plan.

    It shows first whom it mails. Each person gets one mail at once, whatever else they have had that day; it
    stands in the ledger like any reminder. `dondoc mail send` sends it.
    Example: dondoc chase --plan ca-mau-01-ctr-ubnd-2024 --overdue --message "Đề nghị gửi trước 16h" --yes
    """
    context = open_context(at)
    selection = _selection(obligation, branch, plan, overdue)
    with writing(context.engine) as session:
        planned = plan_chase(session, context.settings, selection, message, context.now)
        about = subjects(session, planned.obligations)
    if not as_json:
        _print(planned, about)
    if not dry_run and planned.people:
        require_yes(yes, ngettext("mail %(number)s person?", "mail %(number)s people?", len(planned.people)))
        with writing(context.engine) as session:
            planned = chase_now(session, context.settings, selection, message, context.now, acting(by))
            about = subjects(session, planned.obligations)
    if as_json:
        print_json(_json(planned, about) | {"dry_run": dry_run, "message": message})
    numbers = {"people": figure(len(planned.people)), "reports": figure(len(planned.obligations))}
    if dry_run:
        say(t("would chase %(people)s people about %(reports)s reports", **numbers))
    else:
        say(t("queued: %(people)s people about %(reports)s reports; dondoc mail send sends it", **numbers))


def _selection(obligation: int | None, branch: str | None, plan: str | None, overdue: bool) -> Selection:
    """Raises `InvalidInput` unless one report, a branch, or a plan with --overdue is meant."""
    if obligation is not None:
        if branch or plan or overdue:
            raise InvalidInput(t("give either one OBLIGATION, or --branch and --plan; not both"))
        return Selection(obligation=obligation)
    if branch is None and not (plan and overdue):
        raise InvalidInput(t("whom to chase? give an OBLIGATION, --branch CODE, or --plan SLUG --overdue"))
    return Selection(branch=branch, plan=plan)


def _print(planned: Chase, about: dict[int, Subject]) -> None:
    print_table(
        [t("unit"), pt("heading", "report"), pt("heading", "who"), pt("heading", "recipient")],
        (
            (
                about[line.obligation_id].unit_name,
                f"{about[line.obligation_id].plan} {about[line.obligation_id].duty} "
                f"{about[line.obligation_id].period}",
                word(line.audience, language()),
                line.recipient or f"– ({reason_words(line.reason, language())})",
            )
            for line in planned.lines
        ),
    )


def _json(planned: Chase, about: dict[int, Subject]) -> dict[str, object]:
    return {
        "mails": len(planned.people),
        "unreached": sum(not line.recipient for line in planned.lines),
        "notices": [
            asdict(about[line.obligation_id])
            | {"recipient": line.recipient, "audience": line.audience, "reason": line.reason}
            for line in planned.lines
        ],
    }
