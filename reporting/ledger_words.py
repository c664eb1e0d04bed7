"""Why a line of the ledger did not become a mail, as a person reads it.

The ledger keeps its reasons in English, for scripts and logs; here is what they are called in Vietnamese.
What is not known here, such as a mail server's own answer, is shown as it stands.
"""

from __future__ import annotations

from models.vocabulary import Audience, Language, Lifecycle, say
from reporting import ledger, reminders, second_look

SAID = {
    ledger.GONE: "người nhận không còn là đầu mối",
    ledger.ENDED: "đơn vị không còn",
    ledger.BOUNCES: "địa chỉ không nhận thư",
    ledger.RESTORED: "có lẽ đã gửi trước khi khôi phục bản sao lưu",
    ledger.UNWANTED: "người nhận đã thôi nhận thư tuần tới",
    ledger.ACKNOWLEDGED: "đã xác nhận trong lúc chờ gửi",
    ledger.UNDONE: "việc được báo đã bị hủy bỏ",
    reminders.NO_UNIT: "không có đơn vị nhận",
    reminders.TOO_LATE: "thời hạn đã qua trước khi kịp gửi",
    second_look.FILED_MEANWHILE: "đã nộp trong lúc chờ gửi",
    second_look.REVIEWED_MEANWHILE: "đã xem xét trong lúc chờ gửi",
    second_look.RETURNED_MEANWHILE: "đã trả lại trong lúc chờ gửi",
    second_look.MOVED: "thời hạn đã dời",
    second_look.SWITCHED_OFF: "bậc nhắc này đã tắt",
}
CLOSED = {second_look.CLOSED_MEANWHILE.format(state): f"báo cáo {say(state, 'vi')}" for state in Lifecycle}
BY_HAND = "taken back by the administrator"
"""What a line says that somebody took back; their own words may follow."""
OVERTAKEN = reminders.OVERTAKEN.partition("{}")


def reason_words(reason: str, language: str) -> str:
    """The ledger's reason in the language."""
    if language != Language.VI or not reason:
        return reason
    if reason.startswith(BY_HAND):
        return reason.replace(BY_HAND, "quản trị đã rút lại", 1)
    if reason.startswith(reminders.NO_CONTACT):
        return _no_contact(reason.removeprefix(reminders.NO_CONTACT).lstrip(": "))
    if reason.startswith(OVERTAKEN[0]) and reason.endswith(OVERTAKEN[2]):
        rung = reason.removeprefix(OVERTAKEN[0]).removesuffix(OVERTAKEN[2])
        return f"đã đến bậc sau ({rung}) trước khi kịp gửi"
    return SAID.get(reason) or CLOSED.get(reason) or reason


def _no_contact(audiences: str) -> str:
    named = [say(Audience(each), "vi") for each in audiences.split(", ") if each in set(Audience)]
    whom = f": {', '.join(named)}" if named else ""
    return f"không có đầu mối nhận thư{whom}"
