"""`dondoc mail refused` and `mail trust`: addresses marked as refusing mail, and marks taken away at once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from cli.context import (
    ByOption,
    Context,
    JsonOption,
    YesOption,
    acting,
    open_context,
    read_date,
    require_yes,
)
from cli.output import instant_text, iso, print_json, print_table, say
from models.database import reading, writing
from models.errors import InvalidInput, NotFound
from models.vocabulary import Role
from models.vocabulary import say as word
from reporting.contact_changes import clear_bounced
from reporting.marked_contacts import MarkedContact, marked_contacts

SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only those marked on this day or later.")
]
Addresses = Annotated[list[str] | None, typer.Argument(metavar="ADDRESS…", help="Only these addresses.")]


def refused(since: SinceOption = None, as_json: JsonOption = False) -> None:
    """List contacts whose address is marked as refusing mail, and since when."""
    context = open_context()
    with reading(context.engine) as session:
        found = marked_contacts(session, context.today, _instant(since, context.settings.zone))
    if as_json:
        print_json([_json(each, context.settings.zone) for each in found])
    else:
        _show(found, context)


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
        raise InvalidInput("say whose marks: name addresses, or add --since DATE, or --all")
    context = open_context()
    with writing(context.engine) as session:
        found = _chosen(session, addresses, _instant(since, context.settings.zone), context.today)
        if not as_json:
            _show(found, context)
        if found:
            require_yes(yes, f"{len(found)} contacts are to be written to again;")
        number = clear_bounced(session, [each.id for each in found], context.now, acting(by))
    if as_json:
        print_json([_json(each, context.settings.zone) for each in found])
    say(f"{number} contacts are written to again; what failed is sent again from the page of the outbox")


def _chosen(
    session: Session, addresses: list[str] | None, since: datetime | None, today: date
) -> list[MarkedContact]:
    found = marked_contacts(session, today, since)
    if not addresses:
        return found
    wanted = {each.strip().lower() for each in addresses}
    unknown = sorted(wanted - {each.address for each in found})
    if unknown:
        raise NotFound(f"not marked: {', '.join(unknown)}; see: dondoc mail refused")
    return [each for each in found if each.address in wanted]


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    return None if text is None else datetime.combine(read_date(text), time(0), zone)


def _show(found: list[MarkedContact], context: Context) -> None:
    zone, language = context.settings.zone, context.settings.language
    print_table(
        ["từ", "đơn vị", "tên đơn vị", "người liên hệ", "vai trò", "địa chỉ"],
        (
            [
                instant_text(each.since, zone),
                each.unit,
                each.unit_name,
                each.name,
                word(Role(each.role), language),
                each.address,
            ]
            for each in found
        ),
    )


def _json(contact: MarkedContact, zone: ZoneInfo) -> dict[str, Any]:
    return asdict(contact) | {"since": iso(contact.since, zone)}
