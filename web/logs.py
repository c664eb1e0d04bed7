"""Logs of the web part: an event a line, as plain text or JSON, each with the id of its request.

Events have names that stay. No line holds a secret: what looks like the secret of a link, a ticket or a feed
is taken out of every line, a traceback too, and addresses are written by their route alone.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from notifications.links import without_secrets

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of one."""
REQUEST_HEADER = "X-Request-ID"
_FEED = re.compile(r"(/ical/)(?!\{)[^/\s\"']+")
_QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")


class LogEvent(StrEnum):
    """What a line tells, by the names that programs use."""

    REQUEST = "request"
    FAILED = "request.failed"
    FEED_STALE = "feed.stale"
    FEED_NOT_NOTED = "feed.not-noted"
    LOG = "log"


def told(event: LogEvent, **values: object) -> dict[str, object]:
    """An event with its values, as `extra` of a log's record."""
    return {"event": event, "values": values}


def event_of(record: logging.LogRecord) -> LogEvent:
    """What a record tells; one of a library has no name of its own."""
    if record.name == "uvicorn.error" and record.exc_info:  # what escaped while a request was answered
        return LogEvent.FAILED
    return LogEvent(getattr(record, "event", LogEvent.LOG))


def redacted(line: str) -> str:
    """The line without what is secret in addresses."""
    return without_secrets(_QUERY.sub(r"\1?…", _FEED.sub(r"\1…", line)))


class TextLines(logging.Formatter):
    """For people: time, level, event, request, and what happened."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_time(record)} {record.levelname} {event_of(record)} {REQUEST_ID.get() or '-'}"
        values = " ".join(f"{name}={value}" for name, value in getattr(record, "values", {}).items())
        said = " ".join(filter(None, (record.getMessage().strip(), values)))
        traceback = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return redacted(f"{head} {said}{traceback}")


class JsonLines(logging.Formatter):
    """For programs: an object a line. A traceback is a text in it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": event_of(record),
            "request": REQUEST_ID.get() or None,
            "message": redacted(record.getMessage().strip()) or None,
            "logger": record.name if event_of(record) is LogEvent.LOG else None,
            **{name: _plain(value) for name, value in getattr(record, "values", {}).items()},
            "traceback": redacted(self.formatException(record.exc_info)) if record.exc_info else None,
        }
        return json.dumps(
            {name: value for name, value in line.items() if value is not None}, ensure_ascii=False
        )


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) else redacted(str(value))


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def set_up_logs(form: Literal["text", "json"]) -> None:
    """Let this process write its log to standard error, as a server does that has no other."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(ACCESS).setLevel(logging.INFO)


ACCESS = "dondoc.access"
