"""Due rules as documents word them: each phrase with the rules that a reader expects, written by hand."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calendars.due_rules import After, ByEvent, DayOfMonth, DueRule, HourOfDay, Lead, Window, WithinOfEvent
from calendars.errors import RuleError
from calendars.periods import Frequency, Language
from calendars.wording import read_phrase, read_wording, word_rule
from tests.calendars.due_rule_examples import every_rule_with_frequency

SAYS_NO_FREQUENCY = ByEvent | WithinOfEvent | Lead | After | HourOfDay
LANGUAGES: list[Language] = ["vi", "en"]
OF_DOCUMENTS = [
    ("Thời gian thực hiện: Tháng 12/2025.", "within 12/2025", "once"),
    ("xong trong tháng 12/2025", "within 12/2025", "once"),
    ("hằng năm (trước ngày 15 tháng 11)", "before 15/11", "year"),
    ("trước ngày 20/11", "before 20/11", None),
    ("trước ngày 30/11 hằng năm", "before 30/11", "year"),
    ("năm 2030", "within 2030", "once"),
    ("(năm 2035)", "within 2035", "once"),
    ("từ tháng 10 năm 2025 đến hết tháng 3 năm 2026", "from 10/2025 to 3/2026", "once"),
    ("vào tháng 4 năm 2026", "within 4/2026", "once"),
    ("trước ngày 31/3/2026", "before 31/3/2026", "once"),
    ("Thời gian: Từ ngày 15/11/2025 đến ngày 15/12/2025.", "from 15/11/2025 to 15/12/2025", "once"),
    ("trước ngày 16 tháng 12 năm 2025", "before 16/12/2025", "once"),
    ("trước 19h00’ hằng ngày", "before 19:00", "day"),
    ("02 lần/ngày (trước 9h00’ và 16h00’)", "before 9:00; before 16:00", "day"),
    ("báo cáo ngay", "by event", None),
    ("Thời gian thực hiện: Quý IV năm 2025", "within Q4/2025", "once"),
    ("trước ngày 01/6 và 15/11 hằng năm", "before 1/6; before 15/11", "year"),
    ("trước ngày 01/6 và trước ngày 15/11", "before 1/6; before 15/11", None),
    ("Hoàn thành trong năm 2025.", "within 2025", "once"),
    ("trước ngày 20 hằng tháng", "before 20", "month"),
    ("trong tháng 11/2025", "within 11/2025", "once"),
    ("Trước ngày 30/11/2025", "before 30/11/2025", "once"),
    ("2025", "within 2025", "once"),
    ("Tháng 12 hằng năm", "within month 12", "year"),
    ("trước ngày 25/12 hàng năm.", "before 25/12", "year"),
    ("chậm nhất ngày 17 tháng 12 hằng năm", "by 17/12", "year"),
    ("Thời gian hoàn thành: Tháng 11 - 12/2025.", "from 11/2025 to 12/2025", "once"),
    ("Thời gian hoàn thành: Trước ngày 31/5/2026", "before 31/5/2026", "once"),
    ("Thời hạn hoàn thành: Từ ngày 01/01/2026 đến ngày 31/3/2026.", "from 1/1/2026 to 31/3/2026", "once"),
    ("thực hiện hoàn thành xong trước ngày 05 tháng 12 năm 2025", "before 5/12/2025", "once"),
    ("Thời gian hoàn thành trước ngày 31 tháng 12 năm 2025.", "before 31/12/2025", "once"),
    ("Thời gian hoàn thành trong tháng 12 năm 2025", "within 12/2025", "once"),
    ("vào ngày 15 của tháng trước đó", "by 15 previous month", "month"),
    ("vào tuần cuối cùng của tháng thứ 3 trong quý", "within last week", "quarter"),
    ("đúng ngày mồng 3 hằng tháng", "by 3", "month"),
    ("Thời gian hoàn thành: Dự kiến tháng 11/2025", "within 11/2025", "once"),
    ("Chậm nhất ngày 10/12/2025 (trước ngày bầu cử 95 ngày)", "by 10/12/2025", "once"),
    ("Thời gian hoàn thành: Quý IV/2025 và Quý I/2026;", "from Q4/2025 to Q1/2026", "once"),
    ("Thời gian hoàn thành: Quý I/2026;", "within Q1/2026", "once"),
    ("Thời gian thực hiện: Từ tháng 12/2025 đến quý I/2026.", "from 12/2025 to Q1/2026", "once"),
    ("Từ tháng 11/2025 đến tháng 4/2026", "from 11/2025 to 4/2026", "once"),
    ("Từ tháng 11/2025 đến quý I/2026", "from 11/2025 to Q1/2026", "once"),
    ("tháng 11/2025 đến tháng 4/2026;", "from 11/2025 to 4/2026", "once"),
    ("ngay sau khi kết thúc hội nghị", "by event", None),
    ("ngay sau khi tổ chức hội nghị 01 ngày", "within 1d of event", None),
    ("trong thời hạn 05 ngày kể từ ngày nhận đơn", "within 5d of event", None),
    ("ngay khi có sự việc xảy ra hoặc có nguy cơ xảy ra", "by event", None),
    ("Báo cáo ngay với Ban Thường trực khi phát sinh vụ việc", "by event", None),
    ("Báo cáo gửi trước ngày 25 hằng tháng.", "before 25", "month"),
    ("trước ngày 20 của tháng cuối quý", "before 20 last month", "quarter"),
    ("trước ngày 20 tháng 6 hằng năm", "before 20/6", "year"),
    ("trước ngày 10 tháng 01 của năm thực hiện kế hoạch", "before 10/1", "year"),
    ("trong tháng đầu năm của năm thứ nhất thực hiện kế hoạch", "within first month", "years"),
    ("vào đầu quý I năm 2010", "within Q1/2010", "once"),
    ("ngay trong Quý I năm 2010", "within Q1/2010", "once"),
    ("thực hiện ngay trong quý I năm 2010", "within Q1/2010", "once"),
    ("trước ngày 22 tháng 02 năm 2010", "before 22/2/2010", "once"),
    ("định kỳ (vào ngày 22 hàng tháng)", "by 22", "month"),
    ("tháng 01 và tháng 6 hàng năm", "within month 1; within month 6", "year"),
    ("vào tháng 3/2010", "within 3/2010", "once"),
    ("Cuối tháng 4 năm 2010", "within 4/2010", "once"),
    ("hết năm 2010", "within 2010", "once"),
    ("Báo cáo tháng: Trước ngày 15 của tháng báo cáo", "before 15", "month"),
    ("Báo cáo quý: Trước ngày 15 của tháng cuối quý thuộc kỳ báo cáo", "before 15 last month", "quarter"),
    ("Báo cáo 6 tháng: Trước ngày 15 tháng 6 của năm báo cáo", "before 15/6", "half-year"),
    ("Báo cáo năm: Trước ngày 15 tháng 12 của năm báo cáo", "before 15/12", "year"),
]
"""Times of the documents of the corpus, one row for each way of writing."""
OTHERS = [
    ("trước ngày: 25/6", "before 25/6", None),
    ("chậm nhất ngày 25 (hai mươi lăm) hằng tháng", "by 25", "month"),
    ("trước 19h00'", "before 19:00", None),
    ("trước 16 giờ 00 hằng ngày", "before 16:00", "day"),
    ("trước 16 giờ 30 phút mỗi ngày làm việc", "before 16:30", "workday"),
    ("trước 8 giờ sáng hôm sau", "before 8:00 next day", None),
    ("trước 4 giờ chiều thứ sáu hằng tuần", "before 16:00 friday", "week"),
    ("chậm nhất thứ 6 hằng tuần", "by friday", "week"),
    ("thứ hai tuần sau", "by monday next week", "week"),
    ("Hằng tuần, trước 15 giờ thứ năm", "before 15:00 thursday", "week"),
    ("trước 14 giờ ngày 28/4/2020", "before 14:00 28/4/2020", "once"),
    ("trước 14h ngày 28 tháng 4 năm 2020", "before 14:00 28/4/2020", "once"),
    ("chậm nhất 16:00 ngày 18 hằng tháng", "by 16:00 18", "month"),
    ("ngày cuối cùng của tháng", "by last day", "month"),
    ("chậm nhất ngày cuối cùng của quý", "by last day last month", "quarter"),
    ("TRƯỚC NGÀY 18 HẰNG THÁNG", "before 18", "month"),
    ("trước ngày １８ hằng tháng", "before 18", "month"),
    ("không quá ngày 05 của tháng kế tiếp", "by 5 next month", "month"),
    ("trước ngày 15 tháng đầu quý tiếp theo", "before 15 next month", "quarter"),
    ("chậm nhất ngày 15/01 năm kế tiếp", "by 15/1 next year", "year"),
    ("trước ngày 05 tháng tư hằng năm", "before 5/4", "year"),
    ("trong tháng cuối quý", "within last month", "quarter"),
    ("trong tháng sau", "within next month", "month"),
    ("trong tuần cuối hằng tháng", "within last week", "month"),
    ("từ ngày 01 đến ngày 05 hằng tháng", "from 1 to 5", "month"),
    ("từ ngày 25 đến ngày 05 tháng sau", "from 25 to 5 next month", "month"),
    ("từ ngày 01 đến ngày 05 của tháng sau", "from 1 next month to 5 next month", "month"),
    ("từ 20/12 đến 05/01 năm sau", "from 20/12 to 5/1 next year", "year"),
    ("trong vòng 24 giờ kể từ khi xảy ra thiên tai", "within 24h of event", None),
    ("trong 5 ngày làm việc", "within 5wd of event", None),
    ("trong thời hạn 01 tháng kể từ ngày ký hợp đồng", "within 1m of event", None),
    ("chậm nhất 03 tháng sau khi kết thúc đợt thanh tra", "within 3m of event", None),
    ("sau 06 tháng kể từ khi kết thúc dự án", "within 6m of event", None),
    ("chậm nhất 10 ngày kể từ ngày kết thúc đợt", "within 10d of event", None),
    ("chậm nhất trong vòng 48 giờ sau khi phát hiện", "within 48h of event", None),
    ("2 ngày làm việc trước thời hạn của cấp trên", "lead 2wd", None),
    ("trước hạn của Sở 3 ngày", "lead 3d", None),
    ("trong 6 tháng đầu năm", "within H1", "year"),
    ("before 4 p.m. each working day", "before 16:00", "workday"),
    ("by Friday each week", "by friday", "week"),
    ("before 1 June and 15 November each year", "before 1/6; before 15/11", "year"),
    ("from 25 to the 5th of the next month", "from 25 to 5 next month", "month"),
]


OF_OTHER_DOCUMENTS = [
    ("trước 17h00 ngày 25 hằng tháng", "before 17:00 25", "month"),
    ("chậm nhất vào ngày 20 của tháng cuối quý", "by 20 last month", "quarter"),
    ("hằng tuần (trước 10 giờ thứ Năm)", "before 10:00 thursday", "week"),
    ("báo cáo quý trước ngày 15 của tháng cuối quý", "before 15 last month", "quarter"),
    ("Báo cáo tháng trước ngày 20 hằng tháng", "before 20", "month"),
    ("định kỳ hằng năm trước ngày 15 tháng 12", "before 15/12", "year"),
    ("trước ngày 10/6 đối với báo cáo 6 tháng", "before 10/6", "half-year"),
    ("trước ngày 10/12 (đối với báo cáo năm)", "before 10/12", "year"),
    (
        "6 tháng đầu năm trước ngày 10/6; 6 tháng cuối năm trước ngày 10/12",
        "before 10/6; before 10/12",
        "half-year",
    ),
    ("trước ngày 10/01 năm liền kề sau năm báo cáo", "before 10/1 next year", "year"),
    ("trước ngày 05 của tháng tiếp theo tháng báo cáo", "before 5 next month", "month"),
    ("trước ngày 30 tháng 6 và ngày 31 tháng 12 hằng năm", "before 30/6; before 31/12", "year"),
    ("trước ngày 15 tháng 6 và 15 tháng 12 hằng năm", "before 15/6; before 15/12", "year"),
    ("vào các ngày 15/3, 15/6, 15/9 và 15/12", "by 15/3; by 15/6; by 15/9; by 15/12", None),
    ("trước ngày 15 các tháng 3, 6, 9 và 12", "before 15/3; before 15/6; before 15/9; before 15/12", None),
    ("chậm nhất ngày 05/7 và ngày 05/01 của năm sau", "by 5/7; by 5/1 next year", "year"),
    ("Đợt 1: trước ngày 15/5; đợt 2: trước ngày 15/11", "before 15/5; before 15/11", None),
    ("mỗi năm 02 lần (trước ngày 15/6 và 15/12)", "before 15/6; before 15/12", "year"),
    ("cuối tháng", "by last day", "month"),
    ("vào cuối năm", "by last day last month", "year"),
    ("trong 10 ngày đầu tháng sau", "from 1 next month to 10 next month", "month"),
    ("trước 17 giờ 00 phút, ngày 15 tháng 5 năm 2026", "before 17:00 15/5/2026", "once"),
    ("17h ngày 15/5/2026", "by 17:00 15/5/2026", "once"),
    ("từ nay đến hết ngày 31/12/2025", "by 31/12/2025", "once"),
    ("Từ tháng 11/2025 đến khi kết thúc Tổng kiểm kê", "from 11/2025 to event", "once"),
    ("từ ngày 01/11/2025 đến khi kết thúc", "from 1/11/2025 to event", "once"),
    ("from November 2025 until the count is over", "from 11/2025 to event", "once"),
    ("Quý III và Quý IV năm 2025", "from Q3 to Q4/2025", "once"),
    ("Quý III, IV/2025", "from Q3 to Q4/2025", "once"),
    ("Tháng 10/2025 - tháng 3/2026", "from 10/2025 to 3/2026", "once"),
    ("giai đoạn 2026 - 2030", "from 2026 to 2030", "once"),
    ("ngày Tháng 11/2025", "within 11/2025", "once"),
    ("trong quí 2 năm 2010", "within Q2/2010", "once"),
    ("hoàn thành **trước ngày 25/6/2024**", "before 25/6/2024", "once"),
    ("Đến hết quý IV năm 2024 (đến ngày 31/01/2025)", "by 31/1/2025", "once"),
    ("vào lúc 16h00 hằng ngày", "by 16:00", "day"),
    ("từ 15-30/11/2025", "from 15 to 30/11/2025", "once"),
    ("báo cáo quý I trước ngày 15/3", "before 15/3", "quarter"),
    ("quý I trước ngày 15/3, quý II trước ngày 15/6", "before 15/3; before 15/6", "quarter"),
    ("trong vòng 24h kể từ thời điểm phát hiện", "within 24h of event", None),
    ("chậm nhất sau 24 giờ", "within 24h of event", None),
    ("sau 05 ngày làm việc kể từ khi kết thúc hội nghị", "within 5wd of event", None),
    ("trước ngày 31/12 của năm trước liền kề", "before 31/12 previous year", "year"),
    ("chậm nhất ngày 15 tháng 12 năm trước", "by 15/12 previous year", "year"),
    ("trước ngày 20/7 năm trước năm kế hoạch", "before 20/7 previous year", "year"),
    ("trong tháng 12 năm trước", "within month 12 previous year", "year"),
    ("trong quý IV của năm liền trước", "within Q4 previous year", "year"),
    ("từ ngày 15/11 đến ngày 15/12 năm trước", "from 15/11 previous year to 15/12 previous year", "year"),
    ("chậm nhất 05 ngày làm việc sau khi kết thúc quý", "within 5wd after period", "quarter"),
    ("trong vòng 10 ngày làm việc kể từ ngày kết thúc quý", "within 10wd after period", "quarter"),
    ("chậm nhất 05 ngày kể từ ngày kết thúc kỳ báo cáo", "within 5d after period", None),
    ("trong thời hạn 45 ngày, kể từ ngày kết thúc quý", "within 45d after period", "quarter"),
    (
        "Báo cáo năm: chậm nhất là 90 ngày kể từ ngày kết thúc năm tài chính",
        "within 90d after period",
        "year",
    ),
    ("chậm nhất sau khi kết thúc tháng 05 ngày làm việc", "within 5wd after period", "month"),
    ("trong 02 ngày làm việc sau khi kết thúc tuần", "within 2wd after period", "week"),
    ("chậm nhất ngày làm việc thứ 5 của tháng sau", "within 5wd after period", "month"),
    ("trước ngày làm việc thứ 5 của tháng sau", "within 4wd after period", "month"),
    ("ngày làm việc đầu tiên của tháng sau", "within 1wd after period", "month"),
    ("ngày làm việc thứ ba của tháng đầu quý sau", "within 3wd after period", "quarter"),
    ("within 5 working days of the end of the quarter", "within 5wd after period", "quarter"),
    ("before 31 December of the previous year", "before 31/12 previous year", "year"),
    ("trước 17h00, thứ Sáu ngày 13/3/2026", "before 17:00 13/3/2026", "once"),
    ("trước 17h ngày thứ Sáu (13/3/2026)", "before 17:00 13/3/2026", "once"),
    ("trước ngày 10 tháng 4 năm 2026 (thứ Sáu)", "before 10/4/2026", "once"),
    ("chậm nhất thứ 6, ngày 10/4/2026", "by 10/4/2026", "once"),
    ("chậm nhất 10h00 sáng thứ Sáu của tuần báo cáo", "by 10:00 friday", "week"),
    ("trước ngày 31/12 năm cuối kỳ", "before 31/12", "year"),
    ("từ ngày 25 tháng trước đến ngày 05 tháng này", "from 25 previous month to 5", "month"),
    ("trước 6 giờ và 17 giờ hằng ngày", "before 6:00; before 17:00", "day"),
    (
        "trước 9 giờ, 11 giờ và 15 giờ ngày 15/3/2026",
        "before 9:00 15/3/2026; before 11:00 15/3/2026; before 15:00 15/3/2026",
        "once",
    ),
]
"""What documents beside the corpus write."""


@pytest.mark.parametrize(
    ("phrase", "rules", "each"),
    [
        (phrase, "before 10/6; before 10/12", ["half-year", "year"])
        for phrase in (
            "định kỳ 6 tháng (trước ngày 10/6), năm (trước ngày 10/12)",
            "trước ngày 10/6 đối với báo cáo 6 tháng và trước ngày 10/12 đối với báo cáo năm",
            "trước ngày 10/6 (6 tháng), 10/12 (năm)",
            "báo cáo 6 tháng đầu năm trước ngày 10/6, báo cáo năm trước ngày 10/12",
            "sơ kết 6 tháng trước ngày 10/6, tổng kết năm trước ngày 10/12",
            "kỳ 6 tháng đầu năm trước ngày 10/6; cả năm trước ngày 10/12",
        )
    ]
    + [("ngày 25 hằng tháng, ngày 25 tháng cuối quý", "by 25; by 25 last month", ["month", "quarter"])],
)
def test_each_of_several_dates_may_say_what_it_is_for(phrase: str, rules: str, each: list[str]) -> None:
    read = read_phrase(phrase)
    assert ("; ".join(read.texts), list(read.each), read.said) == (rules, each, None)


@pytest.mark.parametrize(("phrase", "rules", "said"), OF_DOCUMENTS + OF_OTHER_DOCUMENTS + OTHERS)
def test_a_phrase_is_the_rule_that_it_says(phrase: str, rules: str, said: str | None) -> None:
    for spelling in (phrase, unicodedata.normalize("NFD", phrase), phrase.upper()):
        read = read_phrase(spelling)
        assert ("; ".join(read.texts), read.said) == (rules, said)


@pytest.mark.parametrize(
    ("every", "rule"),
    [
        ("month", "by 20"),
        ("quarter", "by 20 last month"),
        ("half-year", "by 20 last month"),
        ("year", "by 20 last month"),
    ],
)
@pytest.mark.parametrize(
    "phrase",
    [
        "chậm nhất ngày 20 của tháng, quý, 6 tháng và năm báo cáo",
        "chậm nhất ngày 20 của tháng/cuối quý, 6 tháng và năm báo cáo",
        "chậm nhất ngày 20 của tháng/cuối quý báo cáo đối với báo cáo định kỳ tháng, quý, 6 tháng và năm",
    ],
)
def test_a_day_of_several_periods_is_that_of_the_duty(phrase: str, every: str, rule: str) -> None:
    assert read_phrase(phrase, Frequency(every)).texts == (rule,)


@pytest.mark.parametrize(
    ("phrase", "rule", "planned"),
    [
        ("Dự kiến ngày 05/12 (chậm nhất ngày 10/12)", "by 10/12", "5/12"),
        (
            "Thời gian: Dự kiến ngày 05/12/2025 (Chậm nhất ngày 10/12/2025 - 95 ngày trước bầu cử)",
            "by 10/12/2025",
            "5/12/2025",
        ),
        ("dự kiến ngày 25/11, chậm nhất ngày 05/12/2026", "by 5/12/2026", "25/11/2026"),
        ("dự kiến ngày 25/12, chậm nhất ngày 05/01/2026", "by 5/1/2026", "25/12/2025"),
    ],
)
def test_the_planned_day_stands_beside_the_last_one(phrase: str, rule: str, planned: str) -> None:
    read = read_phrase(phrase)
    assert (read.texts, read.planned) == ((rule,), planned)


@pytest.mark.parametrize(
    ("phrase", "first", "second"),
    [
        ("trước tháng 7/2024", "before 1/7/2024", "within 7/2024"),
        ("trước quý II/2026", "before 1/4/2026", "within Q2/2026"),
        ("before July 2024", "before 1/7/2024", "within 7/2024"),
        ("trước ngày 18 hằng quý", "before 18 last month", "before 18 next month"),
        ("trước ngày 18 hằng năm", "before 18 last month", "before 18 next month"),
        ("chậm nhất ngày 25 của kỳ 6 tháng", "by 25 last month", "by 25 next month"),
        ("by the 18th of each quarter", "by 18 last month", "by 18 next month"),
        ("hằng quý, trước ngày 18", "before 18 last month", "before 18 next month"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(phrase: str, first: str, second: str) -> None:
    with pytest.raises(RuleError, match="in two ways") as caught:
        read_phrase(phrase)
    assert f"write `{first}` or `{second}`" in str(caught.value)


@pytest.mark.parametrize(
    ("phrase", "nearest"),
    [
        ("trước ngày 18 hằng tháng gửi về Sở", "only 'trước ngày 18 hằng tháng' is read, as `before 18`"),
        ("Quý IV năm 2025 và các năm tiếp theo", "only 'quý 4/2025' is read, as `within Q4/2025`"),
        ("trước ngày 15 tháng cuối quý, 6 tháng và năm", "only 'trước ngày 15 tháng cuối quý' is read"),
        ("định kỳ hằng năm", "write `every: year`, and leave `due` out"),
        ("6 tháng một lần", "write `every: half-year`, and leave `due` out"),
        ("đột xuất khi có yêu cầu", "write `every: on-demand`, and leave `due` out"),
        ("theo quy định", "write `every: unspecified`, and leave `due` out"),
        ("sớm nhất trước ngày 30/6/2024", "only 'trước ngày 30/6/2024' is read, as `before 30/6/2024`"),
        ("trong vong quy I/2024", "write it like 'trong quý I/2024'"),
        ("within the 1st quarter 2024", "write it like 'in Q1 2024'"),
        (
            "before the 18th of each month or so",
            "only 'before the 18th of each month' is read, as `before 18`",
        ),
    ],
)
def test_what_is_refused_names_the_nearest_thing_that_is_read(phrase: str, nearest: str) -> None:
    with pytest.raises(RuleError, match="cannot read") as caught:
        read_phrase(phrase)
    assert nearest in str(caught.value)


def test_one_rule_is_asked_of_a_phrase_with_several() -> None:
    with pytest.raises(RuleError, match=r"as a list: \[before 1/6, before 15/11\]"):
        read_wording("trước ngày 01/6 và 15/11 hằng năm", "vi")


@pytest.mark.parametrize(
    ("phrase", "every", "remedy"),
    [
        ("ngày làm việc cuối cùng của tháng", Frequency.MONTH, "write `by last day`, and `roll: preceding`"),
        ("chậm nhất ngày làm việc cuối tháng", None, "write `by last day`, and `roll: preceding`"),
        (
            "ngày làm việc cuối cùng của quý",
            Frequency.QUARTER,
            "write `by last day last month`, and `roll: preceding`",
        ),
        (
            "by the last working day of the month",
            Frequency.MONTH,
            "write `by last day`, and `roll: preceding`",
        ),
        ("ngày làm việc đầu tiên của tháng", Frequency.MONTH, "write `by 1`, and `roll: following`"),
        ("ngày làm việc đầu tiên của quý", Frequency.QUARTER, "write `by 1 first month`, and `roll: foll"),
        ("by the first working day of each month", Frequency.MONTH, "write `by 1`, and `roll: following`"),
        ("ngày làm việc thứ 5 của tháng", Frequency.MONTH, "write it like "),
        ("chậm nhất ngày làm việc cuối tuần", Frequency.WEEK, "write it like "),
    ],
)
def test_what_no_rule_says_names_what_comes_to_the_same_for_that_frequency(
    phrase: str, every: Frequency | None, remedy: str
) -> None:
    with pytest.raises(RuleError, match="cannot read") as caught:
        read_phrase(phrase, every)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("phrase", "every", "remedy"),
    [
        ("02 tuần một lần vào thứ Sáu", "week", "`every: year` with a list of the dates"),
        (
            "từ 8 giờ ngày 03/12/2025 đến 17 giờ ngày 01/02/2026",
            "once",
            "leave out the hour of its first day",
        ),
        ("từ 7 giờ đến 19 giờ ngày 15/3/2026", "once", "leave out the hour of its first day"),
        ("trước 17 giờ thứ Năm, ngày 13/3/2026", "once", "is read, as `by 13/3/2026`"),
        (
            "trước ngày 18 hằng tháng (số liệu tính đến ngày 15)",
            "month",
            "hằng tháng' is read, as `before 18`; where the data ends is said by `cutoff`",
        ),
        (
            "chậm nhất ngày 20 hằng tháng; số liệu từ ngày 15 tháng trước đến ngày 14 tháng báo cáo",
            "month",
            "hằng tháng' is read, as `by 20`; where the data ends is said by `cutoff`",
        ),
        ("càng sớm càng tốt, số liệu đến ngày 14", "month", "write it like '"),
        ("before the 18th of each month, with data to the 14th", "month", "said by `cutoff`"),
        ("chậm nhất 03 ngày trước ngày cuối tháng", "month", "e.g. `by 25` of a month"),
        ("trước khi kết thúc quý 05 ngày", "quarter", "`by 25 last month` of a longer period"),
        ("10 ngày/lần", "month", "`every: year` with a list of the dates"),
        ("02 tháng một lần, trước ngày 25", "month", "`periods: [2, 4, 6, 8, 10, 12]`"),
        ("định kỳ 03 tháng/lần", "month", "write `every: quarter`"),
        ("hai năm một lần, trước ngày 15/11", "year", "write `every: 2 years from 2026`"),
        ("trước 15 giờ ngày 29 tháng Chạp", "once", "the lunar calendar is not read"),
        ("trước ngày mùng 6 Tết", "once", "the lunar calendar is not read"),
        ("trước Tết Nguyên đán 05 ngày", "once", "no rule counts back"),
        ("chậm nhất 40 ngày trước ngày bầu cử", "once", "no rule counts back"),
        ("chậm nhất 03 ngày làm việc trước ngày họp", "on-demand", "no rule counts back"),
        ("trước kỳ họp thường lệ cuối năm của HĐND 20 ngày", "year", "no rule counts back"),
        ("ngày 15 của tháng thứ hai quý sau", "quarter", "`due: [by 15/5, by 15/8, by 15/11, by 15/2 next"),
        (
            "trước 15 giờ hằng ngày cho đến khi ổ dịch kết thúc",
            "day",
            "the duty's own first and last day (from, to)",
        ),
        (
            "trước 16 giờ thứ Năm hằng tuần, từ ngày 01/01/2026 đến 15/3/2026",
            "week",
            "the duty's own first and last day (from, to)",
        ),
        (
            "chậm nhất ngày 05 hằng tháng cho quý sau",
            "month",
            "write it like 'chậm nhất ngày 05 của tháng sau'",
        ),
        ("every 2 weeks", "week", "`every: year` with a list of the dates"),
        ("5 days before the election", "once", "no rule counts back"),
    ],
)
def test_what_no_rule_says_names_what_a_plan_file_writes_instead(
    phrase: str, every: str, remedy: str
) -> None:
    with pytest.raises(RuleError, match="cannot read") as caught:
        read_phrase(phrase, Frequency(every))
    assert remedy in str(caught.value)


@settings(max_examples=600)
@given(every_rule_with_frequency(), st.sampled_from(LANGUAGES))
def test_what_is_worded_is_read_back(drawn: tuple[DueRule, Frequency], language: Language) -> None:
    rule, frequency = drawn
    if isinstance(rule, Window):
        assume(not _ends_before_it_begins(rule))
    if isinstance(rule, WithinOfEvent):
        rule = replace(rule, event="event")  # the words do not say which
    read, said = read_wording(word_rule(rule, frequency, language), language)
    assert read == rule
    assert said in (frequency, Frequency.YEAR) or isinstance(rule, SAYS_NO_FREQUENCY)


def _ends_before_it_begins(rule: Window) -> bool:
    """As from 31 to 30 of the next month, which is one day in February."""
    first, last = rule.first, rule.last
    if isinstance(first, DayOfMonth) and isinstance(last, DayOfMonth):
        return first.month == last.month and (first.day or 31) > (last.day or 31)
    return False
