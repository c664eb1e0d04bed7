"""What the year leaves behind besides the database: four calendar files, made by the code of `feed write`.

They are written in the autumn, at that day's hour, when a calendar has a past and a future; at the year's end
the plan is over and its calendars are all but empty.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict

from sqlmodel import Session

from calendars.zone import local_date
from cli.demonstration.home import ACCOUNT
from cli.demonstration.home import FILE as SIGN_INS
from cli.demonstration.summary import DUTY, PLAN, PlanAccount, plan_account
from cli.feed import write_whole
from models.settings import Settings
from notifications.send import MAILBOX
from reporting.feeds.feeds import Feed, build_feed
from reporting.feeds.view import FeedRequest
from reporting.units.hierarchy import hierarchy

DEPARTMENT = "so-noi-vu"
PROVINCE = "ubnd-tinh"
DISTRICT = "973"


class WrittenFeed(TypedDict):
    """A calendar file, the unit whose it is, and the number of its events."""

    name: str
    unit: str
    file: str
    events: int


Results = TypedDict(
    "Results",
    {
        "mailbox": str,
        "feeds": list[WrittenFeed],
        "feeds_as_of": date,
        "database": str,
        "account": str,
        "sign_ins": str,
        "try": list[str],
    },
)


def write_feeds(session: Session, settings: Settings, now: datetime) -> list[WrittenFeed]:
    """Write a commune's, a district's, a department's and the province's calendar."""
    reports = plan_account(session, settings, now)
    today = local_date(now, settings.zone)
    district, commune, _ = example_units(session, reports, today)
    wanted = [("unit", commune), ("unit", district), ("unit", DEPARTMENT), ("branch", PROVINCE)]
    units, written = hierarchy(session, today), list[WrittenFeed]()
    for kind, key in wanted:
        feed = build_feed(session, settings, now, FeedRequest(kind=kind, key=key, alarms=True))
        written.append(_written(settings, feed, units.unit(key).name))
    return written


def _written(settings: Settings, feed: Feed, unit: str) -> WrittenFeed:
    path = settings.home / "feeds" / f"{feed.slug}.ics"
    write_whole(path, feed.data)
    return {"name": feed.name, "unit": unit, "file": str(path), "events": feed.events}


def results(
    settings: Settings,
    feeds: list[WrittenFeed],
    feeds_on: date,
    examples: tuple[str, str, str],
    at: datetime,
) -> Results:
    """Where everything is, and three commands to try next."""
    district, commune, month = examples
    own = settings.database_url is not None
    day = date.fromisoformat(f"{month}-18")
    return {
        "mailbox": str(settings.home / MAILBOX),
        "feeds": feeds,
        "feeds_as_of": feeds_on,
        "database": "DONDOC_DATABASE_URL" if own else str(settings.home / "dondoc.sqlite3"),
        "account": str(settings.home / ACCOUNT),
        "sign_ins": str(settings.home / SIGN_INS),
        "try": [
            f"dondoc chain {PLAN} {DUTY} {month} --unit {district} --at {day}",
            f"dondoc due --unit {commune} --period {month} --at {day}",
            f"dondoc rates --plan {PLAN} --unit {district} --at {at:%Y-%m-%d}",
        ],
    }


def example_units(session: Session, account: PlanAccount, on: date) -> tuple[str, str, str]:
    """District, commune and month that are worth a look: the worst branch, and who held it up most."""
    worst = account["worst_branch"]
    if worst is not None and worst["held_up_by"]:
        most = worst["held_up_by"][0]
        return worst["unit"], most["unit"], most["periods"][-1]
    months = [stage["period"] for stage in account["stages"] if stage["duty"] == DUTY]
    units = hierarchy(session, on)
    district = units.unit(DISTRICT if worst is None else worst["unit"])
    return district.code, units.below(district)[0].code, months[0] if months else f"{on:%Y-%m}"
