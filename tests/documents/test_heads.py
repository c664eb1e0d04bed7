"""Letterheads: number, title, issuer, day, addressees; and several documents in one file."""

from __future__ import annotations

from datetime import date

import pytest

from documents.draft import DraftPlan, draft
from documents.plain_text import read_text

DISPATCH = """SỞ Y TẾ TỈNH X | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 123/SYT-VP | X, ngày 10 tháng 11 năm 2025
V/v báo cáo công tác phòng dịch
Kính gửi:
- Trung tâm Kiểm soát bệnh tật;
- Các bệnh viện trực thuộc.
Đề nghị gửi báo cáo kết quả về Sở Y tế trước ngày 20/11/2025.
Nơi nhận:
- Như trên;
"""
ONE_LINE = DISPATCH.replace(
    "Kính gửi:\n- Trung tâm Kiểm soát bệnh tật;\n- Các bệnh viện trực thuộc.",
    "Kính gửi: Trung tâm Kiểm soát bệnh tật; Các bệnh viện trực thuộc.",
)
WITHOUT_DASHES = DISPATCH.replace("- ", "")
TELEGRAM = """THỦ TƯỚNG CHÍNH PHỦ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 9/CĐ-TTg | Hà Nội, ngày 10 tháng 11 năm 2025
CÔNG ĐIỆN
VỀ VIỆC ỨNG PHÓ MƯA LŨ
Thủ tướng Chính phủ điện:
- Trung tâm Kiểm soát bệnh tật;
- Các bệnh viện trực thuộc.
Đề nghị gửi báo cáo kết quả về Sở Y tế trước ngày 20/11/2025.
"""
PLAN = """ỦY BAN NHÂN DÂN
TỈNH X | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 45 /KH-UBND | X, ngày 03 tháng 3 năm 2025
KẾ HOẠCH
PHÒNG CHỐNG HẠN
NĂM 2025
Căn cứ Luật Thủy lợi ngày 19/6/2017;
I. NHIỆM VỤ
1. Sở Y tế báo cáo kết quả về Bộ Y tế trước ngày 20/3.
2. Các xã tuyên truyền sâu rộng đến Nhân dân.
3. Các trường học giữ nguồn nước sạch.
Nơi nhận:
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
"""
SECOND = PLAN.replace("45 /KH-UBND", "46/KH-UBND").replace("HẠN", "LỤT").replace("20/3", "20/4")


def plans(text: str) -> tuple[DraftPlan, ...]:
    return draft(read_text(text, "letter.txt")).plans


@pytest.mark.parametrize("text", [DISPATCH, ONE_LINE, WITHOUT_DASHES, TELEGRAM])
def test_the_addressees_of_a_letter_owe_what_names_nobody(text: str) -> None:
    [plan] = plans(text)
    [duty] = plan.duties
    assert duty.reporters.values == ("Trung tâm Kiểm soát bệnh tật", "Các bệnh viện trực thuộc")
    assert duty.reporters.rule == "addressees"
    assert duty.reporters.quote is not None and "Trung tâm" in duty.reporters.quote.text


def test_a_dispatch_is_called_by_its_subject() -> None:
    [plan] = plans(DISPATCH)
    assert plan.title.value == "báo cáo công tác phòng dịch"
    assert (plan.number.value, plan.issuer.value) == ("123/SYT-VP", "SỞ Y TẾ TỈNH X")


def test_a_plan_has_a_number_title_issuer_and_day() -> None:
    [plan] = plans(PLAN)
    assert plan.number.value == "45/KH-UBND"
    assert plan.title.value == "PHÒNG CHỐNG HẠN NĂM 2025"
    assert plan.issuer.value == "ỦY BAN NHÂN DÂN TỈNH X"
    assert plan.issued == date(2025, 3, 3)


def test_a_day_without_a_year_is_of_the_year_of_issue_and_says_so() -> None:
    [plan] = plans(PLAN)
    [duty] = plan.duties
    assert duty.due.value == "before 20/3/2025"
    assert (duty.due.how, duty.due.rule) == ("assumed", "year-of-issue")


def test_two_documents_in_one_file_are_two_plans() -> None:
    first, second = plans(PLAN + SECOND)
    assert (first.number.value, second.number.value) == ("45/KH-UBND", "46/KH-UBND")
    assert [duty.due.value for plan in (first, second) for duty in plan.duties] == [
        "before 20/3/2025",
        "before 20/4/2025",
    ]


def test_a_text_without_a_head_invents_none() -> None:
    [plan] = plans("Sở Y tế báo cáo kết quả về Bộ Y tế trước ngày 20/3.\n")
    assert (plan.number.value, plan.title.value, plan.issuer.value, plan.issued) == ("", "", "", None)
    [duty] = plan.duties
    assert duty.due.values == ()


@pytest.mark.parametrize(
    "line",
    [
        "Căn cứ Công văn của Bộ Y tế về việc hoàn thành rà soát trong tháng 12/2025;",
        "TM. ỦY BAN NHÂN DÂN, hoàn thành ngày 01/3/2026",
        "Mẫu số 1: Báo cáo tháng gửi Sở Y tế trước ngày 20 hằng tháng",
    ],
)
def test_furniture_holds_no_duties(line: str) -> None:
    text = PLAN.replace("1. Sở Y tế báo cáo kết quả về Bộ Y tế trước ngày 20/3.", line)
    [plan] = plans(text)
    assert plan.duties == ()
