"""Completion of commands by the shell: what installing it says, in the language of the command line."""

from __future__ import annotations

from typing import Any

import typer
from typer import _completion_shared as shells
from typer._click.core import Command
from typer._click.core import Context as ClickContext
from typer.core import TyperOption

from cli.console.speech import t
from messages.catalogue import N_
from models.errors import InvalidInput

KNOWN = ("bash", "zsh", "fish", "powershell", "pwsh")


def speak_of_completion(command: Command) -> None:
    """Let the two options of Typer refuse other shells, and say what was done, in our words."""
    for param in command.params:
        if isinstance(param, TyperOption) and param.name in OPTIONS:
            param.callback, words = OPTIONS[param.name]
            param.help = t(words)


def _install(context: ClickContext, param: Any, value: Any) -> None:
    if value and not context.resilient_parsing:
        shell, path = shells.install(shell=_shell())
        typer.echo(
            t("Completion for %(shell)s is in %(path)s; it holds in new terminals.", shell=shell, path=path)
        )
        raise typer.Exit


def _show(context: ClickContext, param: Any, value: Any) -> None:
    if value and not context.resilient_parsing:
        typer.echo(
            shells.get_completion_script(prog_name="dondoc", complete_var="_DONDOC_COMPLETE", shell=_shell())
        )
        raise typer.Exit


OPTIONS = {
    "install_completion": (_install, N_("Install completion for the current shell.")),
    "show_completion": (
        _show,
        N_("Show completion for the current shell, to copy it or customize the installation."),
    ),
}


def _shell() -> str:
    """The shell around this process. Raises `InvalidInput` for one that completion cannot be made for."""
    name = shells._get_shell_name()
    if name not in KNOWN:
        known = ", ".join(KNOWN)
        raise InvalidInput(
            t("no completion for the shell %(name)s; use one of: %(known)s", name=name, known=known)
        )
    return name
