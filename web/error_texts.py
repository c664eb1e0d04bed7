"""Why a visitor is turned away whatever the page is, in Vietnamese and in English."""

from __future__ import annotations

from calendars.errors import FaultCode


class VisitorFault(FaultCode):
    """Who asks, from where, and how often."""

    FOR_OTHERS = (
        "trang này dành cho người khác; đề nghị quản trị cấp quyền",
        "this page is for others; ask your administrator for the grant",
    )
    OLD_FORM = (
        "biểu mẫu đã quá cũ hoặc không phải của trang này; mở lại trang",
        "the form is too old or not ours; open the page again",
    )
    FOREIGN_FORM = (
        "biểu mẫu nằm ở một trang web khác; mở trang tại đây",
        "the form is on another site; open the page here",
    )
    TOO_MANY = (
        "đã thử quá nhiều lần; chờ vài phút rồi thử lại",
        "too many attempts; wait a few minutes and try again",
    )
