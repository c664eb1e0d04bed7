"""`dondoc mail` and `outbox`: send what is due, and list the ledger of notices."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    JsonOption,
    YesOption,
    acting,
    instant_text,
    iso,
    open_context,
    print_json,
    print_list,
    read_date,
    require_yes,
    say,
    write_document,
)
from cli.console.help import command
from cli.console.speech import figure, language, language_there_is, ngettext, pt, t, told
from messages.catalogue import DEFAULT_LANGUAGE, N_
from messages.counted import MAILS, NOTICES
from models.database import LARGEST_ID, reading, writing
from models.errors import InvalidInput, NotFound
from models.upkeep import SENDER, TICK
from models.vocabulary import NoticeKind, NoticeState, Role
from models.vocabulary import say as word
from notifications.rendering import Rendered
from notifications.sample_mail import show_mail
from notifications.send import MAILBOX, SendingCount, send_due
from notifications.send_window import EVERYBODY, OF_NO_REPORT, Shard
from reporting.health.health import left_behind, raise_findings
from reporting.obligations.notices import ListedNotice, list_notices
from reporting.reminders.ledger import reason_words, rung_words
from reporting.units.contacts import NamedContact, clear_bounced, marked_contacts

app = typer.Typer(help="Mails: send what is due, and see whose address refuses it.", no_args_is_help=True)

FORMATS = ("text", "html", "eml")
NO_KIND = N_("%(text)s is no kind; use one of: %(known)s")
NO_FORMAT = N_("%(text)s is no format; use one of: %(known)s")


OneOption = Annotated[
    int | None,
    typer.Option(
        "--obligation", metavar="ID", min=1, max=LARGEST_ID, help="About this one; default: a made-up one."
    ),
]


@app.command()
def show(
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="One of: %(kinds)s.")],
    lang: Annotated[
        str,
        typer.Option(
            "--lang", metavar="LANG", callback=language_there_is, help="Language of the mail: %(languages)s."
        ),
    ] = DEFAULT_LANGUAGE,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, html or eml.")] = "text",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there, not to stdout.")
    ] = None,
    obligation: OneOption = None,
    count: Annotated[
        int, typer.Option("--count", min=1, max=5000, help="So many made-up units in one mail.")
    ] = 1,
    at: AtOption = None,
) -> None:
    """Show a mail of any kind in any language, without sending it: as text, HTML or the whole message.

    A made-up mail needs no data. The links in it are real ones: do not pass them on.
    """
    chosen = _choice(NO_KIND, kind, tuple(NoticeKind))
    shown = _choice(NO_FORMAT, form, FORMATS)
    if obligation is not None and chosen in OF_NO_REPORT:
        raise InvalidInput(
            t("a mail of kind %(kind)s is about no obligation; leave --obligation out", kind=chosen)
        )
    context = open_context(at)
    with reading(context.engine) as session:
        words, data = show_mail(
            session,
            context.settings,
            NoticeKind(chosen),
            lang,
            context.now,
            obligation_id=obligation,
            count=count,
        )
    _give(data if shown == "eml" else _text(words, shown), shown, out)


def _choice(what: str, text: str, known: tuple[str, ...]) -> str:
    chosen = text.strip().lower()
    if chosen not in known:
        raise InvalidInput(t(what, text=repr(text), known=", ".join(known)))
    return chosen


def _text(words: Rendered, form: str) -> bytes:
    return (words.html if form == "html" else f"{words.subject}\n\n{words.text}").encode()


def _give(data: bytes, form: str, out: Path | None) -> None:
    """Write a text in the terminal's encoding; the other formats name their own."""
    if out is None and form == "text":
        sys.stdout.write(data.decode())
        return
    if out is None:
        write_document(data)
        return
    out.write_bytes(data)
    say(t("wrote %(file)s", file=out))


SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only those marked on this day or later.")
]
Addresses = Annotated[list[str] | None, typer.Argument(metavar="ADDRESS", help="Only these addresses.")]


@app.command()
def refused(since: SinceOption = None, as_json: JsonOption = False) -> None:
    """List contacts whose address is marked as refusing mail, and since when."""
    context = open_context()
    with reading(context.engine) as session:
        found = marked_contacts(session, context.today, _instant(since, context.settings.zone))
    _show(found, context, as_json)


