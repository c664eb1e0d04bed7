"""Texts from outside: what is kept of them, and their plain ASCII form."""

import pytest

from models.text import clean_line, clean_lines, last_part, slug, without_marks


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("  Xã   Đông\t Hà ", "Xã Đông Hà", "Xã   Đông\t Hà"),
        ("một\r\nhai\n\nba\n", "một hai ba", "một\nhai\n\nba"),
        ("ho\u0300a", "hòa", "hòa"),
        ("a\x00b\x1b[2Jc", "ab[2Jc", "ab[2Jc"),
        ("\u202edoc.exe", "doc.exe", "doc.exe"),
        ("l\udce9", "l", "l"),
        ("một\u2028hai\xa0ba", "một hai ba", "mộthaiba"),
        ("", "", ""),
    ],
)
def test_what_is_kept_of_a_text(text: str, line: str, lines: str) -> None:
    assert (clean_line(text), clean_lines(text)) == (line, lines)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("báo cáo.pdf", "báo cáo.pdf"),
        ("C:\\Users\\hoa\\báo cáo.pdf", "báo cáo.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a/b\\c.docx", "c.docx"),
        ("bao  cao.pdf", "bao  cao.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("/", ""),
    ],
)
def test_the_last_part_of_a_path_of_any_system(path: str, name: str) -> None:
    assert last_part(path) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phường", "phuong"),
        ("Thị trấn", "thi-tran"),
        ("đặc khu", "dac-khu"),
        ("Đặc khu", "dac-khu"),
        ("01/CTr-UBND 2024", "01-ctr-ubnd-2024"),
        ("  --", ""),
    ],
)
def test_a_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_letters_without_marks_keep_their_case() -> None:
    assert without_marks("Đầm Dơi, 5 ∑") == "Dam Doi, 5 "


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164\u2800", "\u115f\uffa0", "\ufe0f\u034f", "\U000e0100"])
def test_what_no_screen_shows_is_empty(unseen: str) -> None:
    assert clean_line(unseen) == clean_lines(unseen) == last_part(unseen) == ""
