"""Access to an obligation, by a link in a mail or signed in, and what it allows.

A link is checked before anything of the request is read. It holds as long as the contact to whom it was
mailed serves the unit, and the contact's links are not revoked. One that has expired or is not ours gets a
page that says how to come by a new one; guessing is counted, a valid link is never counted against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException

from messages.catalogue import translate
from models.database import LARGEST_ID
from models.errors import DondocError
from models.obligation import Obligation
from models.unit import Contact
from models.vocabulary import Act
from notifications.links import LinkHolder, Purpose, is_cut, is_valid
from reporting.access.rights import acts
from reporting.moves.transition import owing_unit
from reporting.units.contacts import serves_unit
from web.auth import VisitorFault
from web.page import Page, page_of, signed_in
from web.rate_limit import RateLimit, TooMany

NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
LONG_AGO = datetime.fromtimestamp(0, UTC)
GUESSES = RateLimit("guessed-link", 30, timedelta(minutes=5))
POSTS = {purpose: RateLimit(f"link-{purpose}", 40, timedelta(minutes=10)) for purpose in Purpose}
"""How often one link may be used to change something: nobody files forty times in ten minutes."""
LINK, VIEW, OWN = "/o/{id}/{expiry}/{signature}", "/v/{id}/{expiry}/{signature}", "/obligations/{id}"
"""Paths of a report: by a link to hand in, by a link to look, signed in."""
COPY = "/c/{id}/{expiry}/{signature}"
"""By a link for information; it opens what is filed, and while it is."""
READ = ["GET", "HEAD"]
"""Mail scanners ask with HEAD."""
BY_LINK = {
    Purpose.FILE: frozenset({Act.SEE, Act.FILE}),
    Purpose.VIEW: frozenset({Act.SEE}),
    Purpose.COPY: frozenset({Act.SEE}),
}


class LinkRefused(DondocError):
    """The link has expired (`was_ours`), was `ended` with its contact or revoked, its end is missing
    (`is_cut`), or it is none of ours."""

    def __init__(
        self,
        purpose: Purpose,
        id: int,
        *,
        was_ours: bool = False,
        is_cut: bool = False,
        ended: bool = False,
    ) -> None:
        super().__init__(VisitorFault.LINK_EXPIRED())
        self.purpose, self.id, self.was_ours, self.is_cut, self.ended = purpose, id, was_ours, is_cut, ended

    @property
    def is_known(self) -> bool:
        """Whether the link was one of ours: its people can be sent a new one."""
        return self.was_ours or self.is_cut


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """A page of one obligation with what its visitor may do; `base` is the path that its pages begin with."""

    obligation_id: int
    acts: frozenset[Act]
    base: str
    purpose: Purpose | None
    holder: str = ""
    """The contact to whom the link was mailed; it is not known who came by it."""

    @property
    def by_link(self) -> bool:
        return self.purpose is not None

    def may(self, act: Act) -> bool:
        return act in self.acts

    def require(self, act: Act) -> None:
        """Raises a 403 for what the person or the link may not do."""
        if act not in self.acts:
            raise HTTPException(403)

    def audit_name(self, session: Session) -> str:
        """The name for the audit: of a link it is known only which unit it was sent to."""
        person = self.visitor.person
        if person:
            return person.actor
        return link_actor(session, self, self.obligation_id, self.holder)


def link_actor(session: Session, page: Page, obligation_id: int, holder: str = "") -> str:
    """The name for the audit of one who came by a link to this report, mailed to the `holder`."""
    unit = owing_unit(session, obligation_id)
    if holder:
        return translate(
            page.settings.language, "%(unit)s (link in a mail to %(person)s)", unit=unit, person=holder
        )
    return translate(page.settings.language, "%(unit)s (link in a mail)", unit=unit)


def report_page(request: Request) -> ReportPage:
    """Raises `LinkRefused`, `NotSignedIn`, or a 404 for what the person may not see."""
    if "signature" in request.path_params:
        return _by_link(page_of(request))
    page = signed_in(request)
    id = number(request.path_params["id"])
    with page.reading() as session:
        allowed = acts(session, page.person, id, page.today)
    if Act.SEE not in allowed:
        raise HTTPException(404)
    base = f"/obligations/{id}"
    return ReportPage(**vars(page), obligation_id=id, acts=allowed, base=base, purpose=None)


ReportDep = Annotated[ReportPage, Depends(report_page)]


def _by_link(page: Page) -> ReportPage:
    request = page.request
    purpose, id, holder = checked_link(page)
    if purpose is Purpose.COPY:
        _require_filed(page, id)
    if request.method == "POST":
        try:
            POSTS[purpose].count(page.context, str(id))
        except TooMany as error:
            raise HTTPException(429) from error
    return ReportPage(
        **vars(page),
        obligation_id=id,
        acts=BY_LINK[purpose],
        base=link_base(request),
        purpose=purpose,
        holder=holder,
    )


def _require_filed(page: Page, id: int) -> None:
    with page.reading() as session:
        found = session.get(Obligation, id)
    if found is None or found.first_submitted_at is None:
        raise HTTPException(404)


def link_base(request: Request) -> str:
    """The link itself, without what its pages append."""
    return "/".join(request.url.path.split("/")[:5])


class CheckedLink(NamedTuple):
    """What a link opens, and the name of the contact to whom it was mailed; older ones do not say."""

    purpose: Purpose
    id: int
    holder: str = ""


def checked_link(page: Page) -> CheckedLink:
    """What the link of this request opens. Raises `LinkRefused`, or a 404 for what is no link at all."""
    parts = page.request.path_params
    purpose = Purpose(page.request.url.path.split("/")[1])
    place, _, contact = parts["id"].partition("-")
    id, expiry = number(place), number(parts["expiry"], 2**40)
    known = contact_links(page, number(contact)) if contact else None
    secret, signature = page.settings.secret_key.get_secret_value(), parts["signature"]
    signed = known.holder.signed(id) if known else id
    if is_valid(secret, purpose, signed, expiry, signature, page.now):
        if known and not known.holds:
            raise LinkRefused(purpose, id, was_ours=True, ended=True)
        return CheckedLink(purpose, id, known.name if known else "")
    if known and any(
        is_valid(secret, purpose, each, expiry, signature, LONG_AGO) for each in known.revoked(id)
    ):
        raise LinkRefused(purpose, id, was_ours=True, ended=True)
    was_ours = is_valid(secret, purpose, signed, expiry, signature, LONG_AGO)
    cut = is_cut(secret, purpose, signed, expiry, signature)
    raise LinkRefused(purpose, id, was_ours=was_ours, is_cut=cut)


class ContactLinks(NamedTuple):
    """Which links of a contact hold: those of the present series, while they serve the unit."""

    holder: LinkHolder
    name: str
    holds: bool

    def revoked(self, id: int) -> Iterator[str]:
        """What the revoked links of the contact to this report say."""
        return (self.holder._replace(series=series).signed(id) for series in range(self.holder.series))


def contact_links(page: Page, contact_id: int) -> ContactLinks:
    """Raises a 404 for a contact that there never was."""
    with page.reading() as session:
        contact = session.get(Contact, contact_id)
        if contact is None:
            raise HTTPException(404)
        holds = serves_unit(session, contact, page.today)
    return ContactLinks(LinkHolder(contact.id, contact.link_series), contact.name, holds)


def number(text: str, largest: int = LARGEST_ID) -> int:
    """A number in an address. Raises a 404 for anything else: no such row can be."""
    if not NUMBER.fullmatch(text) or not 0 < int(text) <= largest:
        raise HTTPException(404)
    return int(text)
