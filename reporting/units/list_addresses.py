"""Cells of mail addresses and telephone numbers as people fill them in: several in one, with names around."""

from __future__ import annotations

import re
from itertools import zip_longest

from models.mail_address import plain_address
from models.text import clean_line, clean_lines

PARTS = re.compile(r"[;,\n/|]+|\s{1,}(?=[^\s@<>]+@)|\s+(?:v\u00e0|-)\s+")
AROUND = re.compile(r"^[ .<>\"'()]*(?:mailto:|e-?mail:)?\s*|[ .<>\"'()]+$", re.IGNORECASE)
"""What stands around an address and is no part of it."""
ANGLED = re.compile(r"<([^<>]*)>")
LOST_ZERO = re.compile(r"[1-9][0-9]{8}", re.ASCII)
"""Nine digits: a telephone number of ten without its first, 0."""


def addresses_in(text: str) -> tuple[list[str], list[str]]:
    """The addresses of a cell as they are stored, and what else stands in it that is none."""
    found: list[str] = []
    wrong: list[str] = []
    for part in PARTS.split(clean_lines(text)):
        piece = clean_line(part)
        angled = ANGLED.search(piece)
        piece = (
            (angled[1] if angled else piece)
            .strip(" .<>\"'()")
            .removeprefix("mailto:")
            .removeprefix("MAILTO:")
        )
        if not piece:
            continue
        address = plain_address(piece)
        if address is None:
            wrong.append(piece)
        elif address not in found:
            found.append(address)
    return found, wrong


def people_in(names: str, addresses: list[str]) -> list[tuple[str, str]]:
    """Name and address of each person: as many names as addresses stand line by line, or one for all."""
    each = [clean_line(name) for name in re.split(r"[;\n]", names) if name.strip()]
    if len(each) == len(addresses):
        return list(zip(each, addresses, strict=True))
    whole = clean_line(names.replace("\n", " "))
    return list(zip_longest([], addresses, fillvalue=whole)) if addresses else []


def telephone(text: str, is_number: bool) -> tuple[str, bool]:
    """The number as it is kept, and whether a 0 that a table program dropped was put before it."""
    phone = clean_line(text.replace("\n", "; ")).removeprefix("'")[:60]
    if is_number and LOST_ZERO.fullmatch(phone):
        return f"0{phone}", True
    return phone, False
