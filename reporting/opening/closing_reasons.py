"""Why the program itself closed or opened reports again; kept in English, for scripts and logs."""

from __future__ import annotations

from calendars.errors import FaultCode, said
from messages.catalogue import N_, translate
from models.decision import NOT_IN_PLACE

BACK = N_("the unit is in place on the day of this report after all")
REPLACED = N_("the plan was changed; this period is opened anew under its new version")
RETIRED = "the plan was retired"
"""What the administrator said about it follows it."""
PLAIN = frozenset({NOT_IN_PLACE, BACK, REPLACED})


class ClosingReason(FaultCode):
    """Reasons that are kept with what a person said."""

    RETIRED = N_("the plan was retired: %(reason)s")


def closing_words(reason: str, language: str) -> str:
    """The reason in the language; what a person wrote as it is."""
    if reason in PLAIN:
        return translate(language, reason)
    kept, _, own = reason.partition(": ")
    return said(ClosingReason.RETIRED(reason=own) if kept == RETIRED else reason, language)
