"""The local mailbox for people to look into: which mails were caught, and one of them as it came.

It serves where no mail server is set. A name is only ever one of the folder's own files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from models.errors import NotFound
from models.text import are_in
from notifications.faults import MailFault

NAME = re.compile(r"[a-z0-9@._+-]{1,180}\.eml", re.ASCII)
HEADERS = 64 * 1024
"""Octets in which a mail's headers are looked for."""
PAGE = 50
LARGEST = 32 * 1024 * 1024
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, kw_only=True)
class CaughtMail:
    """A mail in the folder, by its headers."""

    name: str
    at: datetime | None
    to: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class OpenedMail:
    """A mail with what it says; `links` are those of its text, in order."""

    head: CaughtMail
    sender: str
    text: str
    html: str
    links: tuple[str, ...]
    attachments: tuple[str, ...]


def caught_mails(folder: Path, words: str, page: int) -> tuple[list[CaughtMail], int]:
    """A page of mails, newest first, and how many there are; `words` is part of the address."""
    names = sorted((name for name in _names(folder) if are_in(words, name)), reverse=True)
    shown = names[(page - 1) * PAGE : page * PAGE]
    return [_head(name, _parsed(_read(folder / name, HEADERS))) for name in shown], len(names)


def open_caught(folder: Path, name: str) -> OpenedMail:
    """The mail of this name. Raises `NotFound`."""
    message = _parsed(caught_bytes(folder, name))
    text, html = _part(message, "plain"), _part(message, "html")
    attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    links = tuple(dict.fromkeys(link.rstrip(".,;)") for link in LINK.findall(text)))
    sender = _decoded(message, "from")
    return OpenedMail(
        head=_head(name, message),
        sender=sender,
        text=text,
        html=html,
        links=links,
        attachments=tuple(attached),
    )


def caught_bytes(folder: Path, name: str) -> bytes:
    """The mail as it came. Raises `NotFound`."""
    path = folder / name
    if not NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
        raise NotFound(MailFault.NO_MAIL(name=name[:100]))
    return path.read_bytes()


def delete_mails_naming(folder: Path, texts: Iterable[str]) -> int:
    """Delete the mails that were for a person, or that name one; returns their number."""
    wanted, found = list(filter(None, texts)), 0
    for name in _names(folder):
        message = _parsed(_read(folder / name, LARGEST))
        said = (name, _decoded(message, "to"), _decoded(message, "reply-to"), _part(message, "plain"))
        if any(are_in(text, *said) for text in wanted):
            (folder / name).unlink(missing_ok=True)
            found += 1
    return found


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if NAME.fullmatch(entry.name)]
    except FileNotFoundError:
        return []


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _head(name: str, message: EmailMessage) -> CaughtMail:
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        at = None
    to, subject = _decoded(message, "to"), _decoded(message, "subject")
    return CaughtMail(name=name, at=at if at and at.tzinfo else None, to=to, subject=subject)


def _decoded(message: EmailMessage, name: str) -> str:
    """A header in words. The library's own reading of a name leaves blanks between two encoded words."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    try:
        return " ".join(str(make_header(decode_header(raw))).split())
    except (HeaderParseError, LookupError, UnicodeError):
        return raw


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows
        return ""
