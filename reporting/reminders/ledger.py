"""The ledger's values, without session or clock: obligations as the planner sees them, lines planned and
written, and the reasons that a line bears, in both languages.

The ledger's revision counts every deadline that an obligation was ever held to: each extension and each
correction deadline opens a new page, on which all rungs are armed again. Reasons are kept in English, for
scripts and logs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from calendars.errors import said
from messages.catalogue import DEFAULT_LANGUAGE
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, say
from reporting.stops import heard

NOBODY = ""

RETURNED, ACCEPTED, EXTENDED, REFUSED, DONE = "@returned", "@accepted", "@extended", "@refused", "@done"
WAIVED, CANCELLED, OWED_AGAIN = "@waived", "@cancelled", "@owed-again"
WITHDRAWN, UNACCEPTED, HANDED_OVER = "@withdrawn", "@acceptance-undone", "@handed-over"
CHASE, ALERT, RECEIPT, LINK = "@chase", "@alert", "@receipt", "@link"
PASSWORD = "@password"
"""What a line of an event or a person has in place of a rung; no ladder's rung has an @."""

GONE, ENDED, BOUNCES = "the person is no contact any more", "the unit has ended", "the address refuses mail"
UNWANTED = "the person wants no looks at the week ahead"
RESTORED = "told, it seems, before the database was restored from a backup"
ACKNOWLEDGED = "it was acknowledged meanwhile"
RESTED = "it came while an acknowledgement held"
SWITCHED_OFF = "the rung was switched off"
UNDONE = "what it tells was undone"
TOLD_BEFORE = "told before a step that was undone"
FILED_MEANWHILE, REVIEWED_MEANWHILE = "it was filed meanwhile", "it was reviewed meanwhile"
RETURNED_MEANWHILE, MOVED = "it was returned meanwhile", "the deadline was moved"
HOLDS_NOBODY_UP = "its own report is not missing any more"
SPENT = "its link was used, or has expired"
NO_UNIT = "no such unit"
TOO_LATE = "the deadline had passed when it was next looked at"
NO_CONTACT = "no valid contact"
"""The audiences follow it."""
UNHEARD = f"{NO_CONTACT}: {Audience.CLERK}, {Audience.HEAD}"
OVERTAKEN = "rung {} had come when it was next looked at"
CLOSED_MEANWHILE = "the obligation was {}"
BY_HAND = "taken back by the administrator"
"""Their own words may follow it."""
NOT_OWED_REASONS = tuple(CLOSED_MEANWHILE.format(each) for each in (Lifecycle.WAIVED, Lifecycle.CANCELLED))
KEPT_BACK = frozenset({ACKNOWLEDGED, ENDED, *NOT_OWED_REASONS})
"""Reasons for which a line was not sent and yet may be later: the acknowledgement expires, the unit is back,
the report is owed again."""
UNREACHABLE = frozenset({GONE, BOUNCES})
"""Reasons for which a line was cancelled because its person could not be reached."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObligationView:
    """An obligation as reminders see it.

    `deadline` is the one it is held to now: the correction deadline while it is returned. `armed_at` is when
    that deadline came to hold. `safe_day` is its last day under the strict reading. `ladder_since` is when
    the plan changed to its present ladder, `submitted_at` since when the reviewer's clock runs.
    """

    id: int
    deadline_revision: int
    deadline: datetime | None
    safe_day: date | None
    armed_at: datetime
    state: Lifecycle
    unit_id: int
    superior_ids: tuple[int, ...] = ()
    recipient_id: int | None = None
    gatherer_id: int | None = None
    monitor_id: int | None = None
    acknowledged_until: datetime | None = None
    submitted_at: datetime | None = None
    ladder_since: datetime | None = None


class LedgerEntry(NamedTuple):
    """A line of the ledger: what was planned before."""

    deadline_revision: int
    rung: str
    repeat: int
    recipient: str
    state: NoticeState
    reason: str = ""
    planned_at: datetime | None = None

    @property
    def is_kept_back(self) -> bool:
        """Whether it was not told for a reason that may pass: then it may be told after all."""
        return self.state is NoticeState.CANCELLED and self.reason in KEPT_BACK

    @property
    def failed(self) -> bool:
        """Whether its person got nothing, and will get nothing by trying again."""
        return self.state is NoticeState.FAILED or (
            self.state is NoticeState.CANCELLED and self.reason in UNREACHABLE
        )


class NoticeRecipient(NamedTuple):
    """Whom a line goes to: address and contact, and the audience in which they were found."""

    audience: Audience
    address: str
    contact_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedNotice:
    """A line to be written into the ledger: to nobody, with the reason, unless it has a recipient. `moment`
    is the rung's own."""

    obligation_id: int
    deadline_revision: int
    rung: str
    repeat: int = 0
    recipient: str = NOBODY
    contact_id: int | None = None
    audience: Audience = Audience.CLERK
    kind: NoticeKind
    moment: datetime
    immediate: bool
    state: NoticeState = NoticeState.CANCELLED
    reason: str = ""
    words: str = ""

    def addressed_to(self, people: Iterable[NoticeRecipient]) -> list[PlannedNotice]:
        """A line for each of the people, to be sent; this one itself where there are none."""
        to_send = replace(self, state=NoticeState.QUEUED, reason="")
        return [
            replace(to_send, audience=audience, recipient=address, contact_id=contact_id)
            for audience, address, contact_id in people
        ] or [self]

    def entry(self, planned_at: datetime) -> LedgerEntry:
        """The line as the ledger has it once it is written."""
        key = (self.deadline_revision, self.rung, self.repeat, self.recipient)
        return LedgerEntry(*key, self.state, self.reason, planned_at)


