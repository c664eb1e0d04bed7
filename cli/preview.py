"""`dondoc preview`: list the notices to come, by the function that the tick itself calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import func, select
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.office import OfficeCalendar
from calendars.wording import word_until
from calendars.zone import midnight
from cli.console.context import (
    Context,
    JsonOption,
    day_text,
    end_of,
    instant_text,
    iso,
    open_context,
    print_list,
    read_date,
    say,
)
from cli.console.help import command
from cli.console.speech import language, ngettext, pt, t
from cli.due import PlanOption
from messages.catalogue import Language, translate
from messages.formats import day_text as full_day
from models.database import chunks, reading
from models.errors import InvalidInput
from models.ladder_file import LadderFile
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan, PlanVersion
from models.upkeep import TICK, Heartbeat
from models.vocabulary import Lifecycle, NoticeState
from models.vocabulary import say as word
from reporting.obligations.filters import plan_id
from reporting.obligations.notices import Subject, subjects
from reporting.reminders.ladders import ladders
from reporting.reminders.planner import Expected
from reporting.reminders.run import preview as expected
from reporting.special_days import working_days


@dataclass(frozen=True)
class _Seen:
    """Expected notices, with what is needed to describe them."""

    found: list[Expected]
    about: Mapping[int, Subject]
    last_days: Mapping[int, str]
    ladders: Mapping[str, LadderFile]
    queued: int
    unopened: int
    """Plans that were loaded or changed since the last tick, which opens their reports."""

    def why(self, each: Expected) -> str:
        """The rung, and the last day from which it is counted."""
        notice = each.notice
        ladder = self.ladders.get(self.about[notice.obligation_id].plan)
        rung = None if ladder is None else ladder.rung(notice.rung)
        if rung is None:
            return notice.rung
        repeat = f", {notice.repeat}" if notice.repeat else ""
        return f"{notice.rung} ({rung.at}{repeat}), {self.last_days.get(notice.obligation_id, '')}"


@command
def preview(
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    plan: PlanOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what will be told from a day to a day, to whom and why, if nobody files until then.

    It asks the very function that the tick asks, and keeps nothing. What is queued already is in the outbox.
    """
    context = open_context()
    settings = context.settings
    first, last = midnight(read_date(start), settings.zone), end_of(read_date(end), settings)
    if last < first:
        raise InvalidInput(
            t("--to %(end)s lies before --from %(start)s; exchange them", end=end, start=start)
        )
    with reading(context.engine) as session:
        seen = _seen(
            session, context, first, last, plan, context.settings.language if as_json else language()
        )
    print_list(
        seen.found if as_json else [each for each in seen.found if each.notice.recipient],
        as_json,
        lambda each: _json(each, seen, context),
        _columns(),
        lambda each: _row(each, seen, context),
    )
    _say_what_it_leaves_out(seen)


def _say_what_it_leaves_out(seen: _Seen) -> None:
    if seen.queued:
        say(
            ngettext(
                "%(number)s notice is queued already: dondoc outbox --state queued",
                "%(number)s notices are queued already: dondoc outbox --state queued",
                seen.queued,
            )
        )
    if seen.unopened:
        say(
            ngettext(
                "%(number)s plan was loaded after the last tick, which opens its reports: dondoc tick",
                "%(number)s plans were loaded after the last tick, which opens their reports: dondoc tick",
                seen.unopened,
            )
        )


def _columns() -> list[str]:
    who, recipient = pt("heading", "who"), pt("heading", "recipient")
    report, content = pt("heading", "report"), pt("heading", "content")
    return [pt("heading", "at"), t("unit"), report, content, who, recipient, t("why")]


def _seen(
    session: Session, context: Context, first: datetime, last: datetime, plan: str | None, words: Language
) -> _Seen:
    only = None if plan is None else plan_id(session, plan)
    days = working_days(session)
    found = expected(session, first, last, days, context.settings, only)
    ids = {each.notice.obligation_id for each in found}
    known = ladders(session)
    named = session.execute(select(col(Plan.slug), col(Plan.ladder))).tuples()
    queued = select(func.count()).where(col(Notice.state) == NoticeState.QUEUED)
    return _Seen(
        found=found,
        about=subjects(session, ids),
        last_days=_last_days(session, ids, OfficeCalendar(days, context.settings.zone), words),
        ladders={slug: known[ladder] for slug, ladder in named if ladder in known},
        queued=session.scalar(queued) or 0,
        unopened=_unopened(session, only),
    )


def _unopened(session: Session, only: int | None) -> int:
    ticked = session.scalar(select(col(Heartbeat.at)).where(col(Heartbeat.name) == TICK))
    query = select(func.count(col(PlanVersion.plan_id).distinct())).join(Plan)
    query = query.where(col(Plan.retired_at).is_(None))
    if ticked is not None:
        query = query.where(col(PlanVersion.loaded_at) > ticked)
    if only is not None:
        query = query.where(col(Plan.id) == only)
    return session.scalar(query) or 0


def _last_days(
    session: Session, ids: Iterable[int], calendar: OfficeCalendar, words: Language
) -> dict[int, str]:
    """In words, what rungs count from: the last day, or for the reviewer the day of submission."""
    found: dict[int, str] = {}
    for some in chunks(ids):
        for owed in session.scalars(select(Obligation).where(col(Obligation.id).in_(some))):
            found[owed.id] = _counted_from(owed, calendar, words)
    return found


def _counted_from(owed: Obligation, calendar: OfficeCalendar, words: Language) -> str:
    if owed.state == Lifecycle.SUBMITTED and owed.submitted_at is not None:
        return translate(words, "handed in on %(day)s", day=day_text(calendar.day(owed.submitted_at)))
    deadline = owed.correction_deadline if owed.state == Lifecycle.RETURNED else owed.deadline
    if deadline is None:
        return ""
    until = word_until(Deadline(deadline, calendar.zone), words, full_day)
    return translate(words, "due by %(until)s", until=until)


def _json(each: Expected, seen: _Seen, context: Context) -> dict[str, object]:
    zone = context.settings.zone
    subject = asdict(seen.about[each.notice.obligation_id])
    instants = {"at": iso(each.at.astimezone(UTC), zone), "moment": iso(each.notice.moment, zone)}
    return subject | asdict(each.notice) | instants | {"why": seen.why(each)}


def _row(each: Expected, seen: _Seen, context: Context) -> list[object]:
    subject, notice = seen.about[each.notice.obligation_id], each.notice
    return [
        instant_text(each.at, context.settings.zone),
        subject.unit_name,
        subject.report(language()),
        word(notice.kind, language()),
        word(notice.audience, language()),
        notice.recipient,
        seen.why(each),
    ]
