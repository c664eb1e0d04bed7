"""The page docs/command-reference.md, made from the commands themselves: `make reference` writes it.

A test compares the page with what this makes, so that a new option cannot go undocumented.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from cli.app import app
from cli.console.speech import speak

HEAD = """# Command reference

Made from the commands by `make reference`; [command-line.md](command-line.md) explains them.
"""


def commands(command: object, name: str) -> Iterator[tuple[str, TyperCommand]]:
    """Every command that does something, with its full name, in the order of the help."""
    if isinstance(command, TyperGroup):
        for part, child in command.commands.items():
            yield from commands(child, f"{name} {part}")
    elif isinstance(command, TyperCommand) and not command.hidden:
        yield name, command


def usage(name: str, command: TyperCommand) -> str:
    pieces = command.collect_usage_pieces(command.context_class(command, info_name=name))
    return " ".join([name, *pieces])


def options(command: TyperCommand) -> Iterator[str]:
    for option in command.params:
        if isinstance(option, TyperOption) and not option.hidden:
            names = "/".join([*option.opts, *option.secondary_opts])
            yield f"- `{names}` {option.help or ''}".rstrip()


def entry(name: str, command: TyperCommand) -> str:
    text = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    listed = "\n".join(options(command))
    return "\n\n".join(part for part in (f"## {name}", f"`{usage(name, command)}`", text, listed) if part)


def reference() -> str:
    """The whole page."""
    speak("en")
    entries = (entry(name, command) for name, command in commands(get_command(app), "dondoc"))
    return "\n".join([HEAD, *(f"{text}\n" for text in entries)])


if __name__ == "__main__":
    sys.stdout.write(reference())
