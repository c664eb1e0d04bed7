"""What does not exist among reports and plans, or cannot be asked for."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class FilterFault(FaultCode):
    """What was asked for and is not there."""

    NO_OBLIGATION = N_("no obligation %(number)s; dondoc due lists them with their ids")
    NO_LEVEL = N_("'%(text)s' is no level; use one of: %(levels)s")
    NO_PLAN = N_("no plan '%(slug)s'; known are %(known)s")
    NO_PLAN_AT_ALL = N_("no plan '%(slug)s'; load it first: dondoc plan load FILE")
    NO_DOCUMENT = N_("no document %(number)s of this report; open the report's page again")
