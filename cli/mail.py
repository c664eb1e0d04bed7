"""`dondoc mail`, `outbox` and `preview`: send what is due, see what was told, and what will be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from calendars.zone import midnight
from cli.context import AtOption, Context, JsonOption, end_of, open_context, read_date
from cli.due import PlanOption
from cli.mail_show import show
from cli.output import instant_text, iso, print_json, print_table, say
from models.database import reading, writing
from models.errors import InvalidInput
from models.vocabulary import NoticeState
from models.vocabulary import say as word
from notifications.listing import ListedNotice, Subject, list_notices, subjects
from notifications.sending import MAILBOX, SendingCount, send_due
from reporting.alerting import raise_findings
from reporting.health import SENDER, TICK, left_behind
from reporting.ledger_words import reason_words
from reporting.selection import plan_id
from reporting.special_days import working_days
from reporting.telling import Expected
from reporting.telling import preview as expected

app = typer.Typer(help="Mails: send what is due.", no_args_is_help=True)
app.command()(show)

StateOption = Annotated[
    str | None, typer.Option("--state", help=f"Only these: {', '.join(NoticeState)}.", metavar="STATE")
]


@app.command()
def send(
    ceiling: Annotated[
        int | None, typer.Option("--ceiling", min=1, help="Mail up to so many people in this pass.")
    ] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the mails that are due: one a person a day, and the urgent ones.

    Without DONDOC_SMTP_HOST they go to the local mailbox, the folder `mailbox` in DONDOC_HOME.
    """
    context = open_context(at)
    _alert_of_silent_tick(context)
    count = send_due(context.engine, context.settings, context.now, _progress, ceiling=ceiling)
    if as_json:
        print_json(asdict(count))
    _say(count, context)
    if count.stopped:
        raise typer.Exit(1)


def _alert_of_silent_tick(context: Context) -> None:
    """Without the tick nobody is told anything, while an idle sender looks well. It goes in this pass."""
    if context.settings.admin_address is None:
        return
    with writing(context.engine) as session:
        silent = left_behind(session, TICK, SENDER, context.settings)
        if silent is not None:
            raise_findings(session, context.settings, [silent], context.now)


def _progress(done: int, people: int) -> None:
    say(f"{done} of {people} people")


def _say(count: SendingCount, context: Context) -> None:
    settings = context.settings
    where = settings.smtp_host or settings.home / MAILBOX
    say(
        f"sent {count.mails} mails with {count.notices} notices to {where}; "
        f"no longer needed {count.cancelled}, postponed {count.postponed}, failed {count.failed}"
    )
    if count.stopped:
        say(f"stopped: {count.stopped}; correct the settings, or allow more with --ceiling")


def outbox(
    state: StateOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest first.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List the ledger of notices: who was told what and why, what waits, and what was not sent after all."""
    context = open_context()
    with reading(context.engine) as session:
        notices = list_notices(session, _state(state), limit)
    zone = context.settings.zone
    if as_json:
        print_json([_notice_json(notice, zone) for notice in notices])
        return
    print_table(
        ["id", "lúc", "đơn vị", "báo cáo", "nội dung", "người nhận", "tình trạng", "lý do"],
        (_notice_row(notice, context) for notice in notices),
    )


def _state(text: str | None) -> NoticeState | None:
    try:
        return None if text is None else NoticeState(text.strip().lower())
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no state; use one of: {', '.join(NoticeState)}") from error


def _notice_json(notice: ListedNotice, zone: ZoneInfo) -> dict[str, Any]:
    instants = {name: iso(getattr(notice, name), zone) for name in ("moment", "next_attempt_at", "sent_at")}
    fields = asdict(notice) | instants
    subject: dict[str, Any] = fields.pop("subject")
    return subject | fields


def _notice_row(notice: ListedNotice, context: Context) -> list[object]:
    language = context.settings.language
    return [
        notice.id,
        instant_text(notice.sent_at or notice.moment, context.settings.zone),
        notice.subject.unit_name,
        f"{notice.subject.plan} {notice.subject.duty} {notice.subject.period}",
        f"{word(notice.kind, language)} ({notice.rung})",
        notice.recipient or "–",
        word(notice.state, language),
        reason_words(notice.reason, language),
    ]


def preview(
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    plan: PlanOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what will be told from a day to a day, to whom and why, if nobody files until then.

    It asks the very function that the tick asks, and keeps nothing.
    """
    context = open_context()
    settings = context.settings
    first, last = midnight(read_date(start), settings.zone), end_of(read_date(end), settings)
    if last < first:
        raise InvalidInput(f"--to {end} lies before --from {start}; exchange them")
    with reading(context.engine) as session:
        only = None if plan is None else plan_id(session, plan)
        found = expected(session, first, last, working_days(session), settings, only)
        about = subjects(session, {each.notice.obligation_id for each in found})
    if as_json:
        print_json([_expected_json(each, about, settings.zone) for each in found])
        return
    print_table(
        ["lúc", "đơn vị", "báo cáo", "nội dung", "người nhận"],
        (_expected_row(each, about, context) for each in found if each.notice.recipient),
    )


def _expected_json(each: Expected, about: dict[int, Subject], zone: ZoneInfo) -> dict[str, Any]:
    subject = asdict(about[each.notice.obligation_id])
    instants = {"at": iso(each.at.astimezone(UTC), zone), "moment": iso(each.notice.moment, zone)}
    return subject | asdict(each.notice) | instants


def _expected_row(each: Expected, about: dict[int, Subject], context: Context) -> list[object]:
    subject, notice = about[each.notice.obligation_id], each.notice
    return [
        instant_text(each.at, context.settings.zone),
        subject.unit_name,
        f"{subject.plan} {subject.duty} {subject.period}",
        f"{word(notice.kind, context.settings.language)} ({notice.rung})",
        notice.recipient,
    ]
