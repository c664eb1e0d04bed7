"""The words of dondoc as enums, with what they are called in Vietnamese and English.

One word for one thing, in code, database, command line and mails. `docs/glossary.md` lists the same words; a
test holds the two together. The stored value is the English word in lower case.
"""

from enum import StrEnum


class Language(StrEnum):
    VI = "vi"
    EN = "en"


class Level(StrEnum):
    GRASSROOTS = "grassroots"
    DISTRICT = "district"
    PROVINCE = "province"
    CENTRE = "centre"


class Role(StrEnum):
    CLERK = "clerk"
    HEAD = "head"
    MONITOR = "monitor"


class AccessRole(StrEnum):
    """What an account is in a unit: the roles of contacts, and the administrator."""

    CLERK = "clerk"
    HEAD = "head"
    MONITOR = "monitor"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """How far a token of the API reaches; to write includes to read."""

    READ = "read"
    WRITE = "write"


class Act(StrEnum):
    """Operations on an obligation that need a right."""

    SEE = "see"
    FILE = "file"
    REVIEW = "review"
    DECIDE = "decide"
    CHASE = "chase"
    CORRECT = "correct"


class DutyType(StrEnum):
    REPORT = "report"
    TASK = "task"
    MILESTONE = "milestone"


class Lifecycle(StrEnum):
    """State of an obligation; stored. The last three are its ends without a report."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WAIVED = "waived"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"


class Timeliness(StrEnum):
    """An obligation against its deadline; computed, never stored.

    The last day has its own: it is still in time, and the only day on which today decides.
    """

    IN_TERM = "in term"
    DUE_SOON = "due soon"
    LAST_DAY = "last day"
    OVERDUE = "overdue"
    ON_TIME = "on time"
    LATE = "late"
    NO_DEADLINE = "no deadline"
    NOT_COUNTED = "not counted"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"


class NoticeState(StrEnum):
    """State of a notice in the ledger, which is also the outbox."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


class NoticeKind(StrEnum):
    COMING_DUE = "coming-due"
    LAST_DAY = "last-day"
    OVERDUE = "overdue"
    HOLDING_UP = "holding-up"
    ESCALATED = "escalated"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXTENSION_DECIDED = "extension-decided"
    NOT_OWED = "not-owed"
    OWED_AGAIN = "owed-again"
    ACCEPTANCE_UNDONE = "acceptance-undone"
    REVIEWER_REMINDER = "reviewer-reminder"
    DONE = "done"
    RECEIPT = "receipt"
    CHASE = "chase"
    LOOK_AHEAD = "look-ahead"
    ALERT = "alert"
    PASSWORD = "password"


class Audience(StrEnum):
    """Recipients of a rung, seen from the unit that owes. Alerts go to the administrator, mails about sign-in
    to the account."""

    CLERK = "clerk"
    HEAD = "head"
    MONITOR = "monitor"
    SUPERIOR_CLERK = "superior-clerk"
    SUPERIOR_HEAD = "superior-head"
    NEXT_SUPERIOR_CLERK = "next-superior-clerk"
    NEXT_SUPERIOR_HEAD = "next-superior-head"
    UNIT = "unit"
    BELOW = "below"
    ADMINISTRATOR = "administrator"
    ACCOUNT = "account"


