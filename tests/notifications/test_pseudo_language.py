"""Every kind of mail in a language that nobody speaks: what comes out plain could not be translated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from models.vocabulary import NoticeKind
from notifications.digest import compose
from notifications.rendering import render
from notifications.sample_mail import sample_items
from tests.conftest import at
from tests.messages.pseudo import plain, plain_texts, spoken
from tests.notifications.items import CALENDAR, links

NOW = "2024-10-15 08:00:00"
ENUMS = {"kind", "audience", "state", "bound", "duty_type"}


@pytest.fixture(autouse=True, scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with spoken(tmp_path_factory.mktemp("pseudo") / "locale"):
        yield


def texts_in(value: object) -> Iterator[str]:
    """All that an item brings along: names, numbers, words of somebody; line by line, as mails have them."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in ENUMS:
                yield from texts_in(getattr(value, field.name))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield from (value, " ".join(value.split()), *value.splitlines())


@pytest.mark.parametrize("count", [1, 3, 12])
@pytest.mark.parametrize("kind", NoticeKind)
def test_no_mail_has_a_text_that_cannot_be_translated(kind: NoticeKind, count: int) -> None:
    items = sample_items(kind, "vi", CALENDAR, at(NOW), count)
    mail, data = render(compose(items, CALENDAR, at(NOW)), links(NOW)), frozenset(texts_in(items))
    lines = [line for line in (mail.subject, *mail.text.splitlines()) if plain(line, data)]
    assert lines + plain_texts(mail.html, data) == []
