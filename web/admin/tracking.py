"""From which day a plan that is loaded late is tracked: the choice with what comes of each at once.

Preset is the day that the file names, else the first of the running period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models.plan_files.plan import PlanFile
from notifications.first_mails import FirstMails, first_mails
from reporting.opening.adoption import Adoption, adoption
from reporting.plans.loading import PlanChange, PlanOutcome, foresee_plan
from reporting.special_days import working_days
from web.page import Page

ALL, SINCE = "all", "from"


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """What loading the plan does if it is tracked so: how many reports are overdue at once, who is mailed."""

    plan: PlanFile
    adoption: Adoption
    mails: FirstMails


@dataclass(frozen=True, kw_only=True)
class TrackingChoice:
    """Tracking from a day on beside tracking everything; `since` is None where there is nothing to choose."""

    everything: Tracked
    since: Tracked | None = None
    day: date | None = None

    @property
    def shown(self) -> list[object]:
        """What was shown of it, whichever is chosen."""
        since = self.since and self.since.adoption.as_json()
        return [self.everything.adoption.as_json(), self.day, since]

    def chosen(self, how: str) -> PlanFile:
        return self.everything.plan if self.since is None or how == ALL else self.since.plan


def tracking_choice(session: Session, page: Page, change: PlanChange, day: date | None) -> TrackingChoice:
    """`day` is what was typed; `session` may write, and nothing of it stays."""
    first = change.new.in_force.first
    # A plan that is loaded keeps its day until an earlier one is said.
    whole = None if change.outcome is PlanOutcome.ADDED else first
    everything = _tracked(session, page, change, whole)
    if not everything.adoption.overdue:
        return TrackingChoice(everything=_tracked(session, page, change, change.new.track_from))
    day = day or change.new.track_from or everything.adoption.track_from
    return TrackingChoice(everything=everything, since=_tracked(session, page, change, day), day=day)


def _tracked(session: Session, page: Page, change: PlanChange, day: date | None) -> Tracked:
    plan = change.new.model_copy(update={"track_from": day})
    foreseen = foresee_plan(session, plan, change.applies_from, page.now, page.zone)
    found = adoption(session, foreseen, working_days(session), page.now, page.zone)
    mails = first_mails(session, page.settings, plan, change.applies_from, page.now)
    return Tracked(plan=plan, adoption=found, mails=mails)
