"""A document is read in a process of its own, which is ended where it takes too long or too much."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.bounded import Bounds, draft_bounded
from documents.selectors import KnownUnit
from models.errors import InvalidInput
from tests.documents.files import DUES, LETTER, page, pdf, word

TEXT = "\n".join(LETTER).encode()


def test_the_draft_comes_back_with_the_places_of_its_words() -> None:
    found = draft_bounded(word(), "a.docx", [KnownUnit("so-y-te", "Sở Y tế")], "vi")
    (plan,) = found["plans"]
    cards = plan["cards"]
    assert [card["duty"]["chain"][0]["due"] for card in cards] == DUES
    assert cards[0]["duty"]["chain"][0]["from"] == {"units": ["so-y-te"]}
    words = {mark["field"]: found["text"][mark["start"] : mark["end"]] for mark in cards[0]["marks"]}
    assert words["due"] == "trước ngày 20 hằng tháng"
    assert words["from"] == "Sở Y tế"


def test_it_says_which_page_it_has_come_to(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    draft_bounded(pdf(page(LETTER), tmp_path), "a.pdf", [], "vi", lambda *told: heard.append(told))
    assert heard == [(1, 1)]


@pytest.mark.parametrize(
    ("data", "bounds", "said"),
    [
        (TEXT, Bounds(seconds=0.001), "reading took longer than"),
        (TEXT, Bounds(memory=2**20), "needs more memory"),
        (b"PK\x03\x04", Bounds(), "the file is damaged"),
    ],
    ids=["too long", "too much", "broken"],
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, bounds: Bounds, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        draft_bounded(data, "a.docx", [], "en", bounds=bounds)
    assert "\n" not in refused.value.reason
