"""What can be wrong between dondoc and Prefect's server, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class PrefectFault(FaultCode):
    """A server that is not there, or refuses; a password is never among what is said."""

    UNKNOWN = N_("no Prefect server is known"), N_("set PREFECT_API_URL, or run: dondoc serve")
    SILENT = N_("no Prefect server answers at %(url)s"), N_("start it, or correct PREFECT_API_URL")
    NOT_STARTED = N_("Prefect's server did not start; its log says why: %(log)s")
    ASKS = N_("Prefect at %(url)s asks for a password"), N_("set PREFECT_API_AUTH_STRING")
    REFUSES = (
        N_("Prefect at %(url)s refuses the password"),
        N_("correct PREFECT_API_AUTH_STRING; the server has it from PREFECT_SERVER_API_AUTH_STRING"),
    )
    ANSWERED = N_("Prefect at %(url)s answered with %(code)s"), N_("see its log, and: dondoc doctor")
    AWAY = N_("Prefect at %(url)s does not answer (%(reason)s)"), N_("check that it runs")
    NO_POOL = (
        N_("there is no work pool '%(pool)s'; there is: %(pools)s"),
        N_("correct --pool; a new one is made by: dondoc flows deploy --pool NAME --new"),
    )
