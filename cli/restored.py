"""`dondoc restored`: whether the database is an older backup, and a person's word on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from calendars.errors import said
from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    acting,
    instant_text,
    open_context,
    print_line,
    read_instant,
    say,
)
from cli.console.help import command
from cli.console.speech import language, ngettext, t
from models.database import reading, writing
from models.errors import InvalidInput
from reporting.backup_mark import declare, look, read_marks
from reporting.engine import tick


@command
def restored(
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="ISO", help="It is a backup: what was done until this instant is not in it."
        ),
    ] = None,
    intact: Annotated[
        bool, typer.Option("--intact", help="It is no backup: nothing of what was done is missing.")
    ] = False,
    by: ByOption = None,
    at: AtOption = None,
) -> None:
    """Say whether the database is an older backup; or tell dondoc, which cannot always know.

    After --until nobody is mailed what was due by then, since people had it already: a pass notes it as told
    and takes back what the backup had queued. After --intact mails go on. Both hold for all machines at once.
    Without an option nothing is changed; exit code 1 if the database is in doubt.
    """
    context = open_context(at)
    if until is not None and intact:
        raise InvalidInput(t("--until and --intact contradict each other; give one"))
    if until is not None:
        _go_on_from(context, read_instant(until, context.settings), acting(by))
    elif intact:
        with writing(context.engine) as session:
            declare(session, context.settings, None, context.now, acting(by))
        say(t("taken as complete; mails go on"))
    else:
        _tell(context)


def _go_on_from(context: Context, until: datetime, actor: str) -> None:
    """Take what was due by then for told, with a pass that takes back what is queued."""
    zone = context.settings.zone
    if until > context.now:
        raise InvalidInput(t("%(instant)s lies ahead; check the date", instant=instant_text(until, zone)))
    with writing(context.engine) as session:
        declare(session, context.settings, until, context.now, actor)
        taken_back = tick(session, context.settings, context.now).taken_back or 0
    say(
        ngettext(
            "a backup without what was done until %(until)s: %(number)s queued notice was taken back",
            "a backup without what was done until %(until)s: %(number)s queued notices were taken back",
            taken_back,
            until=instant_text(until, zone),
        )
    )


def _tell(context: Context) -> None:
    marks = read_marks(context.settings)
    with reading(context.engine) as session:
        doubt = look(session, marks).doubt(context.settings.zone)
    if doubt:
        print_line("✗ " + said(doubt, language()))
        raise typer.Exit(1)
    print_line("✓ " + t("the database has all that was done, as far as this machine knows"))
