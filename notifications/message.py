"""A mail as bytes: headers, a text and an HTML part, by the standard library's `email` (RFC 5322, 2045–2047).

The default policy parses each header as it is set and again as it is folded, two milliseconds for one
Vietnamese mail; here headers are folded once, where they are made. Every value passes `clean`, which lets no
line end through, so no name or title can add a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.charset import Charset
from email.contentmanager import raw_data_manager
from email.message import EmailMessage
from email.policy import Compat32
from email.utils import quote
from hashlib import sha256

from models.errors import InvalidInput
from models.mail_address import is_address
from notifications.faults import MailFault
from notifications.rendering import Rendered

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LINE_LIMIT = 998
"""Octets in a line that every server must take (RFC 5321, section 4.5.3.1.6); longer ones are encoded."""
LINE_OF_WORDS = 76
"""Characters in a line of a header that holds an encoded word (RFC 2047, section 2)."""
WORD_OVERHEAD = len("=?utf-8?b??=")
UTF_8 = Charset("utf-8")


class _Folded(Compat32):
    """Takes headers as they are, since they are folded where they are made.

    To fold each again takes half the time of a mail, and would put a long address on a line of its own, which
    is then read with a blank before it.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\n".replace("\n", self.linesep).encode("ascii", "replace")


POLICY = _Folded(linesep="\r\n", max_line_length=LINE_LIMIT)


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the mail with this key: the same whenever and by whomever it is sent."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def thread_id(obligation_id: int, domain: str) -> str:
    """What all mails about an obligation refer to, so that clients show them as one thread."""
    return f"<obligation-{obligation_id}@{domain}>"


def write_message(words: Rendered, headers: Mapping[str, str], entry: tuple[str, bytes] | None) -> bytes:
    """The mail with CRLF line ends, the same bytes each time; empty headers are left out, long ones folded.

    `entry` is a calendar file to attach: its name and its bytes.
    """
    message = EmailMessage(policy=POLICY)
    for name, value in headers.items():
        if value:
            message[name] = value
    message.set_content(words.text, content_manager=raw_data_manager)
    message.add_alternative(words.html, subtype="html", content_manager=raw_data_manager)
    boundary = "=_" + sha256(headers["Message-ID"].encode()).hexdigest()[:24]
    message.set_boundary(boundary)
    if entry is not None:
        name, data = entry
        message.add_attachment(
            data,
            maintype="text",
            subtype="calendar",
            filename=name,
            params={"charset": "utf-8", "name": name},
            content_manager=raw_data_manager,
        )
        message.set_boundary(boundary + "m")
    return message.as_bytes()


def clean(text: str) -> str:
    """The text on one line, without control characters: the gate of all headers."""
    return " ".join(CONTROL.sub(" ", text).split())


def words(text: str, header: str = "Subject") -> str:
    """A header's text, folded: in encoded words of UTF-8 where it is not plain ASCII on one line."""
    line, room = clean(text), LINE_OF_WORDS - len(f"{header}: ")
    if line.isascii() and "=?" not in line and len(line) <= room:
        return line
    # The first line holds the header's name as well; three octets become four characters.
    pieces = _pieces(line, (room - WORD_OVERHEAD) // 4 * 3)
    return "\n ".join(UTF_8.header_encode(piece) for piece in pieces)


def mailbox(name: str, address: str, header: str = "") -> str:
    """`Name <address>` for a header, folded. Raises `InvalidInput` for an address that cannot be used."""
    if not is_address(address):
        raise InvalidInput(MailFault.NO_ADDRESS(address=address))
    shown = clean(name)
    if not shown:
        return address
    said = words(shown, header)
    return f'"{quote(said)}"\n <{address}>' if said == shown else f"{said}\n <{address}>"


def _pieces(line: str, octets: int) -> list[str]:
    """The line cut into pieces of at most so many octets of UTF-8: before blanks, and within a word only
    where it is longer than that.

    Some readers (Python's among them) show a blank between two encoded words of a name, which RFC 2047
    (section 6.2) has them drop; in the middle of a word it would be seen.
    """
    pieces = [""]
    for word in re.findall(r" ?[^ ]+", line):
        for part in [word] if _octets(word) <= octets else word:
            if pieces[-1] and _octets(pieces[-1] + part) > octets:
                pieces.append("")
            pieces[-1] += part
    return pieces


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
