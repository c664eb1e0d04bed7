"""What is built from the sources holds the program whole: code, plans, templates, migrations."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.architecture.source import PACKAGES, ROOT, tracked_files

NOT_IN_A_WHEEL = {".gitignore"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from a copy of the tracked files."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in tracked_files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return set(zipfile.ZipFile(next(out.glob("dondoc-*.whl"))).namelist())


def test_it_puts_every_file_of_the_program_into_the_wheel(wheel: set[str]) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.relative_to(ROOT).parts[0] in {*PACKAGES, "plans"} and path.name not in NOT_IN_A_WHEEL
    }
    assert expected - wheel == set()


def test_it_leaves_tests_and_documents_out_of_the_wheel(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel if ".dist-info" not in name}
    assert tops <= {*PACKAGES, "plans"}
