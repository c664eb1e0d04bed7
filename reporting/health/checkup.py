"""Findings of the set-up checks, with their texts in two languages.

`dondoc doctor` and the administrator's health page show the same. Checks change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.errors import Fault
from messages.catalogue import N_, NP_, Plural, translate
from messages.formats import day_text, moment_text, number_text
from reporting.health.health import HealthFinding, finding_remedy, finding_words


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(StrEnum):
    """The checks, by the names that scripts use."""

    SETTINGS = "settings"
    HOME = "home"
    MARK = "mark"
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
    WORKERS = "workers"
    RUNS = "runs"
    FILES = "files"


class CheckResult(StrEnum):
    """The results of checks."""

    SETTINGS_WRONG = "settings wrong"
    SETTINGS_TRIAL = "settings of a trial"
    SETTINGS_UNDECLARED = "settings undeclared"
    SETTINGS_FIT = "settings fit"
    SETTINGS_UNKNOWN = "settings unknown"
    HOME_REFUSED = "home refused"
    HOME_READY = "home ready"
    HOME_TO_BE_MADE = "home to be made"
    MARK_OUTSIDE = "mark outside"
    MARK_WITHIN = "mark within"
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
    DATABASE_AWAY = "database away"
    DATABASE_ABSENT = "database absent"
    DATABASE_EMPTY = "database empty"
    DATABASE_FOREIGN = "database of another version"
    DATABASE_NEWER = "database of a newer version"
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
    PLAN_UNREADABLE = "plan unreadable"
    UNITS_UNKNOWN = "units unknown"
    UNITS_KNOWN = "units known"
    NOBODY_TOLD = "nobody told"
    EVERYONE_TOLD = "everyone told"
    NOTICES_FAILED = "notices failed"
    NO_NOTICE_FAILED = "no notice failed"
    CONCERN = "concern"
    NO_CONCERN = "no concern"
    WORKERS_ONLINE = "workers online"
    NOT_YET_RUN = "not yet run"
    DAYS_CONFIRMED = "days confirmed"
    DAYS_KNOWN = "days known"
    DAYS_UNKNOWN = "days unknown"
    FILES_THERE = "files there"
    FILES_ELSEWHERE = "files elsewhere"
    FILES_WRONG = "files wrong"


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckupFinding:
    """The result of one check. `subject` distinguishes findings of one check, such as the year of holidays.

    `values` fill in the words: texts as they are, numbers, instants, several names as a tuple.
    """

    check: Check
    status: Status
    code: CheckResult
    subject: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The check as scripts know it."""
        return f"{self.check} {self.subject}".rstrip()

    @property
    def is_well(self) -> bool:
        return self.status is Status.OK


def ok(check: Check, code: CheckResult, subject: str = "", **values: object) -> CheckupFinding:
    return CheckupFinding(check=check, status=Status.OK, code=code, subject=subject, values=values)


def warn(check: Check, code: CheckResult, subject: str = "", **values: object) -> CheckupFinding:
    return CheckupFinding(check=check, status=Status.WARN, code=code, subject=subject, values=values)


def fail(check: Check, code: CheckResult, subject: str = "", **values: object) -> CheckupFinding:
    return CheckupFinding(check=check, status=Status.FAIL, code=code, subject=subject, values=values)


