"""The `dondoc` command: registers the commands and turns refusals into one line and exit code 1.

Exit codes: 0 fine, 1 refused or bad input, 2 wrong use of the command line.
"""

from __future__ import annotations

import sys
from collections import UserDict
from importlib import import_module
from typing import Any

import typer
from sqlalchemy.exc import DBAPIError, OperationalError
from typer.core import TyperGroup
from typer.main import get_command

from calendars.errors import CalendarError
from cli.context import close_databases, say, speak_any_encoding
from models.errors import DondocError
from models.system_faults import full_disk

PLACES = {
    "init": "cli.engine:init",
    "tick": "cli.engine:tick",
    "preview": "cli.preview:preview",
    "due": "cli.due:due",
    "chain": "cli.chain:chain",
    "rates": "cli.rates:rates",
    "submit": "cli.obligation:submit",
    "withdraw": "cli.obligation:withdraw",
    "accept": "cli.obligation:accept",
    "extend": "cli.obligation:extend",
    "waive": "cli.obligation:waive",
    "cancel": "cli.obligation:cancel",
    "undo": "cli.obligation:undo",
    "acknowledge": "cli.obligation:acknowledge",
    "chase": "cli.chase:chase",
    "outbox": "cli.mail:outbox",
    "audit": "cli.audit:audit",
    "demo": "cli.demo:demo",
    "doctor": "cli.doctor:doctor",
    "health": "cli.health:health",
    "return": "cli.obligation:return_report",
    "plan": "cli.plan:app",
    "units": "cli.units:app",
    "days": "cli.days:app",
    "mail": "cli.mail:app",
    "ladder": "cli.ladder:app",
    "feed": "cli.feed:app",
    "people": "cli.people:app",
    "flows": "cli.flows:app",
    "serve": "cli.serve:serve",
}
"""In the order of the help: what runs the reporting, what a report goes through, what came of it, groups."""


class Commands(UserDict[str, Any]):
    """The commands by name; each is a place until it is looked at."""

    def __getitem__(self, name: str) -> Any:
        found = self.data[name]
        if isinstance(found, str):
            found = self.data[name] = load(name, found)
        return found


def load(name: str, place: str) -> Any:
    """The command, or the group of commands, that lives in `module:attribute`."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    around = typer.Typer(add_completion=False, rich_markup_mode=None)
    around.callback()(_nothing)  # makes it a group, even of one
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    group = get_command(around)
    assert isinstance(group, TyperGroup)
    return group.commands[name]


def _nothing() -> None:
    """Stands where a group of commands may have something to do before each of them."""


class CommandGroup(TyperGroup):
    """The commands of dondoc, imported one by one."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = Commands(PLACES)


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
