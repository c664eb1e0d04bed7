"""The words of mails in both languages, and values that would like to be more than words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.digest import compose
from notifications.item import Addressee, Decision, Handed, Item, Picture
from notifications.rendering import HEX, Rendered, render
from notifications.sample_mail import sample_items
from tests.conftest import at
from tests.notifications.items import ALICE, CALENDAR, LATE, item, links

IN_ENGLISH = replace(ALICE, language="en")
NOW = "2024-10-15 08:00:00"
LINK = re.compile(r"https://x\.example/[^\s\"<>]*")
MAIL_LIMIT = 100_000
"""Octets; Gmail cuts off what is longer than 102 KB."""


def rendered(*items: Item, now: str = NOW) -> Rendered:
    return render(compose(items, CALENDAR, at(now)), links(now))


def test_a_mark_that_begins_a_name_breaks_no_tag() -> None:
    marked = rendered(
        item(unit_name="\u0338Xã Một", duty_title="\u0338Báo cáo", person=replace(ALICE, name="\u0338An"))
    )
    assert "\u226f" not in marked.html  # ">" with the stroke that the name began with
    assert ">Xã Một<" in marked.html


def sample(kind: NoticeKind, language: str, count: int = 1) -> Rendered:
    return rendered(*sample_items(kind, language, CALENDAR, at(NOW), count))


@pytest.mark.parametrize(
    ("changes", "subject", "words"),
    [
        (
            {},
            "[Đôn đốc] Còn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            [
                "Thời hạn: trước ngày 18/10/2024, tức hết ngày 17/10/2024\n",
                "Căn cứ: IV.1.2\n",
                "Kế hoạch: 01/CTr-UBND – Chương trình\n",
                "Nơi nhận đang chờ: UBND huyện Một\n",
                "Nộp báo cáo: https://x.example/o/1-1/",
                "có hiệu lực đến ngày 13/12/2024",
            ],
        ),
        (
            {"person": IN_ENGLISH},
            "[dondoc] 2 days left: Báo cáo tháng, October 2024 – UBND xã Một",
            [
                "Due: before 18 October 2024, that is by the end of 17 October 2024",
                "Awaited by: UBND huyện Một",
            ],
        ),
        (
            {"kind": NoticeKind.LAST_DAY, "bound": "by", "written": date(2024, 10, 17)},
            "[Đôn đốc] Còn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Thời hạn: chậm nhất ngày 17/10/2024\n", "cần được nộp ngay trong hôm nay."],
        ),
        (
            {"kind": NoticeKind.OVERDUE, **LATE},
            "[Đôn đốc] Quá hạn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Thời hạn: trước ngày 14/10/2024\n", "đã quá hạn"],
        ),
        (
            {"kind": NoticeKind.OVERDUE, "person": IN_ENGLISH, **LATE},
            "[dondoc] 2 days overdue: Báo cáo tháng, October 2024 – UBND xã Một",
            ["is overdue. Please hand in now."],
        ),
        (
            {
                "kind": NoticeKind.ESCALATED,
                "audience": Audience.SUPERIOR_HEAD,
                "holding_up": ("Ấp A",),
                "picture": Picture(
                    gathered_by="UBND huyện Một",
                    expected=9,
                    filed=6,
                    late=1,
                    overdue=3,
                    filed_by=("A", "B", "C", "D", "E"),
                ),
                **LATE,
            },
            "[Đôn đốc] Quá hạn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            [
                "UBND xã Một (UBND huyện Một)",
                "Xem báo cáo: https://x.example/v/1-1/",
                "Tình hình nhánh: UBND huyện Một: đã nhận 6/9 báo cáo (1 muộn), 3 quá hạn chưa nộp\n",
                "Đã nhận của: A, B, C, D, E và 1 đơn vị khác\n",
                "Còn chờ cấp dưới: Ấp A\n",
            ],
        ),
        (
            {
                "state": Lifecycle.RETURNED,
                "kind": NoticeKind.RETURNED,
                "returned_for": "thiếu biểu 2",
                "written": None,
                "bound": None,
            },
            "[Đôn đốc] Bị trả lại, còn 2 ngày để nộp lại: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Lý do trả lại: thiếu biểu 2", "Thời hạn: đến hết ngày 17/10/2024\n", "Sửa và nộp lại: "],
        ),
        (
            {"state": Lifecycle.RETURNED, "kind": NoticeKind.OVERDUE, "returned_for": "thiếu biểu 2", **LATE},
            "[Đôn đốc] Quá hạn nộp lại 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Lý do trả lại: thiếu biểu 2"],
        ),
        (
            {
                "state": Lifecycle.ACCEPTED,
                "kind": NoticeKind.ACCEPTED,
                "handed": Handed(on=date(2024, 10, 14), document_number="8/BC", days_late=0),
            },
            "[Đôn đốc] Đã tiếp nhận: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Đã nộp: ngày 14/10/2024, số 8/BC\n", "Xem báo cáo: "],
        ),
        (
            {
                "state": Lifecycle.SUBMITTED,
                "kind": NoticeKind.DONE,
                "audience": Audience.SUPERIOR_HEAD,
                "handed": Handed(on=date(2024, 10, 15), document_number="", days_late=2),
                **LATE,
            },
            "[Đôn đốc] Đã nộp muộn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Đã nộp: ngày 15/10/2024, muộn 2 ngày\n", "nay đã nộp"],
        ),
        (
            {
                "state": Lifecycle.SUBMITTED,
                "kind": NoticeKind.RECEIPT,
                "handed": Handed(
                    on=date(2024, 10, 14),
                    document_number="8/BC",
                    days_late=0,
                    at=at("2024-10-14 09:05"),
                    receipt="17-1",
                ),
            },
            "[Đôn đốc] Đã nhận báo cáo: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Biên nhận: số 17-1, lúc 09:05 ngày 14/10/2024, văn bản số 8/BC\n", "Xem báo cáo: "],
        ),
        (
            {
                "state": Lifecycle.SUBMITTED,
                "kind": NoticeKind.REVIEWER_REMINDER,
                "audience": Audience.SUPERIOR_CLERK,
                "handed": Handed(on=date(2024, 10, 11), document_number="8/BC", days_late=0),
            },
            "[Đôn đốc] Chờ tiếp nhận 4 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Tiếp nhận hoặc trả lại: https://x.example/v/1-1/"],
        ),
        (
            {
                "kind": NoticeKind.EXTENSION_DECIDED,
                "decision": Decision(
                    granted=True,
                    asked_for=date(2024, 10, 24),
                    old_day=date(2024, 10, 17),
                    new_day=date(2024, 10, 24),
                    note="bão số 6",
                    document_number="5/QĐ",
                ),
            },
            "[Đôn đốc] Được gia hạn: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            [
                "Quyết định: gia hạn đến hết ngày 24/10/2024 (hạn cũ: hết ngày 17/10/2024), ",
                "văn bản số 5/QĐ\n",
                "Ý kiến: bão số 6\n",
            ],
        ),
        (
            {
                "kind": NoticeKind.EXTENSION_DECIDED,
                "person": IN_ENGLISH,
                "decision": Decision(
                    granted=False, asked_for=date(2024, 10, 24), old_day=date(2024, 10, 17), new_day=None
                ),
            },
            "[dondoc] Not extended: Báo cáo tháng, October 2024 – UBND xã Một",
            ["Decision: not extended to 24 October 2024; it remains the end of 17 October 2024\n"],
        ),
        (
            {"kind": NoticeKind.CHASE, "words": "Gửi trước 16 giờ.\nCảm ơn!", **LATE},
            "[Đôn đốc] Đôn đốc, quá hạn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            [
                "Đôn đốc nộp báo cáo dưới đây.",
                "Đơn vị theo dõi: Sở Kế hoạch\n",
                "> Gửi trước 16 giờ.\n> Cảm ơn!\n",
            ],
        ),
        (
            {"kind": NoticeKind.CHASE, "deadline": None, "written": None, "safe_day": None},
            "[Đôn đốc] Đôn đốc, không có thời hạn: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Nộp báo cáo: "],
        ),
        (
            {"kind": NoticeKind.LOOK_AHEAD},
            "[Đôn đốc] Tuần 15/10–21/10/2024: 1 báo cáo đến hạn – UBND xã Một",
            ["từ ngày 15/10/2024 đến ngày 21/10/2024", "Ngừng nhận thư hằng tuần: https://x.example/u/1/"],
        ),
        (
            {"kind": NoticeKind.ALERT, "obligation_id": 0, "words": "Bộ gửi thư im lặng"},
            "[Đôn đốc] Cảnh báo: Bộ gửi thư im lặng",
            ["> Bộ gửi thư im lặng\n", "Mở trang quản trị: https://x.example/\n"],
        ),
        (
            {"written": None, "bound": None, "correction_deadline": None},
            "[Đôn đốc] Còn 2 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Thời hạn: đến hết ngày 17/10/2024 (đã gia hạn)\n"],
        ),
        (
            {"holding_up": tuple("ABCDEFG"), "period": "once"},
            "[Đôn đốc] Còn 2 ngày: Báo cáo tháng – UBND xã Một",
            ["Còn chờ cấp dưới: A, B, C, D, E và 2 đơn vị khác\n"],
        ),
        (
            {"deadline": at("2024-10-21 00:00:00"), "safe_day": date(2024, 10, 20)},
            "[Đôn đốc] Còn 5 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một",
            ["Ngày cuối trùng ngày nghỉ: nên nộp trong ngày 18/10/2024\n"],
        ),
    ],
)
def test_the_mail_says_what_is_owed_and_how_it_stands(
    changes: dict[str, Any], subject: str, words: list[str]
) -> None:
    mail = rendered(item(**changes))
    assert mail.subject == subject
    assert [each for each in words if each not in mail.text] == []


@pytest.mark.parametrize(
    ("items", "subject"),
    [
        (
            [item(1), item(2), item(3, kind=NoticeKind.OVERDUE, **LATE)],
            "[Đôn đốc] 1 quá hạn, 2 sắp đến hạn: Báo cáo tháng, tháng 10/2024 – UBND xã Một – 15/10/2024",
        ),
        (
            [item(1, unit_name="A"), item(2, unit_name="B")],
            "[Đôn đốc] 2 sắp đến hạn: Báo cáo tháng, tháng 10/2024 – 15/10/2024",
        ),
        (
            [item(1, unit_name="A"), item(2, unit_name="B", duty_title="Khác")],
            "[Đôn đốc] 2 sắp đến hạn – 15/10/2024",
        ),
        (
            [item(1, person=IN_ENGLISH), item(2, person=IN_ENGLISH, duty_title="Khác")],
            "[dondoc] 2 coming due – UBND xã Một – 15 October 2024",
        ),
    ],
)
def test_several_are_counted_in_the_subject(items: list[Item], subject: str) -> None:
    assert rendered(*items).subject == subject


def test_a_hundred_units_are_a_table_with_a_number_at_its_end() -> None:
    mail = sample(NoticeKind.ESCALATED, "vi", 100)
    assert len(re.findall(r"/v/\d+-\d+/", mail.text)) == len(re.findall(r"/v/\d+-\d+/", mail.html)) == 20
    assert "và 80 đơn vị nữa: https://x.example/plans/ca-mau-01-ctr-ubnd-2024" in mail.text
    assert "UBND huyện Năm Căn (25)" in mail.text


class Reader(HTMLParser):
    """Reads an HTML mail as a person would, and notes how it is built."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes what it did not open"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "title" not in self.open:
            self.said.append(data)

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"[\w/.-]+", " ".join(self.said)))


