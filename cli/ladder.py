"""`dondoc ladder`: load a ladder of reminders, see first what that sends, and look at the ladders in use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.console.context import (
    AtOption,
    Context,
    JsonOption,
    YesOption,
    acting,
    instant_text,
    iso,
    open_context,
    print_json,
    print_table,
    require_yes,
    say,
)
from cli.console.speech import figure, language, ngettext, pt, t
from messages.catalogue import Plural
from messages.formats import clock_text
from models.database import reading, writing
from models.errors import NotFound
from models.ladder_file import LadderFile, Rung
from models.vocabulary import say as word
from reporting.obligations.notices import Subject, subjects
from reporting.reminders.ladder_impact import ForeseenNotices, foresee_ladder
from reporting.reminders.ladders import DEFAULT, ladders, load_ladder, read_ladder_file
from reporting.reminders.planner import Expected

app = typer.Typer(help="Ladders: when whom to remind, and when to go to the superior.", no_args_is_help=True)
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A ladder file in YAML; see docs/mail.md.")
]
SHOWN = 20


@app.command()
def load(
    file: FileArgument,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it would do, and keep nothing.")
    ] = False,
    yes: YesOption = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load a ladder. First it shows what the edit changes: its rungs, and the mails of the coming 30 days.

    Running obligations follow it from now on; what lies behind them is not made up for. What a rung that is
    switched off has queued is cancelled. Where anybody feels the edit, it asks, or wants --yes.
    """
    ladder = read_ladder_file(file)
    context = open_context(at)
    foreseen, about = _foreseen(context, ladder)
    if as_json:
        print_json(_json(foreseen, about, context) | {"slug": ladder.slug, "dry_run": dry_run})
    else:
        _print(foreseen, about, context)
    if dry_run:
        say(t("nothing was changed (--dry-run)"))
        return
    if foreseen.is_felt:
        require_yes(yes, t("load ladder %(slug)s?", slug=ladder.slug))
    with writing(context.engine) as session:
        changed = load_ladder(session, ladder, context.now, acting(None))
    text = (
        Plural("ladder %(slug)s: loaded, %(number)s rung", "ladder %(slug)s: loaded, %(number)s rungs")
        if changed
        else Plural(
            "ladder %(slug)s: unchanged, %(number)s rung", "ladder %(slug)s: unchanged, %(number)s rungs"
        )
    )
    say(t(text, slug=ladder.slug, number=len(ladder.every_rung)))


def _foreseen(context: Context, ladder: LadderFile) -> tuple[ForeseenNotices, dict[int, Subject]]:
    with writing(context.engine) as session:
        foreseen = foresee_ladder(session, context.settings, ladder, context.now)
        every = (*foreseen.more, *foreseen.fewer)
        return foreseen, subjects(session, {each.notice.obligation_id for each in every})


def _print(foreseen: ForeseenNotices, about: dict[int, Subject], context: Context) -> None:
    for line in foreseen.rungs(language()):
        print(line)
    more = ngettext(
        "%(number)s notice more in the coming 30 days:",
        "%(number)s notices more in the coming 30 days:",
        len(foreseen.more),
    )
    fewer = ngettext(
        "%(number)s notice fewer in the coming 30 days:",
        "%(number)s notices fewer in the coming 30 days:",
        len(foreseen.fewer),
    )
    for heading, some in ((more, foreseen.more), (fewer, foreseen.fewer)):
        if some:
            print(heading)
            _table(some[:SHOWN], about, context)
            if len(some) > SHOWN:
                print(pt("notices", "… and %(number)s more", number=figure(len(some) - SHOWN)))
    if foreseen.silenced:
        print(
            ngettext(
                "%(number)s notice that is queued will not be sent any more",
                "%(number)s notices that are queued will not be sent any more",
                foreseen.silenced,
            )
        )


def _table(some: Sequence[Expected], about: dict[int, Subject], context: Context) -> None:
    print_table(
        [
            pt("heading", "at"),
            t("unit"),
            pt("heading", "report"),
            pt("heading", "content"),
            pt("heading", "recipient"),
        ],
        (
            (
                instant_text(each.at, context.settings.zone),
                about[each.notice.obligation_id].unit_name,
                about[each.notice.obligation_id].report(language()),
                f"{word(each.notice.kind, language())} ({each.notice.rung})",
                each.notice.recipient,
            )
            for each in some
        ),
    )


def _json(foreseen: ForeseenNotices, about: dict[int, Subject], context: Context) -> dict[str, object]:
    def line(each: Expected) -> dict[str, object]:
        notice = each.notice
        return {
            "at": iso(each.at, context.settings.zone),
            "unit": about[notice.obligation_id].unit,
            "period": about[notice.obligation_id].period,
            "rung": notice.rung,
            "kind": notice.kind,
            "recipient": notice.recipient,
        }

    return {
        "rungs": foreseen.rungs(),
        "more": [line(each) for each in foreseen.more],
        "fewer": [line(each) for each in foreseen.fewer],
        "silenced": foreseen.silenced,
    }


@app.command()
def show(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Which ladder.")] = DEFAULT,
    as_json: JsonOption = False,
) -> None:
    """Show a ladder's rungs in order."""
    context = open_context()
    with reading(context.engine) as session:
        known = ladders(session)
    if slug not in known:
        names = ", ".join(sorted(known))
        words = t(
            "no ladder %(slug)s; there are %(names)s; load one: dondoc ladder load",
            slug=repr(slug),
            names=names,
        )
        raise NotFound(words)
    if as_json:
        print_json(known[slug].model_dump(mode="json", exclude_none=True))
        return
    ladder = known[slug]
    parts = [(pt("heading", "deadline"), rung) for rung in ladder.rungs]
    parts += [(pt("heading", "deadline of a day"), rung) for rung in ladder.daily or ()]
    parts += [(pt("heading", "acceptance"), rung) for rung in ladder.review]
    parts += [(t("weekly"), ladder.weekly.rung)] if ladder.weekly else []
    columns = [
        t("counted from"),
        t("rung"),
        pt("heading", "at"),
        t("hour"),
        pt("heading", "who"),
        t("repeated"),
        pt("heading", "until"),
    ]
    print_table(columns, ([what, *_row(rung)] for what, rung in parts))


def _row(rung: Rung) -> list[object]:
    repeat = f"{rung.repeat.every} × {rung.repeat.max}" if rung.repeat else ""
    audience = ", ".join(word(each, language()) for each in rung.audience)
    return [
        rung.id,
        rung.at,
        clock_text(rung.hour, language()),
        audience,
        repeat,
        word(rung.until, language()),
    ]
