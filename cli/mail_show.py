"""`dondoc mail show`: any kind of mail, to look at before the first one is sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AtOption, open_context
from cli.output import say, write_document
from models.database import LARGEST_ID, reading
from models.errors import InvalidInput
from models.vocabulary import Language, NoticeKind
from notifications.letters import Written
from notifications.showing import show_mail
from notifications.window import OF_NO_REPORT

FORMATS = ("text", "html", "eml")


OneOption = Annotated[
    int | None,
    typer.Option(
        "--obligation", metavar="ID", min=1, max=LARGEST_ID, help="About this one; default: a made-up one."
    ),
]


def show(
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=f"One of: {', '.join(NoticeKind)}.")],
    language: Annotated[str, typer.Option("--lang", metavar="LANG", help="vi or en.")] = "vi",
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
    """Show a mail of any kind in either language, without sending it: as text, HTML or the whole message.

    A made-up mail needs no data. The links in it are real ones: do not pass them on.
    """
    choice = _choice("kind", kind, tuple(NoticeKind)), _choice("language", language, tuple(Language))
    shown = _choice("format", form, FORMATS)
    if obligation is not None and choice[0] in OF_NO_REPORT:
        raise InvalidInput(f"a mail of kind {choice[0]} is about no obligation; leave --obligation out")
    context = open_context(at)
    with reading(context.engine) as session:
        mail = show_mail(
            session,
            context.settings,
            NoticeKind(choice[0]),
            choice[1],
            context.now,
            obligation_id=obligation,
            count=count,
        )
    _give(_bytes(mail, shown), shown, out)


def _choice(what: str, text: str, known: tuple[str, ...]) -> str:
    chosen = text.strip().lower()
    if chosen not in known:
        raise InvalidInput(f"{text!r} is no {what}; use one of: {', '.join(known)}")
    return chosen


def _bytes(mail: Written, form: str) -> bytes:
    if form == "eml":
        return mail.data
    words = mail.words
    return (words.html if form == "html" else f"{words.subject}\n\n{words.text}").encode()


def _give(data: bytes, form: str, out: Path | None) -> None:
    """A text is for whoever looks, in the encoding of their terminal; the others say their own."""
    if out is None and form == "text":
        sys.stdout.write(data.decode())
        return
    if out is None:
        write_document(data)
        return
    out.write_bytes(data)
    say(f"wrote {out}")
