"""What can be wrong with a due rule, a date, a period or a cut-off in a plan file, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode


class RuleFault(FaultCode):
    """What is wrong."""

    REMEDIED = ("{problem}; {remedy}", "{problem}; {remedy}")
    IN_RULE = ("“{text}”: {problem}", "`{text}`: {problem}")
    IN_PHRASE = ("“{text}”: {problem}", "{text!r}: {problem}")
    UNREADABLE = ("không đọc được thời hạn “{text}”", "cannot read the due rule {text!r}")
    UNREADABLE_LONG = ("không đọc được thời hạn “{text}…”", "cannot read the due rule {text!r}…")
    UNREADABLE_PHRASE = ("không đọc được thời hạn “{text}”", "cannot read a due rule in {text!r}")
    NO_SUCH_DATE = ("không có ngày {day}/{month}/{year}", "there is no {day}/{month}/{year}")
    NO_SUCH_DAY = ("không có ngày {day}/{month}", "there is no {day}/{month}")
    NO_DAY_IN_MONTH = ("không tháng nào có ngày {day}", "no month has a day {day}")
    NO_MONTH = ("không có tháng {month}", "there is no month {month}")
    WITHIN_ONCE = ("“within once” không chỉ thời gian nào", "`within once` names no time")
    NO_PART_OF_YEAR = ("{part} không phải là một phần của năm", "a {part} is no part of a year")
    NO_SUCH_PART = ("một năm không có {part} {index}", "a year has no {part} {index}")
    OUT_OF_RANGE = ("“{word} {count}” ngoài phạm vi cho phép", "`{word} {count}` is out of range")
    MISFIT = (
        "“{rule}” không hợp với nhiệm vụ báo cáo {how_often}",
        "`{rule}` does not fit a duty that comes {how_often}",
    )
    CUTOFF_IMPOSSIBLE = ("không thể chốt số liệu vào ngày {day}", "a cut-off on day {day} is impossible")
    CUTOFF_UNREADABLE = ("không đọc được ngày chốt số liệu “{text}”", "cannot read the cut-off {text!r}")
    NO_PERIOD = (
        "không có {frequency} {index} của năm {year}",
        "there is no period {frequency} {index} of {year}",
    )
    PERIOD_UNREADABLE = ("không đọc được kỳ báo cáo “{text}”", "cannot read the period {text!r}")


class OftenFault(FaultCode):
    """How often a duty comes, within such a sentence."""

    ONCE = ("một lần", "once")
    ON_DEMAND = ("khi có yêu cầu", "on demand")
    MONTH = ("hằng tháng", "every month")
    QUARTER = ("hằng quý", "every quarter")
    HALF_YEAR = ("6 tháng một lần", "every half-year")
    NINE_MONTHS = ("9 tháng một lần", "every nine-months")
    YEAR = ("hằng năm", "every year")


class SpanFault(FaultCode):
    """A span of time with its number, within such a sentence."""

    MONTH = ("tháng", "month")
    QUARTER = ("quý", "quarter")
    HALF_YEAR = ("nửa năm thứ", "half-year")
    NINE_MONTHS = ("kỳ 9 tháng thứ", "nine-months")
    YEAR = ("kỳ cả năm thứ", "year")
    ONCE = ("kỳ một lần", "once")
    ON_DEMAND = ("kỳ theo yêu cầu", "on-demand")


class RuleRemedy(FaultCode):
    """What to do."""

    FORMS = (
        "viết như `before 18`, `by 5 next month`, `before 15 last month`, `by last day`, `before 10/12`, "
        "`before 30/6/2024`, `within Q1/2024`, `lead 3wd` hoặc `after 3wd`",
        "use e.g. `before 18`, `by 5 next month`, `before 15 last month`, `by last day`, `before 10/12`, "
        "`before 30/6/2024`, `within Q1/2024`, `lead 3wd` or `after 3wd`",
    )
    NAME_THE_MONTH = (
        "viết `within month {month}`, hoặc kèm năm `within {month}/2024`",
        "write `within month {month}`, or with its year `within {month}/2024`",
    )
    FOUR_DIGITS = (
        "viết năm bằng bốn chữ số, ví dụ `before 30/6/2024`",
        "write the year in four digits, e.g. `before 30/6/2024`",
    )
    WHICH_DAYS = (
        "ghi rõ loại ngày: `{text}wd` là ngày làm việc, `{text}d` là ngày theo lịch",
        "say which days: `{text}wd` working days or `{text}d` calendar days",
    )
    BOUND_FIRST = (
        "thêm `before` (trước) hoặc `by` (chậm nhất) ở đầu: {forms}",
        "put `before` or `by` in front: {forms}",
    )
    DAY_THAT_EXISTS = (
        "viết ngày/tháng/năm của một ngày có thật",
        "write day/month/year of a day that exists",
    )
    DAYS_OF_MONTH = ("dùng số từ 1 đến 31, hoặc `last day`", "use 1 to 31, or `last day`")
    MONTHS_OF_PERIOD = (
        "dùng `first month` hoặc từ `month 2` đến `month 12`",
        "use `first month` or `month 2` to `month 12`",
    )
    DAY_AND_MONTH = ("viết ngày/tháng, ví dụ 10/12", "write day/month, e.g. 10/12")
    MONTH_ENDS = (
        "tháng {month} chỉ có {last} ngày; viết ngày/tháng",
        "month {month} ends on day {last}; write day/month",
    )
    NAME_A_SPAN = (
        "ghi một tháng, quý, 6 tháng hoặc năm",
        "name a month, quarter, half-year or year",
    )
    NAME_A_PART = ("ghi một tháng, quý, 6 tháng hoặc 9M", "name a month, quarter, half-year or 9M")
    UP_TO = ("dùng số từ 1 đến {most}", "use 1 to {most}")
    UP_TO_DAYS = ("dùng số ngày từ 1 đến {most}", "use 1 to {most} days")
    FULL_DATE = (
        "ghi đủ ngày tháng năm hoặc khoảng thời gian, ví dụ `before 30/6/2024` hoặc `within Q1/2024`",
        "write the full date or span, e.g. `before 30/6/2024` or `within Q1/2024`",
    )
    NO_DATE = (
        "bỏ thời hạn: mỗi lần yêu cầu có thời hạn riêng",
        "leave the date out: each request brings its own",
    )
    DAY_OF_MONTH = (
        "ghi ngày trong tháng, ví dụ `before 18`",
        "write the day of the month, e.g. `before 18`",
    )
    DAY_OF_YEAR = (
        "ghi ngày và tháng, ví dụ `before 10/12`",
        "write day and month, e.g. `before 10/12`",
    )
    DAY_OF_PERIOD = (
        "ghi ngày và tháng nào của kỳ, ví dụ `before 15 last month`",
        "say the day and which month of the period, e.g. `before 15 last month`",
    )
    ONLY_THE_DAY = (
        "chỉ ghi ngày (`before 18`), hoặc thêm `next month` phía sau",
        "write only the day (`before 18`), or `next month` after it",
    )
    WHICH_MONTH = (
        "ghi rõ tháng nào: `first month`, `last month`, `next month` hoặc `month 2`",
        "say which: `first month`, `last month`, `next month` or `month 2`",
    )
    MONTHS_THERE_ARE = ("kỳ này chỉ có {months} tháng", "its periods have only {months} months")
    MAKE_IT_ONCE = (
        "đặt nhiệm vụ là `every: once`, hoặc {advice}",
        "make the duty `every: once`, or {advice}",
    )
    CUTOFF_DAYS = ('dùng số từ 1 đến 31, hoặc "end"', 'use 1 to 31, or "end"')
    CUTOFF_DAY = ('ghi một ngày từ 1 đến 31, hoặc "end"', 'use a day from 1 to 31, or "end"')
    PERIODS = (
        "một năm có tháng 1–12, quý 1–4, nửa năm 1–2, 9 tháng và cả năm",
        "use e.g. month 1–12, quarter 1–4, half-year 1–2, nine-months 1, year 1",
    )
    PERIOD_KEYS = (
        "viết như 2024-02, 2024-Q1, 2024-H1, 2024-9M, 2024, once",
        "use e.g. 2024-02, 2024-Q1, 2024-H1, 2024-9M, 2024, once",
    )
