"""What can be wrong in a plan file or a ladder file, field by field, and what to do about it."""

from __future__ import annotations

from calendars.errors import FaultCode


class PlanFault(FaultCode):
    """A plan file's fields, and what does not go together in it."""

    EMPTY_TEXT = (
        "để trống; hãy ghi nội dung hoặc bỏ trường này",
        "is empty; write a text, or leave the field out",
    )
    CONTROL_CHARACTER = (
        "có ký tự điều khiển; viết thành một dòng chữ thường",
        "has a control character in it; write it on one line of plain text",
    )
    UNFIT_SLUG = (
        "không dùng được “{value}”; chỉ dùng chữ thường a–z, chữ số và dấu gạch nối đơn, ví dụ bao-cao-thang",
        "{value!r} cannot be used; use small letters a–z, digits and single hyphens, e.g. monthly-report",
    )
    UNFIT_CODE = (
        "không dùng được “{value}”; ghi mã đơn vị, ví dụ so-khdt hoặc 96",
        "{value!r} cannot be used; write a unit's code, e.g. so-khdt or 96",
    )
    NO_DATE = (
        "“{value}” không phải là ngày; viết như 2024-01-19 hoặc 19/1/2024",
        "{value!r} is no date; write it as 2024-01-19 or 19/1/2024",
    )
    FAR_DATE = (
        "{day} nằm ngoài khoảng từ năm 1900 đến năm 2200; nếu không có ngày kết thúc thì bỏ trường này",
        "{day} lies outside the years 1900 to 2200; leave out a day that has no end",
    )
    EMPTY_LIST = ("để trống; ghi ít nhất một mục", "is empty; give at least one entry")
    SEMICOLON = (
        "tên nhóm không có dấu chấm phẩy; ghi mỗi nhóm thành một mục riêng",
        "a group's name has no semicolon; write each group as an entry of its own",
    )
    NO_TIME_SPAN = (
        "“{value}” không phải là khoảng thời gian; viết như 3wd (ngày làm việc) hoặc 5d (ngày theo lịch)",
        "{value!r} is no {word} time; write e.g. 3wd (working days) or 5d (days)",
    )
    ENDS_BEFORE = (
        "{last} đứng trước {first}; ngày cuối phải sau ngày đầu",
        "{last} lies before {first}; the last day comes after the first",
    )
    BEFORE_FROM = (
        "đứng trước ngày `from`; ghi ngày đó hoặc một ngày sau đó",
        "lies before `from`; give a day on or after it",
    )
    PERIOD_ONCE = (
        "chỉ dùng cho nhiệm vụ một lần; bỏ trường này, hoặc ghi `every: once`",
        "is for one-time duties alone; leave it out, or say `every: once`",
    )
    LEAD_WITHOUT_DATE = (
        "“{rule}” tính lùi từ chặng tiếp theo, nhưng chặng đó không có thời hạn riêng; hãy đặt thời hạn",
        "`{rule}` counts back from the next stage, which has no date of its own; give it one",
    )
    AFTER_WITHOUT_DATE = (
        "“{rule}” tính từ chặng bên dưới, nhưng chặng đó không có thời hạn; hãy đặt thời hạn",
        "`{rule}` counts from the stage below, which has no date; give it one",
    )
    SAME_ID = (
        "“{id}” đã là id của một nhiệm vụ khác; chọn id khác",
        "{id!r} is the id of another duty; choose another",
    )
    ABSORBS_UNKNOWN = (
        "kế hoạch không có nhiệm vụ “{id}”; ghi id của một nhiệm vụ trong kế hoạch",
        "there is no duty {id!r} in this plan; write the id of one of its duties",
    )
    ABSORBS_UNREPEATED = (
        "chỉ nhiệm vụ định kỳ mới gộp hoặc được gộp; bỏ mục này",
        "only duties that come again and again absorb or are absorbed; take it out",
    )
    ABSORBS_LARGER = (
        "“{id}” không thường xuyên hơn “{larger}”; chỉ báo cáo của kỳ dài hơn mới gộp",
        "{id!r} is not more frequent than {larger!r}; only the larger report absorbs",
    )
    CHOOSES_NOBODY = (
        "chưa chọn đơn vị nào; ghi level (cấp), kinds (loại), groups (nhóm), unit hoặc units (mã đơn vị)",
        "chooses nobody; give a level, kinds, groups, a unit or units",
    )
    CHOSEN_AND_LEFT_OUT = (
        "“{code}” vừa được chọn vừa bị loại trừ; bỏ ở một trong hai chỗ",
        "{code!r} is both chosen and left out; take it out of one of the two",
    )
    TWO_DATES = (
        "`{first}` đã quy định thời hạn; chỉ giữ một trong due, lead và after",
        "`{first}` already says when it is due; keep one of due, lead and after",
    )
    TO_ITSELF = (
        "“{code}” sẽ báo cáo cho chính mình; ghi nơi nhận khác",
        "{code!r} would report to itself; name another recipient",
    )
    SAME_SLUG = (
        "“{slug}” cũng là tên ngắn của {other}; đặt cho mỗi kế hoạch một tên riêng",
        "{slug!r} is also the slug of {other}; give each plan its own",
    )
    NO_PLAN = (
        "không có kế hoạch “{slug}”; xem danh sách kế hoạch (dondoc plan list), "
        "hoặc nạp thêm (dondoc plan load FILE)",
        "no plan {slug!r}; dondoc plan list shows them, dondoc plan load FILE adds one",
    )
    NO_LADDER = (
        "chưa nạp bậc nhắc việc “{ladder}”; nạp trước (dondoc ladder load FILE), hoặc dùng `default`",
        "no ladder {ladder!r} is loaded; load it first (dondoc ladder load FILE), or take `default`",
    )


