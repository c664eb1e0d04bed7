"""Where each command lives: a command is imported when it is asked for, so that none pays for the others.

Mail, calendars and the demonstration take most of a second to import, and a script calls `dondoc due` often.
"""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

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
