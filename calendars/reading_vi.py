"""Reads due rules in the Vietnamese of official documents, in the spellings that they do use."""

from __future__ import annotations

from calendars.periods import Frequency
from calendars.phrases import (
    Phrases,
    after,
    after_span,
    dated,
    lead,
    monthly,
    of_span,
    within,
    yearly,
)
from calendars.reading_words import NTH_VI

REMEDY = (
    'viết như "trước ngày 18 hằng tháng", "chậm nhất ngày 05 của tháng sau", "trước ngày 15 tháng cuối quý", '
    '"trước ngày 10/12 hằng năm", "trước ngày 30/6/2024", "trong quý I/2024"'
)
# One spelling of what documents write in several ways; the order matters.
SPELLINGS = (
    (r"\bhàng (tháng|quý|năm)\b", r"hằng \1"),
    (r"\b(?:mỗi|từng) (tháng|quý|năm)\b", r"hằng \1"),
    (r"\bđịnh kỳ ", ""),
    (r"\b(?:mùng|mồng) (?=\d)", ""),
    (r"\bquý iv\b", "quý 4"),
    (r"\bquý iii\b", "quý 3"),
    (r"\bquý ii\b", "quý 2"),
    (r"\bquý i\b", "quý 1"),
    (r"\bngày (\d{1,2}) tháng (\d{1,2})\b", r"ngày \1/\2"),
    (r"(?<=\d) ?[/.-] ?(?=\d)", "/"),
    (r"(?<=\d)(?: của)? năm (?=\d{4})", "/"),
)
WHEN = (
    r"(?:(?P<before>(?:chậm nhất (?:là )?)?trước)|(?:chậm nhất|muộn nhất)(?: là| vào| đến)*(?: hết)?"
    r"|không muộn hơn|đến(?: hết)?)"
)
DAY = r"(?:ngày (?P<day>\d{1,2})|ngày cuối(?: cùng)?)"
OF = r" (?:của )?"
EACH_MONTH = r"(?P<each>(?:tháng )?hằng tháng|tháng)"
NEXT_MONTH = r"(?P<next>tháng (?:sau|kế tiếp|tiếp theo|liền kề))(?: hằng tháng)?"
UNIT = r"(?:của )?(?P<span>quý|kỳ 6 tháng|6 tháng|kỳ 9 tháng|9 tháng|năm)(?: báo cáo)?"
NTHS = "|".join(("nhất", *sorted(NTH_VI, key=len, reverse=True), r"\d{1,2}"))
EACH = r"(?: (?:của )?(?:(?P<each>hằng năm)|(?P<next>năm (?:sau|kế tiếp|tiếp theo|liền kề))))"
DAY_MONTH = r"(?:ngày )?(?P<day>\d{1,2})/(?P<month>\d{1,2})"
BY_SPAN = r"(?:(?:hoàn thành )?trong|chậm nhất(?: là| vào| đến| trong)*(?: hết)?|đến hết)"
IN_YEAR = rf"(?:/(?P<year>\d{{4}})|{EACH})"
OF_YEAR = rf"(?:(?: của)? năm (?P<year>\d{{4}})|{EACH})"
COUNT = r"(?P<count>\d{1,3}) ngày(?P<working> làm việc)?"
WHICH = rf"(?:đầu|(?P<last>cuối)|thứ (?P<nth>{NTHS}))"
PHRASES = Phrases(
    spellings=SPELLINGS,
    bounds="trước|chậm nhất|muộn nhất|không muộn hơn|đến",
    remedy=REMEDY,
    patterns=(
        (rf"{WHEN} {DAY}(?:{OF}(?:{EACH_MONTH}|{NEXT_MONTH}))?", monthly),
        (rf"{WHEN} {DAY}{OF}tháng (?:liền )?sau {UNIT}", after_span),
        (rf"{WHEN} {DAY}{OF}tháng đầu(?: tiên)? {UNIT} sau", after_span),
        (rf"{WHEN} {DAY}{OF}tháng {WHICH}(?: tiên| cùng)? {UNIT}", of_span),
        (rf"{WHEN} {DAY_MONTH}{EACH}?", yearly),
        (rf"{WHEN} {DAY_MONTH}/(?P<year>\d{{4}})", dated),
        (rf"{BY_SPAN} tháng (?P<index>\d{{1,2}}){IN_YEAR}", within(Frequency.MONTH)),
        (rf"{BY_SPAN} quý (?P<index>\d){IN_YEAR}", within(Frequency.QUARTER)),
        (rf"{BY_SPAN} 6 tháng (?P<index>đầu|cuối){OF_YEAR}", within(Frequency.HALF_YEAR)),
        (rf"{BY_SPAN} 9 tháng(?: đầu)?{OF_YEAR}", within(Frequency.NINE_MONTHS)),
        (rf"{BY_SPAN} năm (?P<year>\d{{4}})", within(Frequency.YEAR)),
        (rf"trước thời hạn của cấp trên {COUNT}", lead),
        (rf"{COUNT} trước thời hạn của cấp trên", lead),
        (rf"sau thời hạn của cấp dưới {COUNT}", after),
        (rf"{COUNT} sau thời hạn của cấp dưới", after),
    ),
)
