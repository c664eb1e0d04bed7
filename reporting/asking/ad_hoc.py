"""A request outside any plan: a unit asks units below it for something by a day, under a title.

It becomes a small plan of its own with one duty, marked as such, and a request of it; so it has the chain,
the reminders, the feeds and the rates of any plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count

from sqlmodel import Session, col, select

from calendars.periods import Frequency, Period
from calendars.zone import local_date, require_aware
from models.asking import ReportRequest
from models.errors import IllegalMove, InvalidInput
from models.obligation import Obligation
from models.plan import Plan, PlanVersion
from models.plan_files.plan import PlanFile
from models.settings import Settings
from models.upkeep import Marker
from models.vocabulary import Lifecycle
from reporting.asking.faults import AskingFault
from reporting.asking.requests import (
    RequestDraft,
    RequestMade,
    make_request,
    read_due_rule,
    require_ahead,
)
from reporting.asking.whom import Foreseen, PlanNow, Whom
from reporting.opening.owing import Owing
from reporting.plans.loading import find_plan, load_plan, plan_content
from reporting.plans.schedule import PlanEdition
from reporting.reminders.audience import UNFILED
from reporting.special_days import working_days
from reporting.units.hierarchy import UNITS_REVISION, Hierarchy, UnitAsOf, hierarchy
from reporting.user_text import TextName, one_line_text, require_text

DUTY, SLUG, LONGEST_TITLE = "report", "request", 200


@dataclass(frozen=True, kw_only=True)
class AdHocDraft:
    """What the unit `issuer` (a code) asks of whom, by a date as documents write it."""

    issuer: str
    title: str
    due: str
    whom: Whom
    number: str = ""
    note: str = ""


def preview_ad_hoc(session: Session, settings: Settings, draft: AdHocDraft, now: datetime) -> Foreseen:
    """Whom it would ask, by when, and who would be told; changes nothing. Raises `NotFound`, `InvalidInput`
    or `CalendarError`."""
    file = _plan_file(session, settings, draft, now)
    days, today = working_days(session), local_date(now, settings.zone)
    edition = PlanEdition(version_id=0, file=file, first=today)
    owing = Owing(session, [edition], today, days, settings.zone)
    plan = Plan(slug=file.slug, number=file.number, title=file.title, issuer=file.issuer, in_force_from=today)
    at = PlanNow(session=session, settings=settings, plan=plan, edition=edition, owing=owing, now=now)
    occurrence = at.occurrence(file.duties[0], Period.of_request(1, today), read_due_rule(draft.due))
    found = at.foresee([occurrence], Whom(units=file.duties[0].chain[0].codes))
    return replace(found, twin=_twin(session, settings, file, draft, now))


def make_ad_hoc(
    session: Session, settings: Settings, draft: AdHocDraft, now: datetime, actor: str
) -> RequestMade:
    """Make the plan and the request. Raises as `preview_ad_hoc`."""
    require_aware(now)
    session.get(Marker, UNITS_REVISION, with_for_update=True)  # of two at once each finds a slug of its own
    file = _plan_file(session, settings, draft, now)
    today = local_date(now, settings.zone)
    if twin := _twin(session, settings, file, draft, now):
        raise IllegalMove(AskingFault.ASKED_ALREADY(number=twin))
    load_plan(session, file, now, actor, today, settings.zone)
    plan = find_plan(session, file.slug)
    plan.ad_hoc = True
    session.add(plan)
    session.flush()
    issuer = hierarchy(session, today).called(draft.issuer)
    wish = RequestDraft(plan=file.slug, duty=DUTY, due=draft.due, number=draft.number, note=draft.note)
    return make_request(session, settings, wish, now, actor, issuer.id)


def _twin(session: Session, settings: Settings, file: PlanFile, draft: AdHocDraft, now: datetime) -> int:
    """The number of a request that asks the same: the form sent twice would make everybody report twice."""
    due = require_ahead(settings, working_days(session), draft.due, now).deadline(settings.zone)
    query = (
        select(ReportRequest, PlanVersion.content)
        .join(PlanVersion, col(PlanVersion.id) == col(ReportRequest.plan_version_id))
        .join(Plan, col(Plan.id) == col(ReportRequest.plan_id))
        .where(
            col(Plan.ad_hoc),
            col(Plan.retired_at).is_(None),
            Plan.monitor == file.monitor,
            col(ReportRequest.withdrawn_at).is_(None),
            ReportRequest.due == due,
            ReportRequest.title == file.title,
            ReportRequest.number == file.number,
        )
    )
    for other, content in session.exec(query):
        if plan_content(content).duties[0].chain[0].codes == file.duties[0].chain[0].codes:
            return other.id
    return 0


def _plan_file(session: Session, settings: Settings, draft: AdHocDraft, now: datetime) -> PlanFile:
    """The plan that the request becomes."""
    today = local_date(now, settings.zone)
    units = hierarchy(session, today)
    issuer = units.called(draft.issuer)
    title = require_text(draft.title, AskingFault.TITLE(), AskingFault.NAME_IT(), LONGEST_TITLE)
    due = require_ahead(settings, working_days(session), draft.due, now)
    chosen = {"units": _codes(draft.whom, issuer, units)}
    duty = {
        "id": DUTY,
        "title": " ".join(title.split()),
        "every": Frequency.ON_DEMAND.value,
        "chain": [{"from": chosen, "to": issuer.code}],
    }
    return PlanFile.model_validate(
        {
            "slug": _free_slug(session, today),
            "number": one_line_text(draft.number, TextName.DOCUMENT_NUMBER(), 80),
            "title": duty["title"],
            "issuer": issuer.name,
            "in_force": {"from": today, "to": due.last_day},
            "monitor": issuer.code,
            "duties": [duty],
        }
    )


def _codes(whom: Whom, issuer: UnitAsOf, units: Hierarchy) -> list[str]:
    """The units named, all below the one that asks; of a branch it is left out, by its own code refused."""
    named = whom.ids(units)
    if named is None:
        raise InvalidInput(AskingFault.NO_UNITS())
    if whom.units and issuer.id in named:
        raise InvalidInput(AskingFault.ISSUER_ITSELF(unit=issuer.code))
    below = set(units.branch(issuer))
    given = [units.called(each) for each in whom.units or filter(None, [whom.branch])]
    if outside := tuple(f"{each.code} ({each.name})" for each in given if each not in below):
        raise InvalidInput(AskingFault.NOT_BELOW(units=outside, issuer=f"{issuer.code} ({issuer.name})"))
    return [unit.code for id, unit in units.by_id.items() if id in named and id != issuer.id]


def _free_slug(session: Session, today: date) -> str:
    beginning = f"{SLUG}-{today:%Y%m%d}-"
    query = select(Plan.slug).where(col(Plan.slug).startswith(beginning, autoescape=True))
    taken = set(session.exec(query))
    return next(slug for n in count(1) if (slug := f"{beginning}{n}") not in taken)


def finished_ad_hoc(session: Session) -> set[int]:
    """Ids of the plans of single requests of which nothing is to be filed or reviewed any more."""
    waits = select(Obligation.plan_id).where(col(Obligation.state).in_([*UNFILED, Lifecycle.SUBMITTED]))
    return set(session.exec(select(Plan.id).where(col(Plan.ad_hoc), col(Plan.id).not_in(waits))))
