"""Due rules in an official's words: "trước 14:00 ngày 18 hằng tháng", before 14:00 on the 18th of each month.

A sentence is the bound with its hour, and the day or span in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from calendars.due_rules import (
    After,
    AfterPeriod,
    Bound,
    ByEvent,
    Dated,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DueRule,
    HourOfDay,
    Lead,
    MonthOf,
    OnDate,
    Window,
    WithinEachYear,
    WithinLastWeek,
    WithinMonth,
    WithinOfEvent,
    WithinPeriod,
)
from calendars.periods import Frequency, part_words
from messages.catalogue import N_, NP_, Language, translate, translate_plural
from messages.formats import clock_text, weekday_word, word_date, word_day_of_month, word_day_of_year

NamedDay = DayOfWeek | DayOfMonth | DayOfYear | OnDate
PartOfPeriod = WithinEachYear | WithinMonth | WithinLastWeek
DAY_BOUND = {
    Bound.BEFORE: NP_("due rule", "before %(day)s"),
    Bound.BY: NP_("due rule", "by %(day)s"),
}
HOUR_BOUND = {
    Bound.BEFORE: NP_("due rule", "before %(hour)s on %(day)s"),
    Bound.BY: NP_("due rule", "by %(hour)s on %(day)s"),
}
DAILY_BOUND = {
    Bound.BEFORE: NP_("due rule", "before %(hour)s %(each)s"),
    Bound.BY: NP_("due rule", "by %(hour)s %(each)s"),
}
END_OF_DAY = {
    Frequency.DAY: NP_("due rule", "by the end of each day"),
    Frequency.WORKDAY: NP_("due rule", "by the end of each working day"),
}
END_OF_NEXT_DAY = NP_("due rule", "by the end of the next day")
EACH_DAY = {
    Frequency.DAY: NP_("due rule", "each day"),
    Frequency.WORKDAY: NP_("due rule", "each working day"),
}
NEXT_DAY = NP_("due rule", "the next day")
ON_DATE = NP_("due rule", "%(date)s")
EACH_YEAR = {
    0: NP_("due rule", "%(date)s each year"),
    1: NP_("due rule", "%(date)s of the next year"),
    -1: NP_("due rule", "%(date)s of the year before"),
}
EACH_WEEK = {
    False: NP_("due rule", "%(weekday)s each week"),
    True: NP_("due rule", "%(weekday)s of the next week"),
}
DAY_OF_MONTH = NP_("due rule", "the %(day)s of %(month)s")
LAST_DAY = NP_("due rule", "the last day of %(month)s")
BARE_DAY = NP_("due rule", "the %(day)s")
MONTHS = {
    (Frequency.MONTH, "own"): NP_("due rule", "each month"),
    (Frequency.MONTH, "previous"): NP_("due rule", "the month before"),
    (Frequency.MONTH, "next"): NP_("due rule", "the next month"),
    (Frequency.QUARTER, "first"): NP_("due rule", "the first month of the quarter"),
    (Frequency.QUARTER, "nth"): NP_("due rule", "the %(nth)s month of the quarter"),
    (Frequency.QUARTER, "last"): NP_("due rule", "the last month of the quarter"),
    (Frequency.QUARTER, "previous"): NP_("due rule", "the month before the quarter"),
    (Frequency.QUARTER, "next"): NP_("due rule", "the month after the quarter"),
    (Frequency.HALF_YEAR, "first"): NP_("due rule", "the first month of the half-year"),
    (Frequency.HALF_YEAR, "nth"): NP_("due rule", "the %(nth)s month of the half-year"),
    (Frequency.HALF_YEAR, "last"): NP_("due rule", "the last month of the half-year"),
    (Frequency.HALF_YEAR, "previous"): NP_("due rule", "the month before the half-year"),
    (Frequency.HALF_YEAR, "next"): NP_("due rule", "the month after the half-year"),
    (Frequency.NINE_MONTHS, "first"): NP_("due rule", "the first month of the nine months"),
    (Frequency.NINE_MONTHS, "nth"): NP_("due rule", "the %(nth)s month of the nine months"),
    (Frequency.NINE_MONTHS, "last"): NP_("due rule", "the last month of the nine months"),
    (Frequency.NINE_MONTHS, "previous"): NP_("due rule", "the month before the nine months"),
    (Frequency.NINE_MONTHS, "next"): NP_("due rule", "the month after the nine months"),
    (Frequency.YEAR, "first"): NP_("due rule", "the first month of the year"),
    (Frequency.YEAR, "nth"): NP_("due rule", "the %(nth)s month of the year"),
    (Frequency.YEAR, "last"): NP_("due rule", "the last month of the year"),
    (Frequency.YEAR, "previous"): NP_("due rule", "the month before the year"),
    (Frequency.YEAR, "next"): NP_("due rule", "the month after the year"),
    (Frequency.YEARS, "first"): NP_("due rule", "the first month of the period"),
    (Frequency.YEARS, "nth"): NP_("due rule", "the %(nth)s month of the period"),
    (Frequency.YEARS, "last"): NP_("due rule", "the last month of the period"),
    (Frequency.YEARS, "previous"): NP_("due rule", "the month before the period"),
    (Frequency.YEARS, "next"): NP_("due rule", "the month after the period"),
}
"""Which month of a period a day is in, as it stands in the sentences above."""
NTH = (
    NP_("month of a period", "second"),
    NP_("month of a period", "third"),
    NP_("month of a period", "fourth"),
    NP_("month of a period", "fifth"),
    NP_("month of a period", "sixth"),
    NP_("month of a period", "seventh"),
    NP_("month of a period", "eighth"),
    NP_("month of a period", "ninth"),
    NP_("month of a period", "tenth"),
    NP_("month of a period", "eleventh"),
    NP_("month of a period", "twelfth"),
)
WITHIN_MONTH: dict[tuple[Frequency, MonthOf], str] = {
    (Frequency.MONTH, "next"): NP_("within", "the next month"),
    (Frequency.MONTH, "previous"): NP_("within", "the month before"),
    (Frequency.QUARTER, "next"): NP_("within", "the month after the quarter"),
    (Frequency.QUARTER, "previous"): NP_("within", "the month before the quarter"),
    (Frequency.HALF_YEAR, "next"): NP_("within", "the month after the half-year"),
    (Frequency.HALF_YEAR, "previous"): NP_("within", "the month before the half-year"),
    (Frequency.NINE_MONTHS, "next"): NP_("within", "the month after the nine months"),
    (Frequency.NINE_MONTHS, "previous"): NP_("within", "the month before the nine months"),
    (Frequency.YEAR, "next"): NP_("within", "the month after the year"),
    (Frequency.YEAR, "previous"): NP_("within", "the month before the year"),
    (Frequency.YEARS, "next"): NP_("within", "the month after the period"),
    (Frequency.YEARS, "previous"): NP_("within", "the month before the period"),
}
"""The months that another sentence names otherwise where a day of them is meant."""
LAST_WEEK = {
    Frequency.MONTH: NP_("due rule", "the last week of each month"),
    Frequency.QUARTER: NP_("due rule", "the last week of the quarter"),
    Frequency.HALF_YEAR: NP_("due rule", "the last week of the half-year"),
    Frequency.NINE_MONTHS: NP_("due rule", "the last week of the nine months"),
    Frequency.YEAR: NP_("due rule", "the last week of the year"),
    Frequency.YEARS: NP_("due rule", "the last week of the period"),
}
PARTS_OF_YEAR = {
    (Frequency.HALF_YEAR, 1, 0): N_("the first half of each year"),
    (Frequency.HALF_YEAR, 1, 1): N_("the first half of the next year"),
    (Frequency.HALF_YEAR, 1, -1): N_("the first half of the year before"),
    (Frequency.HALF_YEAR, 2, 0): N_("the second half of each year"),
    (Frequency.HALF_YEAR, 2, 1): N_("the second half of the next year"),
    (Frequency.HALF_YEAR, 2, -1): N_("the second half of the year before"),
    (Frequency.NINE_MONTHS, 1, 0): N_("the first nine months of each year"),
    (Frequency.NINE_MONTHS, 1, 1): N_("the first nine months of the next year"),
    (Frequency.NINE_MONTHS, 1, -1): N_("the first nine months of the year before"),
}
PART_OF_YEAR = {
    0: NP_("due rule", "%(part)s of each year"),
    1: NP_("due rule", "%(part)s of the next year"),
    -1: NP_("due rule", "%(part)s of the year before"),
}
PERIOD_ENDED = {
    Frequency.WEEK: NP_("period ended", "the week"),
    Frequency.MONTH: NP_("period ended", "the month"),
    Frequency.QUARTER: NP_("period ended", "the quarter"),
    Frequency.HALF_YEAR: NP_("period ended", "the half-year"),
    Frequency.NINE_MONTHS: NP_("period ended", "the nine months"),
    Frequency.YEAR: NP_("period ended", "the year"),
    Frequency.YEARS: NP_("period ended", "the period"),
}
WINDOW = NP_("due rule", "from %(first)s to %(last)s")
WINDOW_TO_EVENT = NP_("due rule", "from %(first)s until it happens")
WINDOW_TO_HOUR = NP_("due rule", "from %(first)s to %(hour)s on %(last)s")


def word_rules(rules: Sequence[DueRule], frequency: Frequency, language: Language) -> str:
    """A stage's rules, one for each period of the year."""
    return "; ".join(word_rule(rule, frequency, language, len(rules) > 1) for rule in rules)


