"""The atoms of the grammar of times: each way in which a moment is written, a rule with a name.

Patterns read the small-letter spelling of `passage.Passage.low`. Of atoms that begin at one place the longest
counts; what no calendar has is no date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from documents.moments import Limit, Moment, MomentKind, MonthOf, Written

Match = re.Match[str]
WORDED = r"(?: ?\([a-zà-ỹđ ]{2,25}\))?"  # 06 (sáu)
DAY_WORD = r"(?:ngày|mùng|mồng) ?:? ?"
DAY = rf"{DAY_WORD}(?P<day>\d{{1,2}}){WORDED}"
SEP = r" ?[/.-] ?"
MONTH_NAMES = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
MONTH = rf"(?P<month>\d{{1,2}}{WORDED}|giêng|chạp|mười một|mười hai|mười|tư|bảy|tám|chín|sáu)(?!\w)"
YEAR = r"(?:19|20)\d\d"
OF_YEAR = rf"(?: ?(?:/|-|\.)? ?(?:,? ?(?:của )?năm )?(?P<year>{YEAR})(?!\d))"
ALONE = r"(?<![\d/.,-])"
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}
NEXT = r"(?:sau(?: liền kề)?|kế tiếp|tiếp theo|liền kề(?: sau)?|kế|tới)"
NEXT_YEAR = r"(?P<later>,? (?:của )?năm (?:sau|kế tiếp|tiếp theo|liền kề(?: sau)?|liền sau|kế))"
SPANS = {"quý": "quarter", "6 tháng": "half-year", "06 tháng": "half-year", "năm": "year"}
SPAN = r"(?P<span>quý|0?6 tháng|năm)"
WHICH_MONTH = (
    r"(?: (?:của |trong |vào )?(?:"
    r"(?P<previous>tháng (?:liền )?trước(?: đó| liền kề)?)"
    rf"|(?P<next>tháng {NEXT})(?: (?:của )?(?P<after>quý|0?6 tháng|năm)(?: báo cáo)?)?"
    rf"|tháng (?P<end>cuối|đầu)(?: cùng| tiên)?(?: của)?(?: mỗi| hằng)? {SPAN}(?P<following> {NEXT})?"
    r"|(?P<own>tháng (?:cuối )?(?:kỳ )?báo cáo|tháng cuối kỳ"
    r"|(?:tháng )?(?:hằng|mỗi|từng) tháng|tháng)(?! ?\d)))?"
)
PARTS = {"đầu": "early", "giữa": "middle", "cuối": "late"}
PART = r"(?:(?P<part>đầu|giữa|cuối) )?"
DELAY_UNITS = {"ngày": "day", "giờ": "hour", "tuần": "week", "tháng": "month"}
UNTIL_COMMA = r"[^,;.()]{3,120}"
WORKING = r"(?P<working>,? (?:làm )?việc)?"
LAST_OR_FIRST = r"(?P<end>cuối|đầu)(?: cùng| tiên)?"


def _date(match: Match) -> Moment:
    return Moment(MomentKind.DATE, _number(match["day"]), _number(match["month"]), int(match["year"]))


def _day_month(match: Match) -> Moment:
    later = match.groupdict().get("later") is not None
    return Moment(MomentKind.DAY_MONTH, _number(match["day"]), _number(match["month"]), next_year=later)


def _day(match: Match) -> Moment:
    """A day, of a month that the period says: own, next, first, last, previous."""
    kind, span = MomentKind.DAY, None
    month_of = MonthOf.OWN if match["own"] else None
    if match["next"]:
        month_of, span = MonthOf.NEXT, SPANS.get(match["after"] or "")
    elif match["previous"]:
        month_of = MonthOf.PREVIOUS
    elif match["end"]:
        span = SPANS[match["span"]]
        month_of = MonthOf.NEXT if match["following"] else _end(match)
    return Moment(kind, day=_number(match["day"]), month_of=month_of, span=span)


def _last_day(match: Match) -> Moment:
    return replace(_day(match), kind=MomentKind.LAST_DAY, day=None)


def _day_of_quarter(match: Match) -> Moment:
    return Moment(MomentKind.DAY, day=_number(match["day"]), month_of=MonthOf.LAST, span="quarter")


def _month(match: Match) -> Moment:
    month, part = _number(match["month"]), PARTS.get(match["part"] or "")
    return Moment(MomentKind.MONTH, month=month, year=_year(match), part=part)


def _months(match: Match) -> Moment:
    return Moment(MomentKind.MONTH, month=int(match["to"]), year=int(match["year"]))


def _month_of_period(match: Match) -> Moment:
    return Moment(MomentKind.MONTH, month_of=_end(match), span=SPANS[match["span"]])


def _quarter(match: Match) -> Moment:
    index, part = _number(match["index"]), PARTS.get(match["part"] or "")
    return Moment(MomentKind.QUARTER, index=index, year=_year(match), part=part)


def _half(match: Match) -> Moment:
    return Moment(MomentKind.HALF, index=1 if match["end"] == "đầu" else 2, year=_year(match))


def _nine_months(match: Match) -> Moment:
    return Moment(MomentKind.NINE_MONTHS, index=1, year=_year(match))


def _plain_year(match: Match) -> Moment:
    return Moment(MomentKind.YEAR, year=int(match["year"]), part=PARTS.get(match["part"] or ""))


def _years(match: Match) -> Moment:
    return Moment(MomentKind.YEAR, year=int(match["year"]))


def _week(match: Match) -> Moment:
    index = 0 if match["end"] == "cuối" else 1
    return Moment(MomentKind.WEEK, month=_number(match["month"]), year=_year(match), index=index)


def _week_of_period(match: Match) -> Moment:
    last = match["which"] == "cuối" or (match["nth"] == "3" and match["span"] == "quý")
    month_of, index = MonthOf.LAST if last else MonthOf.FIRST, 0 if match["end"] == "cuối" else 1
    return Moment(MomentKind.WEEK, index=index, month_of=month_of, span=SPANS[match["span"]])


def _weekday(match: Match) -> Moment:
    name = match["weekday"] or ""
    index = int(name) - 1 if name.isdecimal() else WEEKDAYS.get(name, 7)
    return Moment(MomentKind.WEEKDAY, index=index)


def _hour(match: Match) -> Moment:
    return Moment(MomentKind.HOUR, hour=f"{int(match['hour']):02}:{match['minute'] or '00'}")


def _delay(match: Match) -> Moment:
    named = match.groupdict()
    unit = "workday" if match["working"] else DELAY_UNITS[match["unit"]]
    anchor = match["anchor"] or named.get("until") or ""
    back = named.get("until") is not None
    return Moment(
        MomentKind.DELAY,
        count=_number(match["count"]),
        unit=unit,
        anchor=anchor.strip() or None,
        counts_back=back,
    )


def _event(match: Match) -> Moment:
    return Moment(MomentKind.EVENT, anchor=match["anchor"].strip())


def _end(match: Match) -> MonthOf:
    return MonthOf.LAST if match["end"] == "cuối" else MonthOf.FIRST


def _year(match: Match) -> int | None:
    return int(match["year"]) if match["year"] else None


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    found = re.match(r"\d+", text)
    return int(found[0]) if found else MONTH_NAMES.get(text) or ROMAN.get(text)


COUNT = rf"(?P<count>\d{{1,3}}){WORDED} (?P<unit>ngày|giờ|tuần|tháng){WORKING}"
ATOMS: tuple[tuple[str, re.Pattern[str], Callable[[Match], Moment]], ...] = tuple(
    (name, re.compile(pattern), build)
    for name, pattern, build in (
        (
            "date-in-figures",
            rf"(?:{DAY_WORD})?{ALONE}(?P<day>\d{{1,2}}){WORDED}{SEP}(?P<month>\d{{1,2}}){WORDED}{SEP}(?P<year>{YEAR})(?!\d)",
            _date,
        ),
        (
            "date-in-words",
            rf"{DAY},? tháng {MONTH}{WORDED} ?,? ?(?:năm|[/.-]) ?(?P<year>{YEAR})(?!\d)",
            _date,
        ),
        (
            "day-of-quarter-months",
            rf"{DAY} (?:của )?(?:các )?tháng 0?3, ?0?6, ?0?9(?:,| và|, và) ?12",
            _day_of_quarter,
        ),
        ("day-and-month-in-words", rf"{DAY},? tháng {MONTH}{NEXT_YEAR}?", _day_month),
        ("day-and-month", rf"{DAY}{SEP}(?P<month>\d{{1,2}})(?![\d/]|[.-]\d){NEXT_YEAR}?", _day_month),
        (
            "bare-day-and-month",
            rf"{ALONE}(?P<day>\d{{1,2}})[/-](?P<month>\d{{1,2}})(?![\d/%]|[.-]\d)",
            _day_month,
        ),
        ("day", rf"{DAY}(?![\d/.]\d|[/-]\d| tháng \d| giờ|%|\w){WHICH_MONTH}", _day),
        (
            "last-day",
            rf"ngày (?P<day>\d{{0}})?(?:làm việc )?cuối(?: cùng)?(?! quý| năm| tháng \d){WHICH_MONTH}",
            _last_day,
        ),
        (
            "months",
            rf"tháng (?P<from>\d{{1,2}}) ?(?:-|,|và|đến) ?(?P<to>\d{{1,2}}) ?(?:[/-]"
            rf"|,? năm) ?(?P<year>{YEAR})(?!\d)",
            _months,
        ),
        (
            "month-of-period",
            rf"(?<!của )(?<!ngày cuối )tháng {LAST_OR_FIRST}(?: của)? {SPAN}(?! \d)",
            _month_of_period,
        ),
        (
            "week-of-period",
            rf"tuần (?:lễ )?{LAST_OR_FIRST}(?: của)? tháng (?:(?P<which>cuối|đầu)(?: cùng| tiên)?"
            rf"|thứ (?P<nth>\d))"
            rf"(?: của| trong)? {SPAN}",
            _week_of_period,
        ),
        ("week", rf"tuần (?:lễ )?{LAST_OR_FIRST}(?: của)? tháng {MONTH}{OF_YEAR}?", _week),
        ("month", rf"{PART}(?<!\d )tháng {MONTH}{OF_YEAR}?", _month),
        ("quarter", rf"{PART}quý (?P<index>iv|iii|ii|i|[1-4])(?!\w){OF_YEAR}?", _quarter),
        ("half", rf"(?:0?6|sáu) tháng (?P<end>đầu|cuối)(?: của)?(?: năm)?{OF_YEAR}?", _half),
        ("nine-months", rf"(?:0?9|chín) tháng(?: đầu)?(?: của)?(?: năm){OF_YEAR}", _nine_months),
        (
            "years",
            rf"năm (?P<from>{YEAR}) ?(?:-|,|đến(?: năm)?|và(?: năm)?) ?(?P<year>{YEAR})(?![\d/])",
            _years,
        ),
        ("year", rf"{PART}năm (?P<year>{YEAR})(?![\d/])", _plain_year),
        (
            "weekday",
            r"(?:(?:ngày )?thứ (?P<weekday>hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)(?= (?:hằng|mỗi|của"
            r"|trong)? ?tuần)",
            _weekday,
        ),
        (
            "hour",
            r"(?<![\d:/.,-])(?P<hour>\d{1,2}) ?(?:giờ|h"
            r"|g)(?: ?(?P<minute>\d{2}))?(?: ?phút)?['’]?(?![a-zà-ỹ\d])",
            _hour,
        ),
        (
            "delay",
            rf"{ALONE}{COUNT}(?:,? (?:kể |tính )?(?:từ|sau)(?: ngày| khi"
            rf"| thời điểm)? (?P<anchor>{UNTIL_COMMA})"
            r"| trước(?: ngày| khi)? (?P<until>(?!ngày|\d)[^,;.()]{3,120}))?",
            _delay,
        ),
        ("event-and-delay", rf"ngay (?:sau khi|khi|sau) (?P<anchor>[^,;.()\d]{{3,80}}?) {COUNT}", _delay),
        ("event", rf"ngay (?:sau khi|khi|sau) (?P<anchor>{UNTIL_COMMA})", _event),
        (
            "when-event",
            rf"khi (?P<anchor>(?:có|phát sinh|xảy ra|phát hiện|xuất hiện)\b{UNTIL_COMMA})",
            _event,
        ),
        (
            "after-event",
            rf"sau (?:khi )?(?P<anchor>(?:kết thúc|hoàn thành|có|nhận được|được)\b{UNTIL_COMMA})",
            _event,
        ),
    )
)


def find_atoms(low: str) -> list[Written]:
    """The longest atom at each place, without limits yet."""
    found = [
        _opened(low, Written(match.start(), match.end(), match.start(), moment, rule=name))
        for name, pattern, build in ATOMS
        for match in pattern.finditer(low)
        if _possible(moment := build(match))
    ]
    return list(_apart(sorted(found, key=lambda each: (each.start, -each.end))))


def _opened(low: str, each: Written) -> Written:
    """`Tháng 11 - 12/2025` opens with its first month, `năm 2025 - 2026` with its first year."""
    if each.rule not in ("months", "years"):
        return each
    found = re.search(r"\d+", low[each.start : each.end])
    first = int(found[0]) if found else None
    opens = replace(each.moment, month=first) if each.rule == "months" else replace(each.moment, year=first)
    return replace(each, opens=opens, limit=Limit.IN)


def _apart(found: list[Written]) -> Iterator[Written]:
    end = 0
    for each in found:
        if each.start >= end:
            yield each
            end = each.end


def _possible(moment: Moment) -> bool:
    day = moment.day is None or 1 <= moment.day <= 31
    month = moment.month is None or 1 <= moment.month <= 12
    hour = moment.hour is None or (moment.hour <= "24:00" and moment.hour[3:] < "60")
    return day and month and hour
