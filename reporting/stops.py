"""Why a pass of the sender stopped, and what could go better: with a remedy, in Vietnamese and English.

The reason is kept with the heartbeat as code and values, so that health, alerts and pages say it in the
language of whoever reads it. What a mail server said itself is quoted as it is.
"""

from __future__ import annotations

import json
import re
from typing import Any

from calendars.errors import Fault, FaultCode


class Stop(FaultCode):
    """What stopped it; what to do."""

    BACKUP = (
        "cơ sở dữ liệu là bản sao lưu cũ; hãy chạy dondoc tick trước, rồi xem dondoc outbox",
        "the database is an older backup; run dondoc tick first, then look at dondoc outbox",
    )
    CEILING = (
        "sẽ có {people} người nhận thư, vượt mức {most}, nên chưa gửi thư nào; "
        "xem dondoc outbox --state queued, rồi gửi bằng dondoc mail send --ceiling {people}",
        "{people} people would be mailed, more than the ceiling of {most}, so nothing was sent; "
        "look at dondoc outbox --state queued, then send with --ceiling {people}",
    )
    RESTING = (
        "máy chủ thư {server} chưa nhận thư («{words}»), sẽ thử lại từ {at}; "
        "thư vẫn nằm chờ, không mất; xem dondoc health",
        "the mail server {server} took no mail ({words}) and is tried again from {at}; "
        "the mails wait and are not lost; see dondoc health",
    )
    UNREACHABLE = (
        "không kết nối được với máy chủ thư {server} («{words}»); "
        "kiểm tra DONDOC_SMTP_HOST, DONDOC_SMTP_PORT, DONDOC_SMTP_SECURITY, mạng và máy chủ; thư vẫn nằm chờ",
        "no connection to the mail server {server} is to be had ({words}); check DONDOC_SMTP_HOST, "
        "DONDOC_SMTP_PORT, DONDOC_SMTP_SECURITY, the network and the server; the mails wait",
    )
    CROWDED = (
        "máy chủ thư {server} không cho mở kết nối («{words}»); giảm DONDOC_SMTP_CONNECTIONS "
        "(nay là {connections}), hoặc chờ đến khi máy chủ rảnh; thư vẫn nằm chờ",
        "the mail server {server} allows no connection ({words}); lower DONDOC_SMTP_CONNECTIONS "
        "(now {connections}), or wait until it has room; the mails wait",
    )
    LOGIN = (
        "máy chủ thư {server} không chấp nhận tên đăng nhập hoặc mật khẩu («{words}»); "
        "sửa DONDOC_SMTP_USER và DONDOC_SMTP_PASSWORD; thư vẫn nằm chờ",
        "the mail server {server} refuses the user name or password ({words}); "
        "correct DONDOC_SMTP_USER and DONDOC_SMTP_PASSWORD; the mails wait",
    )
    SENDER = (
        "máy chủ thư {server} từ chối địa chỉ người gửi («{words}»); "
        "sửa DONDOC_MAIL_FROM, hoặc nhờ quản trị máy chủ cho phép địa chỉ đó; thư vẫn nằm chờ",
        "the mail server {server} refuses the sender ({words}); "
        "correct DONDOC_MAIL_FROM, or have the server's administrator allow it; the mails wait",
    )
    NAME = (
        "máy chủ thư {server} không chấp nhận tên mà dondoc tự xưng («{words}»); "
        "đặt DONDOC_SMTP_EHLO là tên đầy đủ của máy này, ví dụ dondoc.tinh.gov.vn; thư vẫn nằm chờ",
        "the mail server {server} refuses the name dondoc calls itself by ({words}); "
        "set DONDOC_SMTP_EHLO to this machine's full name, such as dondoc.example.vn; the mails wait",
    )
    TURNED_AWAY = (
        "máy chủ thư {server} đang từ chối thư ({number} thư liền nhau, «{words}»); nhờ quản trị máy chủ xem "
        "hạn mức gửi, chính sách và quyền chuyển thư; không đánh dấu địa chỉ nào, thư vẫn nằm chờ",
        "the mail server {server} turns mails away ({number} in a row, the last: {words}); have its "
        "administrator look at quota, policy and relaying; no address is marked for it, and the mails wait",
    )
    BROKEN = (
        "kết nối với máy chủ thư {server} bị ngắt giữa chừng ({number} thư liền nhau, «{words}»); "
        "kiểm tra đường mạng và nhật ký của máy chủ thư; thư vẫn nằm chờ",
        "the connection to the mail server {server} breaks while mails are handed in ({number} in a row, "
        "the last: {words}); check the network and the mail server's log; the mails wait",
    )
    DISK_FULL = (
        "đĩa đã đầy nên không ghi được thư vào {place}; dọn bớt đĩa hoặc chuyển DONDOC_HOME; thư vẫn nằm chờ",
        "the disk is full, so mails cannot be written to {place}; make room, or move DONDOC_HOME; "
        "the mails wait",
    )


