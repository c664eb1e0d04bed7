"""Why a request, or what was said of an event, is not taken: beside which field, and with a remedy that names
fields and pages."""

from __future__ import annotations

from calendars.errors import CalendarError, Fault
from messages.catalogue import N_, translate
from models.database import LARGEST_ID
from models.errors import DondocError, IllegalMove
from reporting.asking.faults import AskingFault
from reporting.units.faults import UnitFault
from web.form_values import typed_number
from web.page import Page

DUE, WHOM, MOMENT, TOP = "due", "whom", "happened", "top"
"""Fields; `TOP` is the page as a whole."""
NO_DATE = N_(
    "“%(text)s” cannot be read as a last day. Write it as the document does, with the hour if it names one: "
    "before 14:00 28/4/2026, by 28/4/2026."
)
CHOOSE_OTHERS = N_("choose other units")
CHOOSE_REPORT = N_("choose another report to ask for")
NOTHING_MORE = N_("nothing more is to be done")
PLACES: dict[object, tuple[str, str]] = {
    AskingFault.DUE_PAST: (DUE, ""),
    AskingFault.DUE_FAR: (DUE, ""),
    AskingFault.NO_MOMENT: (MOMENT, ""),
    AskingFault.FUTURE: (MOMENT, ""),
    AskingFault.NOT_ASKED: (WHOM, N_("leave them out")),
    AskingFault.NOBODY: (WHOM, CHOOSE_OTHERS),
    AskingFault.NO_UNITS: (WHOM, N_("choose at least one unit")),
    AskingFault.ISSUER_ITSELF: (WHOM, ""),
    AskingFault.NOT_BELOW: (WHOM, ""),
    AskingFault.EACH_FOR_ITSELF: (WHOM, N_("choose at least one unit")),
    UnitFault.NO_UNIT_CALLED: (WHOM, CHOOSE_OTHERS),
    AskingFault.RETIRED: (TOP, CHOOSE_REPORT),
    AskingFault.NO_DUTY: (TOP, CHOOSE_REPORT),
    AskingFault.NOT_ON_DEMAND: (TOP, CHOOSE_REPORT),
    AskingFault.OF_EVENT: (TOP, CHOOSE_REPORT),
    AskingFault.ASKED_ALREADY: (TOP, ""),
    AskingFault.NOT_IN_FORCE: (TOP, CHOOSE_REPORT),
    AskingFault.NOT_YET: (TOP, CHOOSE_REPORT),
    AskingFault.WITHDRAWN: (TOP, NOTHING_MORE),
    AskingFault.TAKEN_BACK: (TOP, NOTHING_MORE),
}
"""By code, the field, and the remedy in place of the code's own where that names a command."""
OF_EVENTS: dict[object, tuple[str, str]] = {
    AskingFault.NOT_IN_FORCE: (MOMENT, N_("check the day")),
    AskingFault.NOT_YET: (MOMENT, N_("check the day")),
}


def place_and_words(
    error: DondocError | CalendarError, page: Page, due: str = "", *, of_event: bool = False
) -> tuple[str, str]:
    """Beside which field an error stands, and its words in the visitor's language; `due` is what was typed as
    a request's last day."""
    fault = error.reason if isinstance(error, DondocError) else None
    if isinstance(error, CalendarError) or (isinstance(fault, Fault) and fault.code is AskingFault.DUE_RULE):
        return DUE, page.t(NO_DATE, text=due)
    if not isinstance(fault, Fault):
        return TOP, page.say(error)
    places = PLACES | OF_EVENTS if of_event else PLACES
    place, remedy = places.get(fault.code, (TOP, ""))
    words = fault.problem(page.language)
    told = translate(page.language, remedy) if remedy else fault.remedy(page.language)
    return place, "; ".join(part for part in (words[:1].upper() + words[1:], told) if part)


def twin_number(error: Exception) -> int:
    """The number of the request that asks the same, or of the event that was said already; 0 for any other
    refusal."""
    twins = AskingFault.ASKED_ALREADY, AskingFault.SAID_ALREADY
    fault = error.args[0] if isinstance(error, IllegalMove) and error.args else ""
    if not isinstance(fault, Fault) or fault.code not in twins:
        return 0
    return typed_number(str(fault.values["number"]), 1, LARGEST_ID, 0)
