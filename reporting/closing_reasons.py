"""Why the program itself closed or opened reports again.

What is kept is data, for scripts and logs: a key, in English, which is also its message; behind those of
`OF_PEOPLE` and a colon stands what a person said.
"""

from __future__ import annotations

from calendars.errors import FaultCode, said
from messages.catalogue import N_, translate
from models.decision import DAY_OFF, NOT_IN_PLACE

BACK = N_("the unit is in place on the day of this report after all")
WORKED = N_("the day of this report is a working day after all")
REPLACED = N_("the plan was changed; this period is opened again under its new version")
SAID_AGAIN = N_("it was said once more that this has happened")
RETIRED = "the plan was retired"
REQUEST_WITHDRAWN = "the request was withdrawn"
EVENT_TAKEN_BACK = "the event was taken back"
PLAIN = frozenset({NOT_IN_PLACE, DAY_OFF, BACK, WORKED, REPLACED, SAID_AGAIN})


class ClosingReason(FaultCode):
    """Reasons that are kept with what a person said."""

    RETIRED = N_("the plan was retired: %(reason)s")
    REQUEST_WITHDRAWN = N_("the request was withdrawn: %(reason)s")
    EVENT_TAKEN_BACK = N_("the event was taken back: %(reason)s")


OF_PEOPLE = {
    RETIRED: ClosingReason.RETIRED,
    REQUEST_WITHDRAWN: ClosingReason.REQUEST_WITHDRAWN,
    EVENT_TAKEN_BACK: ClosingReason.EVENT_TAKEN_BACK,
}


def retired(reason: str, document: str) -> str:
    """What is kept of a retirement, and of the document that it rests on."""
    return f"{RETIRED}: {reason} ({document})" if document else f"{RETIRED}: {reason}"


def closing_words(reason: str, language: str) -> str:
    """The reason in the language; what a person wrote as it is."""
    if reason in PLAIN:
        return translate(language, reason)
    kept, _, own = reason.partition(": ")
    return said(OF_PEOPLE[kept](reason=own) if own and kept in OF_PEOPLE else reason, language)
