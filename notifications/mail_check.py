"""A test mail: sent at once over the mail server of the settings, beside the outbox, and what came of it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from email.utils import format_datetime
from html import escape

from messages.catalogue import N_, translate
from models.mail_address import parse_sender
from models.settings import Settings
from notifications.mail_server import mail_server
from notifications.message import mailbox, message_id, words, write_message
from notifications.rendering import Rendered
from notifications.smtp_pool import Courier
from notifications.smtp_replies import Delivery

SUBJECT = N_("Test mail of dondoc")
TEXT = N_("This is a test mail of dondoc at %(address)s. As you read it, mails arrive.")


def send_test_mail(settings: Settings, recipient: str, language: str, now: datetime) -> tuple[Delivery, str]:
    """What the server answered, and, where it cannot be used at all, the reason with its remedy.

    Raises `InvalidInput` for a recipient that cannot be used.
    """
    message = _message(settings, recipient, language, now)
    return asyncio.run(_deliver(settings, recipient, message))


def _message(settings: Settings, recipient: str, language: str, now: datetime) -> bytes:
    sender = parse_sender(settings.mail_from)
    subject, text = translate(language, SUBJECT), translate(language, TEXT, address=settings.base_url)
    headers = {
        "From": mailbox(sender.name, sender.address, "From"),
        "To": mailbox("", recipient, "To"),
        "Subject": words(subject),
        "Date": format_datetime(now.astimezone(settings.zone)),
        "Message-ID": message_id(f"test {recipient} {now.isoformat()}", sender.domain),
        "Auto-Submitted": "auto-generated",
    }
    html = f'<!DOCTYPE html><html lang="{language}"><title>{escape(subject)}</title><p>{escape(text)}</p>'
    return write_message(Rendered(subject, f"{text}\n", f"{html}\n"), headers, None)


async def _deliver(settings: Settings, recipient: str, message: bytes) -> tuple[Delivery, str]:
    sender = parse_sender(settings.mail_from).address
    async with mail_server(settings) as server, Courier(server) as courier:
        delivery = await courier.deliver(sender, recipient, message)
        return delivery, courier.stop or ""
