"""Why an obligation cannot be moved, or a text that goes with it is not taken, in both languages."""

from __future__ import annotations

from calendars.errors import FaultCode


class MoveFault(FaultCode):
    """What the obligation's state, or the order of its steps, does not allow."""

    NO_OBLIGATION = (
        "không có báo cáo số {number}; xem danh sách báo cáo",
        "no obligation {number}; dondoc due lists them with their ids",
    )
    STATE = (
        "báo cáo số {number} {state_vi}: không thể {wish}; {remedy}",
        "obligation {number} is {state}: cannot {wish}; {remedy}",
    )
    BEFORE = (
        "báo cáo số {number}: không thể {wish} trước {moment_vi}, thời điểm của bước trước; "
        "ghi thời điểm muộn hơn, hoặc báo quản trị chỉnh lại đồng hồ máy chủ",
        "obligation {number}: cannot {wish} before {moment}, the time of the step before; "
        "give a later time, or set the clock right",
    )
    NO_SUBMISSION = (
        "báo cáo số {number} chưa có bản nộp để xem xét; nộp trước",
        "obligation {number} has no submission to look at; hand one in first",
    )
    NOT_BEGUN = (
        "báo cáo số {number}: không thể nộp trước {first}, ngày đầu của kế hoạch; "
        "ghi thời điểm muộn hơn, hoặc báo quản trị chỉnh lại đồng hồ máy chủ",
        "obligation {number}: cannot submit before {first}, the first day of its plan; "
        "give a later time, or set the clock right",
    )
    HANDED_IN = (
        "báo cáo số {number} đã được nộp và đang chờ nơi nhận; "
        "chọn thay bản đã nộp nếu muốn nộp bản tốt hơn trước khi nơi nhận xem",
        "obligation {number} was handed in already and waits for the recipient; "
        "use --replace to hand in a better version before it is looked at",
    )
    NOTHING_IN_IT = (
        "báo cáo không có gì bên trong; ghi số văn bản, đính kèm tệp hoặc viết ghi chú",
        "the report has nothing in it; give the document's number, a file or a note",
    )
    UNDECIDED = (
        "báo cáo số {number} đã có đề nghị gia hạn chưa được quyết định; chờ quyết định đó",
        "obligation {number} has a request that is not decided yet; decide it first",
    )
    NO_REQUEST = (
        "báo cáo số {number} không còn đề nghị gia hạn nào chờ quyết định; tải lại trang để xem",
        "obligation {number} has no request to decide; ask for an extension first",
    )
    NOTHING_RESTS = (
        "báo cáo số {number}: kế hoạch này không có lời nhắc nào tạm dừng khi đã xác nhận; "
        "hãy nộp báo cáo, hoặc xin gia hạn",
        "obligation {number}: no reminder of its plan's ladder rests for an acknowledgement; "
        "hand the report in, or ask for an extension",
    )
    AHEAD = (
        "báo cáo số {number}: số liệu của kỳ này bắt đầu từ {first}, chưa đến kỳ; "
        "nếu đúng là nộp trước kỳ thì xác nhận, nếu không hãy chọn đúng kỳ",
        "obligation {number}: the data of its period begins on {first} and that has not come; "
        "hand in the right period, or say that it is meant: --yes, or the field ahead",
    )
    LOOKED_AT = (
        "báo cáo số {number} đã được nơi nhận xem xét, không rút lại được; đề nghị trả lại",
        "obligation {number} was looked at and cannot be withdrawn; ask the recipient to return it",
    )
    DAY_OVER = (
        "báo cáo số {number} chỉ rút lại được trong ngày nộp; nộp bản thay thế, hoặc đề nghị trả lại",
        "obligation {number} can only be withdrawn on the day it was handed in; hand in a better version, or "
        "ask the recipient to return it",
    )
    NOBODYS_DECISION = (
        "báo cáo số {number} không còn phải nộp vì kế hoạch hoặc đơn vị thay đổi, không do ai quyết định; "
        "sửa kế hoạch hoặc đơn vị",
        "obligation {number} is not owed because the plan or the unit changed, not by a decision; "
        "change the plan or the unit",
    )
    NO_LATER = (
        "báo cáo số {number}: hạn đang áp dụng không sớm hơn ngày đó; chọn ngày muộn hơn",
        "obligation {number}: the deadline that holds is no earlier than that; give a later day",
    )
    NOT_CHASED = (
        "không có báo cáo số {number} để đôn đốc trong phạm vi của bạn; xem danh sách báo cáo",
        "no obligation {number} that may be chased; dondoc due lists them",
    )


class MoveVerb(FaultCode):
    """What somebody wanted to do with it."""

    ACCEPT = ("tiếp nhận", "accept")
    RETURN = ("trả lại", "return")
    SUBMIT = ("nộp", "submit")
    EXTEND = ("gia hạn", "extend")
    DECIDE = ("quyết định gia hạn", "decide")
    ACKNOWLEDGE = ("xác nhận đã đọc lời nhắc", "acknowledge")
    CHASE = ("đôn đốc", "chase")
    WAIVE = ("miễn", "waive")
    CANCEL = ("hủy", "cancel")
    WITHDRAW = ("rút lại", "withdraw")
    UNDO = ("hủy bỏ quyết định", "undo")


class StateRemedy(FaultCode):
    """What must come first, by the state in which it is."""

    OPEN = ("báo cáo phải được nộp trước", "a report must be handed in first")
    SUBMITTED = (
        "nơi nhận phải tiếp nhận hoặc trả lại trước",
        "the recipient must accept or return it first",
    )
    ACCEPTED = (
        "báo cáo đã xong; tiếp nhận nhầm thì bỏ việc tiếp nhận",
        "it is settled; a mistake can be undone",
    )
    RETURNED = ("báo cáo phải được nộp lại trước", "it must be handed in again first")
    WAIVED = ("báo cáo không còn phải nộp", "it is not owed any more")
    CANCELLED = ("báo cáo không còn phải nộp", "it is not owed any more")
    TRANSFERRED = ("đơn vị kế thừa nay phải nộp", "it is owed by the successor now")
