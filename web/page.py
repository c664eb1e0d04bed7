"""A page for one request: who asks, when, in which language; what handlers read, write and show through.

A handler of pages has one dependency, such as `page: AdminPage`, which also says who may use it. FastAPI
analyses each dependency of each route by itself, so a tree of small ones costs start-up time on every route.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from calendars.errors import said
from messages.catalogue import NP_, Language, translate
from models.errors import DondocError
from models.settings import Settings
from reporting.access.rights import Person
from reporting.health.health import finding_words, silent
from web.auth import Forbidden, NotSignedIn, Visitor, VisitorFault, visitor_of
from web.context import AppContext, context_of, page_language
from web.rendering import environment


@dataclass(frozen=True)
class Page:
    """One request of a page; `now` is its instant."""

    request: Request
    context: AppContext
    visitor: Visitor
    language: Language
    now: datetime

    @property
    def settings(self) -> Settings:
        return self.context.settings

    @property
    def zone(self) -> ZoneInfo:
        return self.context.zone

    @property
    def today(self) -> date:
        return self.context.today(self.now)

    @property
    def person(self) -> Person:
        """The person who is signed in. Raises `NotSignedIn`."""
        if self.visitor.person is None:
            raise NotSignedIn("sign in first")
        return self.visitor.person

    @property
    def actor(self) -> str:
        """The person's name for the audit. Raises `NotSignedIn`."""
        return self.person.actor

    def reading(self) -> AbstractContextManager[Session]:
        """A read-only session."""
        return self.context.reading()

    def writing(self) -> AbstractContextManager[Session]:
        """A session committed at its end, rolled back by an exception."""
        return self.context.writing()

    def rehearsing(self) -> AbstractContextManager[Session]:
        """A session to try things in, of which nothing stays and for which nobody waits."""
        return self.context.rehearsing()

    def t(self, text: str, /, **values: object) -> str:
        """The message in the visitor's language."""
        return translate(self.language, text, **values)

    def pt(self, context: str, text: str, /, **values: object) -> str:
        """The message in one of the senses that its English has."""
        return translate(self.language, NP_(context, text), **values)

    def say(self, error: DondocError) -> str:
        """What was refused, in the visitor's language, as a sentence begins; an address stays as it is."""
        text = said(error.reason, self.language)
        return text[:1].upper() + text[1:] if text.split(" ", 1)[0].isalpha() else text

    def alarms(self) -> list[str]:
        """The red banner for administrators and monitors: passes that fell silent. Called by full pages."""
        person = self.visitor.person
        if person is None or not (person.administers or person.monitors):
            return []
        with self.reading() as session:
            found = silent(session, self.now, self.settings)
        return [finding_words(each, self.language, self.zone) for each in found]

    def show(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, /, **values: object
    ) -> HTMLResponse:
        """Render a template. What it shows is somebody's own, so no cache in between may keep it."""
        text = environment(self.language, self.settings.time_zone).get_template(template).render(
            request=self.request,
            person=self.visitor.person,
            token=self.visitor.token,
            here=self.request.url.path,
            alarms=self.alarms,
            **values,
        )  # fmt: skip
        return HTMLResponse(text, status, {"Cache-Control": "no-store", **(headers or {})})


def page_of(request: Request, visitor: Visitor | None = None) -> Page:
    """The page for anybody; `visitor` where the session is not to be looked up."""
    context = context_of(request)
    found = visitor or visitor_of(request)
    account = found.person.language if found.person else None
    language = page_language(request, context.settings.language, account)
    return Page(request, context, found, language, context.now)


def anybody(request: Request) -> Page:
    return page_of(request)


def signed_in(request: Request) -> Page:
    """Raises `NotSignedIn`."""
    page = page_of(request)
    assert page.person
    return page


def administrator(request: Request) -> Page:
    """For administrators of the whole installation. Raises `NotSignedIn` or `Forbidden`."""
    page = page_of(request)
    if not page.person.administers_all:
        raise Forbidden(VisitorFault.FOR_OTHERS())
    return page


def branch_administrator(request: Request) -> Page:
    """For administrators of the installation, or of some unit and its branch. Raises as `administrator`."""
    page = page_of(request)
    if not page.person.administers:
        raise Forbidden(VisitorFault.FOR_OTHERS())
    return page


AnyPage = Annotated[Page, Depends(anybody)]
SignedInPage = Annotated[Page, Depends(signed_in)]
AdminPage = Annotated[Page, Depends(administrator)]
BranchPage = Annotated[Page, Depends(branch_administrator)]


def redirect(path: str, headers: Mapping[str, str] | None = None) -> Response:
    """On to another page of ours by GET (303)."""
    return RedirectResponse(path, 303, headers)
