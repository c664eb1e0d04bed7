"""Reads due rules in the Vietnamese of official documents, in the spellings that they do use."""

from __future__ import annotations

import re
from datetime import date

from calendars.phrases import LABEL, Match, Phrases, Spelling
from calendars.reading_words import (
    NTH_VI,
    WEEKDAYS_VI,
    after,
    after_period,
    by_event,
    date_of,
    day_of_month,
    day_of_week,
    day_of_year,
    front,
    last_week,
    lead,
    month_of_span,
    month_of_years,
    named_year,
    nth_working_day,
    number,
    of_each_day,
    of_event,
    part_of_year,
)
from calendars.unsaid import before_end, counted_back, later_month, lunar, opening_hour, repeated

NTHS = "|".join(("nhất", *sorted(NTH_VI, key=len, reverse=True), r"\d{1,2}"))
NUMERALS = r"(?:một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|tám|chín|mười|mươi|mốt|không|linh|lẻ)"
MONTH_NAMES = "giêng|mười một|mười hai|mười|hai|ba|tư|sáu|bảy|tám|chín"
SPAN = r"(?P<span>ngày làm việc|ngày|tuần|tháng|quý|kỳ 6 tháng|6 tháng|kỳ 9 tháng|9 tháng|năm)"
VERBS = "báo cáo|gửi|nộp|hoàn thành|thực hiện|xong|tổng kết|phải|thời gian|thời hạn(?! của)"
BEHIND_MONTH = r"(?= năm \d|/| hằng| (?:của )?năm (?:sau|báo)|$)"

DAYS_OF_WEEK = "hai|ba|tư|năm|sáu|bảy|[2-7]"
FULL_DATE = r"\d{1,2}/\d{1,2}/\d{4}"


def _hour(match: Match) -> str:
    """16:00, of what is written as 16h00', 4 giờ chiều, 16 giờ 00 phút."""
    hour, part = int(match["hour"]), match["part"] or ""
    hour += 12 if part in ("chiều", "tối") and hour < 12 else 0
    return f"{hour}:{match['minute'] or '00'}"


def _at_each_hour(match: Match) -> str:
    """9:00 hằng ngày, 16:00 hằng ngày, of what is written as 9:00 và 16:00 hằng ngày."""
    return ", ".join(f"{hour} {match[2]}" for hour in re.findall(r"\d{1,2}:\d\d", match[1]))


def _without_weekday(match: Match) -> str:
    """The date alone, where it is on that day of the week."""
    day, month, year = map(int, match["date"].split("/"))
    try:
        weekday = date(year, month, day).weekday()
    except ValueError:
        return match[0]
    said = WEEKDAYS_VI.index(match["day"]) if match["day"] in WEEKDAYS_VI else int(match["day"]) - 2
    return f"ngày {match['date']}" if said == weekday else match[0]


def _in_months(match: Match) -> str:
    """ngày 15/3, ngày 15/6, of what is written as ngày 15 các tháng 3, 6."""
    return ", ".join(f"ngày {match[1]}/{month}" for month in re.findall(r"\d+", match[2]))


def _month(match: Match) -> str:
    return f"tháng {1 if match[1] == 'giêng' else number(match[1])}"


