"""Readers of due rules in the phrases of official documents: what the languages share.

A phrase is read from pieces that each language names: a day or a span (`Piece`), the bound and the hour
before it. Every piece is said in the words of plan files, so that `parse_rule` alone builds rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from calendars.due_rules import DayOfMonth, WithinPeriod
from calendars.errors import CalendarError, Fault, ImpossibleDate, RuleError
from calendars.periods import OF_MONTHS, Frequency
from calendars.readings import Piece, Reading, is_for, is_of, is_sound
from calendars.rule_faults import RuleFault, RuleRemedy
from calendars.rules import parse_rule

Match = re.Match[str]
Spelling = tuple[str, str | Callable[[Match], str]]
LONGEST_PHRASE = 200
MOST_WORDS = 24
"""Of a refused phrase, whose longest readable part is looked for."""
HOUR = re.compile(r"(?P<hour>\d{1,2}:\d{2})(?: |$)")
LABEL = "~"
"""Stands for the words between a date and what it is for."""
OWN_EVENT = "event"
"""In a phrase, the event of the duty itself: the phrase does not say its id."""
BARE_DAY = re.compile(r"(?:before|by) (?:\d+:\d+ )?(?:\d{1,2}|last day)")
FIRST_DAY = re.compile(r"(?P<day>\d{1,2})(?:/(?P<month>\d{1,2}))?")
FULL_DATE = re.compile(r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})$")
LATER_DAY = re.compile(
    r"(?P<day>\d{1,2}|last day)(?:/(?P<month>\d{1,2}))?(?P<later> (?:next|previous) (?:month|year))"
)


Build = Callable[[Match], Piece]
Pieces = Sequence[tuple[str, Build]]


@dataclass(frozen=True)
class Phrases:
    """What one language writes. `spellings` reduce variants to one form, in order. `before`, `by` and
    `within` are the words before a day or a span; `fronts` say a frequency before the rest of a phrase."""

    spellings: Sequence[Spelling]
    before: str
    by: str
    within: str
    days: Pieces
    dailies: Pieces
    """How the days of every day are named, behind the hour; a piece's text is empty or `next day`."""
    spans: Pieces
    relative: Pieces
    """Whole phrases that count from another deadline or from an event: the texts are rules."""
    windows: Sequence[str]
    happens: str
    """The end of a window that is no date."""
    planned: str
    fronts: Pieces
    separators: str
    """Between the dates of a list; `joints` are those between the spans of `of_several`."""
    joints: str
    day_word: str
    bare: str
    """How a day begins that needs no bound: it is meant as `by`."""
    of_several: str
    """A day of months, quarters and years at once, e.g. "by the 25th of each month, quarter and year"."""
    deadlines: Mapping[str, str]
    """What a `lead` and an `after` count from, where the field says it and the phrase does not."""
    undated: Sequence[tuple[str, str]]
    """What says when a report comes, but names no date, and how a plan file says that in `every`."""
    first_working_day: str
    last_working_day: str
    """No rule says them: they take the first or the last day, and a roll."""
    unsaid: Sequence[tuple[str, Callable[[Match], Fault]]]
    """What no rule says, and what a plan file writes instead."""
    data: str
    """What is said of the data behind the date, which stands in another field."""
    shifts: str
    """What moves a date to another period: a part of a phrase without it has another date."""
    lasting: str
    """From when or until when something recurs."""
    examples: Sequence[str]

    def read(self, text: str, every: Frequency | None = None) -> Reading:
        """What the text says for a duty that comes so often. RuleError (ImpossibleDate for 30/2 and the like)
        that quotes it and names the nearest thing that is read."""
        plain = self._plain(text)
        found = self._phrase(plain, every) if len(plain) <= LONGEST_PHRASE else None
        if found is None:
            raise RuleError(
                RuleFault.UNREADABLE_PHRASE(text=text[:LONGEST_PHRASE]), self._nearest(plain, every)
            )
        if found.other:
            fault = RuleFault.TWO_READINGS(text=text)
            raise RuleError(fault, RuleRemedy.ONE_OF_TWO(first=found.texts[0], second=found.other))
        try:
            assert found.rules
        except CalendarError as error:
            kind = type(error) if isinstance(error, RuleError) else ImpossibleDate
            raise kind(RuleFault.IN_PHRASE(text=text, problem=error.problem), error.remedy) from error
        return found

    def _plain(self, text: str) -> str:
        plain = " ".join(unicodedata.normalize("NFKC", text).lower().split()).strip(" .;,")
        for pattern, spelling in self.spellings:
            plain = re.sub(pattern, spelling, plain)
        return plain.strip(" .;,")

    def _phrase(self, plain: str, every: Frequency | None) -> Reading | None:
        return (
            self._with_planned(plain, every)
            or self._single(plain)
            or self._list(plain)
            or self._fronted(plain, every)
            or self._several(plain.replace(f" {LABEL} ", ", "), every)
            or self._labelled(plain)
        )

    def _single(self, plain: str) -> Reading | None:
        return self._related(plain) or self._window(plain) or self._bounded(plain) or self._within(plain)

    def _related(self, plain: str) -> Reading | None:
        piece = _piece(self.relative, plain)
        return None if piece is None else Reading((piece.text,), piece.said)

    def _bounded(self, plain: str) -> Reading | None:
        for bound, words in (("before", self.before), ("by", self.by)):
            match = re.fullmatch(rf"(?:{words}) (?P<rest>.+)", plain)
            found = self._day(bound, match["rest"]) if match else None
            if found is not None:
                return found
        return self._day("by", plain) if re.match(self.bare, plain) else None

    def _day(self, bound: str, plain: str) -> Reading | None:
        hour, rest = _hour(plain)
        day = _piece(self.days, rest)
        if day is None and (hour or bound == "by"):
            day = _piece(self.dailies, rest) if rest else Piece("")
            hour = hour or ("24:00" if day and rest else "")
        if day is None or not (hour or day.text):
            return None
        return Reading((_joined(bound, hour, day.text),), day.said)

    def _within(self, plain: str) -> Reading | None:
        """Any day of a span; before a span is before its first day, or in it."""
        match = re.fullmatch(rf"(?:(?:{self.within}) )?(?P<rest>.+)", plain)
        span = _piece(self.spans, match["rest"]) if match else None
        if span is not None:
            return Reading((f"within {span.text}",), span.said)
        late = re.fullmatch(rf"(?:{self.before}) (?P<rest>.+)", plain)
        span = _piece(self.spans, late["rest"]) if late else None
        return None if span is None else _before_span(f"within {span.text}", span.said)

    def _window(self, plain: str) -> Reading | None:
        for pattern in self.windows:
            match = re.fullmatch(pattern, plain)
            if match is None:
                continue
            hour, rest = _hour(match["last"])
            first, last = self._end(match["first"]), self._end(rest)
            if first is not None and last is None and re.fullmatch(self.happens, rest):
                return Reading((f"from {first.text} to event",), first.said)
            if first is not None and last is not None:
                opens = _like(first, last)
                text = f"from {opens.text} to {_joined(hour, last.text)}"
                return Reading((text,), last.said or first.said)
        return None

    def _end(self, plain: str) -> Piece | None:
        for text in (plain, f"{self.day_word} {plain}"):
            piece = _piece(self.days, text) or _piece(self.spans, text)
            if piece is not None:
                return piece
        return None

    def _list(self, plain: str) -> Reading | None:
        """`trước ngày 01/6 và 15/11 hằng năm`: what one says for all is said once, and each may say what it
        is for: `6 tháng (trước ngày 10/6), năm (trước ngày 10/12)`."""
        parts = [part for part in re.split(self.separators, plain) if part]
        broken = any(part.count("(") != part.count(")") or _piece(self.fronts, part) for part in parts)
        if len(parts) < 2 or broken:
            return None
        found: list[Reading] = []
        year, bound = re.search(r"/\d{4}$", parts[-1]), ""
        for part in parts:
            own = re.match(rf"(?:{self.before}|{self.by}|{self.within})(?= )", part)
            bound = own[0] if own else bound
            inherited = [] if own or not bound else [f"{bound} ", f"{bound} {self.day_word} "]
            heads = [*inherited, "", f"{self.day_word} "]
            dated = part if year is None or part.endswith(year[0]) else part + year[0]
            texts = (head + dated for head in heads)
            read = next((r for each in texts if (r := self._single(each) or self._labelled(each))), None)
            if read is None or read.other:
                return None
            found.append(read)
        return _joined_readings(found)

    def _labelled(self, plain: str) -> Reading | None:
        """A date with what it is for: `năm (trước ngày 10/12)`, `trước ngày 10/12 đối với báo cáo năm`."""
        bound = rf"(?:{self.before}|{self.by}|{self.within})"
        for pattern in (
            rf"(?P<front>[^,:()]+?)(?: ?[,:] ?| \(| (?={bound} ))(?P<rest>[^()]+?)\)?",
            rf"(?P<rest>[^()]+?) ?(?:\(|{LABEL} )(?P<front>[^()]+?)\)?",
            rf"(?P<bound>{bound} )\((?P<front>[^()]+)\) (?P<rest>[^()]+)",
        ):
            match = re.fullmatch(pattern, plain)
            front = _piece(self.fronts, match["front"]) if match else None
            read = (
                self._single(match.groupdict().get("bound", "") + match["rest"]) if match and front else None
            )
            if front is not None and read is not None and is_of(read, front.said):
                return replace(read, said=front.said)
        return None

    def _fronted(self, plain: str, every: Frequency | None) -> Reading | None:
        """`hằng tháng, trước ngày 18`: the frequency in front, or the month that the day is in."""
        apart = rf"(?P<apart> ?[,:(] ?| (?=(?:{self.before}|{self.by}) ))"
        match = re.fullmatch(rf"(?P<front>[^,:(]+?){apart}(?P<rest>[^()]+)\)?", plain)
        if match is None:
            return None
        is_apart = match["apart"].strip() and self._related(match["rest"]) is None
        behind = self._single(f"{match['rest']} {match['front']}") if is_apart else None
        if behind is not None:
            return behind
        front, read = _piece(self.fronts, match["front"]), self._phrase(match["rest"], every)
        if front is None or read is None or front.said is None:
            return None
        return _in_each(replace(read, said=front.said)) if is_of(read, front.said) else None

    def _with_planned(self, plain: str, every: Frequency | None) -> Reading | None:
        match = re.fullmatch(self.planned, plain)
        if match is None:
            return None
        day, due = self._end(match["planned"]), self._phrase(match["due"], every)
        return None if day is None or due is None else replace(due, planned=_with_year(day.text, due.texts))

    def _several(self, plain: str, every: Frequency | None) -> Reading | None:
        match = re.fullmatch(self.of_several, plain)
        if match is None:
            return None
        said = [
            piece.said
            for word in re.split(self.joints, match["units"])
            if (piece := _piece(self.fronts, word))
        ]
        read = self._day("before" if re.match(self.before, plain) else "by", match["day"])
        return read and _of_several(read, said, every)

    def _nearest(self, plain: str, every: Frequency | None) -> Fault:
        """How often, where that is all that is said; the longest part that is read, or else the example most
        like it."""
        often = next((every for pattern, every in self.undated if re.fullmatch(pattern, plain)), None)
        front = _piece(self.fronts, plain)
        often = often or (front.said.value if front is not None and front.said else None)
        if often:
            return RuleRemedy.NO_DATE_SAID(every=often)
        working_day = self._first_or_last_working_day(plain, every)
        if working_day is not None:
            return working_day
        apart = re.fullmatch(rf"(?P<rest>.+?)(?: ?[(,;.])? ?(?:{self.data})\b.*", plain)
        if apart is not None:
            return self._beside_data(apart["rest"], every)
        for pattern, remedy in self.unsaid:
            if match := re.search(pattern, plain):
                return remedy(match)
        return self._in_part(plain, every) or RuleRemedy.WRITE_LIKE(example=self._example(plain, every))

    def _beside_data(self, plain: str, every: Frequency | None) -> Fault:
        found = self._phrase(plain, every)
        if found is None or found.other or not is_sound(found, every):
            return self._nearest(plain, every)
        return RuleRemedy.DATA_APART(part=plain, rule="; ".join(found.texts))

    def _in_part(self, plain: str, every: Frequency | None) -> Fault | None:
        """The longest part that is read and has the date of the whole."""
        shifts = len(re.findall(self.shifts, plain))
        for part in _parts(plain.split(" ")[:MOST_WORDS]):
            found = self._phrase(part, every)
            if found is None or found.other or not is_sound(found, every):
                continue
            if len(re.findall(self.shifts, part)) == shifts and _tells(part, plain, found):
                recurs = found.said not in (None, Frequency.ONCE)
                lasts = recurs and re.search(self.lasting, plain.replace(part, ""))
                remedy = RuleRemedy.SPAN_APART if lasts else RuleRemedy.READ_IN_PART
                return remedy(part=part, rule="; ".join(found.texts))
        return None

    def _example(self, plain: str, every: Frequency | None) -> str:
        """The example most like it, of those that can be written for what comes so often."""
        *_, deadline = self.deadlines["lead"].split()
        fitting = [
            each
            for each in self.examples
            if is_for(self.read(each), every) and (deadline in plain or deadline not in each)
        ]
        return max(fitting, key=lambda each: SequenceMatcher(None, each, plain[:LONGEST_PHRASE]).ratio())

    def _first_or_last_working_day(self, plain: str, every: Frequency | None) -> Fault | None:
        own = every in (None, Frequency.MONTH)
        if not own and every not in OF_MONTHS:
            return None
        if re.search(self.last_working_day, plain):
            return RuleRemedy.LAST_WORKING_DAY(rule="by last day" if own else "by last day last month")
        if re.search(self.first_working_day, plain):
            return RuleRemedy.FIRST_WORKING_DAY(rule="by 1" if own else "by 1 first month")
        return None


