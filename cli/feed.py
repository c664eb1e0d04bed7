"""`dondoc feed`: calendar files and private addresses for calendar programs.

`write` makes a file like what an address gives. The file takes the old one's place in one step, and only when
it is whole. An address is printed once, when it is made; afterwards only its hash is known.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from calendars.deadline import Deadline
from calendars.zone import midnight
from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    JsonOption,
    acting,
    instant_text,
    iso,
    open_context,
    print_json,
    print_list,
    read_date,
    say,
    write_document,
)
from cli.console.speech import figure, language, language_there_is, ngettext, pt, t
from messages.catalogue import N_, Language
from messages.choice import language_name
from messages.counted import EVENTS
from models.database import LARGEST_ID, reading, writing
from models.subscription import FEED_KINDS
from models.vocabulary import Timeliness
from models.vocabulary import say as word
from reporting.feeds.feeds import Feed, written_feed
from reporting.feeds.subscriptions import FeedListing, Ordered, feed_listings, revoke, rotate, subscribe
from reporting.feeds.view import FeedRequest, read_shown

app = typer.Typer(help="Calendar files and subscriptions.", no_args_is_help=True)

UnitOption = Annotated[str | None, typer.Option("--unit", metavar="CODE", help="What this unit owes.")]
BranchOption = Annotated[
    str | None,
    typer.Option("--branch", metavar="CODE", help="How far this unit and all below it are, as counts."),
]
PlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="SLUG", help="How far all units of this plan are.")
]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="ADDRESS", help="What all units of this contact owe.")
]
LangOption = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        metavar="LANG",
        callback=language_there_is,
        help="Language: %(languages)s. Default: the person's, or DONDOC_LANGUAGE.",
    ),
]
AlarmsOption = Annotated[bool, typer.Option("--alarms", help="Ring at 09:00 on the day before.")]


def chosen(options: dict[str, str | None]) -> tuple[str, str]:
    given = [(kind, key) for kind, key in options.items() if key is not None]
    if len(given) != 1:
        raise typer.BadParameter(t("give exactly one of --unit, --branch, --plan and --person"))
    return given[0]


ShowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--show",
        metavar="TIMELINESS",
        help="Only these; may be given several times: in-term, overdue, on-time, late, not-counted.",
    ),
]
OwnerOption = Annotated[
    str | None,
    typer.Option("--owner", metavar="ADDRESS", help="Whose rights count. Default: the office's, for good."),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Last day on which it is served.")
]
IdArgument = Annotated[
    int, typer.Argument(metavar="ID", help="Its number in dondoc feed list.", min=1, max=LARGEST_ID)
]
STDOUT = "-"

OutOption = Annotated[
    str | None,
    typer.Option("--out", metavar="FILE", help="Where to; - is stdout. Default: DONDOC_HOME/feeds/….ics"),
]


@app.callback()
def feed() -> None:
    """Calendar files and subscriptions."""


@app.command("write")
def write(
    unit: UnitOption = None,
    branch: BranchOption = None,
    plan: PlanOption = None,
    person: PersonOption = None,
    out: OutOption = None,
    lang: LangOption = None,
    alarms: AlarmsOption = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one calendar file (.ics)."""
    kind, key = chosen({"unit": unit, "branch": branch, "plan": plan, "person": person})
    if as_json and out == STDOUT:
        raise typer.BadParameter(t("--json and --out - both want stdout: give one of them"))
    context = open_context(at)
    request = FeedRequest(kind=kind, key=key, language=lang, alarms=alarms)
    with reading(context.engine) as session:
        feed = written_feed(session, context.settings, context.now, request)
    path = _put(feed, out, context)
    _report(kind, key, feed, path, as_json)


def _put(feed: Feed, out: str | None, context: Context) -> Path | None:
    """Where the file is now, None for stdout."""
    if out == STDOUT:
        write_document(feed.data)
        return None
    path = Path(out) if out else context.settings.home / "feeds" / f"{feed.slug}.ics"
    write_whole(path, feed.data)
    return path


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a reader finds the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _report(kind: str, key: str, feed: Feed, path: Path | None, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "feed": kind,
                "of": key,
                "name": feed.name,
                "file": None if path is None else str(path),
                "events": feed.events,
                "left_out": feed.left_out,
                "bytes": len(feed.data),
            }
        )
    parts = [t(EVENTS, number=feed.events)]
    if feed.left_out:
        parts.append(ngettext("%(number)s more does not fit", "%(number)s more do not fit", feed.left_out))
    say(f"{feed.name}: {', '.join(parts)}{'' if path is None else f' -> {path}'}")


