"""Compile the catalogues: on set-up (`make setup`), and when a wheel is built."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py


def compile_all() -> None:
    """Write each `.mo` beside its `.po`. Their faults the tests find: `pybabel compile` takes a plural
    for wrong whose singular names no number."""
    for source in Path("messages/locale").glob("*/LC_MESSAGES/*.po"):
        compile_one(source)


def compile_one(source: Path) -> None:
    """A plural that is not translated is left out, so that its English follows the number: for a form without
    words Babel writes the English singular."""
    with source.open("rb") as po:
        catalogue = read_po(po)
    for message in [each for each in catalogue if each.pluralizable and not all(each.string or ())]:
        catalogue.delete(message.id[0], context=message.context)
    with source.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, catalogue)


class CompileAndBuild(build_py):  # type: ignore[misc]  # setuptools has no types
    """setuptools' step that gathers the modules, after compiling the catalogues."""

    def run(self) -> None:
        compile_all()
        super().run()


if __name__ == "__main__":
    compile_all()
