"""Why Prefect cannot be worked with, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class FlowFault(FaultCode):
    NO_SERVER = N_("no Prefect server answers at %(url)s"), N_("start it, or correct %(setting)s")
    NOT_STARTED = N_("Prefect's server did not start"), N_("its log says why: %(log)s")
    ASKS_WHO = N_("Prefect at %(url)s asks who you are"), N_("set %(setting)s")
    ANSWERED = N_("Prefect at %(url)s answered with %(code)s"), N_("see its log, and: dondoc doctor")
    SILENT = N_("Prefect at %(url)s does not answer (%(reason)s)"), N_("check that it runs")
