"""What the year leaves behind besides the database: four calendar files, made by the code of `feed write`.

They are written in the autumn, at that day's hour, when a calendar has a past and a future; at the year's end
the plan is over and its calendars are all but empty.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from calendars.zone import local_date
from cli.demonstration.home import ACCOUNT
from cli.demonstration.home import FILE as SIGN_INS
from cli.demonstration.summary import DUTY, PLAN, plan_account
from cli.feed import write_whole
from models.settings import Settings
from notifications.send import MAILBOX
from reporting.feeds.feeds import Feed, FeedRequest, build_feed
from reporting.units.hierarchy import hierarchy

DEPARTMENT = "so-noi-vu"
PROVINCE = "ubnd-tinh"
DISTRICT = "973"


def write_feeds(session: Session, settings: Settings, now: datetime) -> list[dict[str, Any]]:
    """Write a commune's, a district's, a department's and the province's calendar."""
    told = plan_account(session, settings, now)
    district, commune, _ = example_units(session, told, local_date(now, settings.zone))
    wanted = [("unit", commune), ("unit", district), ("unit", DEPARTMENT), ("branch", PROVINCE)]
    requests = [FeedRequest(kind=kind, key=key, alarms=True) for kind, key in wanted]
    return [_written(settings, build_feed(session, settings, now, request)) for request in requests]


def _written(settings: Settings, feed: Feed) -> dict[str, Any]:
    path = settings.home / "feeds" / f"{feed.slug}.ics"
    write_whole(path, feed.data)
    return {"name": feed.name, "file": str(path), "events": feed.events}


def results(
    settings: Settings,
    feeds: list[dict[str, Any]],
    feeds_on: date,
    examples: tuple[str, str, str],
    at: datetime,
) -> dict[str, Any]:
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


def example_units(session: Session, told: dict[str, Any], on: date) -> tuple[str, str, str]:
    """District, commune and month that are worth a look: the worst branch, and who held it up most."""
    worst = told["worst_branch"] or {"unit": DISTRICT, "held_up_by": []}
    months = [stage["period"] for stage in told["stages"] if stage["duty"] == DUTY]
    if worst["held_up_by"]:
        return worst["unit"], worst["held_up_by"][0]["unit"], worst["held_up_by"][0]["periods"][-1]
    units = hierarchy(session, on)
    below = units.below(units.unit(worst["unit"]))
    return worst["unit"], below[0].code, months[0] if months else f"{on:%Y-%m}"
