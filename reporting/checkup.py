"""What a look at the set-up finds: a value with its code, said in two languages by `reporting.checkup_words`.

`dondoc doctor` and the administrator's page of health show the same. A look changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(StrEnum):
    """What was looked at; scripts know the checks by these words."""

    SETTINGS = "settings"
    HOME = "home"
    SPACE = "disk space"
    ZONE = "time zone"
    MAIL = "mail"
    EHLO = "mail server greeting"
    PREFECT = "prefect"
    DATABASE = "database"
    DEMO = "demo"
    LAST_TICK = "last tick"
    LAST_SENDER = "last sender"
    UNITS = "units"
    CONTACTS = "contacts"
    PLANS = "plans"
    LADDERS = "ladders"
    PLAN_UNITS = "units of plans"
    WHO_IS_TOLD = "who is told"
    OUTBOX = "outbox"
    HEALTH = "mail and notices"
    HOLIDAYS = "holidays"


class Said(StrEnum):
    """What was found."""

    SETTINGS_WRONG = "settings wrong"
    SETTINGS_TRIAL = "settings of a trial"
    SETTINGS_UNDECLARED = "settings undeclared"
    SETTINGS_FIT = "settings fit"
    SETTINGS_UNKNOWN = "settings unknown"
    HOME_REFUSED = "home refused"
    HOME_READY = "home ready"
    HOME_TO_BE_MADE = "home to be made"
    SPACE = "space"
    SPACE_LITTLE = "little space"
    SPACE_TOO_LITTLE = "too little space"
    ZONE = "zone"
    ZONE_FOREIGN = "foreign zone"
    MAILBOX = "mailbox"
    MAIL_SILENT = "mail server silent"
    MAIL_FOREIGN = "no mail server"
    MAIL_ANSWERS = "mail server answers"
    EHLO = "name at mail server"
    EHLO_PART = "no full name at mail server"
    PACKAGE_MISSING = "package missing"
    VERSIONS_WRONG = "versions wrong"
    VERSIONS = "versions"
    DATABASE_UNUSABLE = "database unusable"
    DATABASE_ABSENT = "database absent"
    DATABASE_EMPTY = "database empty"
    DATABASE_FOREIGN = "database of another version"
    DATABASE_READY = "database ready"
    DEMO = "demo"
    NEVER_RAN = "never ran"
    STOPPED = "stopped"
    IN_FUTURE = "ran in the future"
    LONG_AGO = "ran long ago"
    RAN = "ran"
    LOADED = "loaded"
    NO_UNITS = "no units"
    NO_CONTACTS = "no contacts"
    NO_PLANS = "no plans"
    LADDERS_MISSING = "ladders missing"
    LADDERS_KNOWN = "ladders known"
    UNITS_UNKNOWN = "units unknown"
    UNITS_KNOWN = "units known"
    NOBODY_TOLD = "nobody told"
    EVERYONE_TOLD = "everyone told"
    NOTICES_FAILED = "notices failed"
    NO_NOTICE_FAILED = "no notice failed"
    CONCERN = "concern"
    NO_CONCERN = "no concern"
    DAYS_CONFIRMED = "days confirmed"
    DAYS_KNOWN = "days known"
    DAYS_UNKNOWN = "days unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckupFinding:
    """What one check found. `subject` tells two findings of one check apart, such as the year of holidays.

    `values` fill in the words: texts as they are, numbers, instants, several names as a tuple.
    """

    check: Check
    status: Status
    code: Said
    subject: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The check as scripts know it."""
        return f"{self.check} {self.subject}".rstrip()

    @property
    def is_well(self) -> bool:
        return self.status is Status.OK


def ok(check: Check, code: Said, subject: str = "", **values: Any) -> CheckupFinding:
    return CheckupFinding(check=check, status=Status.OK, code=code, subject=subject, values=values)


def warn(check: Check, code: Said, subject: str = "", **values: Any) -> CheckupFinding:
    return CheckupFinding(check=check, status=Status.WARN, code=code, subject=subject, values=values)


def fail(check: Check, code: Said, subject: str = "", **values: Any) -> CheckupFinding:
    return CheckupFinding(check=check, status=Status.FAIL, code=code, subject=subject, values=values)
