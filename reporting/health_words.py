"""Findings of health in words, with what to do about each, in Vietnamese and English."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from calendars.faults import said
from reporting.health import SENDER, TICK, Concern, HealthFinding
from reporting.stops import heard, unpacked

RUN = {TICK: "dondoc tick", SENDER: "dondoc mail send"}
PARTS = {"vi": {TICK: "lượt chạy", SENDER: "bộ phận gửi thư"}, "en": {TICK: "the tick", SENDER: "the sender"}}
SAID: dict[str, dict[Concern, str]] = {
    "vi": {
        Concern.NEVER_RAN: "{part} chưa chạy lần nào",
        Concern.SILENT: "{part} im lặng từ {since}",
        Concern.CLOCK_AHEAD: "{part} đã chạy lúc {since}, ở tương lai",
        Concern.STOPPED: "{part} phải dừng lúc {since}: {detail}",
        Concern.SERVER_DOWN: "máy chủ thư {part} không phục vụ từ {since}: {detail}",
        Concern.STUCK: "{number} lượt nhắc bị kẹt, lâu nhất từ {since}",
        Concern.FAILED: "{number} lượt nhắc gửi hỏng, sớm nhất từ {since}",
        Concern.BOUNCED: "{number} địa chỉ không nhận thư, sớm nhất từ {since}",
    },
    "en": {
        Concern.NEVER_RAN: "{part} has never run",
        Concern.SILENT: "{part} has been silent since {since}",
        Concern.CLOCK_AHEAD: "{part} ran at {since}, in the future",
        Concern.STOPPED: "{part} had to stop at {since}: {detail}",
        Concern.SERVER_DOWN: "the mail server {part} has not served since {since}: {detail}",
        Concern.STUCK: "{number} notices are stuck, the oldest since {since}",
        Concern.FAILED: "{number} notices failed, the oldest planned at {since}",
        Concern.BOUNCED: "{number} addresses refuse mail, the first since {since}",
    },
}
REMEDY: dict[str, dict[Concern, str]] = {
    "vi": {
        Concern.NEVER_RAN: "chạy vài phút một lần, bằng cron hoặc Prefect: {command}",
        Concern.SILENT: "chạy vài phút một lần, bằng cron hoặc Prefect: {command}",
        Concern.CLOCK_AHEAD: "chỉnh lại đồng hồ của máy",
        Concern.STOPPED: "xem docs/mail.md",
        Concern.SERVER_DOWN: "kiểm tra DONDOC_SMTP_… và máy chủ thư; thư vẫn nằm chờ, không mất",
        Concern.STUCK: "xem: dondoc outbox --state queued; dondoc outbox --state claimed",
        Concern.FAILED: "xem lý do: dondoc outbox --state failed",
        Concern.BOUNCED: "nạp địa chỉ đúng: dondoc units load FILE --as-of DATE; nếu bị đánh dấu nhầm: "
        "dondoc mail refused, rồi dondoc mail trust",
    },
    "en": {
        Concern.NEVER_RAN: "run it every few minutes, by cron or Prefect: {command}",
        Concern.SILENT: "run it every few minutes, by cron or Prefect: {command}",
        Concern.CLOCK_AHEAD: "set the machine's clock right",
        Concern.STOPPED: "see docs/mail.md",
        Concern.SERVER_DOWN: "check DONDOC_SMTP_… and the mail server; the mails wait and are not lost",
        Concern.STUCK: "look at: dondoc outbox --state queued; dondoc outbox --state claimed",
        Concern.FAILED: "see why: dondoc outbox --state failed",
        Concern.BOUNCED: "load the right address: dondoc units load FILE --as-of DATE; if it was marked by "
        "mistake: dondoc mail refused, then dondoc mail trust",
    },
}


def finding_words(finding: HealthFinding, language: str, zone: ZoneInfo) -> str:
    """What was found, in one sentence without its full stop."""
    since = f"{finding.since.astimezone(zone):%H:%M %d/%m/%Y}" if finding.since else ""
    part = PARTS[language].get(finding.part, finding.part)
    words = SAID[language][finding.concern]
    detail, _ = _detail(finding, language)
    return words.format(part=part, since=since, number=finding.number, detail=detail)


def finding_remedy(finding: HealthFinding, language: str) -> str:
    """What to do about it: a pass that stopped says so itself."""
    _, remedy = _detail(finding, language)
    return remedy or REMEDY[language][finding.concern].format(command=RUN.get(finding.part, ""))


def _detail(finding: HealthFinding, language: str) -> tuple[str, str]:
    """What was wrong and what to do, where the finding is a pass that stopped; else its words as they are."""
    if finding.concern is not Concern.STOPPED:
        return said(heard(finding.detail), language), ""
    wrong, _, remedy = said(unpacked(finding.detail), language).partition("; ")
    return wrong, remedy
