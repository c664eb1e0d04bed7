"""Which address links begin with: the setting, or where this home's pages are served right now.

Somebody who tries dondoc out on another port gets links that work, in mails and in calendars, from whatever
command; in an office DONDOC_BASE_URL says what the world outside calls the pages.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.settings import Settings

FILE = "web-address"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
"""What listens on all addresses is found on this machine's own."""


def address_of(host: str, port: int) -> str:
    """The address of pages that listen there."""
    there = f"[{host}]" if ":" in host else host
    return f"http://{EVERYWHERE.get(host, there)}:{port}"


def with_links_to(settings: Settings, address: str | None) -> Settings:
    """The settings whose links begin with the address; one that was set stays. It does not count as set."""
    if address is None or "base_url" in settings.model_fields_set:
        return settings
    found = settings.model_copy(update={"base_url": address})
    found.model_fields_set.discard("base_url")
    return found


def note_served_at(settings: Settings, address: str) -> None:
    """While this process lives, links begin with that address where no setting says otherwise."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / FILE).write_text(f"{os.getpid()} {address}\n", encoding="utf-8")


def served_at(home: Path) -> str | None:
    """Where this home's pages are served, None where they are not."""
    with suppress(OSError, ValueError):
        process, address = (home / FILE).read_text(encoding="utf-8").split()
        os.kill(int(process), 0)  # raises where it has ended
        return address
    return None
