"""`dondoc serve --only web` as a process: it prints one address, answers there, and names a port in use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from models.settings import Settings

SERVE = [sys.executable, "-c", "from cli.app import main; main()", "serve", "--only", "web", "--port"]
ROOT = Path(__file__).parents[2]


def test_it_serves_until_it_is_interrupted(settings: Settings) -> None:
    process = subprocess.Popen([*SERVE, "0"], cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert process.stderr is not None
        address = process.stderr.readline().strip()
        assert httpx.get(f"{address}alive", trust_env=False).text == "ok\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.usefixtures("settings")
def test_it_names_a_port_that_is_in_use() -> None:
    from web.serving import listen

    with listen(0) as taken:
        port = str(taken.getsockname()[1])
        refused = subprocess.run([*SERVE, port], cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"dondoc: port {port} on 127.0.0.1 cannot be used")
