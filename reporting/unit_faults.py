"""What can be wrong in files of units and contacts, and in the hierarchy that they would make."""

from __future__ import annotations

from calendars.faults import FaultCode


class TableFault(FaultCode):
    """A table, its header and its cells."""

    TOO_LARGE = ("tệp lớn hơn {limit} MB; chia nhỏ tệp", "is larger than {limit} MB; split it")
    QUOTES = (
        "dấu ngoặc kép đặt sai hoặc chưa đóng; đóng mọi dấu ngoặc kép",
        "{reason}; close every quotation mark",
    )
    EMPTY = ("tệp rỗng; bắt đầu bằng một dòng tên cột", "is empty; begin it with a line of column names")
    ENCODING = (
        "không phải UTF-8 hay UTF-16 (byte thứ {byte}); lưu lại dưới dạng “CSV UTF-8”",
        "is neither UTF-8 nor UTF-16 (byte {byte}); save it again as 'CSV UTF-8'",
    )
    COLUMN_TWICE = (
        "cột “{column}” xuất hiện hai lần; chỉ giữ một",
        "column {column!r} stands there twice; keep one",
    )
    UNKNOWN_COLUMNS = (
        "các cột này không thuộc mẫu nào; các mẫu được dùng: {formats}",
        "these columns are of no known format; known are {formats}",
    )
    COLUMN_MISSING = ("thiếu cột này ({format}); hãy thêm", "the column is missing ({format}); add it")
    UNKNOWN_COLUMN = (
        "không có cột này; các cột được dùng: {possible}",
        "unknown column; possible are {possible}",
    )
    UNITS = ("đơn vị", "units")
    CONTACTS = ("người liên hệ", "contacts")
    THREE_TIERS = ("danh mục hành chính ba cấp", "official list, three tiers")
    TWO_TIERS = ("danh mục hành chính hai cấp", "official list, two tiers")
    AND_FORMAT = ("{some}; {one}", "{some}; {one}")
    ROW = ("dòng", "row")
    HOLDS = ("chứa {character}; xóa đi", "holds {character}; take it out")
    LINE_BREAK = ("dấu xuống dòng", "a line break")
    NUL = ("ký tự NUL", "a NUL")
    CONTROL = ("ký tự điều khiển {code}", "the control character {code}")
    TOO_LONG = ("dài {length} ký tự; rút ngắn còn {most}", "has {length} characters; shorten it to {most}")
    EMPTY_CELL = ("để trống; hãy điền", "is empty; fill it in")
    NOT_POSSIBLE = ("không dùng được “{text}”; {remedy}", "{text!r} is not possible; {remedy}")
    UNKNOWN_WORD = (
        "không có giá trị “{text}”; ghi một trong: {words_vi}",
        "{text!r} is unknown; write one of {words}",
    )
    NO_SUCH_DAY = ("không có ngày {text}; sửa lại ngày", "there is no day {text}; correct the date")
    NO_DATE = (
        "“{text}” không phải là ngày; viết như 2024-02-17 hoặc 17/2/2024",
        "{text!r} is no date; write it as 2024-02-17 or 17/2/2024",
    )
    ENDS_EARLY = (
        "{end} không sau valid_from {first}; đây là ngày đầu tiên không còn hiệu lực",
        "{end} is not after valid_from {first}; it is the first day on which it ended",
    )
    TOO_MANY_CELLS = (
        "có {cells} ô trong khi chỉ có {columns} cột; đặt giá trị có dấu phân cách trong dấu ngoặc kép",
        "has {cells} cells under {columns} columns; quote a value that holds a separator",
    )


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
