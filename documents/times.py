"""The grammar of times: moments with the limits that tie a duty to them.

Atoms are found first (`time_atoms`); the words before them give the limit; then neighbours become hours of a
day, windows, lists, and pairs of a planned and a last day.
"""

from __future__ import annotations

import re
from dataclasses import replace

from documents.moments import Limit, Moment, MomentKind, Written
from documents.time_atoms import find_atoms

DAYS = frozenset({MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.DAY, MomentKind.LAST_DAY})
WITH_HOUR = frozenset({MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.DAY, MomentKind.WEEKDAY})
HAPPENING = frozenset({MomentKind.DELAY, MomentKind.EVENT})
LAST = r"(?:chậm nhất|muộn nhất|trễ nhất|hạn chót|hạn cuối(?: cùng)?)"
NO_LATER = r"không (?:muộn|chậm|trễ|quá|để quá|vượt quá|được quá)(?: hơn)?"
LIMITS: tuple[tuple[re.Pattern[str], Limit, bool], ...] = tuple(
    (re.compile(rf"(?:^|(?<=[ (:;,\"-])){pattern} ?:? ?$"), limit, hard)
    for pattern, limit, hard in (
        (
            rf"(?:{LAST} )?(?:(?:là|vào|phải|xong|hoàn thành) )*trước(?: (?:thời điểm|thời hạn"
            rf"|mốc))?(?: ngày)?",
            Limit.BEFORE,
            True,
        ),
        (rf"{LAST}(?: (?:là|vào|đến|trong|cho đến|đến hết|hết|sau|ngày|cuối))*", Limit.BY, True),
        (rf"(?:{NO_LATER}|quá)(?: (?:là|ngày|sau))*", Limit.BY, True),
        (
            r"(?:thời )?hạn(?: (?:là|đến|vào|báo cáo|nộp|gửi|trả lời|cuối|cùng|chót))+",
            Limit.BY,
            True,
        ),
        (r"(?:cho |tính )?(?:đến|tới) hết", Limit.BY, True),
        (r"hết", Limit.BY, True),
        (r"(?:cho )?(?:đến|tới)", Limit.BY, False),
        (r"(?:kể |tính |bắt đầu |ngay )?(?:từ|sau)(?: ngày)?", Limit.FROM, False),
        (r"(?:xong |ngay |hoàn thành )*trong(?: (?:thời hạn|thời gian|vòng|khoảng))*", Limit.IN, False),
        (r"trong (?:kỳ|phiên|cuộc|buổi) (?:họp|sinh hoạt)(?: thường (?:kỳ|lệ))?", Limit.IN, False),
        (r"(?:xong |ngay )*(?:vào|lúc)(?: (?:các|khoảng|dịp|lúc))*", Limit.ON, False),
    )
)
LOOK_BACK = 50
WINDOW = re.compile(r" ?,? ?(?:(?:cho )?(?:đến|tới)(?: hết)?|-) ?(?:ngày ?)?")
TO_THE_END = re.compile(r"hết ?(?:ngày ?)?$")
LIST = re.compile(r" ?(?:,|;|/|và|hoặc|;? và) ?(?:(?:vào|trước) )?(?:ngày )?")
PLANNED = re.compile(r"(?:dự kiến|dự định)(?: (?:là|vào|trong|hoàn thành|xong|ngày))* ?:? ?$")
BRACKET = re.compile(r" ?[,(;-] ?(?:nhưng )?")


def find_times(low: str) -> list[Written]:
    """All times in the text, in their order."""
    limited = [_limited(low, each) for each in find_atoms(low)]
    return _planned(low, _lists(low, _windows(low, _hours(low, limited))))


def _limited(low: str, each: Written) -> Written:
    """With the limit that the words before it state."""
    if each.rule == "event-and-delay":
        return replace(each, limit=Limit.BY, hard=True)
    if each.moment.kind is MomentKind.EVENT:
        at_once = each.rule == "event"
        return replace(each, limit=Limit.AT_ONCE if at_once else None, hard=at_once)
    before = low[max(0, each.start - LOOK_BACK) : each.start]
    for pattern, limit, hard in LIMITS:
        match = pattern.search(before)
        if match is not None and not (each.opens and limit is Limit.FROM):
            start = each.start - len(before) + match.start()
            return replace(each, start=start, limit=_of_kind(limit, each.moment), hard=hard)
    return each


def _of_kind(limit: Limit, moment: Moment) -> Limit:
    """A span is a time to do something in, a day one to do it on, however the text puts it."""
    if limit is Limit.ON and moment.is_span:
        return Limit.IN
    if limit is Limit.IN and moment.kind in DAYS:
        return Limit.ON
    return limit


