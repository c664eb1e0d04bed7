"""Names are found as people type them, alike on both databases and in memory."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from sqlalchemy import Engine, String, literal, select

from models.database import reading
from models.text import ALPHABETS, Folded, are_in, folded, holds

NAME = "Huyện Đầm Dơi"


FOUND = [
    "Huyện Đầm Dơi",
    "huyện đầm dơi",
    "HUYỆN ĐẦM DƠI",
    unicodedata.normalize("NFD", "Đầm Dơi"),
    unicodedata.normalize("NFD", "ĐẦM"),
    "huyen dam doi",
    "dam  doi ",
    "ĐAM",
    "\u00d0ầm",  # looks like Đ, and old converters write it
    "uyệ",
    "",
    "đầm\x00",
    "\u200bđầm",
    "đầm dời",  # marks are not looked at
]
NOT_FOUND = ["đầm%", "h_yen", "xã"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found(engine: Engine, form: Literal["NFC", "NFD"]) -> None:
    name, typed = unicodedata.normalize(form, NAME), [*FOUND, *NOT_FOUND]
    with reading(engine) as session:
        found = [words for words in typed if session.scalar(select(holds(literal(name, String), words)))]
    assert found == FOUND == [words for words in typed if are_in(words, "x", name)]


def test_the_database_folds_as_we_do(engine: Engine) -> None:
    every = " ".join(map(chr, (*ALPHABETS, *range(0x1E00, 0x1F00))))
    with reading(engine) as session:
        assert session.scalar(select(Folded(literal(every, String)))) == folded(every)
        assert session.scalar(select(Folded(literal(None, String)))) is None


def test_no_vietnamese_letter_keeps_its_case_or_its_marks() -> None:
    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    for letter in [unicodedata.normalize("NFC", v + tone) for v in vowels for tone in tones] + ["đ"]:
        assert folded(letter) == folded(letter.upper()) in set("aeiouyd")
