"""What can be wrong in files of units and contacts, and in the hierarchy that they would make."""

from __future__ import annotations

from calendars.errors import FaultCode
from models.errors import InvalidInput
from models.file_faults import FilePlace


class CellRemedy(FaultCode):
    """How to write a cell."""

    CODE = (
        "dùng chữ a–z, chữ số, “-”, “.” và “_”, ví dụ so-khdt hoặc 96",
        "use letters a–z, digits, '-', '.' and '_', e.g. so-khdt or 96",
    )
    KIND = (
        "dùng chữ thường a–z, chữ số và dấu gạch nối, ví dụ thi-tran",
        "use small letters a–z, digits and hyphens, e.g. thi-tran",
    )
    DIGITS = (
        "mã có {digits} chữ số; phần mềm bảng tính bỏ số 0 ở đầu nếu cột không phải kiểu văn bản",
        "it has {digits} digits; a table program drops leading zeros unless the column is text",
    )
    ADDRESS = (
        "ghi một địa chỉ thư điện tử, ví dụ vanthu@xa-dat-mui.camau.example",
        "write one plain address such as vanthu@xa-dat-mui.camau.example",
    )


class UnitFault(FaultCode):
    """Units and contacts among each other."""

    CODE_TWICE = (
        "{code} đã có ở {where}; chỉ giữ một trong hai",
        "{code} stands already in {where}; keep one of the two",
    )
    TWIN_KNOWN = (
        "{code} chỉ khác mã đã có {known} ({name}) ở số 0, chữ hoa chữ thường hoặc đuôi “.0”; ghi {known}",
        "{code} differs from the known {known} ({name}) only by zeros, case or '.0'; write {known}",
    )
    TWIN_HERE = (
        "{code} chỉ khác {other} ở {where} ở số 0, chữ hoa chữ thường hoặc đuôi “.0”; ghi cùng một "
        "mã {other}, hoặc đổi một trong hai",
        "{code} differs from {other} in {where} only by zeros, case or '.0'; write {other} in both, "
        "or change one of the two",
    )
    OFFICIAL_CODE_TWICE = (
        "mã {code} đã có ở {where}; chỉ giữ một trong hai",
        "code {code} stands already in {where}; keep one of the two",
    )
    UNKNOWN_KIND = (
        "“{text}” không thuộc loại nào đã biết; các loại được dùng: {kinds}",
        "{text!r} is of no known kind; known are {kinds}",
    )
    DISAGREE = (
        "{code} ở đây là {name} (cấp trên {superior}), "
        "nhưng ở {where} là {other} (cấp trên {other_superior}); sửa cho hai chỗ khớp nhau",
        "{code} is {name} (superior {superior}) here, but {other} (superior {other_superior}) in {where}; "
        "make the two agree",
    )
    NO_SUPERIOR = ("không có", "none")
    NO_ADDRESS = (
        "“{text}” không phải là địa chỉ thư điện tử; {remedy}",
        "{text!r} is no mail address; {remedy}",
    )
    CONTACT_TWICE = (
        "{address} đã là {role_vi} của {unit} ở {where}; chỉ giữ một, hoặc ghi thời gian không trùng nhau",
        "{address} is {role} of {unit} already in {where}; "
        "keep one of the two, or give them times that do not overlap",
    )
    NO_UNIT = ("không có đơn vị “{code}” vào ngày {day}; {remedy}", "no unit {code!r} on {day}; {remedy}")
    NEAR = ("có phải là {near} không?", "did you mean {near}?")
    OR = ("{one} hoặc {other}", "{one} or {other}")
    LIST_THEM = (
        "xem mã trong danh sách đơn vị (dondoc units tree), hoặc nạp thêm (dondoc units load)",
        "dondoc units tree lists them, dondoc units load adds them",
    )
    UNDER = (
        "--under: không có đơn vị “{code}” vào ngày {day}; nạp trước, hoặc ghi đơn vị khác",
        "--under: no unit {code!r} on {day}; load it first, or name another",
    )
    UNDER_NEAR = (
        "--under: không có đơn vị “{code}”; ghi {known} ({name})",
        "--under: there is no unit {code!r}; write {known} ({name})",
    )
    OWN_SUPERIOR = (
        "{code} là cấp trên của chính mình, thành vòng tròn: {code} → {code}; ghi đơn vị khác hoặc để trống",
        "{code} is its own superior, a circle: {code} → {code}; name another or leave it empty",
    )
    OWN_SUCCESSOR = (
        "{code} kế thừa chính mình; ghi mã của đơn vị cũ",
        "{code} is its own successor; give the code of the unit that ends",
    )
    NO_SUCH_SUPERIOR = (
        "không có đơn vị “{code}”; thêm vào tệp, hoặc nạp trước",
        "there is no unit {code!r}; add it to the file, or load it first",
    )
    SUPERIOR_NEAR = (
        "không có đơn vị “{code}”; ghi {known} ({name})",
        "there is no unit {code!r}; write {known} ({name})",
    )
    NOTHING_NEW = (
        "không có gì thay đổi; sửa một trường, hoặc giữ nguyên",
        "nothing is different; change a field, or leave it",
    )
    CIRCLE = (
        "quan hệ cấp trên đi thành vòng tròn: {codes}; sửa cấp trên của một đơn vị trong đó",
        "the superiors go round in a circle: {codes}; break it at one of them",
    )
    ORPHANED = (
        "cấp trên của {code} ({superior}) không còn hiệu lực vào ngày {day}; "
        "ghi cấp trên khác, hoặc kết thúc cả đơn vị này",
        "the superior of {code} ({superior}) is not in force on {day}; "
        "name another superior, or end this unit too",
    )
    UPSIDE_DOWN = (
        "{code} thuộc cấp {level_vi}, cao hơn cấp trên {superior} thuộc cấp {superior_level_vi}; "
        "sửa cấp hoặc cấp trên",
        "{code} is of level {level} ({level_vi}), above its superior "
        "{superior} of level {superior_level}; correct the level or the superior",
    )
    ENDS_EARLY = (
        "{who} kết thúc ngày {end}, không sau {day}; ghi thêm valid_from, hoặc bỏ dòng này",
        "{who} ends on {end}, not after {day}; give valid_from as well, or leave the row out",
    )
    OVERTAKES = (
        "{code} đã có thay đổi từ {later} nên không thể đổi vào {day} trước đó; nạp từ ngày {later} trở đi",
        "{code} is known from {later} and cannot change on {day} before that; load as of {later} or later",
    )
    CONTACT_OVERTAKES = (
        "{address} là {role_vi} của {unit} từ {later}; "
        "nạp từ ngày {later} trở đi, hoặc ghi valid_to trước ngày đó",
        "{address} is {role} of {unit} from {later}; "
        "load as of {later} or later, or give a valid_to before it",
    )
    CONTACT_ENDS_EARLY = (
        "{address} bắt đầu từ {first} nên phải kết thúc sau ngày đó; chọn ngày muộn hơn",
        "{address} begins on {first}, so it ends on a later day; name one",
    )
    NO_CONTACT = (
        "không có người liên hệ số {number}; trang của đơn vị liệt kê những người hiện có",
        "no contact {number}; the unit's page lists those that there are",
    )
    NO_NAME = (
        "thiếu tên; ghi họ tên người hoặc tên bộ phận",
        "the name is missing; write who the person is, or the office's name",
    )


def refused(where: str, column: str, problem: str) -> InvalidInput:
    """The error of one column of a row at `where`."""
    return InvalidInput(FilePlace.COLUMN(where=where, column=column, problem=problem))
