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
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po))


class CompileAndBuild(build_py):  # type: ignore[misc]  # setuptools has no types
    """setuptools' step that gathers the modules, after compiling the catalogues."""

    def run(self) -> None:
        compile_all()
        super().run()


if __name__ == "__main__":
    compile_all()