SHOWN = 3
"""The number of names shown of a long list."""
MORE = N_("%(names)s and %(number)s more")
STATUS = {
    Status.OK: NP_("status", "ok"),
    Status.WARN: NP_("status", "warn"),
    Status.FAIL: NP_("status", "fail"),
}
CHECKS: dict[Check, str] = {
    Check.SETTINGS: N_("settings"),
    Check.HOME: N_("home"),
    Check.MARK: N_("mark of what was sent"),
    Check.SPACE: N_("disk space"),
    Check.ZONE: N_("time zone"),
    Check.MAIL: N_("mail"),
    Check.EHLO: N_("name at the mail server"),
    Check.PREFECT: N_("prefect"),
    Check.DATABASE: N_("database"),
    Check.DEMO: N_("demo"),
    Check.LAST_TICK: N_("last tick"),
    Check.LAST_SENDER: N_("last sender"),
    Check.UNITS: N_("units"),
    Check.CONTACTS: N_("contacts"),
    Check.PLANS: N_("plans"),
    Check.LADDERS: N_("ladders"),
    Check.PLAN_UNITS: N_("units of plans"),
    Check.WHO_IS_TOLD: N_("who is told"),
    Check.OUTBOX: N_("outbox"),
    Check.HEALTH: N_("mail and notices"),
    Check.HOLIDAYS: N_("holidays"),
    Check.WORKERS: N_("workers of"),
    Check.RUNS: N_("runs of"),
    Check.FILES: N_("files of reports and plans"),
}
INIT = N_("run: dondoc init")
SEE_SETTINGS = N_("see docs/settings.md")
LOAD_UNITS = N_("load them: dondoc units load FILE --as-of DATE")
RUN = N_("run it every few minutes, by cron or a flow: %(command)s")
NONE = N_("none are loaded")
FREE = N_("%(megabytes)s MB free")
SAID: dict[CheckResult, str | Plural] = {
    CheckResult.SETTINGS_WRONG: N_("%(said)s"),
    CheckResult.SETTINGS_TRIAL: N_("trial values: %(names)s"),
    CheckResult.SETTINGS_UNDECLARED: N_("fit for production, not declared so"),
    CheckResult.SETTINGS_UNKNOWN: N_("there is no setting called %(names)s"),
    CheckResult.SETTINGS_FIT: N_("fit for production"),
    CheckResult.HOME_REFUSED: N_("%(home)s cannot be written to (%(reason)s)"),
    CheckResult.HOME_READY: N_("%(home)s"),
    CheckResult.HOME_TO_BE_MADE: N_("%(home)s (will be made)"),
    CheckResult.MARK_OUTSIDE: N_("%(path)s"),
    CheckResult.MARK_WITHIN: N_("%(path)s, within the home"),
    CheckResult.SPACE: FREE,
    CheckResult.SPACE_LITTLE: FREE,
    CheckResult.SPACE_TOO_LITTLE: FREE,
    CheckResult.ZONE: N_("%(zone)s, now %(now)s (UTC%(offset)s)"),
    CheckResult.ZONE_FOREIGN: N_("%(zone)s, now %(now)s (UTC%(offset)s)"),
    CheckResult.MAILBOX: N_("no mail server set: mails go to the local mailbox %(folder)s"),
    CheckResult.MAIL_SILENT: N_("%(where)s does not answer (%(reason)s)"),
    CheckResult.MAIL_FOREIGN: N_("%(where)s is no mail server"),
    CheckResult.MAIL_ANSWERS: N_("%(where)s answers"),
    CheckResult.EHLO: N_("calls itself %(name)s at the mail server (EHLO)"),
    CheckResult.EHLO_PART: N_("calls itself %(name)s at the mail server (EHLO), which is no full name"),
    CheckResult.PACKAGE_MISSING: N_("%(package)s is not installed"),
    CheckResult.VERSIONS_WRONG: N_("%(wrong)s of a version it does not work with (%(versions)s)"),
    CheckResult.VERSIONS: N_("%(versions)s"),
    CheckResult.DATABASE_UNUSABLE: N_("%(said)s"),
    CheckResult.DATABASE_AWAY: N_("%(kind)s: %(said)s"),
    CheckResult.DATABASE_ABSENT: N_("is not set up yet"),
    CheckResult.DATABASE_EMPTY: N_("%(kind)s: is not set up yet"),
    CheckResult.DATABASE_FOREIGN: N_("%(kind)s: has the schema of another version"),
    CheckResult.DATABASE_NEWER: N_("%(kind)s: of a newer version of dondoc (schema %(found)s, here %(own)s)"),
    CheckResult.DATABASE_READY: N_("%(kind)s, schema of this version"),
    CheckResult.DEMO: N_("the database is a demo's: its year is over"),
    CheckResult.NEVER_RAN: N_("has never run"),
    CheckResult.STOPPED: N_("%(at)s: %(detail)s"),
    CheckResult.IN_FUTURE: N_("%(at)s, in the future"),
    CheckResult.LONG_AGO: N_("%(at)s"),
    CheckResult.RAN: N_("%(at)s"),
    CheckResult.LOADED: N_("%(number)s"),
    CheckResult.NO_UNITS: NONE,
    CheckResult.NO_CONTACTS: NONE,
    CheckResult.NO_PLANS: NONE,
    CheckResult.LADDERS_MISSING: N_("plans name %(names)s"),
    CheckResult.LADDERS_KNOWN: N_("every plan has its own"),
    CheckResult.PLAN_UNREADABLE: N_("%(slug)s: %(said)s"),
    CheckResult.UNITS_UNKNOWN: N_("no unit %(names)s"),
    CheckResult.UNITS_KNOWN: N_("all are known"),
    CheckResult.NOBODY_TOLD: Plural(
        "%(number)s unit owes reports and has no contact: %(names)s",
        "%(number)s units owe reports and have no contact: %(names)s",
    ),
    CheckResult.EVERYONE_TOLD: N_("every unit that owes a report has a contact"),
    CheckResult.NOTICES_FAILED: Plural("%(number)s notice failed", "%(number)s notices failed"),
    CheckResult.NO_NOTICE_FAILED: N_("no notice failed"),
    CheckResult.CONCERN: N_("%(concern)s"),
    CheckResult.NO_CONCERN: N_("nothing is stuck, no mail server is down, no address refuses mail"),
    CheckResult.WORKERS_ONLINE: N_("%(number)s online"),
    CheckResult.NOT_YET_RUN: N_("has not run yet"),
    CheckResult.DAYS_CONFIRMED: N_("confirmed as complete by %(who)s, %(at)s"),
    CheckResult.DAYS_KNOWN: N_(
        "days worked in exchange known so far: %(days)s; nobody has confirmed that these are all"
    ),
    CheckResult.DAYS_UNKNOWN: N_("no exchange of days is known for it"),
    CheckResult.FILES_THERE: N_("all are there: %(number)s; named by nothing: %(others)s"),
    CheckResult.FILES_ELSEWHERE: N_("none of %(number)s is in this home"),
    CheckResult.FILES_WRONG: Plural(
        "%(number)s file is missing or damaged: %(names)s",
        "%(number)s files are missing or damaged: %(names)s",
    ),
}
REMEDY: dict[CheckResult, str] = {
    CheckResult.SETTINGS_WRONG: SEE_SETTINGS,
    CheckResult.SETTINGS_TRIAL: N_(
        "before real use set them and DONDOC_ENVIRONMENT=production; see docs/settings.md"
    ),
    CheckResult.SETTINGS_UNKNOWN: N_(
        "it has no effect: correct the name as in docs/settings.md, or remove it"
    ),
    CheckResult.SETTINGS_UNDECLARED: N_("set DONDOC_ENVIRONMENT=production"),
    CheckResult.HOME_REFUSED: N_("give this user the right to write to %(place)s, or set DONDOC_HOME"),
    CheckResult.MARK_WITHIN: N_(
        "a backup of the home brings it back too, and then people are mailed twice; set DONDOC_MARK to a "
        "file outside"
    ),
    CheckResult.SPACE_LITTLE: N_("make room soon"),
    CheckResult.SPACE_TOO_LITTLE: N_("make room, or move DONDOC_HOME; reports could no longer be kept"),
    CheckResult.ZONE_FOREIGN: N_("deadlines are not Vietnam's; set DONDOC_TIME_ZONE=Asia/Ho_Chi_Minh"),
    CheckResult.MAIL_SILENT: N_(
        "check DONDOC_SMTP_HOST and DONDOC_SMTP_PORT, the network, and that the server runs"
    ),
    CheckResult.MAIL_FOREIGN: N_("check DONDOC_SMTP_PORT and DONDOC_SMTP_SECURITY"),
    CheckResult.EHLO_PART: N_(
        "many mail servers refuse such a name; set DONDOC_SMTP_EHLO, such as dondoc.example.vn"
    ),
    CheckResult.PACKAGE_MISSING: N_("install dondoc again: make setup"),
    CheckResult.VERSIONS_WRONG: N_(
        "Prefect's server fails with these versions; install what requirements.lock names: make setup"
    ),
    CheckResult.DATABASE_UNUSABLE: SEE_SETTINGS,
    CheckResult.DATABASE_ABSENT: INIT,
    CheckResult.DATABASE_EMPTY: INIT,
    CheckResult.DATABASE_FOREIGN: INIT,
    CheckResult.DATABASE_NEWER: N_("install that version, or restore a backup of before its update"),
    CheckResult.DEMO: N_("for real use set another DONDOC_HOME"),
    CheckResult.NEVER_RAN: RUN,
    CheckResult.STOPPED: N_("see docs/mail.md"),
    CheckResult.IN_FUTURE: N_("the clock was wrong then, or is now; set it right"),
    CheckResult.LONG_AGO: RUN,
    CheckResult.NO_UNITS: LOAD_UNITS,
    CheckResult.NO_CONTACTS: LOAD_UNITS,
    CheckResult.NO_PLANS: N_("load them: dondoc plan load FILE"),
    CheckResult.LADDERS_MISSING: N_("load them: dondoc ladder load FILE"),
    CheckResult.UNITS_UNKNOWN: N_("load the missing units, or correct the plans: dondoc plan check FILE"),
    CheckResult.NOBODY_TOLD: N_("load a contact for each: dondoc units load FILE --as-of DATE"),
    CheckResult.NOTICES_FAILED: N_("see why: dondoc outbox --state failed"),
    CheckResult.DAYS_UNKNOWN: N_(
        "after the government's announcement: dondoc days off DATE… and dondoc "
        "days worked DATE…, then dondoc days confirm YEAR"
    ),
    CheckResult.FILES_ELSEWHERE: N_(
        "well on a machine that has workers alone; where the pages are, mount the disk or restore a backup"
    ),
    CheckResult.FILES_WRONG: N_("take them from a backup: the folder files in its archive has them by name"),
    CheckResult.DAYS_KNOWN: N_(
        "compare them with the government's announcements, add what is missing, then dondoc days confirm YEAR"
    ),
}
"""Results without a remedy need none."""


