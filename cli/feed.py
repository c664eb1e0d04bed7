"""`dondoc feed`: calendar files and private addresses for calendar programs.

`write` makes a file like what an address gives. The file takes the old one's place in one step, and only when
it is whole.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from cli.context import AtOption, Context, JsonOption, open_context, print_json, say, write_document
from cli.feed_subscriptions import (
    AlarmsOption,
    BranchOption,
    LangOption,
    PersonOption,
    PlanOption,
    UnitOption,
    chosen,
    list_feeds,
    new,
    revoke_feed,
    rotate_feed,
)
from cli.speech import ngettext, t
from models.database import reading
from reporting.feeds.feeds import Feed, FeedRequest, written_feed

app = typer.Typer(help="Calendar files and subscriptions.", no_args_is_help=True)

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
    parts = [ngettext("%(number)s event", "%(number)s events", feed.events)]
    if feed.left_out:
        parts.append(ngettext("%(number)s more does not fit", "%(number)s more do not fit", feed.left_out))
    say(f"{feed.name}: {', '.join(parts)}{'' if path is None else f' -> {path}'}")


app.command("new")(new)
app.command("list")(list_feeds)
app.command("rotate")(rotate_feed)
app.command("revoke")(revoke_feed)