class Until(StrEnum):
    """The event that ends a rung's reminders."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"


COUNTED = frozenset({Lifecycle.OPEN, Lifecycle.SUBMITTED, Lifecycle.ACCEPTED, Lifecycle.RETURNED})
"""States in which an obligation counts in the rates."""

VIETNAMESE: dict[type[StrEnum], dict[StrEnum, str]] = {
    Level: {
        Level.GRASSROOTS: "cơ sở",
        Level.DISTRICT: "huyện",
        Level.PROVINCE: "tỉnh",
        Level.CENTRE: "trung ương",
    },
    Role: {
        Role.CLERK: "văn thư",
        Role.HEAD: "thủ trưởng",
        Role.MONITOR: "theo dõi",
    },
    AccessRole: {
        AccessRole.CLERK: "văn thư",
        AccessRole.HEAD: "thủ trưởng",
        AccessRole.MONITOR: "theo dõi",
        AccessRole.ADMINISTRATOR: "quản trị",
    },
    Scope: {
        Scope.READ: "chỉ đọc",
        Scope.WRITE: "đọc và ghi",
    },
    Act: {
        Act.SEE: "xem",
        Act.FILE: "nộp",
        Act.REVIEW: "tiếp nhận hoặc trả lại",
        Act.DECIDE: "quyết định",
        Act.CHASE: "đôn đốc",
        Act.CORRECT: "sửa quyết định cũ",
    },
    DutyType: {
        DutyType.REPORT: "báo cáo",
        DutyType.TASK: "nhiệm vụ",
        DutyType.MILESTONE: "mốc",
    },
    Lifecycle: {
        Lifecycle.OPEN: "chưa nộp",
        Lifecycle.SUBMITTED: "đã nộp",
        Lifecycle.ACCEPTED: "đã tiếp nhận",
        Lifecycle.RETURNED: "bị trả lại",
        Lifecycle.WAIVED: "được miễn",
        Lifecycle.CANCELLED: "đã hủy",
        Lifecycle.TRANSFERRED: "đã chuyển",
    },
    Timeliness: {
        Timeliness.IN_TERM: "chưa hoàn thành, trong hạn",
        Timeliness.DUE_SOON: "sắp đến hạn",
        Timeliness.LAST_DAY: "ngày cuối",
        Timeliness.OVERDUE: "chưa hoàn thành, quá hạn",
        Timeliness.ON_TIME: "hoàn thành đúng hạn",
        Timeliness.LATE: "hoàn thành quá hạn",
        Timeliness.NO_DEADLINE: "không thời hạn",
        Timeliness.NOT_COUNTED: "không tính",
    },
    Verdict: {
        Verdict.ACCEPTED: "tiếp nhận",
        Verdict.RETURNED: "trả lại",
    },
    NoticeState: {
        NoticeState.QUEUED: "chờ gửi",
        NoticeState.CLAIMED: "đang gửi",
        NoticeState.SENT: "đã gửi",
        NoticeState.SUPERSEDED: "được thay bằng bậc sau",
        NoticeState.CANCELLED: "không gửi nữa",
        NoticeState.FAILED: "gửi hỏng",
    },
    NoticeKind: {
        NoticeKind.COMING_DUE: "sắp đến hạn",
        NoticeKind.LAST_DAY: "ngày cuối",
        NoticeKind.OVERDUE: "quá hạn",
        NoticeKind.HOLDING_UP: "đơn vị khác đang chờ",
        NoticeKind.ESCALATED: "báo cấp trên",
        NoticeKind.RETURNED: "bị trả lại",
        NoticeKind.ACCEPTED: "đã tiếp nhận",
        NoticeKind.EXTENSION_DECIDED: "quyết định gia hạn",
        NoticeKind.NOT_OWED: "không còn phải nộp",
        NoticeKind.OWED_AGAIN: "lại phải nộp",
        NoticeKind.ACCEPTANCE_UNDONE: "bỏ việc tiếp nhận",
        NoticeKind.REVIEWER_REMINDER: "nhắc tiếp nhận",
        NoticeKind.DONE: "đã nộp xong",
        NoticeKind.RECEIPT: "biên nhận",
        NoticeKind.CHASE: "đôn đốc",
        NoticeKind.LOOK_AHEAD: "tuần tới",
        NoticeKind.ALERT: "cảnh báo",
        NoticeKind.PASSWORD: "đặt mật khẩu",
    },
    Audience: {
        Audience.CLERK: "văn thư đơn vị",
        Audience.HEAD: "thủ trưởng đơn vị",
        Audience.MONITOR: "đơn vị theo dõi",
        Audience.SUPERIOR_CLERK: "văn thư cấp trên",
        Audience.SUPERIOR_HEAD: "thủ trưởng cấp trên",
        Audience.NEXT_SUPERIOR_CLERK: "văn thư cấp trên nữa",
        Audience.NEXT_SUPERIOR_HEAD: "thủ trưởng cấp trên nữa",
        Audience.UNIT: "đơn vị được nêu tên",
        Audience.BELOW: "đơn vị cấp dưới còn thiếu",
        Audience.ADMINISTRATOR: "quản trị",
        Audience.ACCOUNT: "người có tài khoản",
    },
    Until: {
        Until.SUBMITTED: "đến khi nộp",
        Until.ACKNOWLEDGED: "đến khi xác nhận",
        Until.ACCEPTED: "đến khi tiếp nhận",
    },
    Language: {
        Language.VI: "tiếng Việt",
        Language.EN: "tiếng Anh",
    },
}
"""By enum first: members of different enums that have the same value are equal as keys."""


def say(word: StrEnum, language: str) -> str:
    """The word as a person reads it: Vietnamese, or the English word itself."""
    return VIETNAMESE[type(word)][word] if language == Language.VI else word.value.replace("-", " ")
