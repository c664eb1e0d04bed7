"""Audit entries for people: actions, fields and values in Vietnamese and English.

Entries are stored as JSON under the names of columns. A deadline, stored as the first instant too late, is
shown as its last day. Unknown actions, fields and values are shown as stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.deadline import Deadline
from calendars.errors import CalendarError
from calendars.periods import Language, Period
from models.upkeep import AuditEntry
from models.vocabulary import AccessRole, Level, Lifecycle, NoticeState, Role, say

LONGEST_VALUE = 160
DEADLINES = frozenset({"deadline", "correction_deadline", "asked_deadline", "original_deadline"})
SPOKEN: dict[str, dict[str, type[StrEnum]]] = {
    "obligation": {"state": Lifecycle},
    "notice": {"state": NoticeState},
    "account": {"role": AccessRole},
    "contact": {"role": Role},
    "unit": {"level": Level},
}
"""Fields whose values are words of the vocabulary, by what the entry is about."""
ACTIONS = {
    "accept": ("tiếp nhận", "accept"),
    "acknowledge": ("xác nhận", "acknowledge"),
    "add": ("thêm", "add"),
    "bind-sign-on": ("gắn đăng nhập một lần", "bind the single sign-on"),
    "bounce": ("ghi nhận địa chỉ không nhận thư", "mark as refusing mail"),
    "cancel": ("hủy", "cancel"),
    "change": ("sửa", "change"),
    "chase": ("đôn đốc", "chase"),
    "choose-language": ("chọn ngôn ngữ", "choose a language"),
    "confirm": ("xác nhận là đủ", "confirm as complete"),
    "doubt": ("bỏ xác nhận là đủ", "take back the confirmation"),
    "clear-bounce": ("bỏ ghi nhận không nhận thư", "clear the mark of refusing mail"),
    "close": ("đóng", "close"),
    "end": ("kết thúc", "end"),
    "end-grant": ("thu hồi quyền", "end a role"),
    "follow-units": ("theo thay đổi đơn vị", "follow the units"),
    "grant": ("giao quyền", "give a role"),
    "grant-extension": ("gia hạn", "extend"),
    "hand-over": ("chuyển nơi nhận", "hand over to another unit"),
    "load": ("nạp", "load"),
    "lock": ("tạm khóa đăng nhập", "lock"),
    "make-token": ("tạo mã truy cập", "make a token"),
    "open": ("mở", "open"),
    "refuse-extension": ("không gia hạn", "refuse to extend"),
    "remove": ("bỏ", "remove"),
    "reopen": ("mở lại", "open again"),
    "replace": ("thay kỳ đã mở", "replace"),
    "request-extension": ("xin gia hạn", "ask for time"),
    "retire": ("ngừng áp dụng", "retire"),
    "retry": ("gửi lại", "try again"),
    "return": ("trả lại", "return"),
    "revoke": ("thu hồi", "revoke"),
    "revoke-token": ("thu hồi mã truy cập", "revoke a token"),
    "rotate": ("đổi địa chỉ", "change the address"),
    "send-ticket": ("gửi liên kết đặt mật khẩu", "send a link to set a password"),
    "set": ("đặt", "set"),
    "set-password": ("đặt mật khẩu", "set the password"),
    "sign-in": ("đăng nhập", "sign in"),
    "submit": ("nộp", "hand in"),
    "subscribe": ("nhận thư trở lại", "subscribe"),
    "take-back": ("thôi gửi", "take back"),
    "transfer": ("chuyển giao", "transfer"),
    "undo-acceptance": ("hủy bỏ việc tiếp nhận", "undo the acceptance"),
    "undo-cancellation": ("bỏ quyết định hủy", "undo the cancellation"),
    "undo-waiver": ("bỏ quyết định miễn", "undo the waiver"),
    "unbind-sign-on": ("gỡ đăng nhập một lần", "unbind the single sign-on"),
    "unsubscribe": ("thôi nhận thư", "unsubscribe"),
    "waive": ("miễn", "waive"),
    "withdraw": ("rút lại bản nộp", "withdraw"),
}
FIELDS = {
    "accepted_at": ("tiếp nhận lúc", "accepted at"),
    "added": ("thêm", "added"),
    "address": ("địa chỉ thư", "address"),
    "applies_from": ("áp dụng từ", "applies from"),
    "as_of": ("từ ngày", "as of"),
    "asked_deadline": ("ngày cuối đề nghị", "last day asked for"),
    "cancelled": ("số báo cáo hủy", "cancelled"),
    "closed_at": ("kết thúc lúc", "closed at"),
    "correction_deadline": ("ngày cuối nộp lại", "last day to correct"),
    "day": ("ngày", "day"),
    "deadline": ("ngày cuối", "last day"),
    "deadline_revision": ("lần đặt hạn", "revision of the deadline"),
    "document_date": ("ngày văn bản", "document date"),
    "document_number": ("số văn bản", "document number"),
    "ended": ("kết thúc", "ended"),
    "expires_at": ("hết hiệu lực lúc", "expires at"),
    "files": ("tệp", "files"),
    "first_submitted_at": ("nộp lần đầu lúc", "first handed in at"),
    "from": ("từ", "from"),
    "groups": ("nhóm", "groups"),
    "kind": ("loại", "kind"),
    "language": ("ngôn ngữ", "language"),
    "level": ("cấp", "level"),
    "name": ("tên", "name"),
    "obligations": ("số báo cáo", "obligations"),
    "people": ("số người", "people"),
    "period": ("kỳ báo cáo", "period"),
    "plan": ("kế hoạch", "plan"),
    "rearmed_at": ("nhắc lại từ", "reminded anew from"),
    "reason": ("lý do", "reason"),
    "role": ("vai trò", "role"),
    "rungs": ("các bậc", "rungs"),
    "slug": ("tên ngắn", "short name"),
    "state": ("tình trạng", "state"),
    "submitted_at": ("nộp lúc", "handed in at"),
    "superior": ("cấp trên", "superior"),
    "unit": ("đơn vị", "unit"),
    "valid_from": ("hiệu lực từ", "valid from"),
    "valid_to": ("hiệu lực đến trước", "valid until before"),
    "version": ("bản thứ", "version"),
    "words": ("lời nhắn", "words"),
    "worked": ("làm việc", "worked"),
}


@dataclass(frozen=True)
class ChangedValue:
    """A changed field; empty where there was no value."""

    name: str
    before: str
    after: str


def spoken_entries(
    entries: Iterable[AuditEntry], language: Language, zone: ZoneInfo
) -> list[tuple[AuditEntry, str, list[ChangedValue]]]:
    """Each entry with its action and its changed fields."""
    return [
        (entry, action_words(entry.action, language), changed_values(entry, language, zone))
        for entry in entries
    ]


def action_words(action: str, language: Language) -> str:
    """The action in words."""
    return _in(language, ACTIONS.get(action, (action, action)))


def changed_values(entry: AuditEntry, language: Language, zone: ZoneInfo) -> list[ChangedValue]:
    """The fields whose values differ."""
    return list(_changed(entry, language, zone))


def _changed(entry: AuditEntry, language: Language, zone: ZoneInfo) -> Iterator[ChangedValue]:
    before, after = json.loads(entry.before), json.loads(entry.after)
    for name in dict.fromkeys([*before, *after]):
        old, new = (
            _value(entry.subject, name, values.get(name), language, zone) for values in (before, after)
        )
        if old != new:
            yield ChangedValue(_in(language, FIELDS.get(name, (name, name))), old, new)


def _value(subject: str, name: str, value: object, language: Language, zone: ZoneInfo) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _in(language, ("có", "yes") if value else ("không", "no"))
    if isinstance(value, list):
        return _short(", ".join(map(str, value)))
    text = str(value)
    words = SPOKEN.get(subject, {}).get(name)
    if words is not None and text in set(words):
        return say(words(text), language)
    return _period(text, language) if name == "period" else _short(_time(name, text, zone))


def _time(name: str, text: str, zone: ZoneInfo) -> str:
    """A date or an instant as people write it; any other text as it is."""
    try:
        if len(text) == 10:
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        moment = datetime.fromisoformat(text) if text[10:11] == "T" else None
    except ValueError:
        return text
    if moment is None or moment.tzinfo is None:
        return text
    if name in DEADLINES:
        return f"{Deadline(moment, zone).last_day:%d/%m/%Y}"
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"


def _period(key: str, language: Language) -> str:
    try:
        return Period.parse(key).label(language)
    except CalendarError:
        return key


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _in(language: Language, words: tuple[str, str]) -> str:
    return words[0] if language == "vi" else words[1]
