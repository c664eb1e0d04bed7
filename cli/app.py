"""The `dondoc` command: registers the commands and turns refusals into one line and exit code 1.

Exit codes: 0 fine, 1 refused or bad input, 2 wrong use of the command line.
"""

from __future__ import annotations

import os
import sys
from collections import UserDict
from importlib import import_module, metadata
from typing import Annotated, Any, NoReturn

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from typer._click.exceptions import ClickException
from typer.core import TyperGroup
from typer.main import get_command

from calendars.errors import CalendarError
from cli.console.completion import speak_of_completion
from cli.console.context import close_databases, print_line, say, speak_any_encoding
from cli.console.help import SpokenGroup, translate_help
from cli.console.misuse import show_misuse
from cli.console.speech import language_there_is, of_process, refusal, speak, t, told
from messages.catalogue import N_, Language
from models.database_faults import is_known, reason_of
from models.database_faults import refusal as database_refusal
from models.errors import DondocError
from models.settings import load_settings
from models.system_faults import full_disk, system_words

PLACES = {
    "init": "cli.engine:init",
    "tick": "cli.engine:tick",
    "preview": "cli.preview:preview",
    "due": "cli.due:due",
    "why": "cli.why:why",
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
    "request": "cli.asking:request",
    "requests": "cli.asking:app",
    "event": "cli.happening:event",
    "events": "cli.happening:app",
    "outbox": "cli.mail:outbox",
    "audit": "cli.audit:audit",
    "demo": "cli.demo:demo",
    "doctor": "cli.doctor:doctor",
    "health": "cli.health:health",
    "backup": "cli.backup:backup",
    "restore": "cli.backup:restore",
    "restored": "cli.restored:restored",
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


PRIVATE = 0o077
"""Files are for the account that runs dondoc alone: they hold people's reports, addresses and secrets."""


class Commands(UserDict[str, Any]):
    """The commands by name; each is a place until it is looked at."""

    def __getitem__(self, name: str) -> Any:
        found = self.data[name]
        if isinstance(found, str):
            found = self.data[name] = load(name, found)
            translate_help(found)
        return found


def load(name: str, place: str) -> Any:
    """The command, or the group of commands, that lives in `module:attribute`."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    around = typer.Typer(add_completion=False, rich_markup_mode=None)
    around.callback()(_nothing)  # makes it a group, even of one
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name, cls=SpokenGroup)
    else:
        around.command(name)(found)
    group = get_command(around)
    assert isinstance(group, TyperGroup)
    return group.commands[name]


def _nothing() -> None:
    """A group of commands' place for what it may have to do before each of them."""


class CommandGroup(SpokenGroup):
    """The commands of dondoc, imported one by one."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        translate_help(self)
        self.commands = Commands(PLACES)


app = typer.Typer(
    cls=CommandGroup,
    help="dondoc: makes sure that reports owed up a hierarchy arrive on time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        print_line(f"dondoc {metadata.version('dondoc')}")
        raise typer.Exit


@app.callback()
def dondoc(
    lang: Annotated[
        Language | None,
        typer.Option(
            "--lang",
            metavar="LANG",
            callback=language_there_is,
            help="Language of what is printed: %(languages)s. Default: DONDOC_LANGUAGE, or the system's.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """dondoc: makes sure that reports owed up a hierarchy arrive on time."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line (`arguments` None: the process's own); here a refusal becomes an exit code."""
    speak_any_encoding()
    before = os.umask(PRIVATE)
    given = sys.argv[1:] if arguments is None else arguments
    speak(of_process(given))
    try:
        command = get_command(app)
        speak_of_completion(command)
        sys.exit(command(given, prog_name="dondoc", standalone_mode=False) or 0)
    except (DondocError, CalendarError) as error:
        _refuse(refusal(error))
    except (DBAPIError, OSError) as error:
        _refuse(_trouble(error))
    except ClickException as error:
        show_misuse(error)
        sys.exit(error.exit_code)
    except typer.Abort:
        say(t("Aborted!"))
        sys.exit(1)
    finally:
        close_databases()
        os.umask(before)


def _refuse(lines: list[str]) -> NoReturn:
    for line in lines:
        say(f"dondoc: {line}")
    sys.exit(1)


def _trouble(error: DBAPIError | OSError) -> list[str]:
    """What is wrong with the machine or the database, and what to do."""
    full = full_disk(error)
    if full is not None:
        return [told(full)]
    if isinstance(error, DBAPIError):
        if is_known(error):
            where = make_url(load_settings().database).render_as_string(hide_password=True)
            return [told(database_refusal(error, where))]
        if isinstance(error, OperationalError):
            text = N_("the database did not answer (%(reason)s); try again, or see: dondoc doctor")
        else:
            text = N_("the database cannot be used (%(reason)s); restore a backup, or name another")
        return [t(text, reason=reason_of(error))]
    file, reason = error.filename or t("a file"), told(system_words(error))
    return [t("%(file)s: %(reason)s; check that it exists and may be used", file=file, reason=reason)]
