"""The `dondoc` command: registers the commands and turns refusals into one line and exit code 1.

Exit codes: 0 fine, 1 refused or bad input, 2 wrong use of the command line.
"""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import DBAPIError, OperationalError

from calendars.errors import CalendarError
from cli.commands import CommandGroup
from cli.context import close_databases
from cli.output import say, speak_any_encoding
from models.errors import DondocError
from models.full_disk import full_disk

app = typer.Typer(
    cls=CommandGroup,
    help="dondoc: makes sure that reports owed up a hierarchy arrive on time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def dondoc() -> None:
    """dondoc: makes sure that reports owed up a hierarchy arrive on time."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line (`arguments` None: the process's own); here a refusal becomes an exit code."""
    speak_any_encoding()
    try:
        app(arguments)
    except (DondocError, CalendarError) as error:
        for line in str(error).splitlines():
            say(f"dondoc: {line}")
        sys.exit(1)
    except (DBAPIError, OSError) as error:
        for line in _trouble(error):
            say(f"dondoc: {line}")
        sys.exit(1)
    finally:
        close_databases()


def _trouble(error: DBAPIError | OSError) -> list[str]:
    """What is wrong with the machine or the database, and what to do."""
    full = full_disk(error)
    if full is not None:
        return [full.say("vi"), full]
    if isinstance(error, OperationalError):
        return [f"the database did not answer ({_reason(error)}); try again, or see: dondoc doctor"]
    if isinstance(error, DBAPIError):
        return [f"the database cannot be used ({_reason(error)}); restore a backup, or name another"]
    what = f"{error.filename or 'a file'}: {error.strerror or error}"
    return [f"{what}; check that it exists and may be used"]


def _reason(error: DBAPIError) -> str:
    return (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
