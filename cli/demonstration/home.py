"""The demonstration's home: an empty database with a mark, and nothing left of an earlier run.

A database that is not a demonstration's own is never touched. The mark is written first, so a run that was
broken off can be begun anew.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Engine, inspect, select, text
from sqlmodel import Session

from cli.demonstration.sign_ins import FILE as SIGN_INS
from models.database import metadata, migrate, writing
from models.errors import UnsafeSettings
from models.settings import Settings
from models.upkeep import Marker
from reporting.checkup_content import DEMO
from reporting.high_water import mark_path

MARKER = "marker"
HELD = ("unit", "plan", "ladder", "special_day", "account")
VERSION_TABLE = "alembic_version"
FOLDERS = ("mailbox", "feeds", "files", "prefect")
ACCOUNT = "account.txt"
PLANS = Path(__file__).parents[2] / "plans"


def prepare_home(settings: Settings, engine: Engine, seed: int) -> None:
    """Set the database up anew. Raises `UnsafeSettings` where it, or the home, is somebody's own."""
    if settings.environment == "production":
        raise UnsafeSettings("the demo is not for production; set DONDOC_ENVIRONMENT=trial, or another home")
    if is_in_use(engine):
        raise UnsafeSettings(
            f"the database in {settings.home} is not the demo's and stays as it is; "
            "name another folder: DONDOC_HOME=demo dondoc demo"
        )
    was_demo = is_demo(engine)
    for name in FOLDERS:
        _clear(settings.home / name, was_demo)
    (settings.home / ACCOUNT).unlink(missing_ok=True)
    (settings.home / SIGN_INS).unlink(missing_ok=True)
    mark_path(settings).unlink(missing_ok=True)  # of the year lived before, which lies ahead of this one
    _empty(engine)
    migrate(engine)
    with writing(engine) as session:
        session.add(Marker(name=DEMO, value=str(seed)))


def is_demo(engine: Engine) -> bool:
    """Whether a demonstration made this database."""
    if not inspect(engine).has_table(MARKER):
        return False
    with Session(engine) as session:
        return session.get(Marker, DEMO) is not None


def is_in_use(engine: Engine) -> bool:
    """Whether the database holds something that no demonstration put there."""
    tables = set(inspect(engine).get_table_names())
    if not tables or is_demo(engine):
        return False
    with engine.connect() as connection:
        looks = (select(text("1")).select_from(text(f'"{name}"')).limit(1) for name in HELD if name in tables)
        return any(connection.execute(look).first() is not None for look in looks)


def _clear(folder: Path, was_demo: bool) -> None:
    if not folder.exists():
        return
    if not was_demo and any(folder.iterdir()):
        raise UnsafeSettings(
            f"{folder} holds files that are not the demo's and stays as it is; "
            "name another folder: DONDOC_HOME=demo dondoc demo"
        )
    shutil.rmtree(folder)


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))


def shipped(*parts: str) -> Path:
    """A file or folder below plans/, wherever the program is installed."""
    return PLANS.joinpath(*parts)
