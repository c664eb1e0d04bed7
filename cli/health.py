"""`dondoc health`: whether passes run and mails leave; a sign of life to an outside monitor when they do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.console.context import AtOption, Context, JsonOption, iso, open_context, print_json, print_line, say
from cli.console.help import command
from cli.console.speech import figure, language, t, told
from models.database import reading, writing
from models.errors import InvalidInput
from notifications.uptime_ping import ping
from reporting.health.health import HealthFinding, finding_remedy, finding_words, findings, raise_findings
from reporting.stops import unpacked


@command
def health(
    with_ping: Annotated[
        bool, typer.Option("--ping", help="Call DONDOC_PING_URL if nothing serious is wrong.")
    ] = False,
    with_alert: Annotated[
        bool, typer.Option("--alert", help="Mail DONDOC_ADMIN_ADDRESS what is serious, once a day each.")
    ] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find passes that fell silent, a mail server or workers that are gone, notices that are stuck or failed.

    Exit code 1 if something serious is wrong. With --alert the administrator is mailed, by this command
    itself, as the sender may be what is silent. With --ping an outside monitor is called while all is well;
    when the calls stop, it raises the alarm that this machine cannot.
    """
    context = open_context(at)
    if with_alert and context.settings.admin_address is None:
        raise InvalidInput(t("nobody to alert; set DONDOC_ADMIN_ADDRESS, see docs/settings.md"))
    with reading(context.engine) as session:
        found = findings(session, context.now, context.settings)
    from notifications.prefect_checkup import (  # its client, too, ticks would pay
        ask_prefect,
        prefect_concerns,
    )

    found += prefect_concerns(ask_prefect(context.settings, datetime.now(UTC)))
    if with_alert:
        alert(context, found)
    if as_json:
        print_json([_json(each, context) for each in found])
    else:
        _show(found, context)
    if any(each.is_serious for each in found):
        raise typer.Exit(1)
    if with_ping:
        _ping(context)


def alert(context: Context, found: list[HealthFinding]) -> None:
    """Queue an alert for what is serious and send it at once; the second time on a day it does nothing."""
    with writing(context.engine) as session:
        new = raise_findings(session, context.settings, found, context.now)
    if new:
        from notifications.send import send_alerts  # half a second, which every tick would pay

        count = send_alerts(context.engine, context.settings, context.now)
        words = t("the administrator was mailed: %(mails)s", mails=figure(count.mails))
        say(words + (f"; {told(count.stopped)}" if count.stopped else ""))


def _show(found: list[HealthFinding], context: Context) -> None:
    for each in found:
        mark = "✗" if each.is_serious else "!"
        print_line(f"{mark} {finding_words(each, language(), context.settings.zone)}")
        print_line(f"  → {finding_remedy(each, language())}")
    if not found:
        print_line("✓ " + t("all is well"))


def _ping(context: Context) -> None:
    url = context.settings.ping_url
    if url is None:
        raise InvalidInput(t("no monitor to call; set DONDOC_PING_URL, see docs/settings.md"))
    wrong = ping(url)
    if wrong:
        say(t("the outside monitor was not reached: %(why)s; check DONDOC_PING_URL", why=told(wrong)))
        raise typer.Exit(1)


def _json(finding: HealthFinding, context: Context) -> dict[str, object]:
    zone = context.settings.zone
    return {
        "concern": finding.concern.value,
        "serious": finding.is_serious,
        "part": finding.part,
        "since": iso(finding.since, zone),
        "number": finding.number,
        "detail": unpacked(finding.detail),
        "said": finding_words(finding, context.settings.language, zone),
        "remedy": finding_remedy(finding, context.settings.language),
    }
