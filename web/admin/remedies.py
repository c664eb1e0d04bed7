"""Where the pages themselves remedy what is wrong: a link, in place of the command that the shell is told."""

from __future__ import annotations

from typing import NamedTuple

from messages.catalogue import N_
from reporting.health.checkup import CheckResult, CheckupFinding
from reporting.health.health import Concern, HealthFinding


class Remedy(NamedTuple):
    """A page, and what to do there."""

    page: str
    text: str


LOAD = Remedy("/admin/unit-import", N_("Load units and contacts from files"))
DAYS = Remedy("/admin/holidays", N_("Compare the days with the announcements and confirm the year"))
FAILED = Remedy("/admin/outbox?state=failed", N_("See in the outbox why"))
OF_CHECKS = {
    CheckResult.NO_UNITS: LOAD,
    CheckResult.NO_CONTACTS: LOAD,
    CheckResult.NO_PLANS: Remedy("/admin/plans", N_("Load a plan")),
    CheckResult.LADDERS_MISSING: Remedy("/admin/ladders", N_("Load the missing ladders")),
    CheckResult.UNITS_UNKNOWN: Remedy(
        "/admin/unit-import", N_("Load the missing units, or correct the plans")
    ),
    CheckResult.NOBODY_TOLD: Remedy(
        "/admin/units?without=contact", N_("See these units, and load a contact for each")
    ),
    CheckResult.NOTICES_FAILED: FAILED,
    CheckResult.DAYS_UNKNOWN: DAYS,
    CheckResult.DAYS_KNOWN: DAYS,
}
OF_CONCERNS = {
    Concern.STUCK: Remedy("/admin/outbox?state=queued", N_("Look at what waits in the outbox")),
    Concern.FAILED: FAILED,
    Concern.BOUNCED: Remedy("/admin/outbox/refused", N_("See them, and take marks away")),
    Concern.RESTORED: Remedy(
        "/admin/outbox?state=cancelled",
        N_("Have entered again what was filed and decided since the backup; see what was taken back"),
    ),
}


def page_remedy(finding: CheckupFinding | HealthFinding) -> Remedy | None:
    """None where no page helps, such as a setting of the machine."""
    if isinstance(finding, HealthFinding):
        return OF_CONCERNS.get(finding.concern)
    concern = finding.values.get("concern")
    return page_remedy(concern) if isinstance(concern, HealthFinding) else OF_CHECKS.get(finding.code)