def plain_words(text: str) -> set[str]:
    """Words of the text part, in any case, without the addresses that HTML hides behind a button."""
    return {word.lower().strip(".-") for word in re.findall(r"[\w/.-]+", LINK.sub(" ", text))} - {""}


KNOWN_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "table",
    "tr",
    "td",
    "a",
    "span",
    "strong",
    "br",
}
EVERY_MAIL = [
    pytest.param(kind, language, count, id=f"{kind}-{language}-{count}")
    for kind in NoticeKind
    for language in ("vi", "en")
    for count in (1, 3)
]


@pytest.mark.parametrize(("kind", "language", "count"), EVERY_MAIL)
def test_text_and_html_tell_the_same_and_link_to_the_same(
    kind: NoticeKind, language: str, count: int
) -> None:
    mail = sample(kind, language, count)
    seen = {word.lower().strip(".-") for word in Reader(mail.html).words} - {""}
    assert plain_words(mail.text) - seen == set()
    in_text = set(LINK.findall(mail.text))
    in_html = {unescape(link) for link in LINK.findall(mail.html)}
    assert in_text - in_html == set()
    assert in_html - in_text <= {"https://x.example/"}  # a digest's button


@pytest.mark.parametrize(("kind", "language", "count"), EVERY_MAIL)
def test_outlook_can_bear_how_it_is_built(kind: NoticeKind, language: str, count: int) -> None:
    """Word shows Outlook's mails: tables and inline styles hold, the rest does not."""
    html = sample(kind, language, count).html
    reader = Reader(html)
    assert reader.open == []
    tags = {tag for tag, _ in reader.tags}
    assert tags <= KNOWN_TAGS
    for tag, attributes in reader.tags:
        style = attributes.get("style") or ""
        if tag == "table":
            assert attributes["role"] == "presentation"
            assert (attributes["cellpadding"], attributes["cellspacing"], attributes["border"]) == (
                "0",
                "0",
                "0",
            )
        assert not re.search(r"flex|grid|float|position|calc\(|var\(|margin-|url\(|!important", style), style
        if tag == "a":
            assert "color:" in style  # else Outlook makes it blue and underlined, on a blue button
        if "background-color" in style and tag in {"table", "td", "body"}:
            assert str(attributes.get("bgcolor")) in style
    # What stands in <style> only changes colours in the dark: without it nothing moves.
    css = re.sub(r"^.*<style>(.*)</style>.*$", r"\1", html, flags=re.DOTALL)
    assert css.strip().startswith("@media (prefers-color-scheme: dark)")
    assert set(re.findall(r"([a-z-]+):#", css)) <= {"color", "background-color", "border-color"}


