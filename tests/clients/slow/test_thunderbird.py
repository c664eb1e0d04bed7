"""Thunderbird itself, without its window, subscribes to a feed and follows it: read from its own store."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from pathlib import Path

import pytest

from tests.clients.conftest import Served
from tests.clients.life import Seen, live, named

THUNDERBIRD = shutil.which("thunderbird")
EVENTS = "SELECT title, event_start, ical_status FROM cal_events"
PREFERENCES = {
    "calendar.list.sortOrder": "feed",
    "calendar.registry.feed.type": "ics",
    "calendar.registry.feed.name": "dondoc",
    "calendar.registry.feed.cache.enabled": True,
    "calendar.registry.feed.calendar-main-in-composite": True,
    "calendar.registry.feed.readOnly": True,
    "calendar.registry.feed.refreshInterval": "1",
    "calendar.timezone.local": "Asia/Ho_Chi_Minh",
    "calendar.timezone.useSystemTimezone": False,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mailnews.start_page.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
LONGEST = 200
"""Seconds for the first fetch, or until the next one: Thunderbird asks each minute here."""


@contextmanager
def running(profile: Path, url: str) -> Iterator[None]:
    """Thunderbird with a profile of its own that has one calendar."""
    profile.mkdir()
    wanted = {**PREFERENCES, "calendar.registry.feed.uri": url}
    lines = [f'user_pref("{name}", {_written(value)});' for name, value in wanted.items()]
    (profile / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [str(THUNDERBIRD), "--headless", "--no-remote", "--profile", str(profile)]
    environment = {"HOME": str(profile), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MOZ_HEADLESS": "1"}
    with (profile / "log").open("wb") as log:
        program = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            program.terminate()
            program.wait(60)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int) else f'"{value}"'


def shown(profile: Path) -> Seen:
    """What Thunderbird keeps of the calendar. All-day events lie at midnight UTC in microseconds there."""
    copy = profile / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    # Thunderbird locks its store for good, so what is read is a copy, with what is not yet written into it.
    copy.mkdir()
    for part in (profile / "calendar-data").glob("cache.sqlite*"):
        shutil.copy(part, copy)
    try:
        with closing(sqlite3.connect(copy / "cache.sqlite")) as connection:
            rows = connection.execute(EVENTS).fetchall()
    except sqlite3.DatabaseError:
        return {}  # not made yet, or copied in the middle of a change
    return named([(title, _day(start), status) for title, start, status in rows])


def _day(microseconds: int) -> date:
    return datetime.fromtimestamp(microseconds / 1e6, UTC).date()


def wait_until(holds: Callable[[], bool]) -> bool:
    for _ in range(LONGEST):
        if holds():
            return True
        time.sleep(1)
    return False


@pytest.mark.skipif(THUNDERBIRD is None, reason="Thunderbird is not installed: apt-get install thunderbird")
def test_it_follows_events_through_their_life(served: Served, tmp_path: Path) -> None:
    steps = live(served)
    first = next(steps)
    profile = tmp_path / "profile"
    with running(profile, served.order("unit", "dat-mui")):
        for step, wanted in chain([first], steps):
            assert wait_until(partial(shows, profile, wanted)), (step, shown(profile))


def shows(profile: Path, wanted: Seen) -> bool:
    return shown(profile) == wanted
