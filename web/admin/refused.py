"""What the administrator's pages refuse outside of forms and files, in both languages."""

from __future__ import annotations

from calendars.faults import FaultCode


class AdminFault(FaultCode):
    """What is not there, or not this administrator's."""

    NO_LADDER = (
        "không có bậc nhắc việc “{slug}”; xem danh sách bậc nhắc việc",
        "no ladder {slug!r}; the list shows those that there are",
    )
    NO_VERSION = (
        "kế hoạch “{slug}” không có bản {number}; trang của kế hoạch liệt kê các bản",
        "plan {slug!r} has no version {number}; its page lists them",
    )
    OUTSIDE = (
        "đơn vị này nằm ngoài nhánh bạn quản trị",
        "this unit lies outside the branch that you administer",
    )
    BOTH_INSIDE = (
        "cấp trên cũ và cấp trên mới đều phải nằm trong nhánh bạn quản trị",
        "both superiors must lie in the branch that you administer",
    )
