"""The help in the language of the command line, and the groups and contexts of Typer that speak it.

A command's help is its docstring, an option's its `help`; both are messages of the catalogue
(messages/update.py finds them), and are translated once the command is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, TypeVar

from typer import core
from typer._click.core import Command as ClickCommand
from typer._click.core import Context as ClickContext
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from cli.console.misuse import Misuse, Misused, placed
from cli.console.speech import language, pt, t
from messages.catalogue import N_, NP_, languages, translate
from models.vocabulary import AccessRole, NoticeKind, NoticeState, Timeliness

WORDS = {
    "kinds": ", ".join(NoticeKind),
    "languages": ", ".join(languages()),
    "notice_states": ", ".join(NoticeState),
    "roles": ", ".join(AccessRole),
    "timeliness": ", ".join(Timeliness),
}
"""What replaces `%(…)s` in a help: words that are typed, the same in every language."""
OF_TYPER = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("Missing command."),
    N_("Aborted!"),
)
"""Typer's own messages that can be reached; it says them by a `_` that knows no catalogue."""
OPTIONS, SUBCOMMAND = N_("[OPTIONS]"), N_("COMMAND [ARGS]...")
VALUES = (
    NP_("value", "ADDRESS"),
    NP_("value", "CODE"),
    NP_("value", "CODES"),
    NP_("value", "DATE"),
    NP_("value", "DUTY"),
    NP_("value", "EVENT"),
    NP_("value", "FILE"),
    NP_("value", "FOLDER"),
    NP_("value", "FORM"),
    NP_("value", "FORMAT"),
    NP_("value", "ID"),
    NP_("value", "ISO"),
    NP_("value", "KIND"),
    NP_("value", "LANG"),
    NP_("value", "LEVEL"),
    NP_("value", "MOMENT"),
    NP_("value", "NAME"),
    NP_("value", "NUMBER"),
    NP_("value", "OBLIGATION"),
    NP_("value", "OF"),
    NP_("value", "PART"),
    NP_("value", "PERIOD"),
    NP_("value", "PLAN"),
    NP_("value", "REQUEST"),
    NP_("value", "ROLE"),
    NP_("value", "SCOPE"),
    NP_("value", "SLUG"),
    NP_("value", "STATE"),
    NP_("value", "TEXT"),
    NP_("value", "TIMELINESS"),
    NP_("value", "WHEN"),
    NP_("value", "YEAR"),
)
"""What stands for the values of options and arguments."""
core._ = t  # type: ignore[attr-defined,assignment]


def _untyped(argument: TyperArgument, ctx: ClickContext) -> None:
    """An argument's name says what it takes."""


TyperArgument.display_type_rich = _untyped  # type: ignore[assignment,method-assign]

Function = TypeVar("Function", bound=Callable[..., None])


def command(function: Function) -> Function:
    """Mark a function that becomes a command elsewhere: its docstring is a help."""
    return function


class SpokenFormatter(HelpFormatter):
    """Lays the help out as Typer does."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, t("Usage: ") if prefix is None else prefix)


class SpokenContext(ClickContext):
    """A command's context that says in its language what `--help` is for, and what is wrong."""

    formatter_class = SpokenFormatter

    def __init__(self, command: ClickCommand, **settings: Any) -> None:
        super().__init__(command, **settings)
        option = command.get_help_option(self)
        if option is not None:
            option.help = t("Show this message and exit.")

    @contextmanager
    def scope(self, cleanup: bool = True) -> Iterator[ClickContext]:
        with placed(self), super().scope(cleanup) as context:
            yield context

    def invoke(self, callback: Callable[..., Any], /, *args: Any, **values: Any) -> Any:
        if self.args:
            raise Misused(Misuse.SURPLUS(number=len(self.args), values=" ".join(self.args)), self)
        return super().invoke(callback, *args, **values)


class SpokenGroup(TyperGroup):
    """A group that says in its language that it has no such command."""

    def resolve_command(
        self, ctx: ClickContext, args: list[str]
    ) -> tuple[str | None, ClickCommand | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is not None or name.startswith("-"):
            return super().resolve_command(ctx, args)
        near = ", ".join(map(repr, get_close_matches(name, list(self.commands))))
        fault = Misuse.NO_COMMAND_NEAR if near else Misuse.NO_COMMAND
        raise Misused(fault(name=repr(name), others=near), ctx)


def value_name(param: TyperOption | TyperArgument) -> str | None:
    """What stands for its value; an option that is called after what it takes needs none of its own."""
    if getattr(param, "is_flag", False):
        return param.metavar
    own = str(param.name).upper()
    named = param.metavar or (own if NP_("value", own) in VALUES else _kind(param))
    return re.sub("[A-Z]+", lambda word: pt("value", word[0]), named)


def _kind(param: TyperOption | TyperArgument) -> str:
    return "NUMBER" if isinstance(param.default, int) or param.min is not None else "TEXT"


def translate_help(command: ClickCommand) -> None:
    """Put the help of a command, or of a group and all in it, into the language of the command line."""
    command.context_class = SpokenContext  # of this command alone
    command.allow_extra_args = True  # SpokenContext refuses them
    if command.help:
        command.help = translate(language(), command.help, **WORDS)
    for param in command.params:
        if isinstance(param, TyperOption | TyperArgument):
            param.help = param.help and translate(language(), param.help, **WORDS)
            param.metavar = value_name(param)
    if isinstance(command, TyperCommand | TyperGroup):
        command.options_metavar = t(OPTIONS)
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = t(SUBCOMMAND)
        for each in command.commands.values():
            translate_help(each)
