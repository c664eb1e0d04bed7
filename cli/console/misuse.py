"""What Typer has against a command line, said by what its errors carry, never by their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from typer._click.core import Context as ClickContext
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from calendars.errors import Fault, FaultCode
from cli.console.speech import language
from messages.catalogue import N_, Plural
from models.file_faults import ShapeFault
from models.shapes import Alternatives, shape_fault


class Misuse(FaultCode):
    """A command line that does not fit the command."""

    ERROR = N_("Error: %(what)s")
    TRY = N_("Try '%(command)s %(option)s' for help.")
    NO_ARGUMENT = N_("Missing argument %(name)s.")
    NO_OPTION_GIVEN = N_("Missing option %(name)s.")
    CHOOSE = N_("%(problem)s Choose one of: %(words)s.")
    NO_COMMAND = N_("No such command %(name)s.")
    NO_COMMAND_NEAR = N_("No such command %(name)s. Did you mean %(others)s?")
    NO_OPTION = N_("No such option: %(name)s")
    NO_OPTION_NEAR = N_("No such option: %(name)s (Possible options: %(others)s)")
    TAKES_NO_VALUE = N_("Option %(name)s does not take a value.")
    NEEDS_A_VALUE = N_("Option %(name)s requires an argument.")
    NEEDS_VALUES = N_("Option %(name)s requires %(number)s arguments.")
    SURPLUS = Plural(
        "Got an unexpected extra argument (%(values)s)", "Got unexpected extra arguments (%(values)s)"
    )
    WRONG = N_("Invalid value: %(why)s")
    WRONG_FOR = N_("Invalid value for %(name)s: %(why)s")


class Misused(UsageError):
    """A misuse that we find ourselves."""

    def __init__(self, fault: Fault, context: ClickContext) -> None:
        super().__init__(fault, context)
        self.fault = fault


def show_misuse(error: ClickException) -> None:
    """What is wrong, on stderr as Typer lays it out."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return
    if isinstance(error, UsageError) and error.ctx is not None:
        typer.echo(error.ctx.get_usage(), err=True)
        option = error.ctx.help_option_names[0]
        typer.echo(Misuse.TRY(command=error.ctx.command_path, option=option).say(language()) + "\n", err=True)
    typer.echo(Misuse.ERROR(what=misuse(error)).say(language()), err=True)


def misuse(error: ClickException) -> str:
    """The error as a fault; what is a sentence of the command's own stays as it is."""
    match error:
        case Misused():
            return error.fault
        case MissingParameter():
            return _missing(error)
        case BadParameter():
            return _wrong(error)
        case NoSuchOption():
            near = ", ".join(sorted(error.possibilities or ()))
            name = error.option_name
            return Misuse.NO_OPTION_NEAR(name=name, others=near) if near else Misuse.NO_OPTION(name=name)
        case BadOptionUsage():
            return _misused_option(error)
    return error.format_message()


def _name(error: BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param else "")
    return hint if isinstance(hint, str) else " / ".join(map(repr, hint))


def _missing(error: MissingParameter) -> Fault:
    param = error.param
    is_argument = param is not None and param.param_type_name == "argument"
    fault = (Misuse.NO_ARGUMENT if is_argument else Misuse.NO_OPTION_GIVEN)(name=_name(error))
    choices = param.type_descriptor.choices if param is not None else None
    return Misuse.CHOOSE(problem=fault, words=list(choices)) if choices else fault


def _wrong(error: BadParameter) -> Fault:
    name, why = _name(error), _why(error)
    return Misuse.WRONG_FOR(name=name, why=why) if name else Misuse.WRONG(why=why)


def _why(error: BadParameter) -> str:
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return error.message
    detail = cause.errors()[0]
    choices = error.param.type_descriptor.choices if error.param is not None else None
    if choices:
        return ShapeFault.UNKNOWN_WORD(value=detail["input"], expected=Alternatives.of(map(str, choices)))
    return shape_fault(detail)


def _misused_option(error: BadOptionUsage) -> str:
    name = error.option_name
    known = error.ctx.command.params if error.ctx else ()
    option = next((each for each in known if name in (*each.opts, *each.secondary_opts)), None)
    if option is None:
        return error.format_message()
    if getattr(option, "is_flag", False):
        return Misuse.TAKES_NO_VALUE(name=repr(name))
    if option.nargs == 1:
        return Misuse.NEEDS_A_VALUE(name=repr(name))
    return Misuse.NEEDS_VALUES(name=repr(name), number=option.nargs)


@contextmanager
def placed(context: ClickContext) -> Iterator[None]:
    """Errors of the parser know no context; it belongs to what is said of them."""
    try:
        yield
    except UsageError as error:
        error.ctx = error.ctx or context
        raise