# One spelling of what documents write in several ways; the order matters.
SPELLINGS: tuple[Spelling, ...] = (
    (r"[’‘´`]", "'"),
    (r"\*+", ""),
    (r"\bquí\b", "quý"),
    (r"[–—]", "-"),
    (rf"(?<![/\d])(\d{{1,3}}) ?\({NUMERALS}(?: {NUMERALS})*\)", r"\1"),
    (
        r" ?[(-] ?(?:trước [^()]+ \d+ ngày|\d+ ngày trước [^()]+)\)?$",
        lambda m: ")" if m[0][-1] == ")" and "(" not in m[0] else "",
    ),
    (r"^(?:[-+*•]|\w\)|\d\.) ", ""),
    (r"^(?:thời (?:gian|hạn|điểm)|tiến độ|hạn)(?: [a-zà-ỹđ]+){0,4} ?: ?", ""),
    (rf"^(?:(?:{VERBS}) )+", ""),
    (r"^ngay (?=trong (?!ngày)|từ |trước )", ""),
    (r"^0?\d lần ?(?:/|mỗi|một|trong) ?(ngày|tuần|tháng|quý|năm) ?[,(:]? ?", r"hằng \1, "),
    (
        r"^(?:hàng|mỗi|một|trong) (ngày|tuần|tháng|quý|năm) (?:\d{1,2}|một|hai|ba|bốn) lần ?[,(:]? ?",
        r"hằng \1, ",
    ),
    (r"^(?:định kỳ )?(?:0?6|sáu) tháng (?:0?1|một) lần ?[,(:]? ?", "6 tháng, "),
    (r"(?:^|(?<=[,;] )|(?<=và ))(?:đợt|lần) (?:thứ )?(?:\d|i{1,3}|nhất|hai|ba|tư) ?:? ?(?=[a-zđ])", ""),
    (r"^từ (?:nay|(?:ngày|khi) (?:ký|ban hành|có hiệu lực)[^\d]*?) (?=(?:cho )?đến)", ""),
    (r"\b(?:hàng|mỗi|từng) (?=ngày|tuần|tháng|quý|năm|6 tháng)", "hằng "),
    (r"\bđịnh kỳ ", ""),
    (r"^\((.+)\)$", r"\1"),
    (r"\((?:áp dụng )?đối với (?:kỳ )?báo cáo ([^()]+)\)", r"(\1)"),
    (r",? (?:báo cáo )?(?:áp dụng )?đối với (?:kỳ )?báo cáo (?:hằng )?", f" {LABEL} "),
    (r"\bcác (?=ngày|tháng|quý)", ""),
    (
        r"\bngày (\d{1,2}),? (?:của )?"
        r"tháng (\d{1,2}(?:(?:,| và|, và) (?:tháng )?\d{1,2}(?! ?/|\d| ?tháng))+)",
        _in_months,
    ),
    (r"\b(?:mùng|mồng) (?=\d)", "ngày "),
    (r"\bngày ngày\b", "ngày"),
    (r"\bngày ?: ?", "ngày "),
    (r"\b(\d{1,3}) ?(?:giờ|h)(?: đầu(?: tiên)?)?(?=,? (?:kể|tính|từ|sau|làm việc))", r"\1 tiếng"),
    (r"\b(trong (?:vòng |thời hạn |thời gian )?\d{1,3}) ?(?:giờ|h)(?: đầu(?: tiên)?)?(?= |$)", r"\1 tiếng"),
    (r"\b((?:sau|quá) \d{1,3}) ?(?:giờ|h)$", r"\1 tiếng"),
    (
        r"(?<![\d/.])(?P<hour>\d{1,2}) ?(?:giờ|h|g|:)(?: ?(?P<minute>\d{2})(?![\d/]))?(?: ?phút)?(?:'|(?!\w))"
        r"(?: (?P<part>sáng|trưa|chiều|tối))?",
        _hour,
    ),
    (r"\bquý (i{1,3}|iv) ?(,|-|và) ?(?:quý )?(?=i{1,3}\b|iv\b)", r"quý \1 \2 quý "),
    (r"\bquý (?:iv|bốn|tư)\b", "quý 4"),
    (r"\bquý (?:iii|ba)\b", "quý 3"),
    (r"\bquý (?:ii|hai)\b", "quý 2"),
    (r"\bquý (?:i|một|nhất)\b", "quý 1"),
    (rf"\btháng ({MONTH_NAMES})\b{BEHIND_MONTH}", _month),
    (rf"(?:(?<!\d )|(?<=ngày \d )|(?<=ngày \d\d ))\btháng (năm)\b{BEHIND_MONTH}", _month),
    (r"\bngày (\d{1,2}),? tháng (\d{1,2})\b", r"ngày \1/\2"),
    (r"(?:(?<=và )|(?<=[,;] ))(\d{1,2}) tháng (\d{1,2})\b", r"ngày \1/\2"),
    (r"(?<!ngày )\b(?:06|sáu) tháng\b", "6 tháng"),
    (r"(?<!ngày )\b(?:09|chín) tháng\b", "9 tháng"),
    (r"(?<=\d)(?:,| của)? năm (?=\d{4})", "/"),
    (r"^(?:đến )?hết (?:quý|tháng|năm) [\d/]+ \((?:tức (?:là )?)?((?:đến|trước|hết) ngày [\d/]+)\)$", r"\1"),
    (r"\btháng (\d{1,2}) ?(?:-|và|,) ?(?:tháng )?(\d{1,2}) ?/ ?(\d{4})", r"từ tháng \1/\3 đến tháng \2/\3"),
    (r"^(?:trong )?(quý \d(?:/\d{4})?) ?(?:và|-|,) ?(quý \d/\d{4})$", r"từ \1 đến \2"),
    (r"^(?:trong )?(tháng \d{1,2} ?/ ?\d{4}) ?- ?(?:tháng )?(\d{1,2} ?/ ?\d{4})$", r"từ \1 đến tháng \2"),
    (
        r"^(?:trong )?(?:giai đoạn|các năm|năm) (\d{4}) ?(?:-|và|,|đến) ?(?:năm )?(\d{4})$",
        r"từ năm \1 đến năm \2",
    ),
    (r"(?<=\d) ?[/.-] ?(?=\d)", "/"),
    (r"\b(cuối|đầu) (?:cùng|tiên)\b", r"\1"),
    (r"\b(?:ngày )?hôm sau\b", "ngày sau"),
    (
        r"\b(ngày|tuần|tháng|quý|năm) (?:kế tiếp|tiếp theo|tới|kế(?! hoạch)|(?:liền kề |liền )?sau"
        r"(?: liền kề)?|liền kề)\b(?: (?:của |so với )?\1 báo cáo\b)?",
        r"\1 sau",
    ),
    (r"\btháng (?:liền kề |liền )?trước(?: đó| liền kề)?\b", "tháng trước"),
    (
        r"\bnăm (?:liền kề |liền )?trước(?: đó| liền kề)?(?: (?:của )?năm (?:báo cáo|kế hoạch|thực hiện))?"
        r"(?= |$)(?! ngày| thời| hạn)",
        "năm trước",
    ),
    (rf"(?:ngày )?thứ (?P<day>{DAYS_OF_WEEK}),? (?:ngày )?\(?(?P<date>{FULL_DATE})\)?", _without_weekday),
    (rf"(?:ngày )?(?P<date>{FULL_DATE}) ?\(thứ (?P<day>{DAYS_OF_WEEK})\)", _without_weekday),
    (rf"(?:ngày )?(?P<date>{FULL_DATE}),? thứ (?P<day>{DAYS_OF_WEEK})$", _without_weekday),
    (r"\bnăm cuối (?:của )?(?:kỳ|giai đoạn)\b", "năm"),
    (r"\b(tuần|tháng|quý|năm|kỳ) (?:thuộc kỳ )?(?:báo cáo|thực hiện(?: kế hoạch)?)(?=$| sau| đến)", r"\1"),
    (r"\bnăm thứ nhất thực hiện kế hoạch\b", "năm thứ nhất"),
    (r"\btháng hằng tháng\b", "hằng tháng"),
    (r"\btháng này\b", "tháng"),
    (r"((?:\d{1,2}:\d\d(?:, | và |, và ))+\d{1,2}:\d\d),? ((?:ngày|hằng|thứ) .+)", _at_each_hour),
    (r"(?<=\d:\d\d)(?:,| của| vào)? (?=ngày|thứ|hằng)", " "),
    (r"^(?:trong )?(?:vòng )?(\d{1,2}) ngày đầu (?:của )?(?=tháng|hằng tháng)", r"từ ngày 1 đến ngày \1 "),
    (r"^ngày (?=tháng|quý|năm)", ""),
    (r"\b(?:vào )?lúc (?=\d)", ""),
    (r"^từ (?:ngày )?(\d{1,2})/(?=\d{1,2}/\d{1,2}/\d{4}$)", r"từ \1 đến "),
)
OF = r" (?:của |trong )?"
UNIT = r"(?:hằng )?(?P<span>quý|kỳ 6 tháng|6 tháng|kỳ 9 tháng|9 tháng|năm|kỳ)"
DAY = r"(?:ngày (?P<day>\d{1,2})|ngày cuối)"
EACH_YEAR = r" (?:của )?(?:(?P<each>hằng năm|năm)|(?P<later>năm sau)|(?P<earlier>năm trước))"
WHICH = rf"tháng (?:(?P<first>đầu)|(?P<last>cuối)|thứ (?P<nth>{NTHS}))"
NEAR = r"tháng (?:(?P<next>sau)|(?P<previous>trước))"
WEEKDAY = r"(?:ngày )?(?:thứ )?(?P<weekday>(?<=thứ )(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)"
OF_WEEK = r"(?:(?: của| trong)? (?:hằng tuần|tuần)(?: này)?| (?:của )?(?P<later>tuần sau))?"
AT = r"(?:(?:đầu|giữa|cuối) )?"
IN_YEAR = rf"(?:/(?P<year>\d{{4}})|{EACH_YEAR})?"
OF_YEAR = rf"(?: (?:của )?(?:năm )?(?P<year>\d{{4}})|{EACH_YEAR})"
COUNT = r"(?P<count>\d{1,3}) (?P<unit>ngày làm việc|ngày)"
DELAY_DAYS = r"(?P<count>\d{1,3}) (?P<unit>ngày làm việc|ngày|tuần)"
DELAY = r"(?P<count>\d{1,3}) (?P<unit>ngày làm việc|ngày|tiếng|tuần)"
ENDED = (
    r"(?:(?:thời điểm |khi |ngày )?kết thúc|hết|ngày cuối(?: của)?) (?:mỗi |hằng )?"
    r"(?P<span>tuần|tháng|quý|kỳ 6 tháng|6 tháng|kỳ 9 tháng|9 tháng|năm|kỳ|giai đoạn)"
    r"(?: tài chính| kế hoạch)?"
)
WORKING_DAY = rf"ngày làm việc (?:thứ )?(?P<count>{NTHS}|đầu)"
NOT_FIRST = r"(?! ngày làm việc (?:thứ )?(?:nhất|0?1\b|đầu))"
SINCE = r",? (?:(?:kể |tính )?(?:từ|sau)(?: khi| ngày| thời điểm)?) .+"
MONTHS = rf"(?P<count>\d{{1,3}}) (?P<unit>tháng)(?!.* {ENDED})"
HOLD = r"(?:thời )?hạn"
LATEST = r"(?:chậm nhất|muộn nhất|trễ nhất|hạn (?:cuối|chót)|không (?:muộn|chậm|trễ|quá)(?: hơn)?)"
EACH_SPAN = r"(?:cuối )?(?:tháng|quý|(?:kỳ )?6 tháng|9 tháng|năm)"
BEFORE = rf"(?:{LATEST} )?(?:là |vào |phải )*trước(?: thời điểm| mốc)?"
BY = rf"{LATEST}(?: (?:là|vào|đến|trong|hết))*|(?:cho )?(?:đến|tới)(?: hết)?|hết"
OF_END = rf"(?:kết thúc|hết|cuối) (?:mỗi |hằng )?{EACH_SPAN}"
PHRASES = Phrases(
    spellings=SPELLINGS,
    before=BEFORE,
    by=f"{BY}|vào|đúng",
    within=rf"(?:{BY}|trong|vào|dự kiến)(?: của)?",
    days=(
        (rf"{DAY}(?:{OF}(?P<each>hằng tháng|tháng))?", day_of_month),
        (rf"{DAY}{OF}(?P<of>{NEAR})(?: hằng tháng)?", day_of_month),
        (rf"{DAY}{OF}{NEAR}{OF}{UNIT}", day_of_month),
        (rf"{DAY}{OF}(?P<next>tháng đầu){OF}{UNIT} sau", day_of_month),
        (rf"{DAY}{OF}{WHICH}{OF}{UNIT}", day_of_month),
        (rf"(?P<last>(?:ngày )?cuối){OF}{UNIT}", day_of_month),
        (r"cuối (?P<each>(?:hằng )?tháng)", day_of_month),
        (rf"(?:ngày )?(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:{EACH_YEAR})?", day_of_year),
        (r"(?:ngày )?(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", date_of),
        (rf"{WEEKDAY}{OF_WEEK}", day_of_week),
    ),
    dailies=(
        (r"(?:hằng ngày|trong ngày|cùng ngày)", of_each_day),
        (r"(?:hằng )?(?P<working>ngày làm việc)", of_each_day),
        (r"(?P<later>ngày sau)", of_each_day),
    ),
    spans=(
        (rf"{AT}tháng (?P<index>\d{{1,2}}){IN_YEAR}", part_of_year("")),
        (rf"{AT}quý (?P<index>\d){IN_YEAR}", part_of_year("Q")),
        (rf"6 tháng (?P<index>đầu|cuối){OF_YEAR}", part_of_year("H")),
        (rf"9 tháng(?: đầu)?{OF_YEAR}", part_of_year("M", 9)),
        (r"(?:(?:đầu|giữa|cuối) )?(?:năm )?(?P<year>(?:19|20)\d\d)", named_year),
        (r"(?P<first>tháng đầu)(?: năm)? của năm thứ nhất", month_of_years),
        (rf"{WHICH}{OF}{UNIT}", month_of_span),
        (rf"{NEAR}(?:{OF}{UNIT})?", month_of_span),
        (
            rf"tuần (?:lễ )?cuối{OF}(?:(?:tháng cuối|tháng thứ 3(?= (?:của |trong )?quý)){OF})?{UNIT}",
            last_week,
        ),
        (r"tuần (?:lễ )?cuối (?:của )?(?:hằng )?(?P<span>tháng)", last_week),
    ),
    relative=(
        (rf"trước {HOLD}(?: của [^\d]+)? {COUNT}", lead),
        (rf"{COUNT} trước {HOLD}(?: .+)?", lead),
        (rf"sau {HOLD}(?: của [^\d]+)? {COUNT}", after),
        (rf"{COUNT} sau {HOLD}(?: .+)?", after),
        (
            rf"(?:{LATEST} (?:là )?)?(?:trong |sau )?(?:vòng |thời hạn |thời gian )?{DELAY_DAYS},? "
            rf"(?:(?:kể |tính )?(?:từ|sau|khi|ngày) )*{ENDED}",
            after_period,
        ),
        (rf"(?:{LATEST} (?:là )?)?sau (?:khi |ngày )?{ENDED},? {DELAY_DAYS}", after_period),
        *(
            (
                rf"(?:(?P<before>{BEFORE}){NOT_FIRST} |(?:{BY}|vào|đúng) )?{WORKING_DAY}{OF}{month}",
                nth_working_day,
            )
            for month in (r"(?P<span>tuần|tháng|quý|năm) sau", rf"tháng đầu{OF}{UNIT} sau")
        ),
        (rf"(?:{LATEST} )?trong (?:vòng |thời hạn |thời gian )?{DELAY}(?:{SINCE})?", of_event),
        (rf"(?:{LATEST}(?: là)? )?(?:sau )?{DELAY}{SINCE}", of_event),
        (
            rf"(?:{LATEST}(?: là)? )?(?:(?:trong|sau) )?(?:vòng |thời hạn |thời gian )?{MONTHS}{SINCE}",
            of_event,
        ),
        (rf"{LATEST} sau {DELAY}", of_event),
        (rf"ngay sau khi [^\d]+ {DELAY}", of_event),
        (r"(?:báo cáo )?ngay(?: lập tức)?(?: với [^,]+?)?(?: sau khi .+|,? khi .+)?", by_event),
        (r"ngay trong ngày (?:xảy ra|phát sinh|có).*", by_event),
    ),
    windows=(
        r"(?:trong )?(?:kể )?từ (?P<first>.+?) ?(?:,|-)? ?(?:cho )?(?:đến|tới)(?: hết)? (?P<last>.+)",
        r"(?P<first>(?:tháng|quý|năm) [\d/]+) (?:cho )?(?:đến|tới)(?: hết)? (?P<last>.+)",
    ),
    happens=r"khi [^\d]+|(?:ngày |lúc )?(?:kết thúc|hoàn thành)(?: [^\d]+)?",
    planned=r"dự kiến (?:là |vào |trong |hoàn thành )*(?P<planned>[^(,;]+?) ?[(,;-] ?(?P<due>[^()]+?)\)?",
    fronts=(
        (rf"(?:báo cáo |sơ kết |tổng kết |kỳ |hằng |cả |cuối )*{SPAN}(?: báo cáo)?", front),
        (r"(?:báo cáo |sơ kết |tổng kết |kỳ )*(?P<span>6 tháng) (?:đầu|cuối) năm", front),
        (r"(?:báo cáo )?(?P<span>quý) \d", front),
    ),
    separators=r"(?: ?[,;]? và | ?[,;] )",
    joints=r", | và |/",
    deadlines={"lead": "trước hạn", "after": "sau hạn"},
    day_word="ngày",
    bare=r"ngày |thứ |chủ nhật|cuối |\d{1,2}:\d\d ",
    of_several=rf"(?:(?:{BEFORE}|{BY}) )?(?P<day>ngày (?:\d{{1,2}}|cuối)) (?:của )?"
    rf"(?P<units>(?:hằng )?{EACH_SPAN}(?:(?:, | và |/){EACH_SPAN})*)",
    undated=(
        (
            r"(?:(?:đột xuất|báo cáo|hoặc) ?)*"
            r"(?:khi (?:có|cần|được|phát sinh).*|theo (?:yêu cầu|đề nghị).*|đột xuất)",
            "on-demand",
        ),
        (r"(?:định kỳ|thường xuyên|kịp thời|theo (?:quy định|định kỳ)).*", "unspecified"),
    ),
    first_working_day=r"ngày làm việc (?:thứ )?(?:nhất|0?1\b|đầu)",
    last_working_day=r"ngày làm việc cuối",
    data=r"(?:thời (?:gian|điểm) )?(?:(?:chốt|lấy|tính|kỳ) )*số liệu",
    unsaid=(
        (rf"\bngày(?: làm việc)? trước (?:khi |ngày )?{OF_END}", before_end),
        (rf"^trước (?:khi |ngày )?{OF_END} \d", before_end),
        (r"^(?:trong )?từ \d{1,2}:\d\d (?:.+ )?đến ", opening_hour),
        (
            r"\b(?P<count>\d{1,2}|hai|ba|tư) (?P<span>ngày|tuần|tháng|quý|năm) ?(?:/ ?|một |1 )lần\b",
            repeated,
        ),
        (r"\bâm lịch\b|\btháng chạp\b|\d tết\b|^trước (?:dịp )?tết[^\d]*$", lunar),
        (
            r"(?<!ngày )\b\d{1,3} (?:ngày làm việc|ngày|tiếng|giờ|tuần|tháng) trước (?!(?:thời )?hạn)",
            counted_back,
        ),
        (r"^(?:ít nhất |tối thiểu )?trước (?!(?:thời )?hạn)[^\d]+ \d{1,3} (?:ngày|tiếng|tuần)", counted_back),
        (rf"\btháng thứ (?:{NTHS}) (?:của )?(?:quý|kỳ|6 tháng|năm) sau", later_month),
    ),
    shifts=r"(?<!các )(?<!và )\b(?:ngày|tuần|tháng|quý|năm|kỳ) (?:sau|trước)(?= |$)(?! ngày| thời| hạn| \d)",
    lasting=r"\b(?:từ|đến|tới|trong thời gian|trong suốt) ",
    examples=(
        "trước ngày 18 hằng tháng",
        "chậm nhất ngày 05 của tháng sau",
        "trước ngày 15 tháng cuối quý",
        "trước ngày 15 tháng cuối kỳ",
        "trước ngày 10/12 hằng năm",
        "trước ngày 30/6/2024",
        "trong quý I/2024",
        "trong tháng 7/2024",
        "trước 16 giờ hằng ngày",
        "thứ sáu hằng tuần",
        "từ ngày 01/11 đến ngày 31/12 hằng năm",
        "trước ngày 01/6 và 15/11 hằng năm",
        "trong vòng 24 giờ kể từ khi xảy ra",
        "trước thời hạn của cấp trên 3 ngày làm việc",
    ),
)
