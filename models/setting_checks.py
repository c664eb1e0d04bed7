"""Validators of single settings: each returns the value, or raises `ValueError` with problem and remedy.

They run at start-up; a wrong setting would otherwise fail in the middle of a morning's mails, or never.
"""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from messages.catalogue import languages
from models.errors import InvalidInput
from models.mail_address import parse_sender
from models.setting_faults import SettingFault
from models.system_faults import system_words

HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?|[0-9A-Fa-f:]+(?:%\w+)?", re.ASCII)
EHLO = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Za-z:.]+\]", re.ASCII)
ENDING = re.compile(r"[A-Za-z0-9]{1,10}", re.ASCII)
SCHEMES = ("http", "https")


def language(code: str) -> str:
    if code not in languages():
        raise ValueError(SettingFault.NO_LANGUAGE(text=code, known=languages()))
    return code


def folder(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise ValueError(SettingFault.FOLDER(value=str(path)))
    return path


def database(url: SecretStr | None) -> SecretStr | None:
    """The address itself is not repeated: it may hold a password."""
    if url is None:
        return url
    try:
        parsed = make_url(url.get_secret_value())
    except (ArgumentError, ValueError) as error:
        raise ValueError(SettingFault.DATABASE()) from error
    if parsed.drivername.partition("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(SettingFault.DATABASE_KIND())
    return url


def page(url: str | None) -> str | None:
    """An address that a browser opens."""
    if url is None:
        return url
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_whole = False
    if not is_whole or re.search(r"\s", url):
        raise ValueError(SettingFault.PAGE(value=url))
    return url


def host(name: str | None) -> str | None:
    if name is not None and not HOST.fullmatch(name):
        raise ValueError(SettingFault.HOST(value=name))
    return name


def ehlo(name: str | None) -> str | None:
    if name is not None and not EHLO.fullmatch(name):
        raise ValueError(SettingFault.EHLO(value=name))
    return name


def authorities(path: Path | None) -> Path | None:
    if path is None:
        return path
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise ValueError(SettingFault.CERTIFICATES(value=str(path))) from error
    except OSError as error:
        raise ValueError(SettingFault.UNREADABLE(value=str(path), reason=system_words(error))) from error
    return path


def sender(text: str) -> str:
    try:
        parse_sender(text)
    except InvalidInput as error:
        raise ValueError(error.reason) from error
    return text


def endings(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    wrong = [part for part in parts if part and not ENDING.fullmatch(part)]
    if wrong or not any(parts):
        raise ValueError(SettingFault.ENDINGS(value=text))
    return text
