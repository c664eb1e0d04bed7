"""A look around the database: home, disk, time, settings, Prefect."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile

from calendars.zone import HCM
from models.mark_file import mark_paths
from models.settings import Settings, trial_values, unknown_variables
from models.system_faults import system_words
from reporting.health.checkup import Check, CheckResult, CheckupFinding, fail, ok, warn

MEGABYTE = 1024 * 1024
LITTLE_SPACE, TOO_LITTLE_SPACE = 1024 * MEGABYTE, 100 * MEGABYTE
BOUNDS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    # From the first to before the second; docs/decisions/0002-dependencies.md has the reasons.
    "prefect": ((3, 8, 8), (3, 8, 9)),
    "fastapi": ((0, 140), (0, 150, 1)),
    "starlette": ((1, 10), (1, 11)),
    "sqlalchemy": ((2, 0, 58), (2, 1)),
}


def surroundings_findings(settings: Settings, now: datetime) -> Iterator[CheckupFinding]:
    """All checks that need neither database nor network."""
    yield home_finding(settings.home)
    yield mark_finding(settings)
    yield space_finding(settings.home)
    yield zone_finding(settings, now)
    yield settings_finding(settings)
    yield from unknown_settings()
    yield prefect_finding()


def home_finding(home: Path) -> CheckupFinding:
    """Whether the home can be written to; it is not made for that."""
    place = _place(home)
    try:
        with TemporaryFile(dir=place):
            pass
    except OSError as error:
        return fail(Check.HOME, CheckResult.HOME_REFUSED, home=home, place=place, reason=system_words(error))
    ready = place == home.absolute()
    return ok(Check.HOME, CheckResult.HOME_READY if ready else CheckResult.HOME_TO_BE_MADE, home=home)


def mark_finding(settings: Settings) -> CheckupFinding:
    """Whether what was sent is known outside of what is backed up."""
    path = mark_paths(settings)[0]
    is_within = settings.home.absolute() in path.parents
    make, code = (warn, CheckResult.MARK_WITHIN) if is_within else (ok, CheckResult.MARK_OUTSIDE)
    return make(Check.MARK, code, path=path)


def space_finding(home: Path) -> CheckupFinding:
    return judged_space(shutil.disk_usage(_place(home)).free)


def _place(home: Path) -> Path:
    """The home, or the nearest folder above it that there is."""
    return next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.is_dir())


def judged_space(free: int) -> CheckupFinding:
    """`free` in bytes."""
    megabytes = free // MEGABYTE
    if free < TOO_LITTLE_SPACE:
        return fail(Check.SPACE, CheckResult.SPACE_TOO_LITTLE, megabytes=megabytes)
    if free < LITTLE_SPACE:
        return warn(Check.SPACE, CheckResult.SPACE_LITTLE, megabytes=megabytes)
    return ok(Check.SPACE, CheckResult.SPACE, megabytes=megabytes)


def zone_finding(settings: Settings, now: datetime) -> CheckupFinding:
    """Settings refuse an unknown zone; a zone without Vietnam's offset is at least worth a word."""
    local = now.astimezone(settings.zone)
    is_ours = local.utcoffset() == now.astimezone(HCM).utcoffset()
    make, code = (ok, CheckResult.ZONE) if is_ours else (warn, CheckResult.ZONE_FOREIGN)
    return make(Check.ZONE, code, zone=settings.time_zone, now=now, offset=f"{local:%z}")


def settings_finding(settings: Settings) -> CheckupFinding:
    """Values that are only fit for trying dondoc out. Production refuses to start with them."""
    names = trial_values(settings)
    if names:
        return warn(Check.SETTINGS, CheckResult.SETTINGS_TRIAL, names=", ".join(names))
    if settings.environment == "trial":
        return warn(Check.SETTINGS, CheckResult.SETTINGS_UNDECLARED)
    return ok(Check.SETTINGS, CheckResult.SETTINGS_FIT)


def unknown_settings() -> Iterator[CheckupFinding]:
    """Nobody notices a mistyped setting otherwise: what it should change stays as it was."""
    names = unknown_variables()
    if names:
        yield warn(Check.SETTINGS, CheckResult.SETTINGS_UNKNOWN, names=", ".join(names))


def prefect_finding() -> CheckupFinding:
    """Versions as installed, without importing Prefect, which takes seconds."""
    try:
        versions = {name: metadata.version(name) for name in BOUNDS}
    except metadata.PackageNotFoundError as error:
        return fail(Check.PREFECT, CheckResult.PACKAGE_MISSING, package=error.name)
    return judged_versions(versions)


def judged_versions(versions: dict[str, str]) -> CheckupFinding:
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    wrong = [name for name, version in versions.items() if not _is_within(version, *BOUNDS[name])]
    if wrong:
        return fail(Check.PREFECT, CheckResult.VERSIONS_WRONG, wrong=", ".join(wrong), versions=said)
    return ok(Check.PREFECT, CheckResult.VERSIONS, versions=said)


def _is_within(version: str, first: tuple[int, ...], end: tuple[int, ...]) -> bool:
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    return first <= numbers < end
