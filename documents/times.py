"""The grammar of times: what a Vietnamese administrative text writes, as typed moments with their limits.

`find_times` works on the small-letter spelling of `passage.Passage.low`. Atoms are found first, each by a rule
with a name; then the words before them give the limit; then neighbours become windows, lists, hours of a day,
and pairs of a planned and a last day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from documents.moments import Limit, Moment, MomentKind, MonthOf, Written

Match = re.Match[str]
WORDED = r"(?: ?\([a-zà-ỹđ ]{2,25}\))?"  # 06 (sáu)
DAY_WORD = r"(?:ngày|mùng|mồng) ?:? ?"
SEP = r" ?[/.-] ?"
MONTH_NAMES = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
MONTH = rf"(?:\d{{1,2}}{WORDED}|giêng|chạp|mười một|mười hai|mười|tư|bảy|tám|chín|sáu)"
YEAR = r"(?:19|20)\d\d"
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}
NEXT = r"(?:sau(?: liền kề)?|kế tiếp|tiếp theo|liền kề(?: sau)?|kế|tới)"
SPAN_NAMES = {"quý": "quarter", "6 tháng": "half-year", "06 tháng": "half-year", "năm": "year", "tháng": "month"}
NEXT_YEAR = r",? (?:của )?năm (?:sau|kế tiếp|tiếp theo|liền kề(?: sau)?|liền sau|kế)"
SPAN_WORD = r"(?:mỗi |hằng |của )?(quý|0?6 tháng|năm)"
WHICH_MONTH = (
    rf"(?: (?:của |trong |vào )?(?:"
    rf"(?P<previous>tháng (?:liền )?trước(?: đó| liền kề)?)"
    rf"|(?P<next>tháng {NEXT})(?: (?:của )?(?P<after>quý|0?6 tháng|năm)(?: báo cáo)?)?"
    rf"|tháng (?P<end>cuối|đầu)(?: cùng| tiên)?(?: của)?(?: mỗi| hằng)? (?P<span>quý|0?6 tháng|năm)(?P<later> {NEXT})?"
    rf"|(?P<own>tháng (?:cuối )?(?:kỳ )?báo cáo|(?:tháng )?(?:hằng|mỗi|từng) tháng|tháng)(?! ?\d)))?"
)
HOUR = r"(?P<h>\d{1,2}) ?(?:giờ|h|g)(?: ?(?P<m>\d{2}))?(?: ?phút)?['’]?(?![a-zà-ỹ\d])"
END_OF_ANCHOR = r"[^,;.()]{3,120}"


def _day(match: Match) -> Moment:
    month_of, span = MonthOf.OWN if match["own"] else None, None
    if match["next"]:
        month_of, span = MonthOf.NEXT, SPAN_NAMES.get(match["after"] or "")
    elif match["previous"]:
        month_of = MonthOf.PREVIOUS
    elif match["end"]:
        span = SPAN_NAMES[match["span"]]
        month_of = MonthOf.LAST if match["end"] == "cuối" else MonthOf.NEXT if match["later"] else MonthOf.FIRST
    kind = MomentKind.DAY if match["day"] else MomentKind.LAST_DAY
    return Moment(kind, day=_number(match["day"]), month_of=month_of, span=span)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    found = re.match(r"\d+", text)
    return int(found[0]) if found else MONTH_NAMES.get(text) or ROMAN.get(text)


def _date(match: Match) -> Moment:
    return Moment(MomentKind.DATE, _number(match["day"]), _number(match["month"]), int(match["year"]))


def _day_month(match: Match) -> Moment:
    later = match.groupdict().get("later") is not None
    return Moment(MomentKind.DAY_MONTH, _number(match["day"]), _number(match["month"]), next_year=later)


def _quarter_days(match: Match) -> Moment:
    return Moment(MomentKind.DAY, day=_number(match["day"]), month_of=MonthOf.LAST, span="quarter")


def _years(match: Match) -> Moment:
    return Moment(MomentKind.YEAR, year=int(match["year"]))


def _month(match: Match) -> Moment:
    part = PARTS.get(match["part"] or "")
    return Moment(MomentKind.MONTH, month=_number(match["month"]), year=_year(match), part=part)


def _quarter(match: Match) -> Moment:
    part = PARTS.get(match["part"] or "")
    return Moment(MomentKind.QUARTER, index=_number(match["index"]), year=_year(match), part=part)


def _half(match: Match) -> Moment:
    index = 1 if match["which"] == "đầu" else 2
    return Moment(MomentKind.HALF, index=index, year=_year(match))


def _nine(match: Match) -> Moment:
    return Moment(MomentKind.NINE_MONTHS, index=1, year=_year(match))


def _plain_year(match: Match) -> Moment:
    return Moment(MomentKind.YEAR, year=int(match["year"]), part=PARTS.get(match["part"] or ""))


def _month_range(match: Match) -> Moment:
    return Moment(MomentKind.MONTH, month=_number(match["month"]), year=int(match["year"]))


def _month_of_span(match: Match) -> Moment:
    month_of = MonthOf.LAST if match["end"] == "cuối" else MonthOf.FIRST
    return Moment(MomentKind.MONTH, month_of=month_of, span=SPAN_NAMES[match["span"]])


def _week_of_span(match: Match) -> Moment:
    last = match["end"] == "cuối" or match["nth"] == "3" and match["span"] == "quý"
    index = 0 if match["which"].startswith("cuối") else 1
    month_of = MonthOf.LAST if last else MonthOf.FIRST
    return Moment(MomentKind.WEEK, index=index, month_of=month_of, span=SPAN_NAMES[match["span"]])


def _event_delay(match: Match) -> Moment:
    unit = "workday" if match["working"] else DELAY_UNITS[match["unit"]]
    return Moment(MomentKind.DELAY, count=_number(match["count"]), unit=unit, anchor=match["anchor"].strip())


def _week(match: Match) -> Moment:
    index = 0 if match["which"].startswith("cuối") else 1
    return Moment(MomentKind.WEEK, month=_number(match["month"]), year=_year(match), index=index)


def _weekday(match: Match) -> Moment:
    name = match["weekday"]
    index = int(name) - 1 if name and name.isdecimal() else WEEKDAYS.get(name or "", 7)
    return Moment(MomentKind.WEEKDAY, index=index)


def _hour(match: Match) -> Moment:
    return Moment(MomentKind.HOUR, hour=f"{int(match['h']):02}:{match['m'] or '00'}")


def _delay(match: Match) -> Moment:
    unit = DELAY_UNITS[match["unit"]]
    if match["working"]:
        unit = "workday"
    anchor = match["anchor"] or match["anchor2"]
    back = match["anchor2"] is not None
    return Moment(
        MomentKind.DELAY, count=_number(match["count"]), unit=unit, anchor=anchor and anchor.strip(), counts_back=back
    )


def _event(match: Match) -> Moment:
    return Moment(MomentKind.EVENT, anchor=match["anchor"].strip())


def _year(match: Match) -> int | None:
    return int(match["year"]) if match["year"] else None


PARTS = {"đầu": "early", "giữa": "middle", "cuối": "late"}
PART = r"(?:(?P<part>đầu|giữa|cuối) )?"
DELAY_UNITS = {"ngày": "day", "giờ": "hour", "tuần": "week", "tháng": "month"}
OF_YEAR = rf"(?: ?(?:/|-|\.)? ?(?:,? ?(?:của )?năm )?(?P<year>{YEAR})(?!\d))"
NO_DIGIT_BEFORE = r"(?<![\d/.,-])"

ATOMS: tuple[tuple[str, re.Pattern[str], Callable[[Match], Moment]], ...] = tuple(
    (name, re.compile(pattern), build)
    for name, pattern, build in (
        ("date-in-figures",
         rf"(?:{DAY_WORD})?{NO_DIGIT_BEFORE}(?P<day>\d{{1,2}}){WORDED}{SEP}(?P<month>\d{{1,2}}){WORDED}{SEP}(?P<year>{YEAR})(?!\d)",
         _date),
        ("date-in-words",
         rf"{DAY_WORD}(?P<day>\d{{1,2}}){WORDED},? tháng (?P<month>{MONTH}){WORDED} ?,? ?(?:năm|[/.-]) ?(?P<year>{YEAR})(?!\d)",
         _date),
        ("day-of-quarter-months", rf"{DAY_WORD}(?P<day>\d{{1,2}}){WORDED} (?:của )?(?:các )?tháng 0?3, ?0?6, ?0?9(?:,| và|, và) ?12", _quarter_days),
        ("day-and-month-in-words",
         rf"{DAY_WORD}(?P<day>\d{{1,2}}){WORDED},? tháng (?P<month>{MONTH})(?!\w)(?P<later>{NEXT_YEAR})?", _day_month),
        ("day-and-month", rf"{DAY_WORD}(?P<day>\d{{1,2}}){SEP}(?P<month>\d{{1,2}})(?![\d/]|[.-]\d)(?P<later>{NEXT_YEAR})?", _day_month),
        ("years", rf"(?:năm )(?P<from>{YEAR}) ?(?:-|đến|,|và|đến năm|và năm) ?(?P<year>{YEAR})(?![\d/])", _years),
        ("bare-day-and-month",
         rf"{NO_DIGIT_BEFORE}(?P<day>\d{{1,2}})[/-](?P<month>\d{{1,2}})(?![\d/%]|[.-]\d)", _day_month),
        ("day", rf"{DAY_WORD}(?P<day>\d{{1,2}}){WORDED}(?![\d/.]\d|[/-]\d| tháng \d| giờ|%|\w){WHICH_MONTH}", _day),
        ("last-day",
         rf"ngày (?P<day>\d{{0}})?(?:làm việc )?cuối(?: cùng)?(?! quý| năm| tháng \d){WHICH_MONTH}", _day),
        ("months", rf"tháng (?P<from>\d{{1,2}}) ?(?:-|,|và|đến) ?(?P<month>\d{{1,2}}) ?(?:[/-]|,? năm) ?(?P<year>{YEAR})(?!\d)",
         _month_range),
        ("month-of-period", r"(?<!của )(?<!ngày cuối )tháng (?P<end>cuối|đầu)(?: cùng| tiên)?(?: của)? (?P<span>quý|0?6 tháng|năm)(?! \d)",
         _month_of_span),
        ("week-of-period",
         r"tuần (?:lễ )?(?P<which>cuối(?: cùng)?|đầu(?: tiên)?)(?: của)? tháng (?:(?P<end>cuối|đầu)(?: cùng| tiên)?|thứ (?P<nth>\d))"
         r"(?: của| trong)? (?P<span>quý|0?6 tháng|năm)", _week_of_span),
        ("month", rf"{PART}(?<!\d )tháng (?P<month>{MONTH})(?!\w){OF_YEAR}?", _month),
        ("quarter", rf"{PART}quý (?P<index>iv|iii|ii|i|[1-4])(?!\w){OF_YEAR}?", _quarter),
        ("half", rf"(?:0?6|sáu) tháng (?P<which>đầu|cuối)(?: của)?(?: năm)?{OF_YEAR}?", _half),
        ("nine-months", rf"(?:0?9|chín) tháng(?: đầu)?(?: của)?(?: năm){OF_YEAR}", _nine),
        ("year", rf"{PART}năm (?P<year>{YEAR})(?![\d/])", _plain_year),
        ("week",
         rf"tuần (?:lễ )?(?P<which>cuối(?: cùng)?|đầu(?: tiên)?)(?: của)? tháng (?P<month>{MONTH})(?!\w){OF_YEAR}?",
         _week),
        ("weekday",
         r"(?:(?:ngày )?thứ (?P<weekday>hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)(?= (?:hằng|mỗi|của|trong)? ?tuần)",
         _weekday),
        ("hour", rf"(?<![\d:/.,-]){HOUR}", _hour),
        ("delay",
         rf"(?<![\d/.,-])(?P<count>\d{{1,3}}){WORDED} (?P<unit>ngày|giờ|tuần|tháng)(?P<working>,? (?:làm )?việc)?"
         rf"(?:,? (?:kể |tính )?(?:từ|sau)(?: ngày| khi| thời điểm)? (?P<anchor>{END_OF_ANCHOR})"
         rf"| trước(?: ngày| khi)? (?P<anchor2>(?!ngày|\d)[^,;.()]{{3,120}}))?", _delay),
        ("event-and-delay",
         rf"ngay (?:sau khi|khi|sau) (?P<anchor>[^,;.()\d]{{3,80}}?) (?P<count>\d{{1,3}}) (?P<unit>ngày|giờ)(?P<working> làm việc)?",
         _event_delay),
        ("event", rf"ngay (?:sau khi|khi|sau) (?P<anchor>{END_OF_ANCHOR})", _event),
        ("when-event", rf"khi (?P<anchor>(?:có|phát sinh|xảy ra|phát hiện|xuất hiện)\b{END_OF_ANCHOR})", _event),
        ("after-event", rf"sau (?:khi )?(?P<anchor>(?:kết thúc|hoàn thành|có|nhận được|được)\b{END_OF_ANCHOR})",
         _event),
    )
)  # fmt: skip

DAYS = frozenset({MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.DAY, MomentKind.LAST_DAY})
LAST = r"(?:chậm nhất|muộn nhất|trễ nhất|hạn chót|hạn cuối(?: cùng)?)"
NO_LATER = r"không (?:muộn|chậm|trễ|quá|để quá|vượt quá|được quá)(?: hơn)?"
LIMITS: tuple[tuple[re.Pattern[str], Limit, bool], ...] = tuple(
    (re.compile(rf"(?:^|(?<=[ (:;,\"-])){pattern} ?:? ?$"), limit, hard)
    for pattern, limit, hard in (
        (rf"(?:{LAST} )?(?:(?:là|vào|phải|xong|hoàn thành) )*trước(?: (?:thời điểm|thời hạn|mốc))?(?: ngày)?",
         Limit.BEFORE, True),
        (rf"{LAST}(?: (?:là|vào|đến|trong|cho đến|đến hết|hết|sau|ngày|cuối))*", Limit.BY, True),
        (rf"(?:{NO_LATER}|quá)(?: (?:là|ngày|sau))*", Limit.BY, True),
        (r"(?:thời )?hạn(?: (?:là|đến|vào|báo cáo|nộp|gửi|trả lời|cuối|cùng|chót))+", Limit.BY, True),
        (r"(?:cho |tính )?(?:đến|tới) hết", Limit.BY, True),
        (r"hết", Limit.BY, True),
        (r"(?:cho )?(?:đến|tới)", Limit.BY, False),
        (r"(?:kể |tính |bắt đầu |ngay )?(?:từ|sau)(?: ngày)?", Limit.FROM, False),
        (r"(?:xong |ngay |hoàn thành )*trong(?: (?:thời hạn|thời gian|vòng|khoảng))*", Limit.IN, False),
        (r"(?:xong |ngay )*vào(?: (?:các|khoảng|dịp))*", Limit.ON, False),
    )
)  # fmt: skip
WINDOW = re.compile(r" ?,? ?(?:(?:cho )?(?:đến|tới)(?: hết)?|-) ?(?:ngày ?)?")
TO_THE_END = re.compile(r"hết ?(?:ngày ?)?$")
LIST = re.compile(r" ?(?:,|;|/|và|hoặc|;? và) ?(?:(?:vào|trước) )?(?:ngày )?")
PLANNED = re.compile(r"(?:dự kiến|dự định)(?: (?:là|vào|trong|hoàn thành|xong|ngày))* ?:? ?$")
BRACKET = re.compile(r" ?[,(;-] ?(?:nhưng )?")
OF_DAY = re.compile(r" ?,? ?(?:của |vào |hằng )?$|^ ?,? ?$")


def find_times(low: str) -> list[Written]:
    """All times in the text, in their order."""
    return _planned(low, _lists(low, _windows(low, _hours(low, [_limited(low, each) for each in _atoms(low)]))))


def _atoms(low: str) -> list[Written]:
    """The longest atom at each place; impossible dates are no dates."""
    found = [
        Written(match.start(), match.end(), match.start(), moment, rule=name)
        for name, pattern, build in ATOMS
        for match in pattern.finditer(low)
        if _possible(moment := build(match))
    ]
    found = [_opened(low, each) for each in found]
    return list(_apart(sorted(found, key=lambda each: (each.start, -each.end))))


def _opened(low: str, each: Written) -> Written:
    """`Tháng 11 - 12/2025` opens with its first month, `năm 2025 - 2026` with its first year."""
    if each.rule not in ("months", "years"):
        return each
    first = re.search(r"\d+", low[each.start : each.end])
    number = int(first[0]) if first else 0
    opens = replace(each.moment, month=number) if each.rule == "months" else replace(each.moment, year=number)
    return replace(each, opens=opens, limit=Limit.IN)


def _apart(found: list[Written]) -> Iterator[Written]:
    end = 0
    for each in found:
        if each.start >= end:
            yield each
            end = each.end


def _possible(moment: Moment) -> bool:
    day_ok = moment.day is None or 1 <= moment.day <= 31
    month_ok = moment.month is None or 1 <= moment.month <= 12
    hour_ok = moment.hour is None or moment.hour <= "24:00"
    return day_ok and month_ok and hour_ok


def _limited(low: str, each: Written) -> Written:
    """With the limit that the words before it state."""
    if each.rule == "event-and-delay":
        return replace(each, limit=Limit.BY, hard=True)
    if each.moment.kind is MomentKind.EVENT:
        at_once = each.rule == "event"
        return replace(each, limit=Limit.AT_ONCE if at_once else None, hard=at_once)
    before = low[max(0, each.start - 50) : each.start]
    for pattern, limit, hard in LIMITS:
        match = pattern.search(before)
        if match is not None and not (each.opens and limit is Limit.FROM):
            start = each.start - (len(before) - match.start())
            limit = Limit.IN if limit is Limit.ON and each.moment.is_span else limit
            limit = Limit.ON if limit is Limit.IN and each.moment.kind in DAYS else limit
            return replace(each, start=start, limit=limit, hard=hard)
    return each


def _hours(low: str, found: list[Written]) -> list[Written]:
    """An hour beside its day is one moment: the hour's limit, the day's date."""
    joined: list[Written] = []
    for each in found:
        last = joined[-1] if joined else None
        if last and last.moment.kind is MomentKind.HOUR and low[last.end : each.start].strip(" ,") in ("", "của", "vào"):
            if each.moment.kind in (MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.DAY, MomentKind.WEEKDAY):
                moment = replace(each.moment, hour=last.moment.hour)
                joined[-1] = replace(each, start=last.start, moment_start=last.moment_start, moment=moment,
                                     limit=last.limit or each.limit, hard=last.hard or each.hard)  # fmt: skip
                continue
        joined.append(each)
    return joined


def _windows(low: str, found: list[Written]) -> list[Written]:
    """`từ A đến B`, and `A - B` of spans: one time that opens with A and ends with B."""
    joined: list[Written] = []
    for each in found:
        last = joined[-1] if joined else None
        if last is not None and _opens(low, last, each):
            to_the_end = TO_THE_END.search(low[last.end : each.moment_start]) is not None
            limit = Limit.IN if each.moment.is_span and not to_the_end else Limit.BY
            joined[-1] = replace(each, start=last.start, limit=limit, hard=to_the_end, opens=last.moment,
                                 moment_start=last.moment_start, rule=f"window {last.rule}")  # fmt: skip
        else:
            joined.append(each)
    return joined


def _opens(low: str, first: Written, then: Written) -> bool:
    between = low[first.end : then.moment_start]
    if first.moment.kind in (MomentKind.DELAY, MomentKind.EVENT) or first.limit in (Limit.BEFORE, Limit.BY):
        return False
    if WINDOW.fullmatch(between) is None:
        return _is_pair_of_spans(first, then, between)
    spelt_out = "đến" in between or "tới" in between
    return spelt_out or first.moment.is_span and then.moment.is_span


def _is_pair_of_spans(first: Written, then: Written, between: str) -> bool:
    """`Quý IV/2025 và Quý I/2026`: one stretch of time, if both stand by themselves."""
    both = first.moment.is_span and then.moment.is_span and first.moment.kind is then.moment.kind
    return both and between.strip() == "và" and None not in (first.moment.year, then.moment.year)


def _lists(low: str, found: list[Written]) -> list[Written]:
    """In `trước ngày 01/6 và 15/11` the limit and the year hold for both; a bare `15/11` counts in a list,
    behind a limit or in brackets only."""
    kept: list[Written] = []
    for each in found:
        last = kept[-1] if kept else None
        follows = last is not None and LIST.fullmatch(low[last.end : each.start]) is not None
        if each.moment.kind is MomentKind.DELAY and each.limit is None:
            continue
        if follows and last is not None and last.limit and each.limit is None and _alike(last.moment, each.moment):
            each = replace(each, limit=last.limit, hard=last.hard)
        if each.rule == "bare-day-and-month" and not (each.limit or follows or _in_brackets(low, each)):
            continue
        kept.append(each)
    return kept


def _alike(first: Moment, then: Moment) -> bool:
    days = {MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.DAY}
    return first.kind is then.kind or {first.kind, then.kind} <= days


def _in_brackets(low: str, each: Written) -> bool:
    return low[: each.start].rstrip().endswith("(") and low[each.end :].lstrip().startswith(")")


def _same_end(low: str, last: Written, each: Written) -> bool:
    """`Đến hết quý I năm 2024 (đến ngày 31/3/2024)`: the date in brackets is the end of the span, and wins."""
    dated = last.moment.is_span and each.moment.kind is MomentKind.DATE and each.limit is Limit.BY
    return dated and low[last.end : each.start] == " (" and low[each.end : each.end + 1] == ")"


def _planned(low: str, found: list[Written]) -> list[Written]:
    """`Dự kiến ngày 05/12 (chậm nhất ngày 10/12)`: the last day counts, the other stands beside it."""
    kept: list[Written] = []
    for each in found:
        last = kept[-1] if kept else None
        meant = last is not None and PLANNED.search(low[max(0, last.start - 30) : last.start]) is not None
        if last is not None and _same_end(low, last, each):
            kept[-1] = replace(last, end=each.end + 1, moment=each.moment, limit=Limit.BY, hard=True)
        elif last is not None and meant and each.hard and BRACKET.fullmatch(low[last.end : each.start]):
            kept[-1] = replace(each, start=last.start, planned=last.moment)
        else:
            kept.append(each)
    return kept
