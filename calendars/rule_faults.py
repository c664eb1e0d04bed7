"""What can be wrong with a due rule, a date, a period or a cut-off in a plan file, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_, NP_, Plural


class RuleFault(FaultCode):
    """What is wrong."""

    REMEDIED = "%(problem)s", "%(remedy)s"
    IN_RULE = N_("`%(text)s`: %(problem)s")
    IN_PHRASE = N_("'%(text)s': %(problem)s")
    UNREADABLE = N_("cannot read the due rule '%(text)s'")
    UNREADABLE_DAY = N_("cannot read the day '%(text)s'")
    UNREADABLE_LONG = N_("cannot read the due rule '%(text)s'…")
    UNREADABLE_PHRASE = N_("cannot read a due rule in '%(text)s'")
    SEVERAL_DATES = N_("'%(text)s' names several dates")
    TWO_READINGS = N_("'%(text)s' can be read in two ways")
    NO_SUCH_DATE = N_("there is no %(day)s/%(month)s/%(year)s")
    NO_SUCH_DAY = N_("there is no %(day)s/%(month)s")
    NO_DAY_IN_MONTH = N_("no month has a day %(day)s")
    NO_MONTH = N_("there is no month %(month)s")
    WITHIN_ONCE = N_("`within once` names no time")
    NO_PART_OF_YEAR = N_("a %(part)s is no part of a year")
    NO_SUCH_PART = N_("a year has no %(part)s %(index)s")
    OUT_OF_RANGE = N_("`%(word)s %(count)s` is out of range")
    MISFIT = N_("`%(rule)s` does not fit a duty that comes %(how_often)s")
    NO_SUCH_HOUR = N_("there is no hour %(hour)s")
    WINDOW_BOUND = N_("a window has only a first day and a last day")
    WINDOW_BACKWARDS = N_("`%(rule)s` begins after it ends")
    WINDOW_OF_EVENT = N_("'%(first)s' names no first day")
    EVERY_UNREADABLE = N_("cannot read how often '%(text)s' is")
    PART_UNREADABLE = N_("'%(text)s' is no period of a year")
    PART_MISFIT = N_("`%(part)s` is no period of a duty that comes %(how_often)s")
    PARTS_NEEDED = N_("a duty that comes %(how_often)s takes one date, not %(count)s")
    PARTS_COUNT = Plural(
        "there are %(count)s dates for %(parts)s period",
        "there are %(count)s dates for %(parts)s periods",
        "parts",
    )
    CUTOFF_IMPOSSIBLE = N_("a cut-off on %(day)s is impossible")
    CUTOFF_UNREADABLE = N_("cannot read the cut-off '%(text)s'")
    NO_PERIOD = N_("there is no period %(frequency)s %(index)s of %(year)s")
    PERIOD_UNREADABLE = N_("cannot read the period '%(text)s'")


class OftenFault(FaultCode):
    """How often a duty comes, within such a sentence."""

    DAY = N_("every day")
    WORKDAY = N_("every working day")
    WEEK = N_("every week")
    YEARS = N_("every few years")
    ROUND = N_("in rounds")
    REQUEST = N_("at a request")
    EVENT = N_("when something happens")
    UNSPECIFIED = N_("at times that the document leaves open")
    ONCE = N_("once")
    ON_DEMAND = N_("on demand")
    MONTH = N_("every month")
    QUARTER = N_("every quarter")
    HALF_YEAR = N_("every half-year")
    NINE_MONTHS = N_("every nine-months")
    YEAR = N_("every year")


class SpanFault(FaultCode):
    """A span of time with its number, within such a sentence."""

    DAY = N_("day")
    WORKDAY = N_("working day")
    WEEK = N_("week")
    YEARS = N_("years")
    ROUND = N_("round")
    REQUEST = N_("request")
    EVENT = NP_("rule faults", "event")
    UNSPECIFIED = N_("unspecified")
    MONTH = N_("month")
    QUARTER = N_("quarter")
    HALF_YEAR = N_("half-year")
    NINE_MONTHS = N_("nine-months")
    YEAR = N_("year")
    ONCE = NP_("rule faults", "once")
    ON_DEMAND = N_("on-demand")


class RuleRemedy(FaultCode):
    """What to do."""

    FORMS = N_(
        "use e.g. `before 18`, `by 5 next month`, `before 15 last month`, `by last day`, `before "
        "10/12`, `before 14:00 30/6/2024`, `within Q1/2024`, `by friday`, `from 1 to 5`, `lead 3wd` or "
        "`after 3wd`"
    )
    READ_IN_PART = N_(
        "only '%(part)s' is read, as `%(rule)s`; leave the rest out if the date is the same without it, else "
        "reword it"
    )
    SPAN_APART = N_(
        "only '%(part)s' is read, as `%(rule)s`; from when and until when it is owed is said by the duty's "
        "own first and last day (from, to)"
    )
    EVERY_PART = N_("write `every: %(every)s`, and in `due` only the day")
    EVERY_MONTHS = N_("write `every: month` with `periods: [%(months)s]`, and in `due` only the day")
    EVERY_YEARS = N_(
        "write `every: %(count)s years from 2026` with the first year of a period, and in `due` only the day"
    )
    DATES_OF_YEAR = N_(
        "no rule repeats so: write `every: year` with a list of the dates, e.g. `due: [before 15/1, before "
        "29/1]`"
    )
    DATA_APART = N_("only '%(part)s' is read, as `%(rule)s`; where the data ends is said by `cutoff`")
    BEFORE_END = N_(
        "no rule counts back from the end of a period: write the day, e.g. `by 25` of a month, `by 25 last "
        "month` of a longer period"
    )
    OPENS_BY_DAY = N_(
        "a window opens when a day begins: leave out the hour of its first day, e.g. `from 3/12/2025 to "
        "17:00 1/2/2026`"
    )
    SOLAR_DATE = N_(
        "the lunar calendar is not read: make the duty `every: once` with that year's date, e.g. `before "
        "30/6/2024`"
    )
    COUNTS_BACK = N_(
        "no rule counts back from a day that the file does not name: make the duty `every: once` with the "
        "date, e.g. `before 30/6/2024`, or `every: on-demand` without `due`, and ask for it when the day is "
        "known"
    )
    LATER_MONTH = N_(
        "give each period its date in a list, e.g. `due: [by 15/5, by 15/8, by 15/11, by 15/2 next year]`"
    )
    MAKE_IT_HAPPEN = N_("make the duty `every: on-demand` with an `event`, or %(advice)s")
    LAST_WORKING_DAY = N_(
        "write `%(rule)s`, and `roll: preceding` for the plan: a last day that is a day off moves to the "
        "working day before"
    )
    FIRST_WORKING_DAY = N_(
        "write `%(rule)s`, and `roll: following` for the plan: a last day that is a day off moves to the "
        "next working day"
    )
    WRITE_LIKE = N_("write it like '%(example)s'")
    NO_DATE_SAID = N_("it names no date: write `every: %(every)s`, and leave `due` out")
    A_LIST = N_("a plan file takes them as a list: [%(rules)s]")
    ONE_OF_TWO = N_("write `%(first)s` or `%(second)s`")
    NAME_THE_MONTH = N_("write `within month %(month)s`, or with its year `within %(month)s/2024`")
    FOUR_DIGITS = N_("write the year in four digits, e.g. `before 30/6/2024`")
    WHICH_DAYS = N_("say which days: `%(text)swd` working days or `%(text)sd` calendar days")
    BOUND_FIRST = N_("put `before` or `by` in front: %(forms)s")
    DAY_THAT_EXISTS = N_("write day/month/year of a day that exists")
    DAYS_OF_MONTH = N_("use 1 to 31, or `last day`")
    PLANNED_DAYS = N_("write it without a bound: `5/12/2025`, or `5/12` or `5` where the duty recurs")
    HOURS = N_("write an hour of the day, e.g. `before 16:00 18`; the end of a day is 24:00")
    HOUR_OF_DAY = N_("write the hour, e.g. `before 16:00`")
    DAY_OF_WEEK = N_("write the day of the week, e.g. `by friday`")
    WINDOWS = N_("write e.g. `from 1 to 5`, `from 1/11 to 31/12` or `from Q4/2025 to Q1/2026`")
    WINDOW_OF_EVENT = N_("write the date, month, quarter or year in full, e.g. `from 11/2025 to event`")
    WINDOW_NEXT = N_("say where it ends later, e.g. `from 25 to 5 next month`")
    OFTEN = N_(
        "use day, workday, week, month, quarter, half-year, nine-months, year, `5 years from 2011`, once, "
        "on-demand or unspecified"
    )
    PARTS = N_("use 1 to 12 for months, Q1 to Q4, H1, H2, 9M, year or R1")
    ONE_DATE = N_("keep one date, and write another duty for each of the others")
    DATE_FOR_EACH = N_("give one date, or one for each period; `periods` names them")
    MONTHS_OF_PERIOD = N_("use `first month` or `month 2` to `month 12`")
    DAY_AND_MONTH = N_("write day/month, e.g. 10/12")
    MONTH_ENDS = N_("month %(month)s ends on day %(last)s; write day/month")
    NAME_A_SPAN = N_("name a month, quarter, half-year or year")
    NAME_A_PART = N_("name a month, quarter, half-year or 9M")
    UP_TO = N_("use 1 to %(most)s")
    UP_TO_DAYS = N_("use 1 to %(most)s days")
    FULL_DATE = N_("write the full date or span, e.g. `before 30/6/2024` or `within Q1/2024`")
    NO_DATE = N_("leave the date out: each request brings its own")
    DAY_OF_MONTH = N_("write the day of the month, e.g. `before 18`")
    DAY_OF_YEAR = N_("write day and month, e.g. `before 10/12`")
    DAY_OF_PERIOD = N_(
        "say the day and which month of the period, e.g. `before 15 last month`, give a list with a date "
        "for each, or name in `periods` the one that it is for"
    )
    ONLY_THE_DAY = N_("write only the day (`before 18`), or `next month` after it")
    WHICH_MONTH = N_("say which: `first month`, `last month`, `next month` or `month 2`")
    MONTHS_THERE_ARE = N_("its periods have only %(months)s months")
    MAKE_IT_ONCE = N_("make the duty `every: once`, or %(advice)s")
    CUTOFF_DAYS = N_('use 1 to 31, "end", or a day of the year such as 14/11')
    CUTOFF_DAY = N_('use a day from 1 to 31, "end", a day of the year such as 14/11, or none')
    PERIODS = N_("use e.g. month 1–12, quarter 1–4, half-year 1–2, nine-months 1, year 1")
    PERIOD_KEYS = N_(
        "use e.g. 2024-02, 2024-Q1, 2024-H1, 2024-9M, 2024, 2011-2015, 2026-W18, 2026-04-28, once"
    )
