"""Drawing pages: templates with what each of them needs, in the visitor's language.

A template says each sentence in both languages side by side, `{{ t("Vào sổ", "Register") }}`, so that neither
is forgotten. Everything is escaped, and a misspelt name is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from calendars.deadline import Deadline
from calendars.errors import said
from calendars.periods import Language, period_words
from calendars.zone import local_date
from models.database import reading
from models.errors import DondocError
from models.vocabulary import Timeliness, say
from reporting.health.health import finding_words, silent
from web.auth import FORM_FIELD, Visitor, VisitorDep
from web.context import Edge, EdgeDep

LANGUAGE_COOKIE = "dondoc_language"
MARKS = {
    Timeliness.IN_TERM: ("in-term", "○"),
    Timeliness.DUE_SOON: ("due-soon", "◔"),
    Timeliness.LAST_DAY: ("last-day", "◕"),
    Timeliness.OVERDUE: ("overdue", "✗"),
    Timeliness.ON_TIME: ("on-time", "✓"),
    Timeliness.LATE: ("late", "≈"),
    Timeliness.NO_DEADLINE: ("no-deadline", "–"),
    Timeliness.NOT_COUNTED: ("not-counted", "·"),
}
"""Class and mark of each timeliness: never colour alone."""


@dataclass(frozen=True)
class Pages:
    """The pages of one request."""

    request: Request
    edge: Edge
    visitor: Visitor
    language: Language

    def t(self, vietnamese: str, english: str) -> str:
        return vietnamese if self.language == "vi" else english

    def say(self, error: DondocError) -> str:
        """What was refused, in the visitor's language, as a sentence begins; an address stays as it is."""
        text = said(error.reason, self.language)
        return text[:1].upper() + text[1:] if text.split(" ", 1)[0].isalpha() else text

    def alarms(self) -> list[str]:
        """What the red banner says to those who must know: passes that fell silent. Asked by full pages."""
        person, settings = self.visitor.person, self.edge.settings
        if person is None or not (person.administers or person.monitors):
            return []
        with reading(self.edge.engine) as session:
            found = silent(session, self.edge.now, settings)
        return [finding_words(each, self.language, settings.zone) for each in found]

    def show(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """The page. What it shows is somebody's own, so nothing in between may keep it."""
        shown = _environment(self.language, self.edge.settings.time_zone).get_template(template)
        text = shown.render(
            request=self.request,
            person=self.visitor.person,
            token=self.visitor.token,
            here=self.request.url.path,
            alarms=self.alarms,
            **values,
        )
        kept = {"Cache-Control": "no-store", **(headers or {})}
        return HTMLResponse(text, status_code=status, headers=kept)


def pages(request: Request, edge: EdgeDep, visitor: VisitorDep) -> Pages:
    return Pages(request, edge, visitor, chosen_language(request, edge, visitor))


PagesDep = Annotated[Pages, Depends(pages)]


def chosen_language(request: Request, edge: Edge, visitor: Visitor) -> Language:
    """The one chosen in this browser, else the account's, else the installation's."""
    asked = request.cookies.get(LANGUAGE_COOKIE)
    if asked in ("vi", "en"):
        return "vi" if asked == "vi" else "en"
    own = visitor.person.language if visitor.person else edge.settings.language
    return "en" if own == "en" else "vi"


@lru_cache(maxsize=16)
def _environment(language: Language, time_zone: str) -> Environment:
    zone = ZoneInfo(time_zone)
    environment = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "t": lambda vietnamese, english: vietnamese if language == "vi" else english,
        "language": language,
        "form_field": FORM_FIELD,
        "marks": MARKS,
    }
    environment.filters |= {
        "day": lambda value: day_words(value, zone),
        "moment": lambda value: moment_words(value, zone),
        "last_day": lambda deadline: last_day_words(deadline, zone),
        "period": lambda key: period_words(key, language),
        "word": lambda word: say(word, language),
        "number": lambda value: number_words(value, language),
    }
    return environment


def day_words(value: date | datetime | None, zone: ZoneInfo) -> str:
    """A date as 18/10/2024; an instant by its local date."""
    if value is None:
        return ""
    day = local_date(value, zone) if isinstance(value, datetime) else value
    return f"{day:%d/%m/%Y}"


def moment_words(value: datetime | None, zone: ZoneInfo) -> str:
    """An instant as 18/10/2024 16:05, local."""
    return "" if value is None else f"{value.astimezone(zone):%d/%m/%Y %H:%M}"


def last_day_words(deadline: datetime | None, zone: ZoneInfo) -> str:
    """The last day on which it is on time: the day before an exclusive deadline."""
    return "" if deadline is None else f"{Deadline(deadline, zone).last_day:%d/%m/%Y}"


def number_words(value: int, language: Language) -> str:
    """A number with its thousands apart: 10.810 in Vietnamese."""
    return f"{value:,}".replace(",", ".") if language == "vi" else f"{value:,}"
