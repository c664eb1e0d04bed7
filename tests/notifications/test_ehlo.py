"""The name dondoc calls itself by at a mail server: always one with a domain, if there is any."""

from __future__ import annotations

import asyncio

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from models.settings import Settings
from notifications.mail_server import ehlo_name, is_full_name, mail_server
from notifications.smtp_pool import Courier
from tests.notifications.test_smtp_pool import MESSAGE, Answers, serving


@pytest.mark.sqlite_is_enough  # names of machines
@pytest.mark.parametrize(
    ("machine", "changes", "name"),
    [
        ("mail.tinh.gov.vn", {}, "mail.tinh.gov.vn"),
        ("dondoc", {}, "so.example.vn"),  # the sender's domain
        ("localhost", {}, "so.example.vn"),
        ("localhost.localdomain", {}, "so.example.vn"),
        ("10.0.0.7", {}, "so.example.vn"),
        ("dondoc", {"mail_from": "dondoc@localhost"}, "pages.example.vn"),
        ("dondoc", {"mail_from": "dondoc@localhost", "base_url": "http://127.0.0.1:8000"}, "[127.0.0.1]"),
        ("mail.tinh.gov.vn", {"smtp_ehlo": "our.name.vn"}, "our.name.vn"),
    ],
)
def test_it_is_the_machine_s_name_or_borrowed(
    settings: Settings, machine: str, changes: dict[str, str], name: str
) -> None:
    given = {"mail_from": "Sở <dondoc@so.example.vn>", "base_url": "https://pages.example.vn"} | changes
    assert ehlo_name(settings.model_copy(update=given), machine) == name


@pytest.mark.parametrize(
    ("name", "is_full"),
    [("a.vn", True), ("a", False), ("a_b.vn", False), ("1.2.3.4", False), ("[1.2.3.4]", False), ("", False)],
)
def test_a_full_name_has_a_domain(name: str, is_full: bool) -> None:
    assert is_full_name(name) == is_full


class Listens(Answers):
    """Keeps the name that was given."""

    name = ""

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.name = hostname
        return await super().handle_EHLO(server, session, envelope, hostname, responses)


def test_the_server_hears_it(settings: Settings) -> None:
    """Once it was told "localhost", for which many servers refuse every recipient."""
    handler = Listens()

    async def run() -> None:
        async with serving(handler) as server:
            given = {"smtp_host": server.host, "smtp_port": server.port, "smtp_ehlo": "our.name.vn"}
            known = settings.model_copy(update=given)
            async with mail_server(known) as named, Courier(named) as courier:
                await courier.deliver("a@x.example", "b@x.example", MESSAGE)

    asyncio.run(run())
    assert handler.name == "our.name.vn"
