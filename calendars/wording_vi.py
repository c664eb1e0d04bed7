"""Due rules in Vietnamese, written as Decree 30/2020/NĐ-CP has dates (05/02/2024, 30/6/2024)."""

from __future__ import annotations

from datetime import date

from calendars.due_rules import (
    After,
    Bound,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)
from calendars.periods import ROMAN, Frequency

BOUND = {Bound.BEFORE: "trước", Bound.BY: "chậm nhất"}
SPAN = {
    Frequency.QUARTER: "quý",
    Frequency.HALF_YEAR: "kỳ 6 tháng",
    Frequency.NINE_MONTHS: "kỳ 9 tháng",
    Frequency.YEAR: "năm",
}
SHORT = (Frequency.MONTH, Frequency.QUARTER)
NTH = ("hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


def word(rule: DueRule, frequency: Frequency) -> str:
    match rule:
        case DayOfMonth():
            day = "ngày cuối cùng" if rule.day is None else f"ngày {rule.day:02}"
            return f"{BOUND[rule.bound]} {day} {_word_month_of(rule, frequency)}"
        case DayOfYear():
            each = "năm sau" if rule.next_year else "hằng năm"
            return f"{BOUND[rule.bound]} ngày {rule.day:02}/{_month(rule.month)} {each}"
        case OnDate():
            return f"{BOUND[rule.bound]} ngày {date_words(rule.day)}"
        case WithinPeriod():
            return f"trong {_word_span(rule.period.frequency, rule.period.index, rule.period.year)}"
        case WithinEachYear():
            each = "hằng năm" if rule.part in SHORT else "mỗi năm"
            return f"trong {_word_part(rule.part, rule.index)} {'năm sau' if rule.next_year else each}"
        case Lead():
            return f"trước thời hạn của cấp trên {_word_count(rule)}"
        case After():
            return f"sau thời hạn của cấp dưới {_word_count(rule)}"


def date_words(day: date) -> str:
    return f"{day.day:02}/{_month(day.month)}/{day.year:04}"


def _month(month: int) -> str:
    """Days below 10 and the months 1 and 2 take a leading zero (Decree 30/2020, appendix I)."""
    return f"{month:02}" if month <= 2 else str(month)


def _word_month_of(rule: DayOfMonth, frequency: Frequency) -> str:
    if frequency is Frequency.MONTH:
        return "hằng tháng" if rule.month == "own" else "của tháng sau"
    span = SPAN[frequency]
    match rule.month:
        case "next":
            return f"của tháng liền sau {span} báo cáo"
        case "first":
            return f"tháng đầu {span}"
        case int(nth):
            return f"tháng thứ {NTH[nth - 2]} của {span}"
    return f"tháng cuối {span}"


def _word_span(part: Frequency, index: int, year: int) -> str:
    if part is Frequency.YEAR:
        return f"năm {year:04}"
    return f"{_word_part(part, index)}{'/' if part in SHORT else ' năm '}{year:04}"


def _word_part(part: Frequency, index: int) -> str:
    match part:
        case Frequency.MONTH:
            return f"tháng {index}"
        case Frequency.QUARTER:
            return f"quý {ROMAN[index - 1]}"
        case Frequency.HALF_YEAR:
            return f"6 tháng {'đầu' if index == 1 else 'cuối'}"
    return "9 tháng đầu"


def _word_count(rule: Lead | After) -> str:
    return f"{rule.count} ngày làm việc" if rule.working else f"{rule.count} ngày"
