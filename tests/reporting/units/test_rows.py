"""Contacts in files: who may be notified, in which language, and addresses that can harm no mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import InputErrors, InvalidInput
from reporting.units.rows import mail_address
from tests.reporting.unit_world import CONTACTS, as_input

HEADER = "unit,name,role,address,language,valid_from,valid_to\n"


def test_it_reads_contacts(tmp_path: Path) -> None:
    clerk, head, other = as_input(tmp_path, CONTACTS).contacts
    assert (clerk.unit, clerk.name, clerk.role, clerk.address) == (
        "x1",
        "Văn thư xã Một",
        "clerk",
        "vanthu@x1.example",
    )
    assert (clerk.language, head.language, other.language) == (
        "vi",
        "en",
        "vi",
    )  # Vietnamese where none is given


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("VanThu@X1.Example", "vanthu@x1.example"),
        (" a@b ", "a@b"),
        ("first.last+report@xa-dat-mui.camau.example", "first.last+report@xa-dat-mui.camau.example"),
    ],
)
def test_it_keeps_an_address_in_small_letters(text: str, address: str) -> None:
    assert mail_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vanthu",
        "vanthu@",
        "@x1.example",
        "a@b@c",
        "a b@x.example",
        "a@x.example\n",
        "a@x.example\nBcc: b@y.example",
        "a@x.example\r\n\r\nbody",
        "a@x.example,b@y.example",
        "a@x.example;b@y.example",
        "Văn thư <a@x.example>",
        '"a b"@x.example',
        "a@-x.example",
        "a@x..example",
        ".a@x.example",
        "a@[127.0.0.1]",
        "vănthư@x.example",
        "a@x.example\0",
        f"{'a' * 65}@x.example",
        f"a@{'x.' * 130}example",
    ],
)
def test_it_refuses_an_address_that_is_none_or_could_break_a_header(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no mail address; write one plain address") as caught:
        mail_address(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (",Tên,clerk,a@x.example,vi,,", "unit: is empty; fill it in"),
        ("x,,clerk,a@x.example,vi,,", "name: is empty; fill it in"),
        ("x,Tên,boss,a@x.example,vi,,", "role: 'boss' is unknown; write one of clerk, head, monitor"),
        ("x,Tên,clerk,a.example,vi,,", "address: 'a.example' is no mail address"),
        ('x,Tên,clerk,"a@x.example\nBcc: b@y.example",vi,,', "address: holds a line break; take it out"),
        ('x,"Tên\nBcc: b@y.example",clerk,a@x.example,vi,,', "name: holds a line break; take it out"),
        ("x,Tên,clerk,a@x.example,fr,,", "language: 'fr' is unknown; write one of vi, en"),
        ("x,Tên,clerk,a@x.example,vi,2024-02-01,2024-01-01", "valid_to: 2024-01-01 is not after valid_from"),
        ("x1,Tên,clerk,VANTHU@x1.example,vi,,", "address: vanthu@x1.example is clerk of x1 already in"),
    ],
)
def test_it_refuses_a_wrong_row(tmp_path: Path, line: str, error: str) -> None:
    with pytest.raises(InputErrors) as caught:
        as_input(tmp_path, f"{HEADER}x1,Văn thư,clerk,vanthu@x1.example,vi,,\n{line}\n")
    assert len(caught.value.errors) == 1
    assert f"0.csv:3: {error}" in caught.value.errors[0]


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ("2024-01-01,2024-06-01", "2024-06-01,", True),  # the end is exclusive: no gap, no overlap
        ("2024-01-01,2024-06-02", "2024-06-01,", False),
        (",2024-06-01", "2024-06-01,", True),
        (",", "2024-06-01,", False),
    ],
)
def test_one_person_may_come_back_but_not_overlap(
    tmp_path: Path, first: str, second: str, taken: bool
) -> None:
    text = "".join(f"x1,Tên,clerk,a@x.example,vi,{span}\n" for span in (first, second))
    if taken:
        assert len(as_input(tmp_path, HEADER + text).contacts) == 2
    else:
        with pytest.raises(InputErrors, match="give them times that do not overlap"):
            as_input(tmp_path, HEADER + text)
