"""One rule of what a mail address is, and that all who take addresses follow it."""

from __future__ import annotations

import email
from collections.abc import Callable
from email.policy import SMTP

import pytest
from pydantic import ValidationError

from models.errors import InvalidInput
from models.mail_address import is_address, parse_sender, plain_address
from models.settings import Settings
from notifications.message import mailbox
from reporting.access.accounts import require_address
from reporting.units.rows import mail_address

TAKEN = [
    ("vanthu@xa-mot.camau.example", "vanthu@xa-mot.camau.example"),
    (" VanThu@Xa-Mot.Example ", "vanthu@xa-mot.example"),
    ("first.last+report@x.example", "first.last+report@x.example"),
    ("o'neil_1@x.example", "o'neil_1@x.example"),
    ("admin@example", "admin@example"),  # an office's own network
    ("dondoc@localhost", "dondoc@localhost"),
    ("a@mail.tinh.local", "a@mail.tinh.local"),
    ("a@163.example", "a@163.example"),
    ("hoa@xã.vn", "hoa@xn--x-yfa.vn"),
    (f"{'a' * 64}@x.example", f"{'a' * 64}@x.example"),
]
REFUSED = [
    "",
    "vanthu",
    "@x.example",
    "a@",
    "a@b@c.example",
    "a b@x.example",
    "a@x .example",
    "a..b@x.example",
    ".a@x.example",
    "a.@x.example",
    "a@x..example",
    "a@.example",
    "a@x.example.",
    "a@-x.example",
    "a@x-.example",
    "a@x_y.example",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "hòa@xã.vn",
    "hòa@x.example",
    "\u202ea@x.example",
    "a\u200b@x.example",
    '"a b"@x.example',
    "A <a@x.example>",
    "<a@x.example>",
    "a@x.example,b@x.example",
    "a@x.example;b@x.example",
    "a(b)@x.example",
    "a@x.example\n",
    "a@x.example\r\nBcc: b@x.example",
    "a\t@x.example",
    "a\0@x.example",
    f"{'a' * 65}@x.example",
    f"a@{'x' * 64}.example",
    f"a@{'x.' * 130}example",
]


def of_settings(text: str) -> str:
    return Settings.model_validate({"admin_address": text}).admin_address or ""


def of_sender(text: str) -> str:
    return parse_sender(text).address


TAKERS: list[Callable[[str], str]] = [mail_address, require_address, of_settings, of_sender]


@pytest.mark.parametrize(("text", "address"), TAKEN)
def test_all_take_an_address_in_the_form_in_which_it_is_mailed(text: str, address: str) -> None:
    assert plain_address(text) == address
    assert [taker(text) for taker in TAKERS] == [address] * len(TAKERS)
    assert is_address(address)
    head = email.message_from_string(f"To: {mailbox('Văn thư', address)}\r\n\r\n", policy=SMTP)
    assert [each.addr_spec for each in head["To"].addresses] == [address]


@pytest.mark.parametrize("text", REFUSED)
def test_all_refuse_what_is_none_or_cannot_be_mailed(text: str) -> None:
    assert plain_address(text) is None
    assert not is_address(text)
    for taker in (mail_address, require_address):
        if text.strip() == text:  # forms strip a text
            with pytest.raises(InvalidInput, match="no mail address"):
                taker(text)
    if text:
        with pytest.raises(ValidationError, match="is no mail address; write one plain address"):
            of_settings(text)
    with pytest.raises(InvalidInput, match="cannot be mailed"):
        mailbox("", text)