def _piece(pieces: Pieces, plain: str) -> Piece | None:
    """What the first pattern that covers the whole text makes of it."""
    found = ((build, re.fullmatch(pattern, plain)) for pattern, build in pieces)
    return next((build(match) for build, match in found if match is not None), None)


def _hour(plain: str) -> tuple[str, str]:
    """The hour at the beginning, and the rest."""
    match = HOUR.match(plain)
    return (match["hour"], plain[match.end() :]) if match else ("", plain)


def _joined_readings(found: Sequence[Reading]) -> Reading | None:
    """A list of dates of one kind; `each` says how often they come where that differs."""
    rules = [rule for read in found for rule in read.rules]
    months = {rule.month for rule in rules if isinstance(rule, DayOfMonth)}
    is_torn = len(months) > 1 and any(read.said is None for read in found)
    if is_torn or len({type(rule) for rule in rules}) > 1:
        return None
    texts = tuple(text for read in found for text in read.texts)
    said = {read.said for read in found} - {None}
    if len(said) < 2:
        return Reading(texts, next(iter(said), None))
    each = tuple(read.said for read in found)
    return None if None in each or len(each) != len(texts) else Reading(texts, each=each)


def _with_year(planned: str, texts: Sequence[str]) -> str:
    """The planned day in the year of the last one, where it leaves that to say; 25/12 for 5/1 is in the year
    before."""
    day = FIRST_DAY.fullmatch(planned)
    last = FULL_DATE.search(texts[0])
    if last is None or day is None or day["month"] is None:
        return planned
    later = (int(day["month"]), int(day["day"])) > (int(last["month"]), int(last["day"]))
    return f"{planned}/{int(last['year']) - later}"


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _like(first: Piece, last: Piece) -> Piece:
    """`from 1 to 5 next month` where the words say of the fifth alone that it is in the next month: the first
    is in it, too, unless it would come later."""
    opens, ends = FIRST_DAY.fullmatch(first.text), LATER_DAY.fullmatch(last.text)
    if first.said is not None or opens is None or ends is None or bool(opens["month"]) != bool(ends["month"]):
        return first
    last_day = 31 if ends["day"] == "last day" else int(ends["day"])
    is_before = (int(opens["month"] or 0), int(opens["day"])) <= (int(ends["month"] or 0), last_day)
    return Piece(first.text + ends["later"], last.said) if is_before else first


