"""A test run that is interrupted leaves nothing behind: real runs, ended in every way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.waiting import PATIENCE, heed_ctrl_c, wait_for

LASTING = """
import json, os, subprocess, sys, time
from pathlib import Path
from sqlalchemy.engine import make_url

def test_it({fixtures}postgres_url, tmp_path_factory):
    data = Path(make_url(postgres_url).query["host"])
    # A daemon of its own session, as pg_ctl makes them, which closes everything.
    daemon = "import os, signal as s, time; {signals}; os.fork() and os._exit(0); time.sleep(600)"
    subprocess.run([sys.executable, "-c", daemon], start_new_session=True, close_fds=True)
    marked = [int(each.name) for each in Path("/proc").glob("[0-9]*") if is_marked(each)]
    processes = [os.getpid(), int((data / "postmaster.pid").read_text().split()[0]), *marked]
    found = dict(worker=os.getpid(), processes=processes, folders=[str(data.parent), *{folders}])
    Path({report!r} + ".part").write_text(json.dumps(found))
    Path({report!r} + ".part").rename({report!r})
    time.sleep(600)

def is_marked(process):
    try:
        return os.environ["PART_OF_TEST_RUN"].encode() in (process / "environ").read_bytes()
    except OSError:
        return False
"""


def to_the_run(number: int) -> Callable[[subprocess.Popen[bytes], int], None]:
    return lambda run, worker: run.send_signal(number)


def to_all_of_it(number: int) -> Callable[[subprocess.Popen[bytes], int], None]:
    return lambda run, worker: os.killpg(run.pid, number)


def to_the_worker(number: int) -> Callable[[subprocess.Popen[bytes], int], None]:
    return lambda run, worker: os.kill(worker, number)


@pytest.mark.parametrize(
    ("end", "workers", "prefect", "deaf"),
    [
        pytest.param(to_all_of_it(signal.SIGINT), 0, False, False, id="Ctrl-C"),
        pytest.param(to_all_of_it(signal.SIGTERM), 1, False, False, id="a time limit"),
        pytest.param(to_the_run(signal.SIGKILL), 0, True, False, id="killed"),
        pytest.param(to_the_run(signal.SIGKILL), 1, False, True, id="killed with a worker"),
        pytest.param(to_the_worker(signal.SIGKILL), 1, False, False, id="a worker killed"),
    ],
)
def test_what_a_run_started_ends_with_it(
    tmp_path: Path,
    end: Callable[[subprocess.Popen[bytes], int], None],
    workers: int,
    prefect: bool,
    deaf: bool,
) -> None:
    """Also a daemon that is deaf to SIGTERM, which costs five seconds until it is killed."""
    report = tmp_path / "report.json"
    fixtures = "running_server, " if prefect else ""
    folders = "[str(tmp_path_factory.getbasetemp())]" if prefect else "[]"
    signals = "s.signal(15, s.SIG_IGN)" if deaf else "s.signal(15, s.SIG_DFL)"
    (tmp_path / "test_lasting.py").write_text(
        LASTING.format(report=str(report), fixtures=fixtures, folders=folders, signals=signals)
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    plugins = ["-p", "tests.conftest", *(["-p", "tests.flows.conftest"] if prefect else [])]
    options = ["-n", str(workers)] if workers else ["-p", "no:xdist"]
    said = tmp_path / "said.txt"
    with said.open("w") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugins, *options, "test_lasting.py"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=heed_ctrl_c,
        )
    wait_for(lambda: report.exists() or run.poll() is not None, "the run did not begin")
    assert run.poll() is None, said.read_text()
    found = json.loads(report.read_text())
    assert len(found["processes"]) >= 3 + prefect
    assert all(is_alive(pid) for pid in found["processes"])
    end(run, found["worker"])
    run.wait(PATIENCE)
    wait_for(lambda: not any(is_alive(pid) for pid in found["processes"]), "something is still there")
    wait_for(lambda: not any(Path(each).exists() for each in found["folders"]), "a folder is still there")


def is_alive(pid: int) -> bool:
    """Whether it runs; one that nobody has asked after yet is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
