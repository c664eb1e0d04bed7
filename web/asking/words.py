"""Who asked for a report, or what has happened, in a few words beside its period."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from reporting.obligations.asked import AskedBy, read_asked
from web.page import Page


def asker_words(asked: AskedBy | None, duty_title: str) -> str:
    """What the request or event is called where that is not the report's own title, the letter, and who asked
    or said so; empty for a report that comes by the calendar."""
    if asked is None:
        return ""
    own = asked.title if asked.event or asked.title != duty_title else ""
    return " · ".join(part for part in (own, asked.number, asked.asked_by) if part)


def asker_lookup(session: Session, page: Page) -> Callable[[str, str], str]:
    """`asker_words` for rows that know only their period and the duty's title; each period is read once."""
    known: dict[str, AskedBy | None] = {}

    def words(period: str, duty_title: str) -> str:
        if period not in known:
            known[period] = read_asked(session, [period], page.zone).get(period)
        return asker_words(known[period], duty_title)

    return words
