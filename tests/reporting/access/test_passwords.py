"""Secrets in addresses are letters and digits, as many for each, and no two values are spelled alike."""

from __future__ import annotations

import pytest

from models.errors import InvalidInput
from reporting.access.passwords import check_password, new_secret, spelled, spelled_before
from reporting.access.reset_links import LENGTH_BEFORE, ticket_secret


@pytest.mark.parametrize(("octets", "length"), [(12, 17), (18, 25), (24, 33), (32, 43)])
def test_every_value_has_one_spelling_of_one_length(octets: int, length: int) -> None:
    lowest, highest = bytes(octets), b"\xff" * octets
    found = {spelled(value) for value in (lowest, lowest[1:] + b"\1", highest[1:] + b"\xfe", highest)}
    assert len(found) == 4
    assert {len(each) for each in found} == {length}
    many = [new_secret(octets) for _ in range(200)]
    assert len(set(many)) == 200
    assert all(each.isascii() and each.isalnum() and len(each) == length for each in many)


def test_a_ticket_whose_mail_waits_since_before_keeps_its_spelling() -> None:
    """Only the hash of that spelling is kept."""
    assert ticket_secret("key", "a" * LENGTH_BEFORE) == "kex9BTBu4d0TuP89tfGZlRMts_M3AA-So7GmmFDgKxk"
    word = new_secret(24)
    assert len(word) != LENGTH_BEFORE
    assert ticket_secret("key", word).isalnum()


def test_the_spelling_of_before_is_known() -> None:
    assert spelled_before(b"\xff\xef\xbe") == "_---"


@pytest.mark.parametrize(
    "password",
    [
        "Matkhau@2024",
        "mật khẩu 123456",
        "P@ssword2024!",
        "anhyeuem1234",
        "UBND-2025-2025",
        "1234567890",
        "0912 345 678",
    ],
)
def test_what_is_tried_first_is_no_password(password: str) -> None:
    with pytest.raises(InvalidInput, match="among the first"):
        check_password(password)


@pytest.mark.parametrize("password", ["Trịnh Thị Hoa 1990", "hoa.trinh-2024"])
def test_the_accounts_own_name_is_no_password(password: str) -> None:
    with pytest.raises(InvalidInput, match="own name"):
        check_password(password, "Trịnh Thị Hoa", "hoa.trinh@xa.example")


@pytest.mark.parametrize("password", ["ba con mèo trắng", "mật khẩu của con mèo", "正確な馬の電池の釘です"])
def test_words_of_ones_own_are_taken(password: str) -> None:
    assert check_password(password, "Trịnh Thị Hoa", "hoa.trinh@xa.example")
