"""The demonstration's home: an empty database with a mark, and nothing left of an earlier run.

A database that is not a demonstration's own is never touched. The mark is written first, so a run that was
broken off can be started again.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect, select, text
from sqlmodel import Session

from calendars.zone import local_date
from cli.console.speech import language, t
from models.database import metadata, migrate, writing
from models.errors import UnsafeSettings
from models.mark_file import mark_paths
from models.settings import Settings
from models.upkeep import Marker
from models.vocabulary import AccessRole, say
from reporting.access.accounts import grant, open_account
from reporting.access.passwords import hash_password, new_secret
from reporting.health.database_checks import DEMO

FILE = "sign-ins.txt"
OPENED_BY = "dondoc demo"
DOMAIN = "camau.example"


@dataclass(frozen=True)
class DemoSignIn:
    """Who may sign in; no unit is everywhere."""

    address: str
    name: str
    role: AccessRole
    unit: str | None


SIGN_INS = (
    DemoSignIn(
        f"vanthu@xa-tam-giang-tay.ngoc-hien.{DOMAIN}", "Văn thư xã Tam Giang Tây", AccessRole.CLERK, "32233"
    ),
    DemoSignIn(
        f"thutruong@huyen-ngoc-hien.{DOMAIN}", "Chủ tịch UBND huyện Ngọc Hiển", AccessRole.HEAD, "973"
    ),
    DemoSignIn(f"tonghop@so-khdt.{DOMAIN}", "Phòng Tổng hợp Sở KH&ĐT", AccessRole.MONITOR, "so-khdt"),
    DemoSignIn(
        f"tonghop@van-phong-ubnd-tinh.{DOMAIN}",
        "Phòng Tổng hợp Văn phòng UBND tỉnh",
        AccessRole.MONITOR,
        "ubnd-tinh",
    ),
    DemoSignIn(f"quantri@{DOMAIN}", "Quản trị hệ thống", AccessRole.ADMINISTRATOR, None),
)


def open_sign_ins(session: Session, settings: Settings, now: datetime) -> Path:
    """Open the accounts from `now` on and write the file. Raises `UnsafeSettings` in production."""
    if settings.environment == "production":
        raise UnsafeSettings(
            t("the demo's sign-ins are not for production; dondoc people add opens accounts")
        )
    password = new_secret(12)
    kept = hash_password(password)  # once: it is the same for all, and hashing is dear
    for each in SIGN_INS:
        account = open_account(session, each.address, each.name, now, OPENED_BY)
        account.password_hash = kept
        since = local_date(now, settings.zone)
        grant(session, account, each.role, each.unit, since, now, OPENED_BY)
    return _write(settings, password)


def sign_ins_file(settings: Settings) -> Path | None:
    """Where the demonstration's sign-ins are to be read; None where there are none."""
    path = settings.home / FILE
    return path if settings.environment == "trial" and path.is_file() else None


def _write(settings: Settings, password: str) -> Path:
    path = settings.home / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    width = max(len(each.address) for each in SIGN_INS)
    lines = [f"{each.address:{width}}  {say(each.role, language())}: {each.name}" for each in SIGN_INS]
    said = t("the password of all")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, "", f"{said}: {password}", ""]))
    return path


MARKER = "marker"
HELD = ("unit", "plan", "ladder", "special_day", "account")
VERSION_TABLE = "alembic_version"
FOLDERS = ("mailbox", "feeds", "files", "prefect")
ACCOUNT = "account.txt"
PLANS = Path(__file__).parents[2] / "plans"


def prepare_home(settings: Settings, engine: Engine, seed: int) -> None:
    """Empty the database and set it up. Raises `UnsafeSettings` where it, or the home, is somebody's own."""
    if settings.environment == "production":
        raise UnsafeSettings(
            t("the demo is not for production; set DONDOC_ENVIRONMENT=trial, or another home")
        )
    if is_in_use(engine):
        raise UnsafeSettings(
            t(
                "the database in %(home)s is not the demo's and stays as it is; "
                "name another folder: DONDOC_HOME=demo dondoc demo",
                home=settings.home,
            )
        )
    was_demo = is_demo(engine)
    for name in FOLDERS:
        _clear(settings.home / name, was_demo)
    (settings.home / ACCOUNT).unlink(missing_ok=True)
    (settings.home / FILE).unlink(missing_ok=True)
    for mark in mark_paths(settings):
        mark.unlink(missing_ok=True)  # of the year lived before, which is emptied
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
            t(
                "%(folder)s holds files that are not the demo's and stays as it is; "
                "name another folder: DONDOC_HOME=demo dondoc demo",
                folder=folder,
            )
        )
    shutil.rmtree(folder)


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))


def shipped(*parts: str) -> Path:
    """A file or folder below plans/, wherever the program is installed."""
    return PLANS.joinpath(*parts)
