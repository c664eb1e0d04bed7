"""Prefect that is not there, or refuses: one line with what to do, and no traceback."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from flows.prefect_server import ServerNotReady, free_port, prefect_variables, refusals_said
from models.settings import Settings
from tests.demonstrations import ENGLISH, dondoc


def test_a_server_that_does_not_answer_is_named(home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    for arguments in (("sync",), ("work",), ("mirror",)):
        run = dondoc(home, "flows", *arguments, PREFECT_API_URL=url, **ENGLISH)
        assert run.returncode == 1
        assert run.stderr.splitlines() == [
            f"dondoc: no Prefect server answers at {url}; start it, or correct PREFECT_API_URL"
        ]


def test_a_worker_without_any_server_says_what_to_do(home: Path) -> None:
    run = dondoc(home, "flows", "work", **ENGLISH)
    assert run.returncode == 1
    assert "set PREFECT_API_URL, or run: dondoc serve" in run.stderr


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
