"""What `dondoc doctor` looks at around the database: home, disk, time, settings, mail server, Prefect."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from calendars.zone import HCM
from models.errors import UnsafeSettings
from models.settings import Settings, refuse_trial_values
from notifications.sending import MAILBOX

MEGABYTE = 1024 * 1024
LITTLE_SPACE, TOO_LITTLE_SPACE = 1024 * MEGABYTE, 100 * MEGABYTE
GREETING = b"220"
CONNECT_SECONDS = 5.0
PREFECT = "prefect"
BOUNDS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    # From the first to before the second; docs/decisions/0002-dependencies.md has the reasons.
    "prefect": ((3, 8, 8), (3, 8, 9)),
    "fastapi": ((0, 140), (0, 150, 1)),
    "starlette": ((1, 10), (1, 11)),
    "sqlalchemy": ((2, 0, 58), (2, 1)),
}


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What one check found; the remedy is empty where all is well."""

    check: str
    status: Status
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ok(check: str, said: str) -> Finding:
    return Finding(check, Status.OK, said)


def warn(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, Status.WARN, said, remedy)


def fail(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, Status.FAIL, said, remedy)


def surroundings_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """All checks that need no database."""
    yield home_finding(settings.home)
    yield space_finding(settings.home)
    yield zone_finding(settings, now)
    yield settings_finding(settings)
    yield mail_finding(settings)
    yield prefect_finding()


def home_finding(home: Path) -> Finding:
    """Whether the home can be written to; it is not made for that."""
    place = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.is_dir())
    try:
        with TemporaryFile(dir=place):
            pass
    except OSError as error:
        remedy = f"give this user the right to write to {place}, or set DONDOC_HOME"
        return fail("home", f"{home} cannot be written to ({error.strerror})", remedy)
    return ok("home", str(home) if place == home.absolute() else f"{home} (will be made)")


def space_finding(home: Path) -> Finding:
    place = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.is_dir())
    return judged_space(shutil.disk_usage(place).free)


def judged_space(free: int) -> Finding:
    """`free` in bytes."""
    said = f"{free // MEGABYTE:,} MB free"
    if free < TOO_LITTLE_SPACE:
        return fail("disk space", said, "make room, or move DONDOC_HOME; reports could no longer be kept")
    if free < LITTLE_SPACE:
        return warn("disk space", said, "make room soon")
    return ok("disk space", said)


def zone_finding(settings: Settings, now: datetime) -> Finding:
    """Settings refuse an unknown zone; a zone without Vietnam's offset is at least worth a word."""
    local = now.astimezone(settings.zone)
    said = f"{settings.time_zone}, now {local:%d/%m/%Y %H:%M} (UTC{local:%z})"
    if local.utcoffset() == now.astimezone(HCM).utcoffset():
        return ok("time zone", said)
    return warn("time zone", said, "deadlines are not Vietnam's; set DONDOC_TIME_ZONE=Asia/Ho_Chi_Minh")


def settings_finding(settings: Settings) -> Finding:
    """Values that are only fit for trying dondoc out. Production refuses to start with them."""
    try:
        refuse_trial_values(settings.model_copy(update={"environment": "production"}))
    except UnsafeSettings as error:
        names = str(error).partition("values of your own for ")[2].partition(";")[0]
        remedy = "before real use set them and DONDOC_ENVIRONMENT=production; see docs/settings.md"
        return warn("settings", f"trial values: {names}", remedy)
    if settings.environment == "trial":
        return warn("settings", "fit for production, not declared so", "set DONDOC_ENVIRONMENT=production")
    return ok("settings", "fit for production")


def mail_finding(settings: Settings) -> Finding:
    """Whether the mail server answers; nothing is sent."""
    if settings.smtp_host is None:
        return ok("mail", f"no mail server set: mails go to the local mailbox {settings.home / MAILBOX}")
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with socket.create_connection((settings.smtp_host, settings.smtp_port), CONNECT_SECONDS) as server:
            # With TLS from the start the server waits for us; that it took the connection must do.
            greeting = GREETING if settings.smtp_security == "tls" else server.recv(200)
    except OSError as error:
        remedy = "check DONDOC_SMTP_HOST and DONDOC_SMTP_PORT, the network, and that the server runs"
        return fail("mail", f"{where} does not answer ({error})", remedy)
    if not greeting.startswith(GREETING):
        return fail("mail", f"{where} is no mail server", "check DONDOC_SMTP_PORT and DONDOC_SMTP_SECURITY")
    return ok("mail", f"{where} answers")


def prefect_finding() -> Finding:
    """Versions as installed, without importing Prefect, which takes seconds."""
    try:
        versions = {name: metadata.version(name) for name in BOUNDS}
    except metadata.PackageNotFoundError as error:
        return fail(PREFECT, f"{error.name} is not installed", "install dondoc anew: make setup")
    return judged_versions(versions)


def judged_versions(versions: dict[str, str]) -> Finding:
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    wrong = [name for name, version in versions.items() if not _is_within(version, *BOUNDS[name])]
    if wrong:
        remedy = (
            "Prefect's server fails with these versions; install what requirements.lock names: make setup"
        )
        return fail(PREFECT, f"{', '.join(wrong)} of a version it does not work with ({said})", remedy)
    return ok(PREFECT, said)


def _is_within(version: str, first: tuple[int, ...], end: tuple[int, ...]) -> bool:
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    return first <= numbers < end