@app.command("new")
def new(
    unit: UnitOption = None,
    branch: BranchOption = None,
    plan: PlanOption = None,
    person: PersonOption = None,
    lang: LangOption = None,
    alarms: AlarmsOption = False,
    show: ShowOption = None,
    owner: OwnerOption = None,
    until: UntilOption = None,
    by: ByOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a private calendar address; it is shown this once.

    The address begins with DONDOC_BASE_URL. Example: dondoc feed new --unit xa-dat-mui --json
    """
    kind, key = chosen({"unit": unit, "branch": branch, "plan": plan, "person": person})
    context = open_context(at)
    request = FeedRequest(kind=kind, key=key, language=lang, alarms=alarms, shown=read_shown(show or []))
    with writing(context.engine) as session:
        end = _end(until, context)
        ordered = subscribe(session, context.settings, context.now, acting(by), request, owner, end)
    _tell(ordered, as_json)


@app.command("list")
def list_feeds(
    owner: Annotated[str | None, typer.Option("--owner", metavar="ADDRESS", help="This person's.")] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the calendar addresses: whose, what they show, last fetched when and by which program."""
    context = open_context(at)
    with reading(context.engine) as session:
        listings = feed_listings(session, context.settings, context.now, owner)
    columns = (
        pt("command line", "id"),
        t("feed"),
        pt("feed", "of"),
        t("shows"),
        t("owner"),
        t("state"),
        t("events"),
        t("last fetched"),
        pt("feed", "by"),
    )
    print_list(
        listings, as_json, lambda each: _json(each, context), columns, lambda each: _row(each, context)
    )


@app.command("rotate")
def rotate_feed(
    id_: IdArgument, by: ByOption = None, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Give a feed a new address, shown this once; the old one says that it has stopped."""
    context = open_context(at)
    with writing(context.engine) as session:
        ordered = rotate(session, context.settings, context.now, acting(by), id_)
    _tell(ordered, as_json)


@app.command("revoke")
def revoke_feed(
    id_: IdArgument, by: ByOption = None, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """End a feed: for 30 days its address says that it has stopped, then it is gone."""
    context = open_context(at)
    with writing(context.engine) as session:
        subscription = revoke(session, context.now, acting(by), id_)
    if as_json:
        print_json({"id": id_, "revoked_at": iso(subscription.revoked_at, context.settings.zone)})
    say(t("feed %(id)s is revoked; for 30 days its address says that it has stopped", id=id_))


def _end(until: str | None, context: Context) -> datetime | None:
    if until is None:
        return None
    return midnight(read_date(until) + timedelta(days=1), context.settings.zone)


def _tell(ordered: Ordered, as_json: bool) -> None:
    if as_json:
        print_json({"id": ordered.id, "url": ordered.url})
    else:
        typer.echo(ordered.url)
    say(t("feed %(id)s: keep the address to yourself, it is not shown again", id=ordered.id))


STATES = {
    "live": N_("live"),
    "revoked": N_("revoked"),
    "stopped": N_("stopped: no right any more"),
    "expired": N_("expired"),
}


def _row(listing: FeedListing, context: Context) -> tuple[object, ...]:
    feed = listing.subscription
    events = "" if listing.events is None else figure(listing.events)
    if events and listing.left_out:
        events = t("%(events)s (+%(number)s left out)", events=events, number=figure(listing.left_out))
    shown = (word(Timeliness(each.replace("-", " ")), language()) for each in listing.shown)
    return (
        feed.id,
        t(FEED_KINDS[feed.kind]),
        feed.key,
        ", ".join((language_name(feed.language), *([t("alarms")] if feed.alarms else []), *shown)),
        feed.owner,
        t(STATES[listing.state]),
        events,
        instant_text(feed.last_fetched_at, context.settings.zone),
        feed.last_program,
    )


def _json(listing: FeedListing, context: Context) -> dict[str, object]:
    zone, feed = context.settings.zone, listing.subscription
    return {
        "id": feed.id,
        "feed": feed.kind,
        "of": feed.key,
        "name": listing.name,
        "owner": feed.owner or None,
        "language": feed.language,
        "alarms": feed.alarms,
        "show": listing.shown,
        "state": listing.state,
        "created_at": iso(feed.created_at, zone),
        "ended_at": iso(listing.ended_at, zone),
        "until": None if feed.expires_at is None else str(Deadline(feed.expires_at, zone).last_day),
        "last_fetched_at": iso(feed.last_fetched_at, zone),
        "last_program": feed.last_program or None,
        "events": listing.events,
        "left_out": listing.left_out,
    }
