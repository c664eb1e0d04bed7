"""A link opens one obligation for one purpose, for a time; anything else about it is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.links import VALID_FOR, Purpose, is_valid, signed_link

NOW = datetime(2024, 2, 15, 1, tzinfo=UTC)
SECRET = "a secret of this installation"


def parts(link: str) -> tuple[str, int, int, str]:
    purpose, id, expiry, signature = link.removeprefix("https://dondoc.example/").split("/")
    return purpose, int(id), int(expiry), signature


def test_it_opens_what_it_was_made_for() -> None:
    purpose, id, expiry, signature = parts(
        signed_link("https://dondoc.example/", SECRET, Purpose.FILE, 7, NOW)
    )
    assert (purpose, id) == ("o", 7)
    assert is_valid(SECRET, Purpose.FILE, id, expiry, signature, NOW)


@pytest.mark.parametrize(
    ("secret", "purpose", "id", "longer", "signature"),
    [
        ("another", Purpose.FILE, 7, 0, None),
        (SECRET, Purpose.VIEW, 7, 0, None),  # who may look may not file
        (SECRET, Purpose.FILE, 8, 0, None),
        (SECRET, Purpose.FILE, 7, 86_400, None),  # a longer life is not to be had by writing it there
        (SECRET, Purpose.FILE, 7, 0, ""),
        (SECRET, Purpose.FILE, 7, 0, "đôn-đốc"),
    ],
)
def test_it_refuses_whatever_was_not_signed(
    secret: str, purpose: Purpose, id: int, longer: int, signature: str | None
) -> None:
    _, _, expiry, genuine = parts(signed_link("https://dondoc.example", SECRET, Purpose.FILE, 7, NOW))
    given = genuine if signature is None else signature
    assert not is_valid(secret, purpose, id, expiry + longer, given, NOW)


def test_it_expires() -> None:
    _, id, expiry, signature = parts(signed_link("https://dondoc.example", SECRET, Purpose.FILE, 7, NOW))
    assert not is_valid(SECRET, Purpose.FILE, id, expiry, signature, NOW + VALID_FOR + timedelta(days=1))


def test_the_same_mail_sent_again_on_its_day_has_the_same_link() -> None:
    again = NOW + timedelta(hours=9)
    links = {signed_link("https://x.example", SECRET, Purpose.VIEW, 7, moment) for moment in (NOW, again)}
    assert len(links) == 1