@app.command()
def trust(
    addresses: Addresses = None,
    everybody: Annotated[bool, typer.Option("--all", help="All that are marked.")] = False,
    since: SinceOption = None,
    yes: YesOption = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the marks away: these addresses are written to again. It shows whom first and asks.

    Name the addresses, or --since DATE for all that were marked since, or --all.
    """
    if not (addresses or everybody or since):
        raise InvalidInput(t("say whose marks: name addresses, or add --since DATE, or --all"))
    context = open_context()
    with writing(context.engine) as session:
        found = _chosen(session, addresses, _instant(since, context.settings.zone), context.today)
        if not as_json:
            _show(found, context, as_json)
        if found:
            require_yes(
                yes,
                ngettext(
                    "%(number)s contact is to be written to again;",
                    "%(number)s contacts are to be written to again;",
                    len(found),
                ),
            )
        number = clear_bounced(session, [each.id for each in found], context.now, acting(by))
    if as_json:
        _show(found, context, as_json)
    say(
        ngettext(
            "%(number)s contact is written to again; what failed is sent again from the page of the outbox",
            "%(number)s contacts are written to again; what failed is sent again from the page of the outbox",
            number,
        )
    )


def _chosen(
    session: Session, addresses: list[str] | None, since: datetime | None, today: date
) -> list[NamedContact]:
    found = marked_contacts(session, today, since)
    if not addresses:
        return found
    wanted = {each.strip().lower() for each in addresses}
    unknown = sorted(wanted - {each.address for each in found})
    if unknown:
        raise NotFound(t("not marked: %(addresses)s; see: dondoc mail refused", addresses=", ".join(unknown)))
    return [each for each in found if each.address in wanted]


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    return None if text is None else datetime.combine(read_date(text), time(0), zone)


def _show(found: list[NamedContact], context: Context, as_json: bool) -> None:
    zone = context.settings.zone
    print_list(
        found,
        as_json,
        lambda each: asdict(each) | {"since": iso(each.since, zone)},
        [
            pt("heading", "since"),
            t("unit"),
            t("unit name"),
            pt("heading", "contact"),
            pt("contact", "role"),
            pt("heading", "address"),
        ],
        lambda each: [
            instant_text(each.since, zone),
            each.unit,
            each.unit_name,
            each.name,
            word(Role(each.role), language()),
            each.address,
        ],
    )


StateOption = Annotated[
    str | None, typer.Option("--state", help="Only these: %(notice_states)s.", metavar="STATE")
]


@app.command()
def send(
    ceiling: Annotated[
        int | None,
        typer.Option("--ceiling", min=1, max=LARGEST_ID, help="Mail up to so many people in this pass."),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="NUMBER/OF", help="Only this part of the people, such as 2/4."),
    ] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the mails that are due: one a person a day, and the urgent ones.

    Without DONDOC_SMTP_HOST they go to the local mailbox, the folder `mailbox` in DONDOC_HOME. For a large
    morning, several commands share the people, on one machine or several: --shard 1/2 beside --shard 2/2.
    """
    part = EVERYBODY if shard is None else Shard.parse(shard)
    context = open_context(at)
    _alert_of_silent_tick(context)
    count = send_due(context.engine, context.settings, context.now, _progress, ceiling=ceiling, shard=part)
    if as_json:
        print_json(asdict(count))
    _say(count, context)
    if count.stopped:
        raise typer.Exit(1)


def _alert_of_silent_tick(context: Context) -> None:
    """Queue an alert, for this pass, where ticks have stopped: an idle sender alone looks healthy."""
    if context.settings.admin_address is None:
        return
    with writing(context.engine) as session:
        silent = left_behind(session, TICK, SENDER, context.settings)
        if silent is not None:
            raise_findings(session, context.settings, [silent], context.now)


def _progress(done: int, people: int) -> None:
    say(t("people: %(done)s of %(people)s", done=figure(done), people=figure(people)))


def _say(count: SendingCount, context: Context) -> None:
    settings = context.settings
    where = settings.smtp_host or settings.home / MAILBOX
    say(
        t(
            "sent %(mails)s with %(notices)s to %(where)s; no longer needed %(cancelled)s, "
            "postponed %(postponed)s, failed %(failed)s",
            mails=t(MAILS, number=count.mails),
            notices=t(NOTICES, number=count.notices),
            where=where,
            cancelled=figure(count.cancelled),
            postponed=figure(count.postponed),
            failed=figure(count.failed),
        )
    )
    if count.stopped:
        say(t("stopped: %(why)s", why=told(count.stopped)))
    if count.advice:
        say(t("note: %(what)s", what=told(count.advice)))


@command
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
    print_list(
        notices,
        as_json,
        lambda notice: _notice_json(notice, context.settings.zone),
        [
            pt("command line", "id"),
            pt("heading", "at"),
            t("unit"),
            pt("heading", "report"),
            pt("heading", "content"),
            pt("heading", "recipient"),
            t("state"),
            t("reason"),
        ],
        lambda notice: _notice_row(notice, context),
        nothing=pt("outbox", "(nothing to show)"),
    )


def _state(text: str | None) -> NoticeState | None:
    try:
        return None if text is None else NoticeState(text.strip().lower())
    except ValueError as error:
        known = ", ".join(NoticeState)
        words = t("%(text)s is no state; use one of: %(known)s", text=repr(text), known=known)
        raise InvalidInput(words) from error


def _notice_json(notice: ListedNotice, zone: ZoneInfo) -> dict[str, object]:
    instants = {name: iso(getattr(notice, name), zone) for name in ("moment", "next_attempt_at", "sent_at")}
    fields = asdict(notice) | instants
    return {**fields.pop("subject"), **fields}


def _notice_row(notice: ListedNotice, context: Context) -> list[object]:
    return [
        notice.id,
        instant_text(notice.sent_at or notice.moment, context.settings.zone),
        notice.subject.unit_name,
        notice.subject.report(language()),
        f"{word(notice.kind, language())} ({rung_words(notice.rung, language())})",
        notice.recipient or "–",
        word(notice.state, language()),
        reason_words(notice.reason, language()),
    ]
