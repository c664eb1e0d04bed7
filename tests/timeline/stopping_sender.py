"""A sender in a process of its own that ends itself by SIGKILL at a step. For the tests of what then happens.

The steps are places between calls of the real program; it has no hooks for this. Steps inside the talk with
the mail server are the test's mail server's to choose.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from models.database import open_engine
from models.settings import Settings
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


def send(settings: Settings, now: datetime, step: str, count: Connection | None = None) -> None:
    """In a process of its own; writes how many mails it sent into the pipe."""
    stop_at(step)
    engine = open_engine(settings.database)
    sent = send_due(engine, settings, now).mails
    engine.dispose()
    if count is not None:
        count.send(sent)