def _of_several(read: Reading, said: Sequence[Frequency | None], every: Frequency | None) -> Reading:
    """A day of each month, quarter and year: of a longer period its last month's; where no month is among
    them, the text leaves open which."""
    text = read.texts[0]
    if list(said) == [Frequency.MONTH] or (Frequency.MONTH in said and every is Frequency.MONTH):
        return replace(read, said=Frequency.MONTH)
    if Frequency.MONTH in said and every in said:
        return replace(read, texts=(f"{text} last month",), said=every)
    return Reading((f"{text} last month",), said[0], other=f"{text} next month")


def _in_each(read: Reading) -> Reading:
    """A day of a month with the frequency said in front."""
    longer = read.said in OF_MONTHS and read.said is not Frequency.MONTH
    is_open = longer and len(read.texts) == 1 and BARE_DAY.fullmatch(read.texts[0]) is not None
    return _of_several(read, [read.said], None) if is_open else read


def _before_span(text: str, said: Frequency | None) -> Reading | None:
    """Before July 2024: before its first day, or by its end?"""
    rule = parse_rule(text)
    if not isinstance(rule, WithinPeriod):
        return None
    first = rule.period.first_day
    return Reading((f"before {first.day}/{first.month}/{first.year}",), said, other=text)


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Parts of a text of a third of its words or more, the longest first, without the whole."""
    for length in range(len(words) - 1, (len(words) - 1) // 3, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length]).strip(" .;,:()")


def _tells(part: str, plain: str, found: Reading) -> bool:
    """Whether a part is most of the text, or says of itself how often it comes."""
    return found.said is not None or 2 * len(part.split(" ")) > len(plain.split(" "))