def word_rule(rule: DueRule, frequency: Frequency, language: Language, once_a_year: bool = False) -> str:
    """E.g. "trước ngày 18 hằng tháng". RuleError if the rule does not fit a duty of that frequency."""
    rule.fits(frequency, once_a_year)
    match rule:
        case Lead():
            return _word_lead(rule, language)
        case After():
            return _word_after(rule, language)
        case HourOfDay():
            return _word_hour_of_day(rule, frequency, language)
        case Window():
            return _word_window(rule, frequency, language)
        case AfterPeriod():
            return _word_after_period(rule, frequency, language)
        case WithinOfEvent():
            return _word_within_of_event(rule, language)
        case ByEvent():
            return translate(language, "on the day on which it happens")
        case DayOfWeek() | DayOfMonth() | DayOfYear() | OnDate():
            return _bounded(rule, _day(rule, frequency, language), language)
    return _word_within(rule, frequency, language)


def _bounded(rule: NamedDay, day: str, language: Language) -> str:
    if rule.hour is None:
        return translate(language, DAY_BOUND[rule.bound], day=day)
    return translate(language, HOUR_BOUND[rule.bound], day=day, hour=clock_text(rule.hour, language))


def _day(rule: NamedDay, frequency: Frequency, language: Language) -> str:
    """The day with which month, week or year it is in."""
    match rule:
        case OnDate():
            return translate(language, ON_DATE, date=word_date(rule.day, language))
        case DayOfYear():
            date = word_day_of_year(rule.day, rule.month, language)
            return translate(language, EACH_YEAR[rule.year], date=date)
        case DayOfWeek():
            weekday = weekday_word(rule.weekday, language)
            return translate(language, EACH_WEEK[rule.next_week], weekday=weekday)
    month = _month(rule.month, frequency, language)
    if rule.day is None:
        return translate(language, LAST_DAY, month=month)
    return translate(language, DAY_OF_MONTH, day=word_day_of_month(rule.day, language), month=month)


