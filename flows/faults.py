"""Why Prefect cannot be worked with, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class FlowFault(FaultCode):
    """A server that is not there, or refuses; a password is never among what is said."""

    UNKNOWN = N_("no Prefect server is known"), N_("set %(setting)s, or run: dondoc serve")
    NO_SERVER = N_("no Prefect server answers at %(url)s"), N_("start it, or correct %(setting)s")
    NOT_STARTED = N_("Prefect's server did not start"), N_("its log says why: %(log)s")
    ASKS_WHO = N_("Prefect at %(url)s asks for a password"), N_("set %(setting)s")
    REFUSES = (
        N_("Prefect at %(url)s refuses the password"),
        N_("correct %(setting)s; the server has it from %(server)s"),
    )
    ANSWERED = N_("Prefect at %(url)s answered with %(code)s"), N_("see its log, and: dondoc doctor")
    SILENT = N_("Prefect at %(url)s does not answer (%(reason)s)"), N_("check that it runs")
    NO_POOL = (
        N_("there is no work pool '%(pool)s'; there is: %(pools)s"),
        N_("correct --pool; a new one is made by: dondoc flows deploy --pool NAME --new"),
    )
