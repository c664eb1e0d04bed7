"""What can be wrong with accounts, their roles, passwords and tokens, in Vietnamese and in English."""

from __future__ import annotations

from calendars.errors import FaultCode


class AccountFault(FaultCode):
    """Accounts and the roles they hold."""

    ADDRESS_TAKEN = (
        "địa chỉ {address} đã có tài khoản; cấp thêm quyền cho tài khoản đó",
        "{address} has an account already; give it another grant instead",
    )
    NO_ADDRESS = (
        "“{text}” không phải là địa chỉ thư điện tử; viết như ten@coquan.gov.vn",
        "{text!r} is no mail address; write it as ten@coquan.gov.vn",
    )
    NO_ACCOUNT = (
        "không có tài khoản “{address}”; mở tài khoản trước",
        "no account {address!r}; open it first",
    )
    NO_ACCOUNT_ID = (
        "không có tài khoản số {number}; xem danh sách người dùng",
        "no account {number}; the list of people shows those there are",
    )
    NO_ROLE = (
        "tài khoản này không có quyền số {number}; có thể quyền đã kết thúc",
        "no role {number} of this account; it may have been ended",
    )
    ENDS_EARLY = (
        "quyền kết thúc ngày {until} phải bắt đầu trước ngày đó",
        "a grant that ends on {until:%d/%m/%Y} must begin before that day",
    )
    NO_LANGUAGE = ("không có ngôn ngữ “{text}”; dùng vi hoặc en", "no language {text!r}; use vi or en")
    NO_UNIT = (
        "không có đơn vị “{code}”; xem mã trong danh sách đơn vị",
        "no unit {code!r}; dondoc units tree lists them with their codes",
    )
    UNCLEAR_UNIT = ("chưa rõ đơn vị nào là “{words}”: {near}", "which unit is {words!r}? {near}")
    WRITE_ITS_CODE = (
        "nhập mã đơn vị, xem trong danh sách đơn vị",
        "write its code, as on the page of units",
    )
    PASSWORD_LENGTH = (
        "mật khẩu cần từ {shortest} đến {longest} ký tự; nên dùng ba, bốn từ",
        "a password has {shortest} to {longest} characters; three or four words make a good one",
    )


class TokenFault(FaultCode):
    """Tokens of the API."""

    NO_SCOPE = (
        "không có phạm vi “{text}”; chọn một trong: {scopes_vi}",
        "no scope {text!r}; use one of: {scopes}",
    )
    DAYS = (
        "mã truy cập có hiệu lực từ 1 đến {most} ngày; hết hạn thì tạo mã mới",
        "a token holds for 1 to {most} days; make a new one after that",
    )
    CLOSED = (
        "tài khoản {address} đã đóng; mở lại trước",
        "the account {address} is closed; open it again first",
    )
    NO_TOKEN = (
        "tài khoản này không có mã truy cập số {number}; có thể mã đã bị thu hồi",
        "no token {number} of this account; it may have been revoked already",
    )
