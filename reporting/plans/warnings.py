"""Warnings about a plan, in words: a line for each duty or stage, with how often and the first example.

A warning asks for a second look and refuses nothing: the document may well say so. A hint only tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from calendars.periods import Language
from messages.catalogue import N_, translate


class Caution(StrEnum):
    """What a plan can be warned of."""

    CUTOFF_TOO_LATE = "cutoff-too-late"
    SHORT_AFTER_CUTOFF = "short-after-cutoff"
    NOT_LATER_THAN_REPORTERS = "not-later-than-reporters"
    PAST_ON_ISSUE = "past-on-issue"
    NEVER_COMES = "never-comes"
    NOBODY = "nobody"
    NO_RECIPIENT = "no-recipient"
    TO_ITSELF = "to-itself"
    DAY_OFF = "day-off"
    NO_DATE = "no-date"


HINTS = frozenset({Caution.TO_ITSELF, Caution.DAY_OFF, Caution.NO_DATE})

TEXTS = {
    Caution.CUTOFF_TOO_LATE: N_(
        "is due %(deadline)s, but its data would run to %(cutoff)s: no data span is shown; write a `cutoff` "
        "that lies before the last day (such as 14/11), or `cutoff: none`"
    ),
    Caution.SHORT_AFTER_CUTOFF: N_(
        "has data to %(cutoff)s and is due %(deadline)s, with %(left)s working days between; if the document "
        "has its data end earlier or says nothing of it, write so: `cutoff: 5`, `14/11` or `none`"
    ),
    Caution.NOT_LATER_THAN_REPORTERS: N_(
        "is not due later than the stage below (%(deadline)s; the stage below %(below)s); let the stage "
        "below report earlier"
    ),
    Caution.PAST_ON_ISSUE: N_(
        "lay in the past on the day of issue (%(deadline)s; issued %(issued)s); check the date"
    ),
    Caution.NEVER_COMES: N_("has no period while the plan is in force; check in_force, from and to"),
    Caution.NOBODY: N_("chooses nobody on %(day)s; check `from`, or load more units"),
    Caution.NO_RECIPIENT: N_(
        "%(count)s of %(total)s units have nobody to report to (e.g. %(unit)s); name a recipient in `to`"
    ),
    Caution.TO_ITSELF: N_(
        "%(count)s of %(total)s units would report only to themselves and owe nothing (e.g. %(unit)s); "
        "`except` leaves them out"
    ),
    Caution.DAY_OFF: N_("the last day is a day off (last day %(last)s, %(name)s); send by %(send)s"),
    Caution.NO_DATE: N_("the document gives no date: no deadline"),
}
REPEATED = {
    Caution.CUTOFF_TOO_LATE: N_(
        "is due before its data would end in %(count)s of %(total)s periods (first: %(period)s, due "
        "%(deadline)s, data to %(cutoff)s): no data span is shown there; write a `cutoff` that lies before "
        "the last day (such as 14/11), or `cutoff: none`"
    ),
    Caution.SHORT_AFTER_CUTOFF: N_(
        "has fewer than two working days after its data end in %(count)s of %(total)s periods (first: "
        "%(period)s, data to %(cutoff)s, due %(deadline)s); if the document has its data end earlier or says "
        "nothing of it, write so: `cutoff: 5`, `14/11` or `none`"
    ),
    Caution.NOT_LATER_THAN_REPORTERS: N_(
        "is not due later than the stage below in %(count)s of %(total)s periods (first: %(period)s, "
        "%(deadline)s; the stage below %(below)s); let the stage below report earlier"
    ),
    Caution.PAST_ON_ISSUE: N_(
        "lay in the past on the day of issue in %(count)s of %(total)s periods (first: %(period)s, "
        "%(deadline)s; issued %(issued)s); check the date"
    ),
    Caution.DAY_OFF: N_(
        "the last day is a day off in %(count)s of %(total)s periods (first: %(period)s, last day "
        "%(last)s, %(name)s); send by %(send)s"
    ),
}
"""Of a stage that comes in several periods."""
STAGE = N_("%(duty)s, stage %(stage)s")


def no_example(language: Language) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class PlanWarning:
    """One concern about a duty, or about one stage of it (counted from 1 at the bottom).

    `count` of `total` are periods, or units; `example` gives the first one's values in a language.
    """

    concern: Caution
    duty: str
    stage: int | None = None
    count: int = 0
    total: int = 0
    example: Callable[[Language], Mapping[str, str]] = field(default=no_example, compare=False)

    @property
    def is_hint(self) -> bool:
        return self.concern in HINTS

    def text(self, language: Language) -> str:
        where = self.duty
        if self.stage is not None:
            where = translate(language, STAGE, duty=self.duty, stage=self.stage)
        texts = TEXTS | REPEATED if self.total > 1 else TEXTS
        values = {"count": self.count, "total": self.total, **self.example(language)}
        return f"{where}: {translate(language, texts[self.concern], **values)}"

    def as_json(self) -> dict[str, object]:
        return {
            "concern": self.concern.value,
            "hint": self.is_hint,
            "duty": self.duty,
            "stage": self.stage,
            "count": self.count,
            "total": self.total,
            "vi": self.text("vi"),
            "en": self.text("en"),
        }