def status_word(status: Status, language: str) -> str:
    """The status in a word."""
    return translate(language, STATUS[status])


def check_words(finding: CheckupFinding, language: str) -> str:
    """The check in words."""
    return f"{translate(language, CHECKS[finding.check])} {finding.subject}".rstrip()


def checkup_words(finding: CheckupFinding, language: str, zone: ZoneInfo) -> str:
    """The result in words."""
    text, values = SAID[finding.code], _values(finding.values, language, zone)
    counts = {text.by: finding.values[text.by]} if isinstance(text, Plural) else {}
    return translate(language, text, **values | counts)


def checkup_remedy(finding: CheckupFinding, language: str, zone: ZoneInfo) -> str:
    """What to do about it; empty where all is well."""
    concern = finding.values.get("concern")
    if isinstance(concern, HealthFinding):
        return finding_remedy(concern, language)
    fault = next((each for each in finding.values.values() if isinstance(each, Fault)), None)
    if fault is not None and fault.code.remedy:
        return fault.remedy(language)
    words = REMEDY.get(finding.code, "")
    return translate(language, words, **_values(finding.values, language, zone)) if words else ""


def _values(values: Mapping[str, object], language: str, zone: ZoneInfo) -> dict[str, str]:
    return {name: _value(value, language, zone) for name, value in values.items()}


def _value(value: object, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, Fault):
        return value.problem(language)
    if isinstance(value, HealthFinding):
        return finding_words(value, language, zone)
    if isinstance(value, datetime):
        return moment_text(value, zone, language)
    if isinstance(value, int):
        return number_text(value, language)
    if isinstance(value, date):
        return day_text(value, language)
    if isinstance(value, tuple):
        names = ", ".join(_value(each, language, zone) for each in value[:SHOWN])
        more = len(value) - SHOWN
        return translate(language, MORE, names=names, number=more) if more > 0 else names
    return str(value)
