"""`dondoc mail` and `outbox`: send what is due, and see what was told."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.context import AtOption, Context, JsonOption, open_context
from cli.mail_refused import refused, trust
from cli.mail_show import show
from cli.output import NOTHING, instant_text, iso, print_json, print_table, say
from models.database import LARGEST_ID, reading, writing
from models.errors import InvalidInput
from models.vocabulary import NoticeState
from models.vocabulary import say as word
from notifications.listing import ListedNotice, list_notices
from notifications.sending import MAILBOX, SendingCount, send_due
from reporting.alerting import raise_findings
from reporting.health import SENDER, TICK, left_behind
from reporting.ledger_words import reason_words, rung_words

app = typer.Typer(help="Mails: send what is due, and see whose address refuses it.", no_args_is_help=True)
app.command()(show)
app.command()(refused)
app.command()(trust)

StateOption = Annotated[
    str | None, typer.Option("--state", help=f"Only these: {', '.join(NoticeState)}.", metavar="STATE")
]


@app.command()
def send(
    ceiling: Annotated[
        int | None,
        typer.Option("--ceiling", min=1, max=LARGEST_ID, help="Mail up to so many people in this pass."),
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
        say(f"stopped: {count.stopped}")
    if count.advice:
        say(f"note: {count.advice}")


def outbox(
    state: StateOption = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many, the newest first.")
    ] = 100,
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
        nothing="(không có lượt nhắc nào)" if context.settings.language == "vi" else NOTHING,
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
        f"{word(notice.kind, language)} ({rung_words(notice.rung, language)})",
        notice.recipient or "–",
        word(notice.state, language),
        reason_words(notice.reason, language),
    ]
