"""A module run as a part of the group: it ends when its standard input does, so it cannot outlive the group.

python -m cli.serving.tied MODULE [ARGUMENTS]
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

PATIENCE = 20.0
"""Seconds for an orderly end after the group is gone."""


def end_with_input() -> None:
    """Wait for the end of standard input, then end this process, in good order if it will."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


def main() -> None:
    threading.Thread(target=end_with_input, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
