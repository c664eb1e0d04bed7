"""Whether a text can be read as Vietnamese, and what old font encoding it may be in.

Before Unicode, fonts showed Vietnamese letters for other codes: TCVN3 ("ABC", .VnTime) one for one, VNI a
letter and a mark. A text is converted where it turns from next to no common words into many; else it is told.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from documents.unit_words import words_of

COMMON = words_of(
    "của và các được trong cho với theo về thực hiện nhân dân ủy ban tỉnh cáo báo đến công tác quy định"
    " nghị quyết chính phủ nhà nước đơn vị cơ quan tổ chức kế hoạch triển khai nhiệm vụ việc từ để trên"
    " không là có một những này số ngày tháng năm thành phố bộ sở xã phường huyện chủ tịch hội đồng kết"
    " quả tình hình"
)
WORD = re.compile(r"[^\W\d_]+")
MARKED = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
UNREADABLE = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")
UNICODE_ONLY = re.compile(r"[\u0100-\u1eff]")
FIRST = 20_000
READABLE = 0.15
"""The share of common words from which on a text is surely Vietnamese as it stands."""
TCVN3 = dict(
    zip(
        map(chr, (*range(0xA1, 0xAF), *range(0xB5, 0xBA), *range(0xBB, 0xBF), *range(0xC6, 0xCD),
                  *range(0xCE, 0xD9), *range(0xDC, 0xE0), *range(0xE1, 0xF0), *range(0xF1, 0xFF))),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)  # fmt: skip
BREVE, CIRCUMFLEX = "\u0306", "\u0302"
ACUTE, GRAVE, HOOK, TILDE, DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
VNI_MARKS = (
    dict(zip("ùøûõï", (ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True))
    | {
        code: CIRCUMFLEX + mark
        for code, mark in zip("áàåãäâ", (ACUTE, GRAVE, HOOK, TILDE, DOT, ""), strict=True)
    }
    | {code: BREVE + mark for code, mark in zip("éèúüëê", (ACUTE, GRAVE, HOOK, TILDE, DOT, ""), strict=True)}
)
VNI_LETTERS = dict(zip("ñöôíìæóòîÑÖÔÆÓÒÎ", "đươíìỉĩịỵĐƯƠỈĨỊỴ", strict=True))
VNI_PAIR = re.compile(r"([aeouyôöAEOUYÔÖ])([ùøûõïáàåãäâéèúüëêÙØÛÕÏÁÀÅÃÄÂÉÈÚÜËÊ])")


class OldEncoding(StrEnum):
    TCVN3 = "TCVN3"
    VNI = "VNI"


@dataclass(frozen=True)
class Reading:
    """A text, and the encoding that it was converted from."""

    text: str
    encoding: OldEncoding | None = None


def common_share(text: str) -> float:
    """How many of the words are among the commonest of Vietnamese offices."""
    words = WORD.findall(unicodedata.normalize("NFC", text[:FIRST]).lower())
    return sum(word in COMMON for word in words) / len(words) if words else 0.0


def looks_vietnamese(text: str) -> bool:
    words = WORD.findall(unicodedata.normalize("NFC", text[:FIRST]))
    return (
        not words
        or common_share(text) > 0.05
        or sum(bool(MARKED.search(word)) for word in words) / len(words) > 0.3
    )


def sense_share(text: str) -> float:
    """How many words look like words: not single consonants, not code numbers of a font without letters."""
    words: list[str] = re.findall(r"\S+", text[:FIRST])
    odd = sum(UNREADABLE.search(word) is not None for word in words)
    single = sum(len(word) == 1 and word.isalpha() for word in words)
    marked = sum(MARKED.search(word) is not None for word in words)
    if not words:
        return 0.0
    sense = 1.0 - (odd + max(0, single - len(words) // 10)) / len(words)
    return min(sense, 5.0 * marked / len(words))


def unicode_text(text: str) -> Reading:
    """The text, converted where it is surely in an old font encoding."""
    before = common_share(text)
    if before > READABLE:
        return Reading(text)
    for encoding in OldEncoding:
        converted = in_unicode(text, encoding)
        if common_share(converted) > max(0.2, 3 * before):
            return Reading(converted, encoding)
    return Reading(text)


def in_unicode(text: str, encoding: OldEncoding) -> str:
    """The text converted, but where its letters are those of Unicode already."""
    if UNICODE_ONLY.search(text):
        return text
    return from_tcvn3(text) if encoding is OldEncoding.TCVN3 else from_vni(text)


def is_old_font(text: str) -> bool:
    """Whether many letters are ones that Vietnamese has not, as old fonts leave behind."""
    letters = re.findall(r"[^\W\d_]|[®µ¸¶·¹¨»¾¼½©ª«¬\xad]", text[:FIRST])
    strange = [letter for letter in letters if letter in "®µ¸¶·¹¨»¾¼½©ª«¬\xadøåäëïñöûüÿæçðþ"]
    return len(letters) > 200 and len(strange) > 0.06 * len(letters)


def from_tcvn3(text: str) -> str:
    """TCVN3: a code a letter; capitals with marks are those of a font of capitals."""
    words = re.split(r"(\s+)", text)
    return "".join(_tcvn3_word(word) for word in words)


def _tcvn3_word(word: str) -> str:
    converted = "".join(TCVN3.get(char, char) for char in word)
    capitals = sum(char.isupper() for char in word if char.isascii())
    small = sum(char.islower() for char in word if char.isascii())
    return converted.upper() if capitals > 1 and not small else converted


def from_vni(text: str) -> str:
    """VNI: a letter, and a mark behind it."""
    paired = VNI_PAIR.sub(lambda m: _base(m[1]) + VNI_MARKS[m[2].lower()], text)
    single = "".join(VNI_LETTERS.get(char, char) for char in paired)
    return unicodedata.normalize("NFC", single)


def _base(letter: str) -> str:
    return VNI_LETTERS.get(letter, letter)