class LadderFault(FaultCode):
    """A ladder file's fields."""

    NO_MOMENT = (
        "“{value}” không phải là thời điểm; viết -5wd, -3d, 0, 0wd, +1d hoặc +3wd",
        "{value!r} is no moment; write -5wd, -3d, 0, 0wd, +1d or +3wd",
    )
    COUNTS_NOTHING = (
        "“{value}” chưa rõ đơn vị tính; thêm d (ngày theo lịch) hoặc wd (ngày làm việc)",
        "{value!r} counts nothing; add d (days) or wd (working days)",
    )
    NO_SPAN = (
        "“{value}” không phải là khoảng thời gian; viết 2wd (ngày làm việc) hoặc 3d (ngày theo lịch)",
        "{value!r} is no length of time; write 2wd (working days) or 3d (days)",
    )
    NO_HOUR = ("“{value}” không phải là giờ; viết như 08:00", "{value!r} is no hour; write 08:00")
    AUDIENCE_TWICE = (
        "ghi một đối tượng hai lần; mỗi đối tượng chỉ ghi một lần",
        "names an audience twice; name each once",
    )
    TELLS_ADMINISTRATOR = (
        "nhắc quản trị viên, người chỉ nhận cảnh báo; ghi người của đơn vị",
        "tells the administrator, who gets alerts alone; name the unit's own people",
    )
    UNIT_AND_CODE = (
        "đối tượng unit và trường unit (mã đơn vị) phải đi cùng nhau; ghi cả hai",
        "audience unit and the field unit (a unit's code) belong together; give both",
    )
    REVIEW_MOMENT = (
        "at {at}: phải tính số ngày sau khi nộp; viết +3wd hoặc +5d",
        "at {at}: counts days after the submission; write +3wd or +5d",
    )
    REVIEW_UNTIL = (
        "until: bậc nhắc tiếp nhận luôn nhắc đến khi báo cáo được xem xét; bỏ trường này",
        "until: a rung of the review speaks until the report is reviewed; leave it out",
    )
    REVIEW_AUDIENCE = (
        "nhắc {audience_vi}, là người không xem xét được báo cáo; ghi người của nơi nhận",
        "tells {audience}, who cannot review it; name the recipient's people",
    )
    SAME_ID = (
        "có hai bậc cùng id {ids}; đặt cho mỗi bậc một id riêng",
        "has two rungs called {ids}; give each an id of its own",
    )
    NO_LADDER = (
        "không phải là bậc nhắc việc; tệp bắt đầu bằng slug: và rungs:",
        "is no ladder; it begins with slug: and rungs:",
    )
    SINCE = (
        "trường since do chương trình tự đặt; bỏ trường này",
        "since is set by dondoc itself; leave it out",
    )
    LADDER = ("bậc nhắc việc", "ladder")
