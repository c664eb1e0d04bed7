"""An obligation's page: its facts, its forms, its documents and its history, from a few queries.

The page is the same for the clerk with a link, for the clerk who is signed in, for the recipient and for the
monitor; what each may do decides which forms are on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from calendars.derivation import DerivationStep
from calendars.office import OfficeCalendar
from calendars.periods import Language
from calendars.wording import leaves_last_day_open, word_stated
from messages.formats import day_text
from models.errors import NotFound
from models.settings import Settings
from models.upkeep import AuditEntry
from models.vocabulary import Act, DutyType, Lifecycle, Role, say
from reporting.audit.log import entries
from reporting.audit.words import spoken_entries
from reporting.closing_reasons import closing_words
from reporting.files.store import allowed_endings
from reporting.moves.submit import is_ahead
from reporting.moves.undo import act_to_undo, can_be_undone, may_withdraw
from reporting.obligations.detail import Facts, TimelinessNow, obligation_facts
from reporting.obligations.history import Event, SubmissionVersion, history, versions
from reporting.obligations.recipients import dialled
from reporting.obligations.why import why
from reporting.reminders.ledger import reason_words
from reporting.special_days import working_days
from web.clerk.access import ReportPage
from web.clerk.report_form import MOST_FILES, FilledForm

LEADERS = frozenset({Act.DECIDE, Act.CHASE})
MOST_ENTRIES = 200


@dataclass(frozen=True)
class Loaded:
    """All that the page shows."""

    facts: Facts
    versions: list[SubmissionVersion]
    events: list[Event]
    audit: list[AuditEntry]
    why: list[DerivationStep]
    calendar: OfficeCalendar
    withdrawable: bool
    undoable: bool


def load(page: ReportPage) -> Loaded:
    """Raises a 404 for an obligation that is not there."""
    with page.reading() as session:
        calendar = OfficeCalendar(working_days(session), page.zone)
        id = page.obligation_id
        try:
            facts = obligation_facts(session, page.settings, id, calendar, page.now)
        except NotFound as error:
            raise HTTPException(404) from error
        handed_in = versions(session, id)
        events = history(session, facts.obligation, handed_in)
        audited = bool(page.acts & LEADERS)
        audit = entries(session, "obligation", id, limit=MOST_ENTRIES) if audited else []
        newest = next((each.submission for each in handed_in if each.stands), None)
        withdrawable = may_withdraw(session, facts.obligation, newest, page.now, page.zone)
        undoable = can_be_undone(session, facts.obligation)
        steps = why(session, id, calendar, names_people=not page.by_link)
    return Loaded(facts, handed_in, events, audit, steps, calendar, withdrawable, undoable)


def show_report(
    page: ReportPage,
    *,
    status: int = 200,
    form: FilledForm | None = None,
    done: str = "",
    conflict: str = "",
    loaded: Loaded | None = None,
) -> Response:
    """The page; `form` is shown as it was filled in; `done` says what was done, `conflict` why not."""
    shown = loaded or load(page)
    facts, today = shown.facts, page.today
    return page.show(
        "clerk/obligation.html",
        status,
        f=facts,
        standing=facts.standing,
        access=page,
        versions=shown.versions,
        events=shown.events,
        audit=spoken_entries(shown.audit, page.language, page.zone),
        why=[step.say(page.language) for step in shown.why],
        newest=next((version for version in shown.versions if version.stands), None),
        form=form or FilledForm(),
        done=done,
        conflict=conflict,
        today=today,
        begins=first_day(facts) if first_day(facts) > today else None,
        ahead=facts.occurrence.begins if is_ahead_of_period(facts, today) else None,
        deadline=deadline_words(facts.standing, page.language),
        names_last_day=_names_last_day(facts.standing),
        day_off=_day_off(facts.standing, shown.calendar, page.language),
        limits=file_limits(page.settings),
        shows=_shown_forms(shown, page),
        reason_words=reason_words,
        closing_words=closing_words,
        duty_type=DutyType(facts.duty.type),
        dialled=dialled,
        roles={role.value: say(role, page.language) for role in Role},
    )


def first_day(facts: Facts) -> date:
    """Before the plan and the period's data begin nothing can be handed in."""
    return min(facts.plan.in_force_from, facts.occurrence.begins)


def is_ahead_of_period(facts: Facts, today: date) -> bool:
    """Whether the period has not begun, so that handing in must be meant."""
    return is_ahead(facts.occurrence.begins, facts.state, today)


def _shown_forms(loaded: Loaded, page: ReportPage) -> frozenset[str]:
    """Which forms belong on the page: what may be done, and is possible in its state."""
    facts = loaded.facts
    state, begun = facts.state, first_day(facts) <= page.today
    possible = {
        "file": page.may(Act.FILE) and facts.is_unfiled and begun,
        "replace": page.may(Act.FILE) and state is Lifecycle.SUBMITTED,
        "withdraw": page.may(Act.FILE) and loaded.withdrawable,
        "undo": loaded.undoable and page.may(act_to_undo(facts.obligation, page.now)),
        "acknowledge": page.may(Act.FILE) and facts.can_be_acknowledged,
        "extension": page.may(Act.FILE) and state is Lifecycle.OPEN and facts.asked is None,
        "review": page.may(Act.REVIEW) and state is Lifecycle.SUBMITTED,
        "decide": page.may(Act.DECIDE) and facts.asked is not None,
        "close": page.may(Act.DECIDE) and facts.is_unfiled,
        "chase": page.may(Act.CHASE) and facts.is_unfiled,
    }
    return frozenset(name for name, shown in possible.items() if shown)


def deadline_words(standing: TimelinessNow, language: Language) -> str:
    """The deadline as the plan writes it; a decided one, or one for a correction, by its last day."""
    if standing.deadline is None:
        return ""
    return word_stated(standing, standing.deadline, language, day_text)


def _names_last_day(standing: TimelinessNow) -> bool:
    """Whether the words leave the last day open, and it still lies ahead."""
    deadline = standing.deadline
    if deadline is None or standing.days < 0:
        return False
    return leaves_last_day_open(standing.written, standing.bound, deadline)


def _day_off(standing: TimelinessNow, calendar: OfficeCalendar, language: Language) -> str:
    """What the last day is called where it is a day off and there is still time to send before it."""
    if standing.send_by is None or standing.last_day is None:
        return ""
    return calendar.days.name(standing.last_day, language) or ""


def file_limits(settings: Settings) -> dict[str, object]:
    """What files may be, for the hint and for the browser's own choice."""
    endings = allowed_endings(settings)
    return {
        "mb": settings.upload_limit_mb,
        "endings": ", ".join(endings),
        "accept": ",".join(f".{ending}" for ending in endings),
        "most": MOST_FILES,
    }