@pytest.mark.parametrize(("kind", "language", "count"), EVERY_MAIL)
def test_the_dark_leaves_no_word_unreadable(kind: NoticeKind, language: str, count: int) -> None:
    html = sample(kind, language, count).html
    assert '<meta name="color-scheme" content="light dark">' in html
    coloured = [
        (attributes.get("class") or "", style)
        for tag, attributes in Reader(html).tags
        if (style := attributes.get("style") or "") and re.search(r"(?<!-)color:#(?!FFFFFF)", style)
    ]
    assert [style for classes, style in coloured if not classes] == []
    white = [
        style for style in re.findall(r'style="([^"]*)"', html) if re.search(r"(?<!-)color:#FFFFFF", style)
    ]
    on_button = "color:#FFFFFF;font-size:16px;font-weight:bold;text-decoration:none;"
    assert [style for style in white if "background-color" not in style and style != on_button] == []


@pytest.mark.parametrize("colour", HEX.values())
def test_coloured_words_can_be_read_on_white(colour: str) -> None:
    """WCAG AA asks for 4.5 to 1."""
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


HOSTILE = [
    pytest.param('<script>alert("x")</script>\r\nBcc: a@b.example & <b>', id="html"),
    pytest.param("Xã \u202eneib gnơhp\u202c Một\u2066", id="turned round"),
    pytest.param("Xã\x00 M\x1bột\x7f", id="control"),
    pytest.param("a\r\nBcc: all@b.example\r\n\r\n<html>", id="line ends"),
    pytest.param("{{ 7 * 7 }}{% raw %}", id="template"),
    pytest.param("Ữ" * 5000, id="long"),
    pytest.param("a\u2028b\u2029c\ud800d", id="odd line ends"),
    pytest.param("javascript:alert(1) \"' onmouseover=x", id="attribute"),
]


