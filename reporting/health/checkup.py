"""Findings of the set-up checks, with their texts in two languages.

`dondoc doctor` and the administrator's health page show the same. Checks change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.errors import Fault
from reporting.health.health import HealthFinding, finding_remedy, finding_words


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(StrEnum):
    """The checks, by the names that scripts use."""

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
MORE = {"vi": "{names} và {number} mục nữa", "en": "{names} and {number} more"}
STATUS = {
    "vi": {Status.OK: "đạt", Status.WARN: "lưu ý", Status.FAIL: "lỗi"},
    "en": {Status.OK: "ok", Status.WARN: "warn", Status.FAIL: "fail"},
}
CHECKS: dict[Check, tuple[str, str]] = {
    Check.SETTINGS: ("tham số", "settings"),
    Check.HOME: ("thư mục dữ liệu", "home"),
    Check.SPACE: ("dung lượng đĩa", "disk space"),
    Check.ZONE: ("múi giờ", "time zone"),
    Check.MAIL: ("máy chủ thư", "mail"),
    Check.EHLO: ("tên với máy chủ thư", "name at the mail server"),
    Check.PREFECT: ("prefect", "prefect"),
    Check.DATABASE: ("cơ sở dữ liệu", "database"),
    Check.DEMO: ("bản trình diễn", "demo"),
    Check.LAST_TICK: ("lượt chạy gần nhất", "last tick"),
    Check.LAST_SENDER: ("lần gửi thư gần nhất", "last sender"),
    Check.UNITS: ("đơn vị", "units"),
    Check.CONTACTS: ("người liên hệ", "contacts"),
    Check.PLANS: ("kế hoạch", "plans"),
    Check.LADDERS: ("bậc nhắc việc", "ladders"),
    Check.PLAN_UNITS: ("đơn vị nêu trong kế hoạch", "units of plans"),
    Check.WHO_IS_TOLD: ("người được nhắc", "who is told"),
    Check.OUTBOX: ("hộp thư đi", "outbox"),
    Check.HEALTH: ("thư và lượt nhắc", "mail and notices"),
    Check.HOLIDAYS: ("ngày nghỉ năm", "holidays"),
}
INIT = ("chạy: dondoc init", "run: dondoc init")
LOAD_UNITS = (
    "nạp tệp: dondoc units load FILE --as-of DATE",
    "load them: dondoc units load FILE --as-of DATE",
)
RUN = (
    "chạy vài phút một lần, bằng cron hoặc Prefect: {command}",
    "run it every few minutes, by cron or a flow: {command}",
)
NONE = ("chưa nạp mục nào", "none are loaded")
FREE = ("còn trống {megabytes} MB", "{megabytes} MB free")
SAID: dict[CheckResult, tuple[str, str]] = {
    CheckResult.SETTINGS_WRONG: ("{said}", "{said}"),
    CheckResult.SETTINGS_TRIAL: ("còn giá trị dùng thử: {names}", "trial values: {names}"),
    CheckResult.SETTINGS_UNDECLARED: (
        "đủ điều kiện chạy chính thức nhưng chưa khai báo",
        "fit for production, not declared so",
    ),
    CheckResult.SETTINGS_UNKNOWN: ("không có tham số tên là {names}", "there is no setting called {names}"),
    CheckResult.SETTINGS_FIT: ("đủ điều kiện chạy chính thức", "fit for production"),
    CheckResult.HOME_REFUSED: (
        "không ghi được vào {home} ({reason})",
        "{home} cannot be written to ({reason})",
    ),
    CheckResult.HOME_READY: ("{home}", "{home}"),
    CheckResult.HOME_TO_BE_MADE: ("{home} (sẽ được tạo)", "{home} (will be made)"),
    CheckResult.SPACE: FREE,
    CheckResult.SPACE_LITTLE: FREE,
    CheckResult.SPACE_TOO_LITTLE: FREE,
    CheckResult.ZONE: ("{zone}, hiện là {now} (UTC{offset})", "{zone}, now {now} (UTC{offset})"),
    CheckResult.ZONE_FOREIGN: ("{zone}, hiện là {now} (UTC{offset})", "{zone}, now {now} (UTC{offset})"),
    CheckResult.MAILBOX: (
        "chưa đặt máy chủ thư: thư nằm ở hộp thư trên máy này, {folder}",
        "no mail server set: mails go to the local mailbox {folder}",
    ),
    CheckResult.MAIL_SILENT: ("{where} không trả lời ({reason})", "{where} does not answer ({reason})"),
    CheckResult.MAIL_FOREIGN: ("{where} không phải là máy chủ thư", "{where} is no mail server"),
    CheckResult.MAIL_ANSWERS: ("{where} có trả lời", "{where} answers"),
    CheckResult.EHLO: (
        "tự xưng với máy chủ thư (EHLO) là {name}",
        "calls itself {name} at the mail server (EHLO)",
    ),
    CheckResult.EHLO_PART: (
        "tự xưng với máy chủ thư (EHLO) là {name}, không phải tên đầy đủ",
        "calls itself {name} at the mail server (EHLO), which is no full name",
    ),
    CheckResult.PACKAGE_MISSING: ("chưa cài {package}", "{package} is not installed"),
    CheckResult.VERSIONS_WRONG: (
        "{wrong}: phiên bản không chạy được với Prefect ({versions})",
        "{wrong} of a version it does not work with ({versions})",
    ),
    CheckResult.VERSIONS: ("{versions}", "{versions}"),
    CheckResult.DATABASE_UNUSABLE: ("không dùng được: {said}", "{said}"),
    CheckResult.DATABASE_ABSENT: ("chưa được thiết lập", "is not set up yet"),
    CheckResult.DATABASE_EMPTY: ("{kind}: chưa được thiết lập", "{kind}: is not set up yet"),
    CheckResult.DATABASE_FOREIGN: (
        "{kind}: lược đồ thuộc phiên bản khác",
        "{kind}: has the schema of another version",
    ),
    CheckResult.DATABASE_READY: ("{kind}, lược đồ đúng phiên bản này", "{kind}, schema of this version"),
    CheckResult.DEMO: (
        "đây là dữ liệu trình diễn, không phải dữ liệu thật",
        "the database is a demo's: its year is over",
    ),
    CheckResult.NEVER_RAN: ("chưa chạy lần nào", "has never run"),
    CheckResult.STOPPED: ("{at}: {detail}", "{at}: {detail}"),
    CheckResult.IN_FUTURE: ("{at}, ở tương lai", "{at}, in the future"),
    CheckResult.LONG_AGO: ("{at}", "{at}"),
    CheckResult.RAN: ("{at}", "{at}"),
    CheckResult.LOADED: ("{number}", "{number}"),
    CheckResult.NO_UNITS: NONE,
    CheckResult.NO_CONTACTS: NONE,
    CheckResult.NO_PLANS: NONE,
    CheckResult.LADDERS_MISSING: ("kế hoạch dùng bậc nhắc chưa có: {names}", "plans name {names}"),
    CheckResult.LADDERS_KNOWN: ("kế hoạch nào cũng có", "every plan has its own"),
    CheckResult.UNITS_UNKNOWN: ("chưa có đơn vị {names}", "no unit {names}"),
    CheckResult.UNITS_KNOWN: ("đều đã có", "all are known"),
    CheckResult.NOBODY_TOLD: (
        "{number} đơn vị phải báo cáo nhưng chưa có người liên hệ: {names}",
        "{number} units owe reports and have no contact: {names}",
    ),
    CheckResult.EVERYONE_TOLD: (
        "đơn vị nào phải báo cáo cũng có người liên hệ",
        "every unit that owes a report has a contact",
    ),
    CheckResult.NOTICES_FAILED: ("{number} lượt nhắc gửi hỏng", "{number} notices failed"),
    CheckResult.NO_NOTICE_FAILED: ("không có lượt nhắc gửi hỏng", "no notice failed"),
    CheckResult.CONCERN: ("{concern}", "{concern}"),
    CheckResult.NO_CONCERN: (
        "không có gì bị kẹt, máy chủ thư chạy, mọi địa chỉ đều nhận thư",
        "nothing is stuck, no mail server is down, no address refuses mail",
    ),
    CheckResult.DAYS_CONFIRMED: ("{who} đã xác nhận là đủ, {at}", "confirmed as complete by {who}, {at}"),
    CheckResult.DAYS_KNOWN: (
        "đã biết ngày làm bù {days}; chưa ai xác nhận là đủ",
        "days worked in exchange known so far: {days}; nobody has confirmed that these are all",
    ),
    CheckResult.DAYS_UNKNOWN: ("chưa biết ngày hoán đổi, làm bù", "no exchange of days is known for it"),
}
REMEDY: dict[CheckResult, tuple[str, str]] = {
    CheckResult.SETTINGS_WRONG: ("sửa biến này, xem docs/settings.md", "{remedy}"),
    CheckResult.SETTINGS_TRIAL: (
        "trước khi dùng thật, đặt các biến này và DONDOC_ENVIRONMENT=production; xem docs/settings.md",
        "before real use set them and DONDOC_ENVIRONMENT=production; see docs/settings.md",
    ),
    CheckResult.SETTINGS_UNKNOWN: (
        "biến này không có tác dụng: sửa tên theo docs/settings.md, hoặc bỏ đi",
        "it has no effect: correct the name as in docs/settings.md, or remove it",
    ),
    CheckResult.SETTINGS_UNDECLARED: (
        "đặt DONDOC_ENVIRONMENT=production",
        "set DONDOC_ENVIRONMENT=production",
    ),
    CheckResult.HOME_REFUSED: (
        "cấp quyền ghi vào {place}, hoặc đặt DONDOC_HOME",
        "give this user the right to write to {place}, or set DONDOC_HOME",
    ),
    CheckResult.SPACE_LITTLE: ("sớm dọn bớt đĩa", "make room soon"),
    CheckResult.SPACE_TOO_LITTLE: (
        "dọn bớt đĩa hoặc chuyển DONDOC_HOME; sắp không lưu được báo cáo nữa",
        "make room, or move DONDOC_HOME; reports could no longer be kept",
    ),
    CheckResult.ZONE_FOREIGN: (
        "thời hạn không theo giờ Việt Nam; đặt DONDOC_TIME_ZONE=Asia/Ho_Chi_Minh",
        "deadlines are not Vietnam's; set DONDOC_TIME_ZONE=Asia/Ho_Chi_Minh",
    ),
    CheckResult.MAIL_SILENT: (
        "kiểm tra DONDOC_SMTP_HOST và DONDOC_SMTP_PORT, đường mạng, và máy chủ có đang chạy không",
        "check DONDOC_SMTP_HOST and DONDOC_SMTP_PORT, the network, and that the server runs",
    ),
    CheckResult.MAIL_FOREIGN: (
        "kiểm tra DONDOC_SMTP_PORT và DONDOC_SMTP_SECURITY",
        "check DONDOC_SMTP_PORT and DONDOC_SMTP_SECURITY",
    ),
    CheckResult.EHLO_PART: (
        "nhiều máy chủ thư từ chối tên như vậy; đặt DONDOC_SMTP_EHLO, ví dụ dondoc.tinh.gov.vn",
        "many mail servers refuse such a name; set DONDOC_SMTP_EHLO, such as dondoc.example.vn",
    ),
    CheckResult.PACKAGE_MISSING: ("cài lại dondoc: make setup", "install dondoc anew: make setup"),
    CheckResult.VERSIONS_WRONG: (
        "máy chủ Prefect không chạy với các phiên bản này; cài đúng như requirements.lock: make setup",
        "Prefect's server fails with these versions; install what requirements.lock names: make setup",
    ),
    CheckResult.DATABASE_UNUSABLE: (
        "kiểm tra DONDOC_DATABASE_URL và máy chủ cơ sở dữ liệu; xem docs/settings.md",
        "{remedy}",
    ),
    CheckResult.DATABASE_ABSENT: INIT,
    CheckResult.DATABASE_EMPTY: INIT,
    CheckResult.DATABASE_FOREIGN: INIT,
    CheckResult.DEMO: ("khi dùng thật, đặt DONDOC_HOME khác", "for real use set another DONDOC_HOME"),
    CheckResult.NEVER_RAN: RUN,
    CheckResult.STOPPED: ("xem docs/mail.md", "see docs/mail.md"),
    CheckResult.IN_FUTURE: (
        "đồng hồ của máy đã sai hoặc đang sai; chỉnh lại",
        "the clock was wrong then, or is now; set it right",
    ),
    CheckResult.LONG_AGO: RUN,
    CheckResult.NO_UNITS: LOAD_UNITS,
    CheckResult.NO_CONTACTS: LOAD_UNITS,
    CheckResult.NO_PLANS: ("nạp tệp: dondoc plan load FILE", "load them: dondoc plan load FILE"),
    CheckResult.LADDERS_MISSING: ("nạp tệp: dondoc ladder load FILE", "load them: dondoc ladder load FILE"),
    CheckResult.UNITS_UNKNOWN: (
        "nạp các đơn vị còn thiếu, hoặc sửa kế hoạch: dondoc plan check FILE",
        "load the missing units, or correct the plans: dondoc plan check FILE",
    ),
    CheckResult.NOBODY_TOLD: (
        "nạp người liên hệ cho từng đơn vị: dondoc units load FILE --as-of DATE",
        "load a contact for each: dondoc units load FILE --as-of DATE",
    ),
    CheckResult.NOTICES_FAILED: (
        "xem lý do: dondoc outbox --state failed",
        "see why: dondoc outbox --state failed",
    ),
    CheckResult.CONCERN: ("{remedy}", "{remedy}"),
    CheckResult.DAYS_UNKNOWN: (
        "khi Chính phủ đã công bố: dondoc days off DATE… và dondoc days worked DATE…, "
        "rồi dondoc days confirm YEAR",
        "after the government's announcement: dondoc days off DATE… and dondoc days worked DATE…, "
        "then dondoc days confirm YEAR",
    ),
    CheckResult.DAYS_KNOWN: (
        "so với các thông báo của Chính phủ, ghi thêm ngày còn thiếu, rồi dondoc days confirm YEAR",
        "compare them with the government's announcements, add what is missing, "
        "then dondoc days confirm YEAR",
    ),
}
"""Results without a remedy need none."""


def check_words(finding: CheckupFinding, language: str) -> str:
    """The check in words."""
    return f"{_in(language, CHECKS[finding.check])} {finding.subject}".rstrip()


def checkup_words(finding: CheckupFinding, language: str, zone: ZoneInfo) -> str:
    """The result in words."""
    return _in(language, SAID[finding.code]).format(**_values(finding.values, language, zone))


def checkup_remedy(finding: CheckupFinding, language: str, zone: ZoneInfo) -> str:
    """What to do about it; empty where all is well."""
    concern = finding.values.get("concern")
    if isinstance(concern, HealthFinding):
        return finding_remedy(concern, language)
    detail = finding.values.get("detail")
    if isinstance(detail, Fault):
        return detail.say(language).partition("; ")[2]
    words = _in(language, REMEDY.get(finding.code, ("", "")))
    return words.format(**_values(finding.values, language, zone))


def _in(language: str, words: tuple[str, str]) -> str:
    return words[0] if language == "vi" else words[1]


def _values(values: Mapping[str, object], language: str, zone: ZoneInfo) -> dict[str, str]:
    return {name: _value(value, language, zone) for name, value in values.items()}


def _value(value: object, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, Fault):
        return value.say(language).partition("; ")[0]
    if isinstance(value, HealthFinding):
        return finding_words(value, language, zone)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%d/%m/%Y %H:%M}"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "." if language == "vi" else ",")
    if isinstance(value, tuple):
        names, more = ", ".join(value[:SHOWN]), len(value) - SHOWN
        return MORE[language].format(names=names, number=more) if more > 0 else names
    return str(value)
