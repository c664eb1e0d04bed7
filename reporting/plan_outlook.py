"""A plan for its readers: each duty with its stages, due rules in words, and the next dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from calendars.deadlines import DueDate
from calendars.periods import Frequency, Language
from calendars.wording import word_deadline, word_rule
from calendars.working_days import WorkingDays
from models.plan_file import DutyFile, PlanFile
from reporting.calendar_of_plan import PlanEdition, duty_occurrences

SHOWN = 3
YEARS_AHEAD = timedelta(days=4 * 366)
EVERY: dict[Language, dict[Frequency, str]] = {
    "vi": {
        Frequency.MONTH: "hằng tháng",
        Frequency.QUARTER: "hằng quý",
        Frequency.HALF_YEAR: "6 tháng",
        Frequency.NINE_MONTHS: "9 tháng",
        Frequency.YEAR: "hằng năm",
        Frequency.ONCE: "một lần",
        Frequency.ON_DEMAND: "khi được yêu cầu",
    },
    "en": {
        Frequency.MONTH: "every month",
        Frequency.QUARTER: "every quarter",
        Frequency.HALF_YEAR: "every half-year",
        Frequency.NINE_MONTHS: "every nine months",
        Frequency.YEAR: "every year",
        Frequency.ONCE: "once",
        Frequency.ON_DEMAND: "on demand",
    },
}
NO_DEADLINE = {"vi": "không thời hạn", "en": "no deadline"}


@dataclass(frozen=True, kw_only=True)
class NextDue:
    """One of the coming due dates of a stage."""

    period: str
    due: DueDate

    def as_json(self, language: Language, zone: ZoneInfo) -> dict[str, Any]:
        return {
            "period": self.period,
            "written": self.due.written,
            "bound": self.due.bound.value,
            "safe_day": self.due.safe_day,
            "last_day": self.due.last_day,
            "deadline": self.due.deadline(zone).astimezone(zone).isoformat(),
            "words": word_deadline(self.due, language),
        }


def rule_words(duty: DutyFile, number: int, language: Language) -> str:
    """The due rule of the duty's stage (0 at the bottom) as an official writes it."""
    rule = duty.chain[number].rule
    return NO_DEADLINE[language] if rule is None else word_rule(rule, duty.every, language)


def next_dues(
    editions: Sequence[PlanEdition], key: str, number: int, today: date, days: WorkingDays
) -> list[NextDue]:
    """The next three due dates of one stage, today's included; none for a stage without a deadline."""
    coming = (
        NextDue(period=found.duty.period or found.period.key, due=due)
        for found in duty_occurrences(editions, key, today + YEARS_AHEAD, days)
        if number < len(found.dues) and (due := found.dues[number]) is not None and due.last_day >= today
    )
    return list(islice(coming, SHOWN))


def plan_outline(
    plan: PlanFile,
    editions: Sequence[PlanEdition],
    today: date,
    days: WorkingDays,
    zone: ZoneInfo,
    language: Language,
) -> dict[str, Any]:
    """The plan as plain values: what its file says, with words and next dates beside each stage."""
    outline = plan.content()
    for duty, shown in zip(plan.duties, outline["duties"], strict=True):
        for number, stage in enumerate(shown["chain"]):
            stage["position"] = number + 1
            stage["name"] = duty.chain[number].title(number + 1)
            stage["to"] = list(duty.chain[number].recipients)
            stage["words"] = rule_words(duty, number, language)
            coming = next_dues(editions, duty.id, number, today, days)
            stage["next"] = [each.as_json(language, zone) for each in coming]
    return outline
