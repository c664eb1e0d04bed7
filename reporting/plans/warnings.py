"""Warnings about a plan, in words: a line for each duty or stage, with how often and the first example.

A warning asks for a second look and refuses nothing: the document may well say so. A hint only tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from calendars.periods import Language


class Caution(StrEnum):
    """What a plan can be warned of."""

    SHORT_AFTER_CUTOFF = "short-after-cutoff"
    NOT_LATER_THAN_REPORTERS = "not-later-than-reporters"
    PAST_ON_ISSUE = "past-on-issue"
    NEVER_COMES = "never-comes"
    NOBODY = "nobody"
    NO_RECIPIENT = "no-recipient"
    TO_ITSELF = "to-itself"
    DAY_OFF = "day-off"
    NO_DATE = "no-date"


HINTS = frozenset({Caution.TO_ITSELF, Caution.DAY_OFF, Caution.NO_DATE})

TEXTS: dict[Language, dict[Caution, str]] = {
    "vi": {
        Caution.SHORT_AFTER_CUTOFF: "còn chưa đến hai ngày làm việc từ ngày chốt số liệu đến thời hạn{often}"
        " ({first}chốt {cutoff}, {deadline}); nên chốt sớm hơn (cutoff) hoặc lùi thời hạn",
        Caution.NOT_LATER_THAN_REPORTERS: "thời hạn không muộn hơn thời hạn của chặng dưới{often}"
        " ({first}{deadline}; chặng dưới {below}); nên để chặng dưới nộp trước",
        Caution.PAST_ON_ISSUE: "thời hạn đã qua khi văn bản được ban hành{often}"
        " ({first}{deadline}; ban hành {issued}); nên xem lại ngày",
        Caution.NEVER_COMES: "không có kỳ nào khi kế hoạch có hiệu lực; nên xem lại in_force, from và to",
        Caution.NOBODY: "không chọn được đơn vị nào vào ngày {day}; nên xem lại from, hoặc nạp thêm đơn vị",
        Caution.NO_RECIPIENT: "{count}/{total} đơn vị không có nơi nhận (ví dụ {unit}); nên ghi thêm to",
        Caution.TO_ITSELF: "{count}/{total} đơn vị chỉ báo cáo cho chính mình nên không phải nộp"
        " (ví dụ {unit}); có thể bỏ ra bằng except",
        Caution.DAY_OFF: "ngày cuối trùng ngày nghỉ{often} ({first}ngày cuối {last}, {name});"
        " nên gửi chậm nhất ngày {send}",
        Caution.NO_DATE: "văn bản không nêu ngày: không thời hạn",
    },
    "en": {
        Caution.SHORT_AFTER_CUTOFF: "leaves fewer than two working days after the cut-off{often}"
        " ({first}data to {cutoff}, due {deadline}); choose an earlier cutoff or a later date",
        Caution.NOT_LATER_THAN_REPORTERS: "is not due later than the stage below{often}"
        " ({first}{deadline}; the stage below {below}); let the stage below report earlier",
        Caution.PAST_ON_ISSUE: "lay in the past on the day of issue{often}"
        " ({first}{deadline}; issued {issued}); check the date",
        Caution.NEVER_COMES: "has no period while the plan is in force; check in_force, from and to",
        Caution.NOBODY: "chooses nobody on {day}; check `from`, or load more units",
        Caution.NO_RECIPIENT: "{count} of {total} units have nobody to report to (e.g. {unit});"
        " name a recipient in `to`",
        Caution.TO_ITSELF: "{count} of {total} units would report only to themselves and owe nothing"
        " (e.g. {unit}); `except` leaves them out",
        Caution.DAY_OFF: "the last day is a day off{often} ({first}last day {last}, {name}); send by {send}",
        Caution.NO_DATE: "the document gives no date: no deadline",
    },
}
OFTEN = {"vi": " ở {}/{} kỳ", "en": " in {} of {} periods"}
FIRST = {"vi": "đầu tiên: {}, ", "en": "first: {}, "}
WHERE = {"vi": "{}, chặng {}", "en": "{}, stage {}"}


@dataclass(frozen=True, kw_only=True)
class PlanWarning:
    """One concern about a duty, or about one stage of it (counted from 1 at the bottom).

    `count` of `total` are periods, or units; `example` holds the first one's values in each language.
    """

    concern: Caution
    duty: str
    stage: int | None = None
    count: int = 0
    total: int = 0
    example: Mapping[Language, Mapping[str, str]] = field(default_factory=lambda: {"vi": {}, "en": {}})

    @property
    def is_hint(self) -> bool:
        return self.concern in HINTS

    def text(self, language: Language) -> str:
        where = self.duty if self.stage is None else WHERE[language].format(self.duty, self.stage)
        values: dict[str, object] = {"count": self.count, "total": self.total, "often": "", "first": ""}
        values |= self.example[language]
        if self.total > 1 and "period" in values:
            values["often"] = OFTEN[language].format(self.count, self.total)
            values["first"] = FIRST[language].format(values["period"])
        return f"{where}: {TEXTS[language][self.concern].format(**values)}"

    def as_json(self) -> dict[str, object]:
        return {
            "concern": self.concern.value,
            "hint": self.is_hint,
            "duty": self.duty,
            "stage": self.stage,
            "count": self.count,
            "total": self.total,
            "vi": self.text("vi"),
            "en": self.text("en"),
        }