def _month(month: MonthOf, frequency: Frequency, language: Language) -> str:
    if isinstance(month, int):
        nth = translate(language, NTH[month - 2])
        return translate(language, MONTHS[frequency, "nth"], nth=nth)
    return translate(language, MONTHS[frequency, month])


def _word_hour_of_day(rule: HourOfDay, frequency: Frequency, language: Language) -> str:
    if rule.hour is None:
        return translate(language, END_OF_NEXT_DAY if rule.next_day else END_OF_DAY[frequency])
    each = translate(language, NEXT_DAY if rule.next_day else EACH_DAY[frequency])
    return translate(language, DAILY_BOUND[rule.bound], hour=clock_text(rule.hour, language), each=each)


def _word_window(rule: Window, frequency: Frequency, language: Language) -> str:
    first = _end(rule.first, frequency, language)
    if isinstance(rule.last, ByEvent):
        return translate(language, WINDOW_TO_EVENT, first=first)
    last = _end(rule.last, frequency, language)
    first = _bare(rule.first, rule.last, language) or first
    if rule.last.hour is None:
        return translate(language, WINDOW, first=first, last=last)
    hour = clock_text(rule.last.hour, language)
    return translate(language, WINDOW_TO_HOUR, first=first, hour=hour, last=last)


def _bare(first: Dated, last: Dated, language: Language) -> str:
    """The start without the month or year that it shares with the end, said once there."""
    match first, last:
        case DayOfMonth(day=int(day)), DayOfMonth() if first.month == last.month:
            return translate(language, BARE_DAY, day=word_day_of_month(day, language))
        case DayOfYear(), DayOfYear() if first.year == last.year:
            day_of_year = word_day_of_year(first.day, first.month, language)
            return translate(language, ON_DATE, date=day_of_year)
    return ""


