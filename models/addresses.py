"""Mail addresses as settings give them: which any server takes, and who all mails are from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from models.errors import InvalidInput

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)

SENDER = re.compile(
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<name>[^"<>,;:@\[\]\\]*?))\s*<(?P<address>[^<>]*)>'
    r"|(?P<only>[^<>\s]*)"
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who all mails are from, as in `Đôn đốc báo cáo <dondoc@example.vn>`."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


def is_address(text: str) -> bool:
    """Whether it is an address that any server takes: ASCII, without blanks or line ends."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None and ".." not in text


@lru_cache(maxsize=16)
def parse_sender(text: str) -> Sender:
    """The sender as `Name <address>`, a name with other than plain characters in quotes, or the address
    alone. Raises `InvalidInput`, with the name in quotes if that is what is wrong."""
    found = SENDER.fullmatch(text.strip())
    address = (found["address"] or found["only"] or "").strip() if found else ""
    if found and is_address(address):
        quoted = found["quoted"]
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (found["name"] or "")
        return Sender(name=" ".join(name.split()), address=address)
    name, _, rest = text.rpartition("<")
    address = rest.rstrip(" >")
    if name.strip() and is_address(address) and "<" not in name:
        mended = name.strip().strip('"').replace('"', "'")
        raise InvalidInput(
            f'{text!r} has a character in the name that needs quotes; write "{mended}" <{address}>'
        )
    raise InvalidInput(f"{text!r} has no address in it, or more than one; write Name <name@example.vn>")