SAID = {
    GONE: "người nhận không còn là đầu mối",
    ENDED: "đơn vị không còn",
    BOUNCES: "địa chỉ không nhận thư",
    RESTORED: "có lẽ đã gửi trước khi khôi phục bản sao lưu",
    UNWANTED: "người nhận đã thôi nhận thư tuần tới",
    ACKNOWLEDGED: "đã xác nhận trong lúc chờ gửi",
    RESTED: "đến lượt trong lúc xác nhận còn hiệu lực",
    UNDONE: "việc được báo đã bị hủy bỏ",
    TOLD_BEFORE: "đã báo trước khi việc sau đó bị hủy bỏ",
    NO_UNIT: "không có đơn vị nhận",
    TOO_LATE: "thời hạn đã qua trước khi kịp gửi",
    FILED_MEANWHILE: "đã nộp trong lúc chờ gửi",
    REVIEWED_MEANWHILE: "đã xem xét trong lúc chờ gửi",
    RETURNED_MEANWHILE: "đã trả lại trong lúc chờ gửi",
    MOVED: "thời hạn đã dời",
    SWITCHED_OFF: "bậc nhắc này đã tắt",
    SPENT: "đường dẫn đã dùng hoặc đã hết hạn",
    HOLDS_NOBODY_UP: "đơn vị nhận không còn thiếu báo cáo",
    **{CLOSED_MEANWHILE.format(state): f"báo cáo {say(state, 'vi')}" for state in Lifecycle},
}
WHOSE = {"server": "do máy chủ thư", "sender": "do bên gửi", "recipient": "do bên nhận"}
EVENTS = {
    RETURNED: "khi trả lại",
    ACCEPTED: "khi tiếp nhận",
    EXTENDED: "khi gia hạn",
    REFUSED: "khi không gia hạn",
    DONE: "khi đã nộp",
    CHASE: "đôn đốc",
    RECEIPT: "khi nộp",
    LINK: "xin đường dẫn mới",
    PASSWORD: "xin đặt mật khẩu",
    ALERT: "cảnh báo",
    WAIVED: "khi miễn",
    CANCELLED: "khi hủy",
    OWED_AGAIN: "khi lại phải nộp",
    WITHDRAWN: "khi rút lại",
    UNACCEPTED: "khi bỏ việc tiếp nhận",
    HANDED_OVER: "khi chuyển nơi nhận",
}
"""An alert's own name follows the word, for the program alone."""


def reason_words(reason: str, language: str) -> str:
    """The reason in the language; one that is not known here, such as a mail server's answer, as it is."""
    if language != DEFAULT_LANGUAGE or not reason:
        return reason
    if reason.startswith(BY_HAND):
        return reason.replace(BY_HAND, "quản trị đã rút lại", 1)
    if reason.startswith(NO_CONTACT):
        return _no_contact(reason.removeprefix(NO_CONTACT).lstrip(": "))
    before, _, after = OVERTAKEN.partition("{}")
    if reason.startswith(before) and reason.endswith(after):
        rung = reason.removeprefix(before).removesuffix(after)
        return f"đã đến bậc sau ({rung}) trước khi kịp gửi"
    return SAID.get(reason) or _of_mail(reason)


def _no_contact(audiences: str) -> str:
    named = [say(Audience(each), "vi") for each in audiences.split(", ") if each in set(Audience)]
    whom = f": {', '.join(named)}" if named else ""
    return f"không có đầu mối nhận thư{whom}"


def _of_mail(reason: str) -> str:
    """Whose fault a mail server's answer is, before its words; any other reason as it is."""
    whose, _, words = reason.partition(": ")
    return f"{WHOSE[whose]}: {said(heard(words), DEFAULT_LANGUAGE)}" if whose in WHOSE else reason


def rung_words(rung: str, language: str) -> str:
    """A rung as its ladder calls it, or the name of the event in its place."""
    if language != DEFAULT_LANGUAGE or not rung.startswith("@"):
        return rung
    event = ALERT if rung.startswith(ALERT) else rung
    return EVENTS.get(event, rung)
