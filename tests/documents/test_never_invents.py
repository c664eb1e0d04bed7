"""Whatever the input, each quote is cut from the text, and each number of a due stands in its words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from documents.draft import Draft, draft
from documents.plain_text import read_text
from documents.reading import read_document
from models.errors import InvalidInput
from tests.documents.letters import HEAD

PIECES = st.sampled_from(
    [
        "Sở Y tế", "các xã, phường", "Ủy ban nhân dân tỉnh", "báo cáo kết quả", "gửi", "về", "trước ngày",
        "chậm nhất", "20", "31/12/2025", "30/02", "hằng tháng", "hằng quý", "6 tháng", "02 lần/năm",
        "quý I/2026", "tháng 13", "năm 2026", "trong vòng 05 ngày làm việc", "kể từ ngày", "16h00", "25 giờ",
        "thứ Sáu", "và", ",", ".", ";", ":", "\n", "\n- ", "\n1. ", "\na) ", "\nI. ", " | ", "(", ")", "-",
        "/", "“", "\t", "Nơi nhận:", "Kính gửi:", "Đơn vị chủ trì:", "Thời gian:", "KẾ HOẠCH", "hoàn thành",
        "phấn đấu", "%", "tháng cuối quý", "năm sau", "Cộng hòa xã hội chủ nghĩa Việt Nam", "\u0309",
        "\u00a0", "İ", "ﬁ", "😀",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map(" ".join), st.text(max_size=300))


def quotes_are_cut(drafted: Draft) -> None:
    text = drafted.document.text
    told = [passed.quote for plan in drafted.plans for passed in plan.passed]
    for plan in drafted.plans:
        told += [each.quote for each in (plan.number, plan.title, plan.issuer, plan.issued_on) if each.quote]
    for duty in drafted.duties:
        fields = (duty.title, duty.every, duty.due, duty.reporters, duty.recipients, duty.via, duty.final)
        told += [duty.quote, *(field.quote for field in fields if field.quote is not None)]
        assert duty.quote.text.strip()
    for quote in told:
        assert text[quote.start : quote.end] == quote.text
        assert quote.line == text.count("\n", 0, quote.start) + 1


def numbers_stand_in_the_words(drafted: Draft) -> None:
    """But the year of issue, which is said to be assumed, and what a kind of rule names itself (Q1, H1)."""
    for duty in drafted.duties:
        if duty.due.quote is None or duty.due.how != "read" or "of event" in duty.due.value:
            continue
        written = {int(number) for number in re.findall(r"\d+", duty.due.quote.text)}
        rule = re.sub(r"\b[QH]\d|-?9M|:00\b", "", duty.due.value)
        assert {int(number) for number in re.findall(r"\d+", rule)} - {0} <= written


@given(TEXTS)
def test_no_text_makes_a_quote_that_is_not_in_it(text: str) -> None:
    drafted = draft(read_text(HEAD + text, "any.txt"))
    quotes_are_cut(drafted)
    numbers_stand_in_the_words(drafted)


@given(st.one_of(st.binary(max_size=400), TEXTS.map(lambda text: text.encode("utf-8", "ignore"))))
def test_any_bytes_are_read_or_refused_in_a_line(data: bytes) -> None:
    try:
        drafted = draft(read_document(data, "any"))
    except InvalidInput as refused:
        assert "\n" not in str(refused)
        return
    quotes_are_cut(drafted)
