"""Places marked in a text: nothing of the text is lost, each place has its anchor once."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from web.admin.marked_text import MarkedPiece, MarkedPlace, marked

TEXTS = st.text("ab \n", max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def walked(pieces: list[MarkedPiece]) -> Iterator[MarkedPiece]:
    for piece in pieces:
        yield piece
        yield from walked(piece.below)


@given(TEXTS, SPANS)
def test_the_text_is_whole_and_each_place_is_marked_with_its_words(
    text: str, spans: list[tuple[int, int]]
) -> None:
    places = [MarkedPlace(start, end, f"p{number}", "said") for number, (start, end) in enumerate(spans)]
    pieces = list(walked(marked(text, places)))
    assert "".join(piece.text for piece in pieces) == text
    sound = {place.name for place in places if place.start < place.end <= len(text)}
    firsts = [piece.place.name for piece in pieces if piece.place and piece.is_first]
    assert sorted(firsts) == sorted(sound)
    for name in sound:
        own = [piece for piece in pieces if piece.place and piece.place.name == name]
        said = "".join(each.text for piece in own for each in walked(piece.below))
        place = own[0].place
        assert place is not None
        assert said == text[place.start : place.end]
    assert [piece.line for piece in pieces if piece.line] == list(range(1, len(text.splitlines()) + 1))
