"""Compile the catalogues when a wheel is built, so that an installed dondoc has them."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py


class CompileAndBuild(build_py):  # type: ignore[misc]  # setuptools has no types
    """setuptools' step that gathers the modules, after compiling each `.po` beside its `.mo`."""

    def run(self) -> None:
        for source in Path("messages/locale").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
        super().run()
