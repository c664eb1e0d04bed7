"""`dondoc init` and `dondoc tick`: setting up, and one pass of the engine."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlmodel import Session, select

from cli.console.context import AtOption, Context, JsonOption, iso, open_context, print_json, say
from cli.console.help import command
from cli.console.speech import figure, language, ngettext, t, told
from cli.due import PlanOption
from cli.health import alert
from messages.formats import span_text
from models.database import migrate, note_known, open_engine, reading, writing
from models.errors import DondocError
from models.plan import Plan
from models.settings import load_settings
from models.upkeep import SENDER, TICK
from reporting.engine import TickCount
from reporting.engine import tick as tick_once
from reporting.health.health import HealthFinding, left_behind
from reporting.obligations.filters import plan_id


@command
def init(as_json: JsonOption = False) -> None:
    """Set up the home folder and the database, or bring them to this version. Doing it twice does no harm."""
    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database)
    try:
        migrate(engine)
        note_known(settings.home)
    finally:
        engine.dispose()
    where = engine.url.render_as_string(hide_password=True)
    if as_json:
        print_json({"home": str(settings.home.absolute()), "database": where})
    say(t("ready: home %(home)s, database %(where)s", home=settings.home.absolute(), where=where))


class _DryRun(Exception):
    """Leaves the transaction without keeping anything."""


@command
def tick(
    plan: PlanOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and keep nothing.")
    ] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """One pass of the engine: open what is due, mark what became overdue, decide who is notified.

    Run it every few minutes, by cron or by the flows; running it twice does no harm. Mails go out with
    `dondoc mail send`.
    """
    context = open_context(at)
    silent = _silent_sender(context)
    count = TickCount()
    try:
        with writing(context.engine) as session:
            count = tick_once(session, context.settings, context.now, _plan(session, plan))
            if dry_run:
                raise _DryRun
    except _DryRun:
        say(t("dry run: nothing was kept"))
    else:
        alert(context, silent)
    report(count, context, as_json)


def _silent_sender(context: Context) -> list[HealthFinding]:
    """A sender that fell silent while the ticks before this one went on; it cannot mail that itself. To be
    asked before this pass leaves its own mark."""
    if context.settings.admin_address is None:
        return []
    with reading(context.engine) as session:
        silent = left_behind(session, SENDER, TICK, context.settings)
    return [] if silent is None else [silent]


def _plan(session: Session, slug: str | None) -> Plan | None:
    if slug is None:
        return None
    return session.exec(select(Plan).where(Plan.id == plan_id(session, slug))).one()


def report(count: TickCount, context: Context, as_json: bool) -> None:
    """What a pass did. Raises `DondocError` at the end if a plan could not be worked on."""
    if as_json:
        print_json(_json(count, context))
    else:
        say(_in_words(count))
    if count.handed_over and not as_json:
        say(
            ngettext(
                "%(number)s report waits at another unit now, as the one before has ended",
                "%(number)s reports wait at another unit now, as the one before has ended",
                count.handed_over,
            )
        )
    if count.taken_back is not None:
        say(
            ngettext(
                "this is an older backup: %(number)s queued notice was taken back; see dondoc health",
                "this is an older backup: %(number)s queued notices were taken back; see dondoc health",
                count.taken_back,
            )
        )
    if count.clock_back is not None:
        words = t(
            "warning: the clock is %(behind)s behind the last pass; nothing is undone",
            behind=span_text(count.clock_back, language()),
        )
        say(words)
    if count.errors:
        raise DondocError("\n".join(f"{name}: {told(error)}" for name, error in count.errors.items()))


def _in_words(count: TickCount) -> str:
    return t(
        "opened %(opened)s, cancelled %(cancelled)s, became overdue %(overdue)s, notices queued %(queued)s, "
        "superseded %(superseded)s",
        opened=figure(count.opened),
        cancelled=figure(count.cancelled),
        overdue=figure(count.overdue),
        queued=figure(count.reminders.queued),
        superseded=figure(count.reminders.superseded),
    )


def _json(count: TickCount, context: Context) -> dict[str, object]:
    return {
        "at": iso(context.now, context.settings.zone),
        "opened": count.opened,
        "refreshed": count.refreshed,
        "cancelled": count.cancelled,
        "overdue": count.overdue,
        "handed_over": count.handed_over,
        "notices": {
            "queued": count.reminders.queued,
            "superseded": count.reminders.superseded,
            "unreached": count.reminders.unreached,
            "kinds": {kind.value: number for kind, number in count.reminders.kinds.items()},
        },
        "taken_back": count.taken_back,
        "errors": count.errors,
        "clock_back_seconds": count.clock_back.total_seconds() if count.clock_back else None,
    }