def hostile(id: int, words: str, kind: NoticeKind, **changes: Any) -> Item:
    names = (
        "unit_name",
        "duty_title",
        "basis",
        "plan_number",
        "plan_title",
        "awaited_by",
        "branch",
        "monitor",
        "returned_for",
    )
    values: dict[str, Any] = {
        "kind": kind,
        "words": words,
        "plan": words,
        "period": words,
        "holding_up": (words,) * 9,
        "person": Addressee(address="a@xa.example", name=words, language="vi"),
        "handed": Handed(on=date(2024, 10, 1), document_number=words, days_late=1),
        "decision": Decision(
            granted=True,
            asked_for=date(2024, 10, 1),
            old_day=None,
            new_day=None,
            note=words,
            document_number=words,
        ),
        "picture": Picture(gathered_by=words, expected=1, filed=1, late=0, overdue=0, filed_by=(words,) * 9),
    }
    return item(id, **(dict.fromkeys(names, words) | values | changes))


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("count", [1, 2])
def test_values_stay_values(words: str, kind: NoticeKind, count: int) -> None:
    mail = rendered(*(hostile(id, words, kind) for id in range(1, count + 1)))
    assert not re.search("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", mail.subject)
    assert len(mail.subject) <= 180
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u2028\u2029]", mail.text + mail.html
    )
    assert not re.search(r"^Bcc:", mail.text, re.MULTILINE)
    reader = Reader(mail.html)
    assert {tag for tag, _ in reader.tags}.isdisjoint({"script", "b"})
    assert all(
        str(attributes["href"]).startswith("https://x.example/")
        for tag, attributes in reader.tags
        if tag == "a"
    )
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert "49" not in mail.subject or "7 * 7" in mail.subject


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_digest_of_five_hundred_is_not_cut_off(kind: NoticeKind) -> None:
    assert len(sample(kind, "vi", 500).html.encode()) < MAIL_LIMIT
    different = [
        item(id, kind=kind, duty_title=f"Báo cáo số {id}", unit_name=f"UBND xã {id}") for id in range(1, 501)
    ]
    assert len(rendered(*different).html.encode()) < MAIL_LIMIT


def test_a_control_character_does_not_reach_the_mail() -> None:
    assert "\x00" not in rendered(item(unit_name="xã\x00 Một")).text
