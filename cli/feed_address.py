"""Which address calendar links begin with: the setting, or where this home's pages are served right now.

Somebody who tries dondoc out on another port gets links that work, without a setting; in an office
DONDOC_BASE_URL says what the world outside calls the pages.
"""

from __future__ import annotations

import os
from contextlib import suppress

from models.settings import Settings

FILE = "web-address"


def base_url(settings: Settings) -> str:
    """The address of the pages, without a slash at its end."""
    served = None if "base_url" in settings.model_fields_set else _served_at(settings)
    return served or settings.base_url.rstrip("/")


def note_served_at(settings: Settings, address: str) -> None:
    """While this process lives, links begin with that address where no setting says otherwise."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / FILE).write_text(f"{os.getpid()} {address}\n", encoding="utf-8")


def _served_at(settings: Settings) -> str | None:
    with suppress(OSError, ValueError):
        process, address = (settings.home / FILE).read_text(encoding="utf-8").split()
        os.kill(int(process), 0)  # raises where it has ended
        return address
    return None
