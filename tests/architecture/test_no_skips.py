"""With CI=true a skipped test fails, in one process and in several."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

IN_A_TEST = 'import pytest\ndef test_a():\n    pytest.skip("{reason}")\n'
OF_A_MODULE = 'import pytest\npytest.skip("{reason}", allow_module_level=True)\n'
IN_A_FIXTURE = 'import pytest\n@pytest.fixture\ndef a():\n    pytest.skip("{reason}")\ndef test_a(a): ...\n'
EXPECTED_FAILURE = 'import pytest\n@pytest.mark.xfail(reason="{reason}")\ndef test_a():\n    assert False\n'


def run_pytest(tmp_path: Path, text: str, ci: str, *options: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_one.py").write_text(text + "def test_b(): ...\n", encoding="utf-8")
    # Plugins load themselves otherwise, which takes longer than these tests.
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    plugins = ["-p", "tests.no_skips", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, *options]
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (IN_A_TEST, ()),
        (OF_A_MODULE, ()),
        (IN_A_FIXTURE, ()),
        (EXPECTED_FAILURE, ()),  # known to fail is known not to hold
        (IN_A_TEST, ("-n", "1")),
        (OF_A_MODULE, ("-n", "1")),
    ],
)
def test_it_fails_what_did_not_run(tmp_path: Path, text: str, options: tuple[str, ...]) -> None:
    result = run_pytest(tmp_path, text.format(reason="no calcurse here"), "true", *options)
    assert result.returncode != 0
    assert "CI allows no skip: no calcurse here" in result.stdout


@pytest.mark.parametrize(
    ("ci", "reason"),
    [
        ("true", "needs ../shared, which is not here"),  # material kept outside the repository
        ("", "no calcurse here"),  # a developer's machine may lack a tool
    ],
)
def test_it_lets_a_skip_pass(tmp_path: Path, ci: str, reason: str) -> None:
    assert run_pytest(tmp_path, IN_A_TEST.format(reason=reason), ci).returncode == 0
