"""A sender in a process of its own that ends itself by SIGKILL at a step. For the tests of what then happens.

    python -m tests.timeline.stopping_sender INSTANT STEP

The steps are places between calls of the real program; it has no hooks for this. Steps inside the talk with
the mail server are the test's mail server's to choose.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from models.database import open_engine
from models.settings import load_settings
from notifications import sender as mail_pass
from notifications.outcomes import record
from notifications.send import send_due

BEFORE_CLAIM, AFTER_CLAIM, BEFORE_COMMIT = "before the claim", "after the claim", "before the commit"
NOWHERE = "nowhere"


def die(*_: Any, **__: Any) -> None:
    """What no program can catch."""
    os.kill(os.getpid(), signal.SIGKILL)


def _dying_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> None:
        function(*arguments, **named)
        die()

    return call


def stop_at(step: str) -> None:
    """Before the commit: everything is written and the transaction still open."""
    if step == BEFORE_CLAIM:
        setattr(mail_pass, "claim", die)  # noqa: B010  (no name that the module means to give away)
    elif step == AFTER_CLAIM:
        mail_pass.MailPass._send = die  # type: ignore[method-assign,assignment]
    elif step == BEFORE_COMMIT:
        setattr(mail_pass, "record", _dying_after(record))  # noqa: B010


def main() -> None:
    now, step = sys.argv[1:]
    stop_at(step)
    settings = load_settings()
    engine = open_engine(settings.database)
    count = send_due(engine, settings, datetime.fromisoformat(now))
    engine.dispose()
    print(count.mails)


if __name__ == "__main__":
    main()
