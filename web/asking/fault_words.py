"""Why a request, or what was said of an event, is not taken: beside which field, and with a remedy that names
fields and pages."""

from __future__ import annotations

from collections.abc import Mapping

from calendars.errors import CalendarError, Fault
from messages.catalogue import N_, translate
from models.errors import DondocError
from reporting.asking.faults import AskingFault
from reporting.units.faults import UnitFault
from web.page import Page

DUE, WHOM, TOP = "due", "whom", "top"
"""Fields; `TOP` is the page as a whole."""
NO_DATE = N_(
    "“%(text)s” cannot be read as a last day. Write it as the document does, with the hour if it names one: "
    "before 14:00 28/4/2026, by 28/4/2026."
)
CHOOSE_OTHERS = N_("choose other units")
CHOOSE_REPORT = N_("choose another report to ask for")
PLACES: dict[object, tuple[str, str]] = {
    AskingFault.DUE_PAST: (DUE, ""),
    AskingFault.NOT_ASKED: (WHOM, N_("leave them out")),
    AskingFault.NOBODY: (WHOM, CHOOSE_OTHERS),
    AskingFault.NO_UNITS: (WHOM, N_("choose at least one unit")),
    AskingFault.ISSUER_ITSELF: (WHOM, ""),
    AskingFault.NOT_BELOW: (WHOM, ""),
    UnitFault.NO_UNIT: (WHOM, CHOOSE_OTHERS),
    AskingFault.RETIRED: (TOP, CHOOSE_REPORT),
    AskingFault.NO_DUTY: (TOP, CHOOSE_REPORT),
    AskingFault.NOT_ON_DEMAND: (TOP, CHOOSE_REPORT),
    AskingFault.OF_EVENT: (TOP, CHOOSE_REPORT),
    AskingFault.NOT_IN_FORCE: (TOP, CHOOSE_REPORT),
    AskingFault.NOT_YET: (TOP, CHOOSE_REPORT),
    AskingFault.ASKED_ALREADY: (TOP, ""),
    AskingFault.WITHDRAWN: (TOP, N_("nothing more is to be done")),
}
"""By code, the field, and the remedy in place of the code's own where that names a command."""


def place_and_words(error: DondocError | CalendarError, page: Page, due: str) -> tuple[str, str]:
    """Beside which field an error stands, and its words in the visitor's language; `due` is what was typed as
    the last day."""
    if isinstance(error, CalendarError):
        return DUE, page.t(NO_DATE, text=due)
    fault = error.reason
    if not isinstance(fault, Fault):
        return TOP, page.say(error)
    if fault.code is AskingFault.DUE_RULE:
        return DUE, page.t(NO_DATE, text=due)
    return placed(fault, PLACES, page)


def placed(fault: Fault, places: Mapping[object, tuple[str, str]], page: Page) -> tuple[str, str]:
    """Beside which of the fields it stands, and its words, with the remedy of `places` if that has one."""
    place, remedy = places.get(fault.code, (TOP, ""))
    words = fault.problem(page.language)
    told = translate(page.language, remedy) if remedy else fault.remedy(page.language)
    return place, "; ".join(part for part in (words[:1].upper() + words[1:], told) if part)
