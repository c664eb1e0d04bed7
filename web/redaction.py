"""Secrets out of logs: the addresses of feeds and of links in mails, should anybody turn an access log on.

dondoc writes no access log. Whoever runs the application under a server of their own may, and a log is read
by many.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from notifications.links import without_secrets

LOGGERS = ("uvicorn.access", "uvicorn.error", "hypercorn.access", "gunicorn.access")
_TOKEN = re.compile(r"(/ical/)[^/\s\"']+")


class WithoutSecrets(logging.Filter):
    """Takes the secrets out of a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _redacted(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_redacted(value) for value in record.args)
        return True


def keep_secrets_out_of_logs() -> None:
    """For the servers that are known to log addresses; doing it twice does no harm."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, WithoutSecrets) for each in logger.filters):
            logger.addFilter(WithoutSecrets())


def _redacted(value: Any) -> Any:
    return without_secrets(_TOKEN.sub(r"\1…", value)) if isinstance(value, str) else value
