"""Who calls: a token in the Authorization header, its account's rights as of today, and the token's scope.

The session's cookie is not looked at: what a browser sends by itself opens nothing here, so no other site can
make one do anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session
from starlette.responses import Response

from models.errors import NotFound
from models.settings import Settings
from models.vocabulary import Act, Scope
from reporting.access.api_tokens import bearer_of, is_to_be_noted, note_used
from reporting.access.rights import Person, acts
from web.api.problems import ApiFault, NarrowScope, Unauthorised
from web.auth import Forbidden
from web.context import AppContext, context_of
from web.rate_limit import RateLimit

WRONG_TOKENS = RateLimit("api", 100, timedelta(minutes=5))
token = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token made at /me, or with `dondoc people token`; scope read, or write.",
)
TokenDep = Annotated[HTTPAuthorizationCredentials | None, Depends(token)]


@dataclass(frozen=True)
class Caller:
    """The account behind the call, at the instant of the call."""

    context: AppContext
    person: Person
    scope: Scope
    now: datetime

    @property
    def today(self) -> date:
        return self.context.today(self.now)

    @property
    def settings(self) -> Settings:
        return self.context.settings

    @property
    def zone(self) -> ZoneInfo:
        return self.context.zone

    @property
    def actor(self) -> str:
        return f"{self.person.actor} (API)"

    def require(self, session: Session, act: Act, obligation_id: int) -> None:
        """Raises `NotFound` for an obligation that the account may not see, `Forbidden` for this act."""
        allowed = acts(session, self.person, obligation_id, self.today)
        if Act.SEE not in allowed:
            raise NotFound(ApiFault.NO_OBLIGATION(number=obligation_id))
        if act not in allowed:
            raise Forbidden(ApiFault.MAY_NOT(act=act, number=obligation_id))


def caller(request: Request, response: Response, given: TokenDep) -> Caller:
    """Raises `Unauthorised` without a token that works."""
    context = context_of(request)
    now = context.now
    response.headers["Cache-Control"] = "no-store"
    if given is None or not given.credentials:
        raise Unauthorised(ApiFault.NO_TOKEN())
    with context.reading() as session:
        found = bearer_of(session, given.credentials, now, context.zone)
        to_be_noted = found is not None and is_to_be_noted(session, found.token_id, now)
    if found is None:
        WRONG_TOKENS.count_source(request)
        raise Unauthorised(ApiFault.BAD_TOKEN())
    if to_be_noted:
        with context.writing() as session:
            note_used(session, found.token_id, now)
    return Caller(context, found.person, found.scope, now)


def writer(found: Annotated[Caller, Depends(caller)]) -> Caller:
    """Raises `NarrowScope` for a token that only reads."""
    if found.scope is not Scope.WRITE:
        raise NarrowScope(ApiFault.ONLY_READS())
    return found


Reader = Annotated[Caller, Depends(caller)]
Writer = Annotated[Caller, Depends(writer)]
