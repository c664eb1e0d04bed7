"""Why a line of the ledger did not become a mail, as a person reads it.

The ledger keeps its reasons in English, for scripts and logs; here is what they are called in Vietnamese.
What is not known here, such as a mail server's own answer, is shown as it stands.
"""

from __future__ import annotations

from calendars.errors import said
from models.vocabulary import Audience, Language, Lifecycle, say
from reporting.reminders import ledger, planner, recheck
from reporting.stops import heard

SAID = {
    ledger.GONE: "người nhận không còn là đầu mối",
    ledger.ENDED: "đơn vị không còn",
    ledger.BOUNCES: "địa chỉ không nhận thư",
    ledger.RESTORED: "có lẽ đã gửi trước khi khôi phục bản sao lưu",
    ledger.UNWANTED: "người nhận đã thôi nhận thư tuần tới",
    ledger.ACKNOWLEDGED: "đã xác nhận trong lúc chờ gửi",
    ledger.RESTED: "đến lượt trong lúc xác nhận còn hiệu lực",
    ledger.UNDONE: "việc được báo đã bị hủy bỏ",
    ledger.TOLD_BEFORE: "đã báo trước khi việc sau đó bị hủy bỏ",
    planner.NO_UNIT: "không có đơn vị nhận",
    planner.TOO_LATE: "thời hạn đã qua trước khi kịp gửi",
    recheck.FILED_MEANWHILE: "đã nộp trong lúc chờ gửi",
    recheck.REVIEWED_MEANWHILE: "đã xem xét trong lúc chờ gửi",
    recheck.RETURNED_MEANWHILE: "đã trả lại trong lúc chờ gửi",
    recheck.MOVED: "thời hạn đã dời",
    ledger.SWITCHED_OFF: "bậc nhắc này đã tắt",
    recheck.SPENT: "đường dẫn đã dùng hoặc đã hết hạn",
    recheck.HOLDS_NOBODY_UP: "đơn vị nhận không còn thiếu báo cáo",
}
CLOSED = {ledger.CLOSED_MEANWHILE.format(state): f"báo cáo {say(state, 'vi')}" for state in Lifecycle}
WHOSE = {"server": "do máy chủ thư", "sender": "do bên gửi", "recipient": "do bên nhận"}
EVENTS = {
    ledger.RETURNED: "khi trả lại",
    ledger.ACCEPTED: "khi tiếp nhận",
    ledger.EXTENDED: "khi gia hạn",
    ledger.REFUSED: "khi không gia hạn",
    ledger.DONE: "khi đã nộp",
    ledger.CHASE: "đôn đốc",
    ledger.RECEIPT: "khi nộp",
    ledger.LINK: "xin đường dẫn mới",
    ledger.PASSWORD: "xin đặt mật khẩu",
    ledger.ALERT: "cảnh báo",
    ledger.WAIVED: "khi miễn",
    ledger.CANCELLED: "khi hủy",
    ledger.OWED_AGAIN: "khi lại phải nộp",
    ledger.WITHDRAWN: "khi rút lại",
    ledger.UNACCEPTED: "khi bỏ việc tiếp nhận",
    ledger.HANDED_OVER: "khi chuyển nơi nhận",
}
"""What a line has in place of a rung. An alert's own name follows the word, for the program alone."""
BY_HAND = "taken back by the administrator"
"""What a line says that somebody took back; their own words may follow."""
OVERTAKEN = planner.OVERTAKEN.partition("{}")


def reason_words(reason: str, language: str) -> str:
    """The ledger's reason in the language."""
    if language != Language.VI or not reason:
        return reason
    if reason.startswith(BY_HAND):
        return reason.replace(BY_HAND, "quản trị đã rút lại", 1)
    if reason.startswith(planner.NO_CONTACT):
        return _no_contact(reason.removeprefix(planner.NO_CONTACT).lstrip(": "))
    if reason.startswith(OVERTAKEN[0]) and reason.endswith(OVERTAKEN[2]):
        rung = reason.removeprefix(OVERTAKEN[0]).removesuffix(OVERTAKEN[2])
        return f"đã đến bậc sau ({rung}) trước khi kịp gửi"
    return SAID.get(reason) or CLOSED.get(reason) or _of_mail(reason)


def _of_mail(reason: str) -> str:
    """Whose fault a mail server's answer is, before its words; any other reason as it is."""
    whose, _, words = reason.partition(": ")
    return f"{WHOSE[whose]}: {said(heard(words), Language.VI)}" if whose in WHOSE else reason


def rung_words(rung: str, language: str) -> str:
    """A rung is called as its ladder calls it; what stands in place of one has a word."""
    if language != Language.VI or not rung.startswith("@"):
        return rung
    event = ledger.ALERT if rung.startswith(ledger.ALERT) else rung
    return EVENTS.get(event, rung)


def _no_contact(audiences: str) -> str:
    named = [say(Audience(each), "vi") for each in audiences.split(", ") if each in set(Audience)]
    whom = f": {', '.join(named)}" if named else ""
    return f"không có đầu mối nhận thư{whom}"
