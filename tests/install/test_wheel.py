"""What is built from the sources holds the program whole, and runs far from them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from flows.prefect_server import answers, free_port
from tests.architecture.source import PACKAGES, ROOT, tracked_files
from tests.demonstrations import own_environment
from tests.waiting import wait_for

NOT_IN_A_WHEEL = {".gitignore"}
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-index"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tracked files."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in tracked_files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    command = [*PIP, "wheel", *OFFLINE, "--no-build-isolation", "-w", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("dondoc-*.whl"))


def names_in(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_it_puts_every_file_of_the_program_into_the_wheel(wheel: Path) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.relative_to(ROOT).parts[0] in {*PACKAGES, "plans"} and path.name not in NOT_IN_A_WHEEL
    }
    assert expected - names_in(wheel) == set()


def test_it_leaves_tests_and_documents_out_of_the_wheel(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names_in(wheel) if ".dist-info" not in name}
    assert tops == {*PACKAGES, "plans"}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel, which sees this one's packages but not the
    checkout: a path file of a path that is itself named in one is not read."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    scheme = {"base": str(place), "platbase": str(place)}
    packages = Path(sysconfig.get_path("purelib", vars=scheme))
    (packages / "locked.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    programs = Path(sysconfig.get_path("scripts", vars=scheme))
    into = ["--python", str(programs / "python")]
    subprocess.run([*PIP, *into, "install", *OFFLINE, str(wheel)], check=True, capture_output=True)
    return programs


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder to stand in, whose files are called like our packages."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in PACKAGES:
        (folder / f"{name}.py").write_text("raise SystemExit('somebody else')\n", encoding="utf-8")
    return folder


class Installed:
    """The installed program, asked from a folder that has nothing of it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.environment = own_environment(folder / "home")
        del self.environment["PYTHONPATH"]

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.programs / program, *arguments],
            cwd=self.folder,
            env={**self.environment, "LC_MESSAGES": "vi_VN.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def says(self, program: str, *arguments: str) -> str:
        process = self.start(program, *arguments)
        said, _ = process.communicate(timeout=600)
        assert process.returncode == 0, said
        return said


@pytest.fixture
def there(installed: Path, elsewhere: Path) -> Iterator[Installed]:
    yield Installed(installed, elsewhere)


READS_A_DOCUMENT = """
from documents.bounded import draft_bounded
text = "Các xã báo cáo Ủy ban nhân dân huyện trước ngày 15 hằng tháng."
print(len(draft_bounded(text.encode(), "a.txt", [], "vi")["plans"][0]["cards"]))
"""


def test_the_installed_program_runs_where_no_checkout_is(there: Installed) -> None:
    where = there.says("python", "-P", "-c", "import cli; print(cli.__file__)")
    assert where.startswith(str(there.programs.parent)), where
    assert there.says("dondoc", "--version") == "dondoc 0.1.0\n"
    assert "THỬ TIẾP" in there.says("dondoc", "demo", "--no-flow", "--until", "2024-01-20")
    port = free_port()
    process = there.start("dondoc", "serve", "--only", "web", "--port", str(port))
    try:
        pages = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{pages}/ready") or process.poll() is not None, "the pages are ready")
        for path, words in (("/sign-in", "Đăng nhập"), ("/static/dondoc.css", "font-family")):
            with build_opener(ProxyHandler({})).open(pages + path, timeout=30) as answer:
                assert words in answer.read().decode(), path
    finally:
        process.kill()
        process.communicate()


def test_the_installed_program_reads_a_document_in_a_process_of_its_own(there: Installed) -> None:
    assert there.says("python", "-P", "-c", READS_A_DOCUMENT).strip() == "1"
