"""The words of dondoc as enums, with what they are called in Vietnamese and English.

One word for one thing, in code, database, command line and mails. `docs/glossary.md` lists the same words; a
test holds the two together. The stored value is the English word in lower case.
"""

from enum import StrEnum

from messages.catalogue import translate, word_message


class Level(StrEnum):
    GRASSROOTS = "grassroots"
    DISTRICT = "district"
    PROVINCE = "province"
    CENTRE = "centre"


class Role(StrEnum):
    CLERK = "clerk"
    HEAD = "head"
    MONITOR = "monitor"


class AccessRole(StrEnum):
    """What an account is in a unit: the roles of contacts, and the administrator."""

    CLERK = "clerk"
    HEAD = "head"
    MONITOR = "monitor"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """How far a token of the API reaches; to write includes to read."""

    READ = "read"
    WRITE = "write"


class Act(StrEnum):
    """Operations on an obligation that need a right."""

    SEE = "see"
    FILE = "file"
    REVIEW = "review"
    DECIDE = "decide"
    CHASE = "chase"
    CORRECT = "correct"


class DutyType(StrEnum):
    REPORT = "report"
    TASK = "task"
    MILESTONE = "milestone"


class Provenance(StrEnum):
    """How a field of a drafted duty came: from the clause, from another place, by a rule, or not at all."""

    READ = "read"
    INHERITED = "inherited"
    ASSUMED = "assumed"
    MISSING = "missing"


class Lifecycle(StrEnum):
    """State of an obligation; stored. The last four are its ends without a report; untracked is what was due
    before dondoc took the plan over."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WAIVED = "waived"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    UNTRACKED = "untracked"


class Timeliness(StrEnum):
    """An obligation against its deadline; computed, never stored.

    The last day has its own: it is still in time, and the only day on which today decides. What is returned
    is to be handed in again, and after its correction day overdue for correction; in the rates its first
    filing keeps its date.
    """

    IN_TERM = "in term"
    DUE_SOON = "due soon"
    LAST_DAY = "last day"
    OVERDUE = "overdue"
    ON_TIME = "on time"
    LATE = "late"
    RETURNED = "returned"
    CORRECTION_OVERDUE = "correction overdue"
    NO_DEADLINE = "no deadline"
    NOT_COUNTED = "not counted"


PAST_DUE = frozenset({Timeliness.OVERDUE, Timeliness.CORRECTION_OVERDUE})
"""What holds up those who wait for it."""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"


class NoticeState(StrEnum):
    """State of a notice in the ledger, which is also the outbox."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


class NoticeKind(StrEnum):
    COMING_DUE = "coming-due"
    LAST_DAY = "last-day"
    OVERDUE = "overdue"
    HOLDING_UP = "holding-up"
    ESCALATED = "escalated"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXTENSION_DECIDED = "extension-decided"
    NOT_OWED = "not-owed"
    OWED_AGAIN = "owed-again"
    ACCEPTANCE_UNDONE = "acceptance-undone"
    REVIEWER_REMINDER = "reviewer-reminder"
    DONE = "done"
    RECEIPT = "receipt"
    FILED_COPY = "filed-copy"
    CHASE = "chase"
    ASKED = "asked"
    LOOK_AHEAD = "look-ahead"
    ALERT = "alert"
    PASSWORD = "password"
    SECOND_FACTOR = "second-factor"
    CALENDAR = "calendar"


class Audience(StrEnum):
    """Recipients of a rung, seen from the unit that owes. Alerts go to the administrator, mails about sign-in
    to the account."""

    CLERK = "clerk"
    HEAD = "head"
    MONITOR = "monitor"
    SUPERIOR_CLERK = "superior-clerk"
    SUPERIOR_HEAD = "superior-head"
    NEXT_SUPERIOR_CLERK = "next-superior-clerk"
    NEXT_SUPERIOR_HEAD = "next-superior-head"
    UNIT = "unit"
    BELOW = "below"
    COPY = "copy"
    ADMINISTRATOR = "administrator"
    ACCOUNT = "account"


class Until(StrEnum):
    """The event that ends a rung's reminders."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"


COUNTED = frozenset({Lifecycle.OPEN, Lifecycle.SUBMITTED, Lifecycle.ACCEPTED, Lifecycle.RETURNED})
"""States in which an obligation counts in the rates."""


def say(word: StrEnum, language: str) -> str:
    """The word as a person reads it."""
    return translate(language, word_message(word))