class Heard(FaultCode):
    """What is not the server's own words but ours, or the system's, about a connection."""

    ENDED = ("máy chủ đã ngắt kết nối", "the server ended the connection")
    SILENT = ("máy chủ không trả lời kịp", "no answer in time")
    NOT_SMTP = ("máy chủ không dùng giao thức SMTP", "the server does not speak SMTP")
    NOT_LISTENING = ("không có máy chủ nào trả lời ở địa chỉ này", "nothing listens there")
    NO_HOST = ("không tìm thấy tên máy chủ này", "no server of this name is known")
    CERTIFICATE = ("chứng thư của máy chủ không hợp lệ", "the server's certificate is not valid")
    NO_ENCRYPTION = ("máy chủ không hỗ trợ mã hóa STARTTLS", "the server offers no STARTTLS")


HEARD = {
    Heard.ENDED: r"ended the connection|connection (?:lost|closed|reset)|closed unexpectedly|broken pipe",
    Heard.SILENT: r"no answer (?:within|in time)|timed out|timeout",
    Heard.NOT_SMTP: r"does not speak smtp|answer has no end",
    Heard.NOT_LISTENING: r"connect call failed|connection refused|nothing listens|network is unreachable",
    Heard.NO_HOST: r"name or service not known|nodename nor servname|name resolution|no server of this name",
    Heard.CERTIFICATE: r"certificate",
    Heard.NO_ENCRYPTION: r"starttls",
}
AN_ANSWER = re.compile(r"\d{3} ")


def heard(words: str) -> str:
    """Words about a connection, as a reason that can be said in any language; a server's answer is quoted."""
    if isinstance(words, Fault) or AN_ANSWER.match(words):
        return words
    found = (code for code, pattern in HEARD.items() if re.search(pattern, words, re.IGNORECASE))
    code = next(found, None)
    return words if code is None else code()


class Advice(FaultCode):
    """What could go better in a pass that went well."""

    CONNECTIONS = (
        "máy chủ thư chỉ cho mở {allowed} trong {connections} kết nối; đặt DONDOC_SMTP_CONNECTIONS={allowed}",
        "the mail server lets in {allowed} of {connections} connections; "
        "set DONDOC_SMTP_CONNECTIONS={allowed}",
    )


def stop(code: Stop, **values: Any) -> Fault:
    """The reason with its values; a semicolon in them would look like the end of what is wrong."""
    return code(**{name: _plain(value) for name, value in values.items()})


def _plain(value: Any) -> Any:
    known = heard(value) if isinstance(value, str) else value
    return known.replace(";", ",") if isinstance(known, str) and not isinstance(known, Fault) else known


def packed(reason: str) -> str:
    """As a heartbeat keeps it."""
    if isinstance(reason, Fault) and isinstance(reason.code, Stop):
        return json.dumps({"stop": reason.code.name, **reason.values}, ensure_ascii=False)
    return reason


def unpacked(detail: str) -> str:
    """The reason that a heartbeat keeps; a text that is none, such as an older version's, as it is."""
    try:
        values = json.loads(detail)
        return stop(Stop[values.pop("stop")], **values)
    except (ValueError, AttributeError, KeyError, TypeError):
        return detail
