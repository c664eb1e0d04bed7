"""Names are found as people type them, alike on both databases and in memory."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from sqlalchemy import Engine, String, literal, select

from models.database import reading
from models.text import ALPHABETS, Folded, are_in, folded, holds

NAME = "Huyện Đầm Dơi"


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("Huyện Đầm Dơi", True),
        ("huyện đầm dơi", True),
        ("HUYỆN ĐẦM DƠI", True),
        (unicodedata.normalize("NFD", "Đầm Dơi"), True),
        (unicodedata.normalize("NFD", "ĐẦM"), True),
        ("huyen dam doi", True),
        ("dam  doi ", True),
        ("ĐAM", True),
        ("\u00d0ầm", True),  # looks like Đ, and old converters write it
        ("uyệ", True),
        ("", True),
        ("đầm\x00", True),
        ("\u200bđầm", True),
        ("đầm dời", True),  # marks are not looked at
        ("đầm%", False),
        ("h_yen", False),
        ("xã", False),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found(engine: Engine, words: str, is_found: bool, form: Literal["NFC", "NFD"]) -> None:
    name = unicodedata.normalize(form, NAME)
    with reading(engine) as session:
        found = session.scalar(select(holds(literal(name, String), words)))
    assert (bool(found), are_in(words, "x", name)) == (is_found, is_found)


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
