"""A mail as bytes: headers, a text and an HTML part, by the standard library's `email` (RFC 5322, 2045–2047).

The default policy parses each header as it is set and again as it is folded, two milliseconds for one
Vietnamese mail; here `Header` folds it once, in a quarter of that. Every value passes `clean`, which lets no
line end through, so no name or title can add a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.policy import Compat32
from email.utils import quote
from functools import lru_cache
from hashlib import sha256

from models.errors import InvalidInput
from models.mail_address import is_address
from notifications.faults import MailFault
from notifications.rendering import Rendered

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LINE_LIMIT = 998
"""Octets in a line that every server must take (RFC 5321, section 4.5.3.1.6)."""
LINE_OF_WORDS = 76
"""Characters in a line of a header that holds an encoded word (RFC 2047, section 2)."""
WORD_OVERHEAD = len("=?utf-8?b??=")


class _Folded(Compat32):
    """Takes headers as they are, since they are folded where they are made.

    To fold each again takes half the time of a mail, and would put a long address on a line of its own, which
    is then read with a blank before it.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\n".replace("\n", self.linesep).encode("ascii", "replace")


POLICY = _Folded(linesep="\r\n", max_line_length=LINE_OF_WORDS)


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
    _set_text(message, "plain", words.text)
    message.make_alternative()
    html = EmailMessage(policy=POLICY)
    _set_text(html, "html", words.html)
    message.attach(html)
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


def _set_text(part: EmailMessage, subtype: str, text: str) -> None:
    """As it is, in UTF-8; quoted-printable where a line is longer than servers must take."""
    data = text.encode("utf-8", "replace")
    if max(map(len, data.split(b"\n"))) > LINE_LIMIT:
        cte = "quoted-printable"
        part.set_content(text, subtype=subtype, cte=cte, content_manager=raw_data_manager)
        return
    charset = {"charset": "utf-8"}
    part.set_content(data, "text", subtype, cte="8bit", params=charset, content_manager=raw_data_manager)


def clean(text: str) -> str:
    """The text on one line, without control characters: the gate of all headers."""
    return " ".join(CONTROL.sub(" ", text).split())


def words(text: str, header: str = "Subject") -> str:
    """A header's text, folded: in encoded words of UTF-8 where it is not plain ASCII."""
    line = clean(text)
    return _encoded(line, header, "us-ascii" if _is_plain(line, header) else "utf-8")


def _encoded(line: str, header: str, charset: str = "utf-8") -> str:
    return Header(line, charset, header_name=header, maxlinelen=LINE_OF_WORDS, errors="replace").encode()


@lru_cache(maxsize=64)
def mailbox(name: str, address: str, header: str = "") -> str:
    """`Name <address>` for a header, folded. Raises `InvalidInput` for an address that cannot be used."""
    if not is_address(address):
        raise InvalidInput(MailFault.NO_ADDRESS(address=address))
    shown = clean(name)
    if not shown:
        return address
    if _is_plain(shown, header):
        quoted = f'"{quote(shown)}"'
        return f"{_encoded(quoted, header, 'us-ascii')}\n <{address}>"
    # The first line holds the header's name as well.
    room = LINE_OF_WORDS - len(header) - len(": ") - WORD_OVERHEAD
    first, *rest = _pieces(shown, room // 4 * 3)
    encoded = [_encoded(first, header), *(_encoded(piece, "") for piece in rest)]
    return "\n ".join([*encoded, f"<{address}>"])


def _is_plain(line: str, header: str) -> bool:
    """Whether it needs no encoding: ASCII that does not look encoded, with words that fit on a line."""
    fits = all(len(word) < LINE_OF_WORDS - len(header) - 4 for word in line.split(" "))
    return line.isascii() and "=?" not in line and fits


def _pieces(line: str, octets: int) -> list[str]:
    """The line cut before blanks into pieces of at most so many octets of UTF-8, where the words allow it.

    Some readers (Python's among them) show a blank between two encoded words of a name, which RFC 2047
    (section 6.2) has them drop; in the middle of a word it would be seen.
    """
    pieces = [""]
    for word in re.findall(r" ?[^ ]+", line):
        if pieces[-1] and len((pieces[-1] + word).encode("utf-8", "replace")) > octets:
            pieces.append("")
        pieces[-1] += word
    return pieces
