"""Prefect that is not there, or refuses: one line with what to do, and no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from flows.prefect_server import ServerNotReady, free_port, prefect_variables, refusals_said
from models.settings import Settings
from tests.demonstrations import ENGLISH, own_environment


def test_a_server_that_does_not_answer_is_named(home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    said = f"dondoc: no Prefect server answers at {url}; start it, or correct PREFECT_API_URL"
    assert refused(home, "sync", "work", "mirror", PREFECT_API_URL=url) == [said] * 3


def test_a_worker_without_any_server_says_what_to_do(home: Path) -> None:
    (said,) = refused(home, "work")
    assert "set PREFECT_API_URL, or run: dondoc serve" in said


ONE_BY_ONE = """
import sys
from cli.app import main
for command in sys.argv[1:]:
    try:
        main(["flows", command])
    except SystemExit as ended:
        assert ended.code == 1, command
"""


def refused(home: Path, *commands: str, **environment: str) -> list[str]:
    """What these commands of the flows say when refused, one after the other in a process of their own."""
    run = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE, *commands],
        cwd=home.parent,
        env={**own_environment(home), **ENGLISH, **environment},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    return run.stderr.splitlines()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (401, "asks who you are; set PREFECT_API_AUTH_STRING"),
        (503, "answered with 503; see its log, and: dondoc doctor"),
    ],
)
def test_a_refusal_of_the_server_is_said_plainly(code: int, said: str) -> None:
    request = httpx.Request("GET", "http://prefect.example/api/flows")
    with pytest.raises(ServerNotReady, match=said), refusals_said("http://prefect.example/api"):
        httpx.Response(code, request=request).raise_for_status()


def test_the_servers_password_is_the_clients_too(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, _env_file=None)  # type: ignore[call-arg]
    given = {"PREFECT_SERVER_API_AUTH_STRING": "admin:secret", "PREFECT_LOGGING_LEVEL": "DEBUG"}
    found = prefect_variables(settings, given)
    assert found["PREFECT_API_AUTH_STRING"] == "admin:secret"
    assert found["PREFECT_LOGGING_LEVEL"] == "DEBUG", "what was set by hand stays"
    assert found["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert found["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert "PREFECT_API_AUTH_STRING" not in prefect_variables(settings, {})
