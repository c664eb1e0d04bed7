"""The rows of all topics, and how one of them becomes a request in a province that has what they need."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from httpx2 import Response
from sqlalchemy import Engine

from models.settings import Settings
from notifications.links import Purpose, signed_link
from tests.prepared import prepare
from tests.reporting.sample_files import PDF
from tests.reporting.world import World
from tests.web.access.row import Row
from tests.web.cast import NOBODY, Browser, add_contact, api_token, open_accounts
from tests.web.conftest import MovedClock
from web.auth import FORM_FIELD

TOPICS = [
    import_module(f"tests.web.access.{path.stem}") for path in sorted(Path(__file__).parent.glob("rows_*.py"))
]
ROWS: list[Row] = [row for topic in TOPICS for row in topic.ROWS]
NOW = "2024-02-10 09:00"


def live(world: World) -> None:
    """The province with its plan, February's reports open, an extension asked for, the cast's accounts."""

    def once() -> None:
        world.open()
        world.ask("x1", "2024-02", "2024-02-25", "2024-02-09 09:00")
        open_accounts(world.engine)

    prepare(world.engine, "the access table", once)


def sent(
    at_work: Browser, engine: Engine, who: str, row: Row, address: str, form: Mapping[str, str]
) -> Response:
    """The row's request by one of the cast: with their session, for the API with a token that may write."""
    if not row.path.startswith("/api/"):
        data = {**form, FORM_FIELD: at_work.token} if row.method != "GET" else None
        return at_work.client.request(row.method, address, data=data)
    headers = {} if who == NOBODY else {"Authorization": f"Bearer {api_token(engine, who, NOW)}"}
    body = {"data": form} if row.path.endswith("/submit") else {"json": form if row.method != "GET" else None}
    return at_work.client.request(row.method, address, headers=headers, **body)


def filled(address: str, world: World, settings: Settings, clock: MovedClock) -> str:
    """The address with its places filled; what is seldom needed is made only where it is needed."""
    if "{filed" in address:
        world.submit("x1", "2024-01", "2024-01-10 09:00", files=[("a.pdf", PDF)])
        address = address.replace("{document}", "1")
    for name, period in (("x1", "2024-02"), ("filed", "2024-01")):
        id = world.one("x1", period).id
        address = address.replace(f"{{{name}}}", str(id))
        address = address.replace(f"{{{name}-link}}", link_tail(settings, Purpose.FILE, id, clock))
        address = address.replace(f"{{{name}-view}}", link_tail(settings, Purpose.VIEW, id, clock))
        address = address.replace(f"{{{name}-copy}}", link_tail(settings, Purpose.COPY, id, clock))
    if "{contact-link}" in address:
        contact = add_contact(world.engine, "x1", "alice@p.gov.vn")
        address = address.replace("{contact-link}", link_tail(settings, Purpose.UNSUBSCRIBE, contact, clock))
    for topic in TOPICS:
        if "{" in address and hasattr(topic, "prepare"):
            for name, value in topic.prepare(world).items():
                address = address.replace(f"{{{name}}}", value)
    return address


def link_tail(settings: Settings, purpose: Purpose, id: int, clock: MovedClock) -> str:
    """What follows the purpose's letter: id, expiry and signature."""
    link = signed_link("http://x", settings.secret_key.get_secret_value(), purpose, id, clock.now)
    return link.removeprefix(f"http://x/{purpose}/")
