"""`dondoc feed new`, `list`, `rotate`, `revoke`: private addresses that calendar programs fetch.

The address is printed once, when it is made; afterwards only its hash is known.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

import typer

from calendars.deadline import Deadline
from calendars.zone import midnight
from cli.context import (
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
)
from models.database import LARGEST_ID, reading, writing
from reporting.feeds.feeds import FeedWish
from reporting.feeds.subscriptions import FeedStanding, Ordered, feed_standings, revoke, rotate, subscribe
from reporting.feeds.view import read_shown

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
    Literal["vi", "en"] | None, typer.Option("--lang", help="Default: the person's, or DONDOC_LANGUAGE.")
]
AlarmsOption = Annotated[bool, typer.Option("--alarms", help="Ring at 09:00 on the day before.")]


def chosen(options: dict[str, str | None]) -> tuple[str, str]:
    given = [(kind, key) for kind, key in options.items() if key is not None]
    if len(given) != 1:
        raise typer.BadParameter("give exactly one of --unit, --branch, --plan and --person")
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
    wish = FeedWish(language=lang, alarms=alarms, shown=read_shown(show or []))
    with writing(context.engine) as session:
        ordered = subscribe(
            session,
            context.settings,
            context.now,
            acting(by),
            kind,
            key,
            wish,
            owner,
            _end(until, context),
            context.settings.base_url,
        )
    _tell(ordered, as_json)


def list_feeds(
    owner: Annotated[str | None, typer.Option("--owner", metavar="ADDRESS", help="This person's.")] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the calendar addresses: whose, what they show, last fetched when and by which program."""
    context = open_context(at)
    with reading(context.engine) as session:
        standings = feed_standings(session, context.settings, context.now, owner)
    columns = ("id", "feed", "of", "shows", "owner", "state", "events", "last fetched", "by")
    print_list(
        standings, as_json, lambda each: _json(each, context), columns, lambda each: _row(each, context)
    )


def rotate_feed(
    id_: IdArgument, by: ByOption = None, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Give a feed a new address, shown this once; the old one says that it has stopped."""
    context = open_context(at)
    address = context.settings.base_url
    with writing(context.engine) as session:
        ordered = rotate(session, context.settings, context.now, acting(by), id_, address)
    _tell(ordered, as_json)


def revoke_feed(
    id_: IdArgument, by: ByOption = None, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """End a feed: for 30 days its address says that it has stopped, then it is gone."""
    context = open_context(at)
    with writing(context.engine) as session:
        subscription = revoke(session, context.now, acting(by), id_)
    if as_json:
        print_json({"id": id_, "revoked_at": iso(subscription.revoked_at, context.settings.zone)})
    say(f"feed {id_} is revoked; for 30 days its address says that it has stopped")


def _end(until: str | None, context: Context) -> datetime | None:
    if until is None:
        return None
    return midnight(read_date(until) + timedelta(days=1), context.settings.zone)


def _tell(ordered: Ordered, as_json: bool) -> None:
    if as_json:
        print_json({"id": ordered.id, "url": ordered.url})
    else:
        typer.echo(ordered.url)
    say(f"feed {ordered.id}: keep the address to yourself, it is not shown again")


def _row(standing: FeedStanding, context: Context) -> tuple[object, ...]:
    zone = context.settings.zone
    cut = f" (+{standing.left_out} left out)" if standing.left_out else ""
    return (
        standing.id,
        standing.kind,
        standing.key,
        ", ".join((standing.language, *(["alarms"] if standing.alarms else []), *standing.shown)),
        standing.owner,
        standing.state,
        "" if standing.events is None else f"{standing.events}{cut}",
        instant_text(standing.last_fetched_at, zone),
        standing.last_program,
    )


def _json(standing: FeedStanding, context: Context) -> dict[str, object]:
    zone = context.settings.zone
    return {
        "id": standing.id,
        "feed": standing.kind,
        "of": standing.key,
        "name": standing.name,
        "owner": standing.owner or None,
        "language": standing.language,
        "alarms": standing.alarms,
        "show": list(standing.shown),
        "state": standing.state,
        "created_at": iso(standing.created_at, zone),
        "ended_at": iso(standing.ended_at, zone),
        "until": _last_day(standing, context),
        "last_fetched_at": iso(standing.last_fetched_at, zone),
        "last_program": standing.last_program or None,
        "events": standing.events,
        "left_out": standing.left_out,
    }


def _last_day(standing: FeedStanding, context: Context) -> str | None:
    if standing.expires_at is None:
        return None
    return str(Deadline(standing.expires_at, context.settings.zone).last_day)