def _end(rule: Dated, frequency: Frequency, language: Language) -> str:
    """One end of a window: a day, or a span without its "in"."""
    match rule:
        case DayOfWeek() | DayOfMonth() | DayOfYear() | OnDate():
            return _day(rule, frequency, language)
        case WithinPeriod():
            return rule.period.label(language)
    return _span(rule, frequency, language)


def _word_within(
    rule: WithinPeriod | WithinEachYear | WithinMonth | WithinLastWeek,
    frequency: Frequency,
    language: Language,
) -> str:
    if not isinstance(rule, WithinPeriod):
        return translate(language, "in %(period)s", period=_span(rule, frequency, language))
    year = f"{rule.period.year:04}"
    match rule.period.frequency:
        case Frequency.YEAR:
            return translate(language, "in %(year)s", year=year)
        case Frequency.NINE_MONTHS:
            return translate(language, "in the first nine months of %(year)s", year=year)
    return translate(language, "in %(period)s", period=rule.period.label(language))


def _span(rule: PartOfPeriod, frequency: Frequency, language: Language) -> str:
    if isinstance(rule, WithinLastWeek):
        return translate(language, LAST_WEEK[frequency])
    if isinstance(rule, WithinMonth):
        bare = WITHIN_MONTH.get((frequency, rule.month))
        return _month(rule.month, frequency, language) if bare is None else translate(language, bare)
    if rule.is_month_of(frequency) and frequency not in (Frequency.YEAR, Frequency.NINE_MONTHS):
        return _month("first" if rule.index == 1 else rule.index, frequency, language)
    whole = PARTS_OF_YEAR.get((rule.part, rule.index, rule.year))
    if whole is not None:
        return translate(language, whole)
    part = part_words(rule.part, rule.index, language)
    return translate(language, PART_OF_YEAR[rule.year], part=part)


def _word_within_of_event(rule: WithinOfEvent, language: Language) -> str:
    match rule.measure:
        case "h":
            return translate_plural(
                language,
                "within %(number)s hour of when it happens",
                "within %(number)s hours of when it happens",
                rule.count,
            )
        case "d":
            return translate_plural(
                language,
                "within %(number)s day of when it happens",
                "within %(number)s days of when it happens",
                rule.count,
            )
        case "wd":
            return translate_plural(
                language,
                "within %(number)s working day of when it happens",
                "within %(number)s working days of when it happens",
                rule.count,
            )
        case "m":
            return translate_plural(
                language,
                "within %(number)s month of when it happens",
                "within %(number)s months of when it happens",
                rule.count,
            )


def _word_after_period(rule: AfterPeriod, frequency: Frequency, language: Language) -> str:
    period = translate(language, PERIOD_ENDED[frequency])
    if rule.measure == "wd":
        return translate_plural(
            language,
            "within %(number)s working day after the end of %(period)s",
            "within %(number)s working days after the end of %(period)s",
            rule.count,
            period=period,
        )
    return translate_plural(
        language,
        "within %(number)s day after the end of %(period)s",
        "within %(number)s days after the end of %(period)s",
        rule.count,
        period=period,
    )


def _word_lead(rule: Lead, language: Language) -> str:
    if rule.working:
        return translate_plural(
            language,
            "%(number)s working day before the superior's deadline",
            "%(number)s working days before the superior's deadline",
            rule.count,
        )
    return translate_plural(
        language,
        "%(number)s day before the superior's deadline",
        "%(number)s days before the superior's deadline",
        rule.count,
    )


def _word_after(rule: After, language: Language) -> str:
    if rule.working:
        return translate_plural(
            language,
            "%(number)s working day after the subordinates' deadline",
            "%(number)s working days after the subordinates' deadline",
            rule.count,
        )
    return translate_plural(
        language,
        "%(number)s day after the subordinates' deadline",
        "%(number)s days after the subordinates' deadline",
        rule.count,
    )
