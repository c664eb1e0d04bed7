"""Prefect that is not there, or refuses: one line with what to do, and no traceback."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from flows.prefect_server import ServerNotReady, free_port, prefect_variables, prepare, refusals_said
from models.settings import Settings
from tests.demonstrations import ENGLISH, own_environment
from tests.flows.servers import Server
from tests.reporting.world import World

CLIENT = "PREFECT_API_AUTH_STRING"


def test_a_server_that_does_not_answer_is_named(home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    said = f"dondoc: no Prefect server answers at {url}; start it, or correct PREFECT_API_URL"
    assert refused(home, "sync", "work", "mirror", PREFECT_API_URL=url) == [said] * 3


ONE_BY_ONE = """
import sys
from cli.app import main
for command in sys.argv[1:]:
    try:
        main(["flows", *command.split()])
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


WANT_A_SERVER = (("sync",), ("deploy", "--pool", "dondoc"), ("work",), ("mirror",))
EACH = tuple(" ".join(arguments) for arguments in WANT_A_SERVER)


def test_without_any_server_none_is_started(home: Path) -> None:
    """`flows deploy` once deployed to a server of its own, ended that, and reported success."""
    said = "dondoc: no Prefect server is known; set PREFECT_API_URL, or run: dondoc serve"
    assert refused(home, *EACH) == [said] * len(EACH)
    assert not (home / "prefect").exists()


@pytest.mark.parametrize("named", [False, True], ids=["in the folder", "by DONDOC_ENV_FILE"])
def test_the_address_may_stand_in_the_file_of_settings(home: Path, tmp_path: Path, named: bool) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    path = tmp_path / ("elsewhere.env" if named else ".env")
    path.write_text(f"PREFECT_API_URL={url}\n", encoding="utf-8")
    more = {"DONDOC_ENV_FILE": str(path)} if named else {}
    lines = refused(home, *EACH, **more)
    assert [f"no Prefect server answers at {url}" in line for line in lines] == [True] * len(EACH), lines


def test_a_pool_with_a_slip_in_its_name_is_not_made(server: Server, home: Path, town: World) -> None:
    server.run(home, "flows", "deploy", "--pool", "dondoc")
    for arguments in (("deploy", "--pool", "dondocc"), ("work", "--pool", "dondocc")):
        process = server.dondoc(home, "flows", *arguments)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 1
        assert "there is no work pool 'dondocc'" in said
    with server.client() as client:
        assert "dondocc" not in {pool.name for pool in client.read_work_pools()}
    server.run(home, "flows", "deploy", "--pool", "another", "--new")


def test_a_wrong_password_is_one_line(tmp_path: Path, home: Path, town: World) -> None:
    server = Server(tmp_path, more={"PREFECT_SERVER_API_AUTH_STRING": "admin:right"})
    server.start()
    try:
        for given, said in (({}, "asks for a password"), ({CLIENT: "admin:wrong"}, "refuses the password")):
            for arguments in WANT_A_SERVER:
                process = server.dondoc(home, "flows", *arguments, **given)
                lines = process.communicate(timeout=120)[0].splitlines()
                assert (process.returncode, len(lines), said in lines[0]) == (1, 1, True), lines
        server.run(home, "flows", "sync", **{CLIENT: "admin:right"})
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (401, "asks for a password; set PREFECT_API_AUTH_STRING"),
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


def test_prefect_has_a_temporary_folder_of_its_own_and_tells_browsers_its_address(tmp_path: Path) -> None:
    """In the common one `runner_storage` belonged to the first account, and no other could work."""
    settings = Settings(home=tmp_path / "home", _env_file=None, prefect_ui_url="https://prefect.example/")  # type: ignore[call-arg]
    prepare(settings)
    found = prefect_variables(settings, {})
    folder = Path(found["TMPDIR"])
    assert folder.is_relative_to(settings.home) and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert found["PREFECT_SERVER_UI_API_URL"] == "https://prefect.example/api"
    given = {"PREFECT_SERVER_UI_API_URL": "https://other.example/api"}
    assert prefect_variables(settings, given)["PREFECT_SERVER_UI_API_URL"] == "https://other.example/api"
    assert "PREFECT_SERVER_UI_API_URL" not in prefect_variables(
        Settings(home=tmp_path, _env_file=None),  # type: ignore[call-arg]
        {},
    )
