"""The administrator's pages: for administrators of the whole installation alone."""

from __future__ import annotations

from sqlmodel import select

from models.database import reading, writing
from models.notice import Notice
from models.unit import Contact
from notifications.send import MAILBOX, send_due
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.view import FeedRequest
from reporting.moves.chase import Chaser, chase
from reporting.obligations.filters import Selection
from reporting.plans.attachments import attach
from tests.conftest import at
from tests.reporting.sample_files import PDF
from tests.reporting.world import World
from tests.web.access.row import ADMINISTRATORS, Row

CONTACTS = "unit,name,role,address\nx1,Alice,clerk,alice@p.gov.vn\n"


def prepare(world: World) -> dict[str, str]:
    """A notice that was sent, its mail in the local mailbox, a feed, a file of the plan."""
    now = at("2024-02-09 09:00")
    world.units(CONTACTS)
    report = Selection(obligation=world.one("x1", "2024-02").id)
    with writing(world.engine) as session:
        chase(session, world.settings, report, "", now, Chaser("Dave"))
        form = attach(session, world.settings, "p-2024", "", ("a.pdf", PDF), now, "Dave")
        feed = subscribe(session, world.settings, now, "Dave", FeedRequest(kind="unit", key="x1"))
    send_due(world.engine, world.settings, now)
    (mail,) = (world.settings.home / MAILBOX).iterdir()
    with reading(world.engine) as session:
        notice = session.scalars(select(Notice.id).where(Notice.kind == "chase")).one()
        contact = session.scalars(select(Contact.id)).one()
    numbers = {"contact": contact, "notice": notice, "feed": feed.id, "attachment": form.id}
    return {"mail": mail.name, **{name: str(number) for name, number in numbers.items()}}


def row(method: str, path: str, at: str | None = None) -> Row:
    return Row(method=method, path=path, at=at, opens=ADMINISTRATORS)


ROWS = [
    row("GET", "/admin/plans"),
    row("GET", "/admin/plans/{slug}", "/admin/plans/p-2024"),
    row("GET", "/admin/plans/{slug}/edit", "/admin/plans/p-2024/edit"),
    row("GET", "/admin/plans/{slug}/file", "/admin/plans/p-2024/file"),
    row("GET", "/admin/plans/{slug}/files", "/admin/plans/p-2024/files"),
    row("POST", "/admin/plans/{slug}/files", "/admin/plans/p-2024/files"),
    row("GET", "/admin/plans/{slug}/files/{file}", "/admin/plans/p-2024/files/{attachment}"),
    row("POST", "/admin/plans/{slug}/files/{file}/remove", "/admin/plans/p-2024/files/{attachment}/remove"),
    row("GET", "/admin/plans/{slug}/versions/{number}", "/admin/plans/p-2024/versions/1"),
    row("GET", "/admin/plans/{slug}/retire", "/admin/plans/p-2024/retire"),
    row("POST", "/admin/plans/{slug}/retire", "/admin/plans/p-2024/retire"),
    row("GET", "/admin/plan-upload"),
    row("GET", "/admin/plan-upload/check"),
    row("POST", "/admin/plan-upload/check"),
    row("POST", "/admin/plan-upload/apply"),
    row("GET", "/admin/plan-form"),
    row("POST", "/admin/plan-form"),
    row("GET", "/admin/plan-form/text"),
    row("POST", "/admin/plan-form/text"),
    row("POST", "/admin/plan-form/live"),
    row("GET", "/admin/plan-form/units"),
    row("GET", "/admin/plans/{slug}/form", "/admin/plans/p-2024/form"),
    row("POST", "/admin/plans/{slug}/form", "/admin/plans/p-2024/form"),
]
ROWS += [
    row("GET", "/admin"),
    row("GET", "/admin/outbox"),
    row("POST", "/admin/outbox/retry"),
    row("POST", "/admin/outbox/cancel"),
    row("GET", "/admin/outbox/refused"),
    row("POST", "/admin/outbox/refused/trust"),
    row("GET", "/admin/outbox/{id}", "/admin/outbox/{notice}"),
    row("GET", "/admin/outbox/{id}/mail", "/admin/outbox/{notice}/mail"),
    row("GET", "/admin/feeds"),
    row("POST", "/admin/feeds/{id}/revoke", "/admin/feeds/{feed}/revoke"),
    row("GET", "/admin/holidays"),
    row("POST", "/admin/holidays"),
    row("POST", "/admin/holidays/remove", "/admin/holidays/remove"),
    row("POST", "/admin/holidays/confirm"),
    row("GET", "/admin/health"),
    row("GET", "/admin/health/mail"),
    row("GET", "/admin/health/prefect"),
    row("GET", "/admin/getting-started"),
    row("GET", "/admin/test-mail"),
    row("POST", "/admin/test-mail"),
    row("GET", "/admin/audit"),
    row("GET", "/admin/mailbox"),
    row("GET", "/admin/mailbox/{name}", "/admin/mailbox/{mail}"),
    row("GET", "/admin/mailbox/{name}/html", "/admin/mailbox/{mail}/html"),
    row("GET", "/admin/mailbox/{name}/file", "/admin/mailbox/{mail}/file"),
]
ROWS += [
    row("GET", "/admin/units"),
    row("GET", "/admin/units", "/admin/units?without=contact"),
    row("GET", "/admin/units/{code}", "/admin/units/x1"),
    row("POST", "/admin/units/{code}", "/admin/units/x1"),
    row("POST", "/admin/units/{code}/address", "/admin/units/x1/address"),
    row("POST", "/admin/units/{code}/contacts", "/admin/units/x1/contacts"),
    row("POST", "/admin/contacts/{id}/change", "/admin/contacts/{contact}/change"),
    row("POST", "/admin/contacts/{id}/end", "/admin/contacts/{contact}/end"),
    row("POST", "/admin/contacts/{id}/bounced", "/admin/contacts/{contact}/bounced"),
    row("POST", "/admin/contacts/{id}/links", "/admin/contacts/{contact}/links"),
    row("GET", "/admin/unit-new"),
    row("POST", "/admin/unit-new"),
    row("GET", "/admin/unit-list"),
    row("GET", "/admin/unit-list/template"),
    row("GET", "/admin/contacts/{id}/erase", "/admin/contacts/{contact}/erase"),
    row("POST", "/admin/contacts/{id}/erase", "/admin/contacts/{contact}/erase"),
    row("POST", "/admin/contacts/{id}/erase-telephone", "/admin/contacts/{contact}/erase-telephone"),
    row("GET", "/admin/unit-import"),
    row("GET", "/admin/unit-import/check"),
    row("POST", "/admin/unit-import/check"),
    row("POST", "/admin/unit-import/columns"),
    row("POST", "/admin/unit-import/apply"),
    row("GET", "/admin/unit-import/{key}", "/admin/unit-import/gone"),
    row("POST", "/admin/unit-import/{key}/cancel", "/admin/unit-import/gone/cancel"),
]
ROWS += [
    row("GET", "/admin/ladders"),
    row("GET", "/admin/ladders/{slug}", "/admin/ladders/default"),
    row("GET", "/admin/ladder-upload"),
    row("GET", "/admin/ladder-upload/check"),
    row("POST", "/admin/ladder-upload/check"),
    row("POST", "/admin/ladder-upload/apply"),
]
