"""`dondoc audit`: who changed what, when, from what to what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from cli.console.context import (
    JsonOption,
    instant_text,
    iso,
    open_context,
    print_list,
    read_instant,
)
from cli.console.help import command
from cli.console.speech import language, pt, t
from models.database import LARGEST_ID, reading
from models.errors import NotFound
from models.obligation import Obligation
from models.upkeep import AuditEntry
from reporting.audit.log import entries
from reporting.audit.words import action_words, changed_values, subject_words
from reporting.moves.faults import MoveFault

KEPT_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d\Z")


@command
def audit(
    obligation: Annotated[
        int | None,
        typer.Argument(metavar="OBLIGATION", min=1, max=LARGEST_ID, help="Only this one's history."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="KIND", help="Only rows of this kind: obligation, plan, unit, …"),
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Only what this person did; part of the name will do."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="ISO", help="Only from this instant on.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many, the newest.")
    ] = 200,
    as_json: JsonOption = False,
) -> None:
    """Show the audit, oldest first. Nothing in it is ever changed or taken away."""
    context = open_context()
    start = read_instant(since, context.settings) if since else None
    with reading(context.engine) as session:
        if obligation is not None:
            found = _history(session, obligation, limit)
        else:
            found = entries(session, subject=subject, actor=actor, since=start, limit=limit)
    zone = context.settings.zone
    columns = [
        pt("heading", "at"),
        pt("heading", "who"),
        pt("heading", "action"),
        pt("heading", "subject"),
        t("before"),
        t("after"),
    ]
    print_list(found, as_json, lambda entry: _json(entry, zone), columns, lambda entry: _cells(entry, zone))


def _cells(entry: AuditEntry, zone: ZoneInfo) -> list[object]:
    changes = changed_values(entry, language(), zone)
    return [
        instant_text(entry.at, zone),
        entry.actor,
        action_words(entry.action, language()),
        f"{subject_words(entry.subject, language())} {entry.subject_id}",
        _short({each.name: each.before for each in changes}),
        _short({each.name: each.after for each in changes}),
    ]


def _history(session: Session, obligation_id: int, limit: int) -> list[AuditEntry]:
    """What happened to one obligation, beginning with the opening of its occurrence."""
    obligation = session.get(Obligation, obligation_id)
    if obligation is None:
        raise NotFound(MoveFault.NO_OBLIGATION(number=obligation_id))
    opening = entries(session, "occurrence", obligation.occurrence_id, limit=limit)
    own = entries(session, "obligation", obligation_id, limit=limit)
    return sorted([*opening, *own], key=lambda entry: entry.id)


def _json(entry: AuditEntry, zone: ZoneInfo) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": iso(entry.at, zone),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "before": _values(entry.before, zone),
        "after": _values(entry.after, zone),
    }


def _short(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items() if value)


def _values(text: str, zone: ZoneInfo) -> dict[str, object]:
    """The values of an entry, its instants with the local offset."""

    def local(value: object) -> object:
        is_instant = isinstance(value, str) and KEPT_INSTANT.match(value)
        return iso(datetime.fromisoformat(str(value)), zone) if is_instant else value

    return {name: local(value) for name, value in json.loads(text).items()}
