"""Every text a user may type reaches every calendar program letter by letter."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.ical_event import FeedEvent, event_bytes, event_uid
from calendars.ical_feed import FeedHeader
from calendars.ical_text import TITLE_LIMIT, FeedText, clean_text, one_line
from tests.calendars.blocks import feed_bytes
from tests.calendars.clients import READERS, Reader
from tests.calendars.ical_check import check_bytes
from tests.conftest import HCM

MOMENT = datetime(2024, 2, 1, 3, 4, 5, tzinfo=UTC)
# What breaks feeds comes far more often here than among all of Unicode's letters.
TYPED = st.text(st.one_of(st.sampled_from('\\nN,;:"\n\r\t \u0301\u2028\x00'), st.characters()), max_size=400)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1fb\U0001f1f3"

TRAPS = [
    pytest.param("D:\\Nộp", "D:\\Nộp", id="backslash-N, which vText reads as a line break"),
    pytest.param("a\\nb", "a\\nb", id="backslash-n typed by a person is two characters"),
    pytest.param("\\\\NAS01\\báo cáo", "\\\\NAS01\\báo cáo", id="a UNC path"),
    pytest.param("a\\\\nb", "a\\\\nb", id="two backslashes and n"),
    pytest.param("\\", "\\", id="a lone backslash"),
    pytest.param("một, hai; ba: bốn", "một, hai; ba: bốn", id="comma, semicolon, colon"),
    pytest.param('"trích" <b>&amp;', '"trích" <b>&amp;', id="quotes and markup are plain text"),
    pytest.param("dòng 1\ndòng 2", "dòng 1\ndòng 2", id="a line break"),
    pytest.param("a\r\nb\rc", "a\nb\nc", id="CRLF and lone CR become newlines"),
    pytest.param("a\u2028b\u2029c", "a\nb\nc", id="U+2028 and U+2029 split lines in some parsers"),
    pytest.param("a\x00b", "ab", id="one NUL makes libical return nothing"),
    pytest.param("a\x0bb\x0cc\x1cd\x85e\x7f", "abcde", id="other control characters"),
    pytest.param("a\tb", "a\tb", id="a tab stays"),
    pytest.param("a\ud800b", "ab", id="a lone surrogate has no UTF-8 form"),
    pytest.param("nộp đủ 😀", "nộp đủ 😀", id="emoji"),
    pytest.param(
        unicodedata.normalize("NFD", "Thới Bình, Năm Căn"), "Thới Bình, Năm Căn", id="NFD, as macOS gives"
    ),
    pytest.param("a\n\u0303b", "a\nb", id="a mark that opens a line would turn the escape's n into ñ"),
    pytest.param("e\x01\u0301", "é", id="a mark finds its letter when the control character is gone"),
    pytest.param("BEGIN:VEVENT\r\nX:1", "BEGIN:VEVENT\nX:1", id="no line of its own can be smuggled in"),
    pytest.param("a  \nb", "a\nb", id="blanks at the end of a line show nothing"),
    pytest.param("a" + " " * 500 + "b", "a" + " " * 20 + "b", id="no folded line of blanks alone"),
    pytest.param("đ" * 300, "đ" * 300, id="folded on octets, never inside a letter"),
]


def calendar_with(summary: str, description: str) -> bytes:
    event = FeedEvent(
        uid=event_uid("text"),
        last_day=date(2024, 2, 29),
        summary=summary,
        description=description,
        created=MOMENT,
        changed=MOMENT,
        sequence=1,
        categories=("Báo cáo",),
    )
    return feed_bytes(FeedHeader("Lịch, thử; nghiệm", "vi", HCM), [event_bytes(event, alarms=True)])


@pytest.mark.parametrize(("typed", "read"), TRAPS)
def test_it_cleans_text(typed: str, read: str) -> None:
    assert clean_text(typed) == read


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("typed", "read"), TRAPS)
def test_every_reader_gets_the_text_letter_by_letter(reader: Reader, typed: str, read: str) -> None:
    data = calendar_with(f"Nộp {typed} xong", f"{typed}!")
    assert check_bytes(data) == []
    [event] = reader(data)
    assert event.description == f"{read}!"
    assert event.summary == one_line(f"Nộp {typed} xong")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("D:\\Nộp", b"D:\\\\N\xe1\xbb\x99p"),
        ("a,b;c", b"a\\,b\\;c"),
        ("a\nb", b"a\\nb"),
        ("\\n", b"\\\\n"),
        ("a:b", b"a:b"),
    ],
)
def test_it_escapes_once_and_only_once(text: str, escaped: bytes) -> None:
    assert FeedText(text).to_ical() == escaped


@pytest.mark.parametrize(
    ("title", "line"),
    [
        pytest.param("a\n b\t c", "a b c", id="a title is one line"),
        pytest.param("  a  ", "a", id="no blanks around it"),
        pytest.param("\n\u0301a", "a", id="no mark without a letter at the start"),
        pytest.param("x" * 200, "x" * 200, id="200 characters fit"),
        pytest.param("x" * 300, "x" * 199 + "…", id="300 are cut"),
        pytest.param("x" * 198 + " yz", "x" * 198 + "…", id="no blank before the ellipsis"),
        pytest.param("x" * 198 + "q\u0323\u0303 yz", "x" * 198 + "…", id="a letter keeps its marks or goes"),
        pytest.param("x" * 196 + FAMILY + "yz", "x" * 196 + "…", id="an emoji sequence is not split"),
        pytest.param("x" * 198 + FLAG + "yz", "x" * 198 + "…", id="a flag is not split"),
        pytest.param("x" * 197 + FLAG + "yz", "x" * 197 + FLAG + "…", id="a flag that fits stays"),
        pytest.param("x" * 198 + "👍\U0001f3fd yz", "x" * 198 + "…", id="a skin tone stays with its hand"),
    ],
)
def test_it_makes_one_line_titles(title: str, line: str) -> None:
    assert one_line(title) == line
    assert len(line) <= TITLE_LIMIT


@given(TYPED)
@example("\\N" * 100)
@example("\u0338=\u0338;\u0338,\u0338")
@example("\u0344\u0344")
def test_cleaning_is_settled_after_one_pass(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert one_line(one_line(text)) == one_line(text)
    assert unicodedata.is_normalized("NFC", one_line(text))


@given(TYPED, TYPED)
@example("   ", "\ufeff \u00a0\n \n")
@example("\\" * 220, " " * 500)
def test_no_text_makes_a_feed_that_a_strict_reader_refuses(summary: str, description: str) -> None:
    data = calendar_with(f"[{summary}]", f"<{description}>")
    assert check_bytes(data) == []
    for reader in READERS:
        [event] = reader(data)
        assert event.summary == one_line(f"[{summary}]")
        assert event.description == clean_text(f"<{description}>")
