"""The help, and what Typer itself says, in the language of the command line.

A command's help is its docstring, an option's its `help`; both are messages of the catalogue
(messages/update.py finds them), and are translated once the command is built. Typer's own sentences are
English: they are recognised by their patterns and said again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import typer
from typer._click.core import Command as ClickCommand
from typer._click.core import Context as ClickContext
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption

from cli.speech import language, t
from messages.catalogue import N_, translate
from models.vocabulary import AccessRole, NoticeKind, NoticeState, Timeliness

WORDS = {
    "kinds": ", ".join(NoticeKind),
    "notice_states": ", ".join(NoticeState),
    "roles": ", ".join(AccessRole),
    "timeliness": ", ".join(Timeliness),
}
"""What `%(…)s` in a help stands for: words that are typed, the same in every language."""

Function = TypeVar("Function", bound=Callable[..., None])


def command(function: Function) -> Function:
    """Mark a function that becomes a command elsewhere: its docstring is a help."""
    return function


USAGE = N_("Usage: ")
OF_TYPER = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
    N_("required"),
    N_("default: %(value)s"),
    N_("Missing command."),
    N_("Missing argument %(name)s."),
    N_("Missing option %(name)s."),
    N_("No such command %(name)s."),
    N_("No such command %(name)s. Did you mean %(others)s?"),
    N_("No such option: %(name)s"),
    N_("No such option: %(name)s (Possible options: %(others)s)"),
    N_("Option %(name)s does not take a value."),
    N_("Option %(name)s requires an argument."),
    N_("Got unexpected extra argument(s) (%(values)s)"),
    N_("Invalid value: %(why)s"),
    N_("Invalid value for %(name)s: %(why)s"),
    N_("Value error, %(value)s is not one of %(values)s."),
    N_("Input should be %(values)s"),
    N_("Input should be greater than or equal to %(value)s"),
    N_("Input should be less than or equal to %(value)s"),
    N_("Input should be a valid integer, unable to parse string as an integer"),
)
"""Sentences of Typer, and of Pydantic about what was typed."""
TRY = N_("Try '%(command)s %(option)s' for help.")
ERROR = N_("Error: %(what)s")
EXTRA = re.compile(r"(?P<help>.*?)(?P<gap>(?:^|  )\[)(?P<extra>[^\[\]]*)\]\Z", re.DOTALL)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The sentences that fit only what they mean come first: the longest. Kept: 0.1 ms a sentence of help."""
    found = []
    for message in sorted(OF_TYPER, key=len, reverse=True):
        escaped = re.escape(message % _Names())
        found.append(
            (message, re.compile(re.sub("\x00(\\w+)\x00", r"(?P<\1>.+)", escaped) + r"\Z", re.DOTALL))
        )
    return found


class _Names(dict[str, str]):
    """Fills each placeholder with its own name between marks."""

    def __missing__(self, name: str) -> str:
        return f"\x00{name}\x00"


def retold(text: str) -> str:
    """A sentence of Typer in the language of the command line; an unknown one as it is."""
    for message, pattern in _patterns():
        found = pattern.match(text)
        if found:
            return t(message, **{name: retold(value) for name, value in found.groupdict().items()})
    return text


class SpokenFormatter(HelpFormatter):
    """Lays the help out with Typer's own words translated."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, t(USAGE) if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(retold(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _with_extra(text)) for name, text in rows], col_max, col_spacing)


def _with_extra(text: str) -> str:
    """The help of an option with its `[default: …; required]`."""
    found = EXTRA.match(text)
    if found is None:
        return retold(text)
    extra = "; ".join(retold(part) for part in found["extra"].split("; "))
    return f"{retold(found['help'])}{found['gap']}{extra}]"


class SpokenContext(ClickContext):
    formatter_class = SpokenFormatter


def translate_help(command: ClickCommand) -> None:
    """Put the help of a command, or of a group and all in it, into the language of the command line."""
    command.context_class = SpokenContext  # of this command alone
    if command.help:
        command.help = translate(language(), command.help, **WORDS)
    for param in command.params:
        if isinstance(param, TyperOption | TyperArgument) and param.help:
            param.help = translate(language(), param.help, **WORDS)
    if isinstance(command, TyperGroup):
        for each in command.commands.values():
            translate_help(each)


def show_misuse(error: ClickException) -> None:
    """What Typer has against the command line, on stderr as Typer lays it out."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return
    if isinstance(error, UsageError) and error.ctx is not None:
        typer.echo(error.ctx.get_usage(), err=True)
        option = error.ctx.help_option_names[0]
        typer.echo(t(TRY, command=error.ctx.command_path, option=option) + "\n", err=True)
    typer.echo(t(ERROR, what=retold(error.format_message())), err=True)
