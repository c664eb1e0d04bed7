"""A demonstration that is stopped on the way: Ctrl-C at a terminal, and the run after it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from tests.demonstrations import COMMAND, ROOT, dondoc
from tests.waiting import heed_ctrl_c


def test_ctrl_c_ends_it_quietly_and_the_next_run_starts_over(tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal. Another seed's leavings do not reach the next run."""
    home = tmp_path / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
    demo = subprocess.Popen(
        [*COMMAND, "demo", "--no-flow"],
        cwd=tmp_path,
        env={**kept, "DONDOC_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
    )
    with demo:
        assert demo.stderr is not None
        said = [demo.stderr.readline(), demo.stderr.readline()]
        os.killpg(demo.pid, signal.SIGINT)
        said += demo.stderr.readlines()
    assert demo.returncode == 130
    assert "Traceback" not in "".join(said)
    assert "Dừng giữa chừng; chạy lại thì bắt đầu lại từ đầu.\n" in said
    assert dondoc(home, "demo", "--no-flow", "--until", "2024-01-22").returncode == 0
