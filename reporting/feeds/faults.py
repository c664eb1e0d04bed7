"""What can be wrong with a wish for a calendar, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class FeedFault(FaultCode):
    NO_UNIT = N_("no unit '%(key)s'; dondoc units tree lists them")
    NO_PLAN = N_("no plan '%(key)s'; dondoc plan list shows those that are loaded")
    NO_CONTACT = N_("no unit has the contact '%(key)s' today; contacts come with dondoc units load")
    ENDS_EARLY = N_("a feed cannot end before it begins; give a later day")
    ENDED = N_("feed %(number)s has ended and cannot be rotated; make a new one: dondoc feed new")
    NO_FEED = N_("no feed %(number)s; dondoc feed list shows them")
    LONG_ADDRESS = N_("DONDOC_BASE_URL is too long: calendar addresses must be under 200 letters")
    NOT_SHOWN = N_("'%(word)s' cannot be chosen to be shown; choose among %(known)s")