def _hours(low: str, found: list[Written]) -> list[Written]:
    """An hour beside its day is one moment: the hour's limit, the day's date."""
    joined: list[Written] = []
    for each in found:
        last = joined[-1] if joined else None
        if last is not None and each.moment.kind in WITH_HOUR and _is_hour_of(low, last, each):
            moment = replace(each.moment, hour=last.moment.hour)
            joined[-1] = replace(
                last,
                end=each.end,
                moment=moment,
                limit=last.limit or each.limit,
                hard=last.hard or each.hard,
                rule=each.rule,
            )
        else:
            joined.append(each)
    return joined


def _is_hour_of(low: str, hour: Written, day: Written) -> bool:
    between = low[hour.end : day.start].strip(" ,")
    return hour.moment.kind is MomentKind.HOUR and between in ("", "của", "vào")


def _windows(low: str, found: list[Written]) -> list[Written]:
    """`từ A đến B`, and `A - B` of spans: one time that opens with A and ends with B."""
    joined: list[Written] = []
    for each in found:
        last = joined[-1] if joined else None
        if last is None or not _opens(low, last, each):
            joined.append(each)
            continue
        whole = TO_THE_END.search(low[last.end : each.moment_start]) is not None
        limit = Limit.IN if each.moment.is_span and not whole else Limit.BY
        rule = f"window {last.rule}"
        joined[-1] = replace(
            last, end=each.end, moment=each.moment, limit=limit, hard=whole, opens=last.moment, rule=rule
        )
    return joined


def _opens(low: str, first: Written, then: Written) -> bool:
    between = low[first.end : then.moment_start]
    if first.moment.kind in HAPPENING or first.limit in (Limit.BEFORE, Limit.BY):
        return False
    if WINDOW.fullmatch(between) is None:
        return _is_pair_of_spans(first, then, between)
    spelt_out = "đến" in between or "tới" in between
    return spelt_out or (first.moment.is_span and then.moment.is_span)


def _is_pair_of_spans(first: Written, then: Written, between: str) -> bool:
    """`Quý IV/2025 và Quý I/2026`, `Quý II và Quý III năm 2024`: one stretch of time, if both stand by
    themselves, or one follows the other."""
    one, two = first.moment, then.moment
    if not one.is_span or one.kind is not two.kind or between.strip() != "và" or two.year is None:
        return False
    follows = (one.index or one.month or 0) + 1 == (two.index or two.month or 0)
    return one.year is not None or (follows and one.kind in (MomentKind.QUARTER, MomentKind.MONTH))


def _lists(low: str, found: list[Written]) -> list[Written]:
    """In `trước ngày 01/6 và 15/11` the limit holds for both; a bare `15/11` counts in a list, behind a limit
    or in brackets only, a bare `6 tháng` never."""
    kept: list[Written] = []
    for each in found:
        last = kept[-1] if kept else None
        if each.moment.kind is MomentKind.DELAY and each.limit is None:
            continue
        follows = last is not None and LIST.fullmatch(low[last.end : each.start]) is not None
        if last is not None and follows and each.limit is None and _alike(last.moment, each.moment):
            each = replace(each, limit=last.limit, hard=last.hard)
        if each.rule == "bare-day-and-month" and not (each.limit or follows or _in_brackets(low, each)):
            continue
        kept.append(each)
    return kept


def _alike(first: Moment, then: Moment) -> bool:
    return first.kind is then.kind or {first.kind, then.kind} <= DAYS


def _in_brackets(low: str, each: Written) -> bool:
    return low[: each.start].rstrip().endswith("(") and low[each.end :].lstrip().startswith(")")


def _planned(low: str, found: list[Written]) -> list[Written]:
    """`Dự kiến ngày 05/12 (chậm nhất ngày 10/12)`: the last day counts, the other stands beside it."""
    kept: list[Written] = []
    for each in found:
        last = kept[-1] if kept else None
        if last is not None and _same_end(low, last, each):
            kept[-1] = replace(last, end=each.end + 1, moment=each.moment, limit=Limit.BY, hard=True)
        elif last is not None and each.hard and _is_planned(low, last, each):
            kept[-1] = replace(each, start=last.start, planned=last.moment)
        else:
            kept.append(each)
    return kept


def _is_planned(low: str, last: Written, each: Written) -> bool:
    if BRACKET.fullmatch(low[last.end : each.start]) is None:
        return False
    within = last.moment.kind is MomentKind.MONTH and last.moment.month == each.moment.month
    return within or PLANNED.search(low[max(0, last.start - 30) : last.start]) is not None


def _same_end(low: str, last: Written, each: Written) -> bool:
    """`Đến hết quý I năm 2024 (đến ngày 31/3/2024)`: the date in brackets is the end of the span, and "
    "wins."""
    dated = last.moment.is_span and each.moment.kind is MomentKind.DATE and each.limit is Limit.BY
    return dated and low[last.end : each.start] == " (" and low[each.end : each.end + 1] == ")"
