"""The clock of a served demonstration: it goes on from the demonstration's last pass instead of today.

Otherwise its reminders would be two years old, the links in its mails expired, and all it owes overdue. A
home of one's own is served by the real clock. `--demo` fills an empty home first.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from cli.console.speech import OPTION, language, t
from cli.demonstration.home import ACCOUNT, is_demo, is_in_use
from models.database import open_engine
from models.errors import DondocError, UnsafeSettings
from models.own_process import module_command
from models.settings import Settings, as_environment
from models.upkeep import TICK, Heartbeat

UNTIL = "2024-09-16"
"""A Monday with reports due on the next day, some overdue, some waiting to be looked at."""
AFTER_PASS = timedelta(minutes=5)
WORTH_SHIFTING = timedelta(days=1)


def filled(settings: Settings) -> None:
    """Live through the demonstration's year up to a September morning, unless it was done already.

    Raises `UnsafeSettings` where the home is somebody's own, `DondocError` where the demonstration stopped.
    """
    engine = open_engine(settings.database)
    try:
        if is_in_use(engine):
            raise UnsafeSettings(
                t(
                    "%(home)s holds data of its own; leave out --demo, or name another home",
                    home=settings.home,
                )
            )
        if is_demo(engine) and (settings.home / ACCOUNT).is_file():
            return
    finally:
        engine.dispose()
    command = module_command("cli", OPTION, language(), "demo", "--no-flow", "--until", UNTIL)
    lived = subprocess.run(command, env=as_environment(settings), stdout=subprocess.DEVNULL, check=False)
    if lived.returncode:
        raise DondocError(t("the demonstration stopped before its end; start again"))


def at_its_time(settings: Settings) -> Settings:
    """The settings with the clock of the home: shifted for a demonstration, else as they are."""
    if settings.environment != "trial" or "clock_shift_seconds" in settings.model_fields_set:
        return settings
    engine = open_engine(settings.database, create=False)
    try:
        last = _last_pass(engine)
    except OperationalError:
        return settings  # away: what can be served without it goes by the real clock
    finally:
        engine.dispose()
    now = datetime.now(UTC)
    if last is None or now - last < WORTH_SHIFTING:
        return settings
    shift = last + AFTER_PASS - now
    return settings.model_copy(update={"clock_shift_seconds": round(shift.total_seconds())})


def _last_pass(engine: Engine) -> datetime | None:
    """The demonstration's newest pass; None in a home of one's own."""
    if not inspect(engine).has_table("heartbeat") or not is_demo(engine):
        return None
    with Session(engine.execution_options(read_only=True)) as session:
        beat = session.get(Heartbeat, TICK)
        return beat.at if beat is not None else None
