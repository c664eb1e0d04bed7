"""The mail as bytes, read back by the standard library's parser: nothing gets lost, and nothing gets in."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest

from models.errors import InvalidInput
from models.mail_address import parse_sender
from notifications.message import mailbox, message_id, thread_id, words, write_message
from notifications.rendering import Rendered

SENDER = parse_sender("Đôn đốc báo cáo <dondoc@example.vn>")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]


def letter(**changes: str) -> bytes:
    values = {
        "name": "Nguyễn Văn A",
        "address": "a@xa.example",
        "subject": "[Đôn đốc] Còn 2 ngày",
        "text": "Kính gửi\n.\nhết\n",
        "html": "<p>Kính gửi</p>",
    } | changes
    headers = {
        "From": mailbox(SENDER.name, SENDER.address, "From"),
        "To": mailbox(values["name"], values["address"], "To"),
        "Subject": words(values["subject"]),
        "Date": format_datetime(datetime(2024, 2, 15, 1, tzinfo=UTC)),
        "Message-ID": message_id("key", SENDER.domain),
        "In-Reply-To": "",
        "References": "\n ".join(thread_id(id, SENDER.domain) for id in (1, 2)),
        "Auto-Submitted": "auto-generated",
    }
    said = Rendered(subject=values["subject"], text=values["text"], html=values["html"])
    return write_message(said, headers, None)


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=SMTP)


def part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_it_reads_back_as_it_was_meant() -> None:
    message = read(letter())
    assert list(message.keys()) == HEADERS
    assert message["To"].addresses[0].display_name == "Nguyễn Văn A"
    assert message["Subject"] == "[Đôn đốc] Còn 2 ngày"
    assert message["References"] == "<obligation-1@example.vn> <obligation-2@example.vn>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert part(message, "plain").rstrip("\n") == "Kính gửi\n.\nhết"
    assert part(message, "html").rstrip("\n") == "<p>Kính gửi</p>"
    assert message.defects == []


def test_the_same_letter_gives_the_same_bytes_with_line_ends_of_the_wire() -> None:
    data = letter()
    assert data == letter()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "A\r\nBcc: all@example.vn", "A Bcc: all@example.vn"),
        ("name", 'A" <b@example.vn>, "C', 'A" <b@example.vn>, "C'),
        ("name", "A\x00B\u2028C", "A B C"),
        ("subject", "x\nBcc: all@example.vn", "x Bcc: all@example.vn"),
        ("subject", "=?utf-8?q?Bcc:_x?=", "=?utf-8?q?Bcc:_x?="),
        ("subject", "báo cáo " * 60, ("báo cáo " * 60).strip()),
    ],
)
def test_no_value_adds_a_header_or_a_recipient(field: str, value: str, shown: str) -> None:
    message = read(letter(**{field: value}))
    assert list(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["a@xa.example"]
    seen = message["To"].addresses[0].display_name if field == "name" else str(message["Subject"])
    assert seen == shown


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b\r\nRCPT TO:<c@d>", "a b@c.vn", "<a@b.vn>", "a@b.vn,c@d.vn", "đ@b.vn", "a@", "a..b@c.vn"],
)
def test_it_refuses_an_address_that_could_mean_more(address: str) -> None:
    with pytest.raises(InvalidInput, match="correct the contact"):
        letter(address=address)


def test_no_line_is_longer_than_a_server_must_take() -> None:
    data = letter(text="dài " * 2000, subject="ế" * 400, name="ữ" * 300)
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert part(read(data), "plain").strip() == ("dài " * 2000).strip()


def test_a_sender_without_an_address_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has no address in it"):
        parse_sender("Đôn đốc")


def test_a_long_name_is_never_cut_within_a_word() -> None:
    """Python's reader shows the blank between two encoded words of a name: "v à Xã hội" was the result."""
    name = "Văn thư Sở Lao động - Thương binh và Xã hội tỉnh Cà Mau"
    pieces = [
        base64.b64decode(piece).decode()
        for piece in re.findall(r"\?b\?([^?]+)\?=", mailbox(name, "a@b.example"))
    ]
    assert len(pieces) > 1
    assert "".join(pieces) == name
    assert all(piece.startswith(" ") for piece in pieces[1:])


def test_a_word_longer_than_an_encoded_word_is_cut_between_letters() -> None:
    name = "ặ" * 40
    assert str(make_header(decode_header(words(name)))) == name


LONG_WORDS = (
    "[Đôn đốc] Quá hạn 2 ngày: Báo cáo tình hình thực hiện các chỉ tiêu – UBND xã Phong Nẫm – 15/10/2024"
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", LONG_WORDS),
        ("subject", LONG_WORDS[:57]),
        ("subject", "plain English words, more of them than fit on a line of a header, all in ASCII letters"),
        ("subject", "ế" * 200),  # no blank to cut at
        ("subject", "x" * 200),
        ("name", LONG_WORDS),
        ("name", "Someone With A Name That Is Longer Than A Whole Line Of A Header May Be By The Rules"),
        ("name", "ữ" * 100),
    ],
)
def test_each_line_of_a_header_has_at_most_76_characters(field: str, value: str) -> None:
    """RFC 2047, section 2; once the first line of a subject had 84, with the header's name."""
    data = letter(**{field: value})
    head = data.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 76
    message = read(data)
    seen = message["To"].addresses[0].display_name if field == "name" else str(message["Subject"])
    if field == "name":  # where Python's reader leaves a blank between two encoded words
        seen, value = seen.replace(" ", ""), value.replace(" ", "")
    assert (seen, message.defects, message["Subject"].defects, message["To"].defects) == (value, [], (), ())
