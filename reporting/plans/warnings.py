"""Warnings about a plan, in words: a line for each duty or stage, with how often and the first example.

A warning asks for a second look and refuses nothing: the document may well say so. A hint only tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from calendars.periods import Language
from messages.catalogue import N_, languages, translate


class Caution(StrEnum):
    """What a plan can be warned of."""

    CUTOFF_TOO_LATE = "cutoff-too-late"
    SHORT_AFTER_CUTOFF = "short-after-cutoff"
    NOT_LATER_THAN_REPORTERS = "not-later-than-reporters"
    PAST_ON_ISSUE = "past-on-issue"
    NEVER_COMES = "never-comes"
    PART_NEVER_COMES = "part-never-comes"
    FAR_AHEAD = "far-ahead"
    PLANNED_TOO_LATE = "planned-too-late"
    WAITS_FOR_EVENT = "waits-for-event"
    NOBODY = "nobody"
    NOBODY_AHEAD = "nobody-ahead"
    NO_RECIPIENT = "no-recipient"
    TO_ITSELF = "to-itself"
    NO_PEOPLE = "no-people"
    DAY_OFF = "day-off"
    NO_DATE = "no-date"
    IDLE_SCOPE = "idle-scope"
    IDLE_ROLL = "idle-roll"
    IDLE_BEFORE = "idle-before"
    IDLE_CUTOFF = "idle-cutoff"
    IDLE_PERIOD = "idle-period"
    IDLE_SPAN = "idle-span"
    IDLE_END = "idle-end"
    IDLE_ABSORBS = "idle-absorbs"
    ABSORBS_NOBODY = "absorbs-nobody"
    IDLE_CHOICE = "idle-choice"
    IDLE_SELECTION = "idle-selection"
    NAMED_TWICE = "named-twice"
    IDLE_TO = "idle-to"
    IDLE_VIA = "idle-via"


HINTS = frozenset({Caution.TO_ITSELF, Caution.DAY_OFF, Caution.NO_DATE, Caution.WAITS_FOR_EVENT})

TEXTS = {
    Caution.CUTOFF_TOO_LATE: N_(
        "is due %(deadline)s, but its data would run to %(cutoff)s: no data span is shown; write a `cutoff` "
        "that lies before the last day (such as 14/11), or `cutoff: none`"
    ),
    Caution.SHORT_AFTER_CUTOFF: N_(
        "has data to %(cutoff)s and is due %(deadline)s, with fewer than two working days between; if the "
        "document has its data end earlier or says nothing of it, write so: `cutoff: 5`, `14/11` or `none`"
    ),
    Caution.NOT_LATER_THAN_REPORTERS: N_(
        "is not due later than the stage below (%(deadline)s; the stage below %(below)s); let the stage "
        "below report earlier"
    ),
    Caution.PAST_ON_ISSUE: N_(
        "lay in the past on the day of issue (%(deadline)s; issued %(issued)s); check the date"
    ),
    Caution.NEVER_COMES: N_("has no period while the plan is in force; check in_force, from and to"),
    Caution.PART_NEVER_COMES: N_(
        "`%(part)s` (%(rule)s) never comes while the plan is in force: its period ends, and is due, outside "
        "that time; check in_force, from and to"
    ),
    Caution.FAR_AHEAD: N_("lies more than %(years)s years after %(limit)s (%(deadline)s); check the year"),
    Caution.PLANNED_TOO_LATE: N_(
        "is planned for a day after its last day (planned %(planned)s, last day %(last)s; %(period)s); check "
        "both dates"
    ),
    Caution.WAITS_FOR_EVENT: N_(
        "`%(rule)s` opens nothing by itself: once somebody says that the event has happened, "
        "the report is owed for that day"
    ),
    Caution.NOBODY: N_("chooses nobody on %(day)s; check `from`, or load more units"),
    Caution.NOBODY_AHEAD: N_(
        "chooses nobody from %(day)s on, when units change; change `from`, or load the units that come in "
        "their place"
    ),
    Caution.NO_RECIPIENT: N_(
        "nobody receives what is owed by %(count)s of its units (%(total)s in all; e.g. %(unit)s); name a "
        "recipient in `to`"
    ),
    Caution.TO_ITSELF: N_(
        "nothing is owed by %(count)s of its units (%(total)s in all; e.g. %(unit)s), which would report to "
        "themselves alone; `except` leaves them out"
    ),
    Caution.DAY_OFF: N_("the last day is a day off (last day %(last)s, %(name)s); send by %(send)s"),
    Caution.NO_DATE: N_("the document gives no date: no deadline"),
    Caution.NO_PEOPLE: N_(
        "no contact and no account is known of %(count)s of its recipients (%(total)s in all; e.g. "
        "%(unit)s): nobody hears of what they receive; load contacts, or open an account"
    ),
    Caution.IDLE_SCOPE: N_("`scope` has no effect: all reporters are named by their codes; leave it out"),
    Caution.IDLE_ROLL: N_("`roll` has no effect: the plan has no date; leave it out"),
    Caution.IDLE_BEFORE: N_(
        "`before: inclusive` has no effect: no rule says `before` a day; leave it out, or write the rule so"
    ),
    Caution.IDLE_CUTOFF: N_(
        "the plan's `cutoff: %(cutoff)s` has no effect: no report of it has a month, quarter or year whose "
        "data could end so; leave it out, or give it to a duty"
    ),
    Caution.IDLE_PERIOD: N_(
        "`period: %(period)s` has no effect: the duty has no data that could end; leave it out, or say "
        "`type: report`"
    ),
    Caution.IDLE_SPAN: N_(
        "`%(field)s: %(day)s` has no effect: the plan itself is not in force beyond %(limit)s; change "
        "`in_force`, or leave it out"
    ),
    Caution.IDLE_END: N_("`to` has no effect: a one-time duty comes once all the same; leave it out"),
    Caution.IDLE_ABSORBS: N_(
        "`absorbs: %(other)s` has no effect: no period of it ends together with one of this duty; leave it "
        "out, or check `every` and `periods`"
    ),
    Caution.ABSORBS_NOBODY: N_(
        "`absorbs: %(other)s` has no effect: no unit owes both reports; leave it out, or check `from`"
    ),
    Caution.IDLE_CHOICE: N_(
        "`%(field)s: %(value)s` has no effect on %(day)s: without it the same units are chosen; check the "
        "spelling, or leave it out"
    ),
    Caution.IDLE_SELECTION: N_(
        "the selection `%(value)s` has no effect: the others choose all its units already; leave it out"
    ),
    Caution.NAMED_TWICE: N_("`%(field)s` names %(value)s twice; name it once"),
    Caution.IDLE_TO: N_(
        "%(code)s in `to` has no effect: it is the unit that reports, is named before, or has ended; leave "
        "it out"
    ),
    Caution.IDLE_VIA: N_(
        "`via: %(code)s` has no effect: it is the unit that reports, the only recipient, or has ended; leave "
        "it out, or name in `to` to whom the report goes on"
    ),
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
    """One concern about a duty, about one stage of it (counted from 1 at the bottom), or the plan (no duty).

    `called` is what a reader knows the duty by. `count` of `total` are periods, or units; `example` gives the
    first one's values in a language.
    """

    concern: Caution
    duty: str
    called: str = ""
    stage: int | None = None
    count: int = 0
    total: int = 0
    example: Callable[[Language], Mapping[str, str]] = field(default=no_example, compare=False)

    @property
    def is_hint(self) -> bool:
        return self.concern in HINTS

    def text(self, language: Language, called: str = "") -> str:
        """In words; `called` is what a page calls the duty, else its name."""
        where = called or self.called or self.duty
        if self.stage is not None:
            where = translate(language, STAGE, duty=where, stage=self.stage)
        texts = TEXTS | REPEATED if self.total > 1 else TEXTS
        values = {"count": self.count, "total": self.total, **self.example(language)}
        text = translate(language, texts[self.concern], **values)
        return f"{where}: {text}" if where else text

    def as_json(self) -> dict[str, object]:
        return {
            "concern": self.concern.value,
            "hint": self.is_hint,
            "duty": self.duty or None,
            "stage": self.stage,
            "count": self.count,
            "total": self.total,
            **{language: self.text(language) for language in languages()},
        }
