"""Differences between two contents of a plan, in words: document, duties, stages, and dates.

Due rules read as an official writes them, with the first period in which the new date holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendars.deadlines import DueDate, chain_due_dates
from calendars.periods import Language
from calendars.wording import word_date, word_deadline, word_rule
from calendars.working_days import WorkingDays
from models.plan_file import DutyFile, PlanFile
from models.plan_stage import Selector
from reporting.plans.schedule import DutyOccurrence, PlanEdition, duty_occurrences

LOOK_AHEAD = timedelta(days=800)
SAID = {
    "vi": {
        "number": "số, ký hiệu",
        "title": "tên",
        "issuer": "cơ quan ban hành",
        "issued_on": "ngày ban hành",
        "in_force": "hiệu lực",
        "monitor": "đơn vị theo dõi",
        "scope": "phạm vi",
        "roll": "khi trùng ngày nghỉ (roll)",
        "before": "cách hiểu “trước ngày” (before)",
        "ladder": "bậc nhắc việc",
        "cutoff": "ngày chốt số liệu",
        "correction": "ngày làm việc để sửa báo cáo bị trả lại",
        "note": "ghi chú",
        "basis": "căn cứ",
        "type": "loại",
        "every": "kỳ báo cáo",
        "period": "kỳ được báo cáo",
        "span": "thời gian áp dụng",
        "absorbs": "thay cho báo cáo",
        "reporters": "đơn vị báo cáo",
        "to": "nơi nhận",
        "via": "đơn vị tổng hợp",
        "name": "tên chặng",
        "due": "thời hạn",
        "duty": "nhiệm vụ {}",
        "stage": "{}, chặng {}",
        "added": "thêm",
        "removed": "bỏ; báo cáo đã mở được giữ nguyên",
        "ended": "bỏ; báo cáo đã mở của các kỳ bắt đầu từ ngày đó, chưa nộp và chưa đến hạn, bị hủy",
        "none": "không",
        "no deadline": "không thời hạn",
        "first": "từ kỳ {}: {} → {}",
        "opened": "báo cáo đã mở giữ thời hạn cũ",
        "all opened": "không còn kỳ nào chưa mở; báo cáo đã mở giữ thời hạn cũ",
        "redated": "báo cáo đã mở của các kỳ bắt đầu từ ngày đó, chưa nộp và chưa đến hạn, được thay",
    },
    "en": {
        "number": "number",
        "title": "title",
        "issuer": "issuer",
        "issued_on": "day of issue",
        "in_force": "in force",
        "monitor": "monitor",
        "scope": "scope",
        "roll": "on a day off (roll)",
        "before": 'reading of "before"',
        "ladder": "ladder",
        "cutoff": "data cut-off",
        "correction": "working days to mend a returned report",
        "note": "note",
        "basis": "basis",
        "type": "type",
        "every": "every",
        "period": "period",
        "span": "holds",
        "absorbs": "absorbs",
        "reporters": "reporters",
        "to": "recipients",
        "via": "gathered by",
        "name": "name of the stage",
        "due": "due",
        "duty": "duty {}",
        "stage": "{}, stage {}",
        "added": "added",
        "removed": "removed; what is already opened stays",
        "ended": "removed; what is already opened for periods from that day, not filed and not yet due, "
        "is cancelled",
        "none": "none",
        "no deadline": "no deadline",
        "first": "from period {}: {} → {}",
        "opened": "what is already opened keeps its deadline",
        "all opened": "no period is left to open; what is already opened keeps its deadline",
        "redated": "what is already opened for periods from that day, not filed and not yet due, is replaced",
    },
}
PLAN_FIELDS = ("number", "title", "issuer", "issued_on", "in_force", "monitor", "scope")
PLAN_SETTINGS = ("roll", "before", "ladder", "cutoff", "correction", "note")
DUTY_FIELDS = ("title", "basis", "type", "every", "period", "cutoff", "absorbs", "note")
STAGE_FIELDS = ("to", "via", "name", "note")


@dataclass(frozen=True)
class Comparison:
    """Two contents of one plan, the day from which the new one holds, and the language of the lines.

    `opened` names, by duty, the periods that are opened already and keep their dates; `redates` says that
    what is opened and lies ahead is replaced too.
    """

    old: PlanFile
    new: PlanFile
    applies_from: date
    days: WorkingDays
    language: Language = "vi"
    opened: Mapping[str, Collection[str]] = field(default_factory=dict)
    redates: bool = False

    def lines(self) -> list[str]:
        """One line for each change, in the order of the plan file; empty if nothing changed."""
        return [
            *self._fields(self.old, self.new, PLAN_FIELDS + PLAN_SETTINGS, ""),
            *(line for duty in self.new.duties for line in self._duty(duty)),
            *(
                f"{self._say('duty').format(duty.id)}: {self._say('ended' if self.redates else 'removed')}"
                for duty in self.old.duties
                if self.new.duty(duty.id) is None
            ),
        ]

    def _say(self, word: str) -> str:
        return SAID[self.language][word]

    def _fields(self, old: object, new: object, names: Sequence[str], where: str) -> Iterator[str]:
        for name in names:
            before, after = getattr(old, name), getattr(new, name)
            if before != after:
                yield f"{where}{self._say(name)}: {self._value(before)} → {self._value(after)}"

    def _value(self, value: object) -> str:
        if value is None or value in ("", ()):
            return self._say("none")
        if isinstance(value, date):
            return word_date(value, self.language)
        if isinstance(value, tuple):
            return ", ".join(str(each) for each in value)
        first, last = getattr(value, "first", None), getattr(value, "last", None)
        return self._span((first, last)) if isinstance(first, date) else str(value)

    def _span(self, span: tuple[date, date | None]) -> str:
        return f"{self._value(span[0])} – {'…' if span[1] is None else self._value(span[1])}"

    def _duty(self, new: DutyFile) -> Iterator[str]:
        old = self.old.duty(new.id)
        if old is None:
            yield f"{self._say('duty').format(new.id)}: {self._say('added')} ({new.title})"
            return
        yield from self._fields(old, new, DUTY_FIELDS, f"{new.id}: ")
        if (old.first, old.last) != (new.first, new.last):
            spans = self._span(self.old.span_of(old)), self._span(self.new.span_of(new))
            yield f"{new.id}: {self._say('span')}: {spans[0]} → {spans[1]}"
        found = self._first_new_period(new)
        for number in range(max(len(old.chain), len(new.chain))):
            yield from self._stage(old, new, number, found)

    def _stage(
        self, old: DutyFile, new: DutyFile, number: int, found: DutyOccurrence | None
    ) -> Iterator[str]:
        where = self._say("stage").format(new.id, number + 1)
        if number >= len(old.chain):
            yield f"{where}: {self._say('added')} ({new.chain[number].title(number + 1)})"
            return
        if number >= len(new.chain):
            yield f"{where}: {self._say('ended' if self.redates else 'removed')}"
            return
        before, after = old.chain[number], new.chain[number]
        if before.reporters != after.reporters:
            told = self._reporters(before.reporters), self._reporters(after.reporters)
            yield f"{where}: {self._say('reporters')}: {told[0]} → {told[1]}"
        yield from self._fields(before, after, STAGE_FIELDS, f"{where}: ")
        told_due = "; ".join(self._due(old, new, number, found))
        if told_due:
            yield f"{where}: {told_due}"

    def _reporters(self, selector: Selector) -> str:
        content = selector.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return ", ".join(
            f"{name} {' '.join(value) if isinstance(value, list) else value}"
            for name, value in content.items()
        )

    def _due(self, old: DutyFile, new: DutyFile, number: int, found: DutyOccurrence | None) -> Iterator[str]:
        """The changed rule, then what it does to the first date that it can still change."""
        rules = self._rule(old, number), self._rule(new, number)
        dates = ("", "") if found is None or old.every != new.every else self._dates(old, found, number)
        if rules[0] != rules[1]:
            yield f"{rules[0]} → {rules[1]}"
        if dates[0] != dates[1] and found is not None:
            yield self._say("first").format(found.period.label(self.language), *dates)
        if rules[0] != rules[1] or dates[0] != dates[1]:
            yield self._say(self._effect(found))

    def _effect(self, found: DutyOccurrence | None) -> str:
        if self.redates:
            return "redated"
        return "all opened" if found is None else "opened"

    def _dates(self, old: DutyFile, found: DutyOccurrence, number: int) -> tuple[str, str]:
        plan = self.old
        before = chain_due_dates(old.rules, found.period, self.days, plan.roll, plan.before)
        return self._deadline(before[number]), self._deadline(found.dues[number])

    def _rule(self, duty: DutyFile, number: int) -> str:
        rule = duty.chain[number].rule
        return self._say("no deadline") if rule is None else word_rule(rule, duty.every, self.language)

    def _deadline(self, due: DueDate | None) -> str:
        return self._say("no deadline") if due is None else word_deadline(due, self.language)

    def _first_new_period(self, duty: DutyFile) -> DutyOccurrence | None:
        """The first period that the new content governs and that is not opened yet."""
        until = self.applies_from + LOOK_AHEAD
        editions = [
            PlanEdition(version_id=1, file=self.old, first=self.old.in_force.first),
            PlanEdition(version_id=2, file=self.new, first=self.applies_from),
        ]
        opened = frozenset() if self.redates else self.opened.get(duty.id, frozenset())
        for found in duty_occurrences(editions, duty.id, until, self.days):
            if found.edition.version_id == 2 and found.period.key not in opened:
                return found
        return None
