"""The demonstration's sign-ins: five people with one random password, in a file that only its owner reads.

They are made by `dondoc demo` alone, which refuses production; `dondoc serve` names the file where it is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from calendars.zone import local_date
from models.errors import UnsafeSettings
from models.settings import Settings
from models.vocabulary import AccessRole, say
from reporting.accounts import grant, open_account
from reporting.link_secrets import new_secret
from reporting.passwords import hash_password

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
        raise UnsafeSettings("the demo's sign-ins are not for production; dondoc people add opens accounts")
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
    lines = [f"{each.address:{width}}  {say(each.role, settings.language)}: {each.name}" for each in SIGN_INS]
    said = "Mật khẩu chung / the password of all" if settings.language == "vi" else "the password of all"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, "", f"{said}: {password}", ""]))
    return path
