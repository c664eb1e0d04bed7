"""Every word has a Vietnamese one of its own enum, even where two enums share a value."""

from enum import StrEnum

from models import vocabulary
from models.vocabulary import Lifecycle, NoticeState, Timeliness, say

ENUMS = [each for each in vars(vocabulary).values() if isinstance(each, type) and issubclass(each, StrEnum)]
WORDS = [word for enum in ENUMS if enum is not StrEnum for word in enum]


def test_every_word_has_a_vietnamese_one() -> None:
    assert len(WORDS) > 70
    english = {word: word.value.replace("-", " ") for word in WORDS}
    assert [word for word in WORDS if say(word, "en") != english[word]] == []
    assert [word for word in WORDS if say(word, "vi") in ("", english[word])] == []


def test_words_of_the_same_value_stay_apart() -> None:
    assert say(Lifecycle.CANCELLED, "vi") == "đã hủy"
    assert say(NoticeState.CANCELLED, "vi") == "không gửi nữa"
    assert say(Timeliness.OVERDUE, "vi") == "chưa hoàn thành, quá hạn"
