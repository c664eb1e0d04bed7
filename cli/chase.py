"""`dondoc chase`: urge by hand (đôn đốc), with a preview first and words of one's own."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.console.context import (
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
from cli.console.help import command
from cli.console.speech import language, ngettext, pt, t
from cli.due import BranchOption, PlanOption
from messages.catalogue import N_
from messages.counted import PEOPLE, REPORTS
from messages.formats import moment_text
from models.database import LARGEST_ID, writing
from models.errors import InvalidInput
from models.mail_address import actor_name
from models.vocabulary import say as word
from reporting.moves.chase import Chase, Chaser, plan_chase
from reporting.moves.chase import chase as chase_now
from reporting.obligations.filters import Selection
from reporting.obligations.notices import Subject, subjects
from reporting.reminders.ledger import reason_words
from reporting.unit_names import unit_id

OneArgument = Annotated[
    int | None,
    typer.Argument(
        metavar="OBLIGATION",
        min=1,
        max=LARGEST_ID,
        help="One report, by its id; it need not be overdue.",
    ),
]

AgainOption = Annotated[bool, typer.Option("--again", help="Also what was chased within the last day.")]
UnitOption = Annotated[
    str | None,
    typer.Option("--unit", metavar="CODE", help="In whose name you chase; the mail names it."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show whom it would mail, and mail nobody.")]
MessageOption = Annotated[str, typer.Option("--message", help="Your own words; they stand in the mail.")]
OverdueOption = Annotated[bool, typer.Option("--overdue", help="All that is overdue in the plan.")]
WOULD = N_("would chase %(people)s about %(reports)s")
DID = N_("queued: %(people)s about %(reports)s; dondoc mail send sends it")


@command
def chase(
    obligation: OneArgument = None,
    branch: BranchOption = None,
    plan: PlanOption = None,
    overdue: OverdueOption = False,
    message: MessageOption = "",
    again: AgainOption = False,
    unit: UnitOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Urge units that owe: one report, what is overdue in a branch, or all that is overdue in a plan.

    It shows first whom it mails, and what was done already: earlier chases, requests for more time,
    acknowledgements. What was chased within the last day is left out and named, unless --again is given;
    where that is all of it, nothing is done. Each person gets one mail at once, whatever else they have had
    that day; it names who chases (--by, --unit), and an answer goes to the address in --by. It stands in the
    ledger like any reminder. `dondoc mail send` sends it.
    Example: dondoc chase --plan ca-mau-01-ctr-ubnd-2024 --overdue --message "Đề nghị gửi trước 16h" --yes
    """
    context = open_context(at)
    selection = _selection(obligation, branch, plan, overdue)
    with writing(context.engine) as session:
        chaser = Chaser(acting(by), unit_id=unit_id(session, unit) if unit else None)
        given = (context.settings, selection, message, context.now, chaser)
        planned = plan_chase(session, *given, again=again)
        about = subjects(session, planned.obligations)
    if not as_json:
        _print(planned, about)
        _print_already(planned, context.settings.zone)
    if not dry_run and _is_agreed(planned, yes):
        with writing(context.engine) as session:
            planned = chase_now(session, *given, again=again)
            about = subjects(session, planned.obligations)
    if as_json:
        print_json(_json(planned, about) | {"dry_run": dry_run, "message": message})
    _say_done(planned, WOULD if dry_run else DID)


def _is_agreed(planned: Chase, yes: bool) -> bool:
    """Raises `InvalidInput` where somebody would be mailed and nobody said yes."""
    number = len(planned.people)
    if number:
        require_yes(yes, ngettext("mail %(number)s person?", "mail %(number)s people?", number))
    return True


def _say_done(planned: Chase, text: str) -> None:
    people, reports = t(PEOPLE, number=len(planned.people)), t(REPORTS, number=len(planned.obligations))
    say(t(text, people=people, reports=reports))


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
                about[line.obligation_id].report(language()),
                word(line.audience, language()),
                line.recipient or f"– ({reason_words(line.reason, language())})",
            )
            for line in planned.lines
        ),
    )


def _print_already(planned: Chase, zone: ZoneInfo) -> None:
    """What was done about these reports before; nothing where nothing was."""
    if not planned.already:
        return

    def spoken(at: datetime | None, who: str) -> str:
        return ", ".join(filter(None, (moment_text(at, zone, language()), who))) if at else ""

    left_out = {each.about.obligation_id for each in planned.left_out}
    print_table(
        [
            *(t("unit"), pt("heading", "report"), t("chased"), t("more time asked for"), t("acknowledged")),
            *([t("left out")] if left_out else []),
        ],
        (
            (
                each.about.unit_name,
                each.about.report(language()),
                spoken(each.chased_at, each.chaser) + (f" ({each.times})" if each.times else ""),
                spoken(each.asked_at, actor_name(each.asked_by)),
                spoken(each.acknowledged_at, actor_name(each.acknowledged_by)),
                *(
                    [t("yes, unless --again") if each.about.obligation_id in left_out else ""]
                    if left_out
                    else []
                ),
            )
            for each in planned.already
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
        "already": [each.json() for each in planned.already],
        "left_out": [each.about.obligation_id for each in planned.left_out],
    }
