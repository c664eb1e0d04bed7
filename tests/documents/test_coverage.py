"""What no duty uses: every phrase like a date and every report that is spoken of, with the reason."""

from __future__ import annotations

import pytest

from documents.coverage import gaps

TEXT = "1. Sở A báo cáo trước ngày 20/12.\n2. Trong quý II xem xét.\n"
REPORT, DATE, QUARTER = (
    (start := TEXT.index(words), start + len(words)) for words in ("báo cáo", "trước ngày 20/12", "quý II")
)


@pytest.mark.parametrize(
    ("used", "passed", "found"),
    [
        ([], [], [("báo cáo", "unread"), ("trước ngày 20/12", "unread"), ("quý II", "unread")]),
        ([(0, 33)], [], [("quý II", "unread")]),
        ([(0, 33)], [(*QUARTER, "no-order")], [("quý II", "no-order")]),
        ([(0, 33)], [(*DATE, "citation")], [("quý II", "unread")]),
        (
            [REPORT],
            [(*DATE, "no-duty"), (*QUARTER, "target")],
            [("trước ngày 20/12", "no-duty"), ("quý II", "target")],
        ),
        ([(0, len(TEXT))], [], []),
    ],
    ids=["nothing used", "a duty", "passed over", "passed over within a duty", "dropped by hand", "all used"],
)
def test_what_is_not_used_shows_once_with_its_reason(
    used: list[tuple[int, int]], passed: list[tuple[int, int, str]], found: list[tuple[str, str]]
) -> None:
    assert [(gap.words, gap.reason) for gap in gaps(TEXT, used, passed)] == found
