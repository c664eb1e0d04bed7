"""What looks like a deadline and is none: each reason with a sentence, and one that it must not stop."""

from __future__ import annotations

import pytest

from documents.vetoes import Veto
from documents.words import REASONS, word_reason
from tests.documents.letters import all_in_short, drafted

PAIRS = [
    (
        "citation",
        "1. Triển khai Quyết định số 25/QĐ-UBND ngày 03/12/2025 của tỉnh.",
        "1. Theo Quyết định số 25/QĐ-UBND ngày 03/11/2025, các xã hoàn thành rà soát trước ngày 03/12/2025.",
    ),
    (
        "effect",
        "1. Quy chế này có hiệu lực từ ngày 01/01/2026.",
        "1. Quy chế có hiệu lực từ ngày 01/01/2026; các xã gửi góp ý trước ngày 20/12/2025.",
    ),
    (
        "target",
        "1. Phấn đấu hết năm 2026 có 80% thôn đạt chuẩn.",
        "1. Phấn đấu đạt chuẩn; Sở Y tế hoàn thành thống kê trước ngày 15/12/2025.",
    ),
    (
        "story",
        "1. Đến ngày 31/10/2025, hai xã đã hoàn thành việc này.",
        "1. Các xã đã được giao nhiệm vụ hoàn thành rà soát trước ngày 12/12/2025.",
    ),
    (
        "data-window",
        "1. Số liệu tính từ ngày 15/11/2025 đến ngày 14/12/2025.",
        "1. Sở Y tế chốt danh sách, gửi số liệu về Bộ Y tế trước ngày 20/12/2025.",
    ),
    (
        "budget",
        "1. Hoàn thành quyết toán kinh phí năm 2025.",
        "1. Hoàn thành quyết toán kinh phí trước ngày 31/01/2026.",
    ),
    (
        "span",
        "1. Hoàn thành chương trình từ năm 2026 đến năm 2030.",
        "1. Hoàn thành xây dựng chương trình giai đoạn 2026 - 2030 trước ngày 15/12/2025.",
    ),
    (
        "open-ended",
        "1. Hoàn thành việc rà soát trong năm 2026 và các năm tiếp theo.",
        "1. Hoàn thành việc rà soát trong năm 2026.",
    ),
    (
        "event-day",
        "1. Tổ chức các hoạt động chào mừng kỷ niệm 80 năm thành lập tỉnh ngày 20/12/2025.",
        "1. Hoàn thành công tác chuẩn bị lễ kỷ niệm trước ngày 15/12/2025.",
    ),
    (
        "no-order",
        "1. Các xã ở vùng cao thường có sương muối trong tháng 01 năm 2026.",
        "1. Các xã hoàn thành rà soát trong tháng 01 năm 2026.",
    ),
    (
        "report: negated",
        "1. Đơn vị không báo cáo thì bị xem xét trách nhiệm.",
        "1. Không để chậm trễ; Sở Y tế báo cáo kết quả về Bộ Y tế trước ngày 20/12/2025.",
    ),
    (
        "report: listening",
        "1. Ban Chỉ đạo nghe Sở Y tế báo cáo tiến độ hằng quý.",
        "1. Sở Y tế báo cáo tiến độ về Ban Chỉ đạo hằng quý.",
    ),
    (
        "report: cited",
        "1. Căn cứ Báo cáo số 12/BC-SYT của Sở Y tế, giao các xã tổ chức tiêm chủng.",
        "1. Căn cứ Báo cáo số 12/BC-SYT, Sở Y tế báo cáo kết quả về Bộ Y tế hằng quý.",
    ),
    (
        "report: regime",
        "1. Thực hiện chế độ báo cáo theo quy định.",
        "1. Thực hiện chế độ báo cáo: các xã gửi báo cáo về Sở Y tế trước ngày 20 hằng tháng.",
    ),
]


@pytest.mark.parametrize(("reason", "stopped", "_"), PAIRS)
def test_a_reason_stops_what_is_no_deadline(reason: str, stopped: str, _: str) -> None:
    draft = drafted(stopped)
    assert draft.duties == ()
    assert reason in {passed.reason for plan in draft.plans for passed in plan.passed}


@pytest.mark.parametrize(("reason", "_", "kept"), PAIRS)
def test_a_reason_does_not_stop_a_deadline_beside_it(reason: str, _: str, kept: str) -> None:
    assert len(all_in_short(kept)) == 1


@pytest.mark.parametrize("veto", Veto)
def test_every_reason_has_its_sentences_and_words(veto: Veto) -> None:
    assert veto in {reason for reason, _, _ in PAIRS}
    assert word_reason(veto, "vi") != word_reason(veto, "en")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_said_in_both_languages(reason: str) -> None:
    assert word_reason(reason, "vi") != word_reason(reason, "en")
