"""Which program asked, by what it calls itself: in words that its user knows it by."""

from __future__ import annotations

import re

from calendars.ical_text import one_line

# In order: the first that is found counts. Apple's agents call themselves by the parts that fetch.
_KNOWN = (
    ("google-calendar", "Google Calendar"),
    ("googlecalendar", "Google Calendar"),
    ("thunderbird", "Thunderbird"),
    ("microsoft office", "Outlook"),
    ("outlook", "Outlook"),
    ("microsoft.exchange", "Outlook"),
    ("exchange", "Outlook"),
    ("dataaccessd", "Apple (iPhone, iPad, Mac)"),
    ("calendaragent", "Apple (iPhone, iPad, Mac)"),
    ("calendarstore", "Apple (iPhone, iPad, Mac)"),
    ("icsx5", "ICSx⁵"),
    ("evolution", "Evolution"),
    ("homeassistant", "Home Assistant"),
    ("nextcloud", "Nextcloud"),
    ("vdirsyncer", "vdirsyncer"),
    ("khal", "khal"),
)
_LONGEST = 60
_BROWSER = re.compile(r"\b(Firefox|Edg|Chrome|Safari)/")
_BROWSERS = {"Edg": "Edge"}


def program(user_agent: str) -> str:
    """A short name; of an unknown program its own first word."""
    lower = user_agent.lower()
    for part, name in _KNOWN:
        if part in lower:
            return name
    if found := _BROWSER.search(user_agent):
        return _BROWSERS.get(found[1], found[1])
    return one_line(user_agent.split("/", 1)[0].split("(", 1)[0], _LONGEST)
