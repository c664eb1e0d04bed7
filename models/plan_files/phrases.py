"""Rules of a duty as its document words them, turned into the short form before the duty is read.

A phrase may say how often as well, name several dates, or the day that is planned beside the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from calendars.errors import CalendarError, RuleError
from calendars.periods import OF_MONTHS, Frequency
from calendars.phrases import OWN_EVENT
from calendars.readings import DAY_OF_YEAR, Reading
from calendars.rule_faults import OftenFault
from calendars.timetable import Every, Part
from calendars.wording import read_rules
from models.plan_files.faults import PlanFault
from models.plan_files.field import remedied

Fields = Mapping[object, object]
Problem = tuple[tuple[str | int, ...], str]


class OtherFrequency(RuleError):
    """A phrase that says how often, and not as often as the duty comes."""


def read_phrases(duty: Fields) -> tuple[Fields, list[Problem]]:
    """The duty with its phrases in the short form, and those that say another frequency than it has."""
    chain, problems = duty.get("chain"), list[Problem]()
    every = _every(duty.get("every"))
    if not isinstance(chain, list) or every is None:
        return duty, problems
    stages = []
    for i, stage in enumerate(chain):
        read = stage
        if _is_mapping(stage) and stage.get("due") is not None:
            read, wrong = _read_stage(stage, duty, every)
            problems += [(("chain", i, *path), problem) for path, problem in wrong]
        stages.append(read)
    return {**duty, "chain": stages}, problems


def read_due(text: str, every: Frequency, *, alone: bool = True, named: object = None) -> Reading:
    """What a due rule says, in the short form or as a document words it. `alone`: it is the only one of the
    duty, whose `periods` are `named`. RuleError where it is unclear, OtherFrequency where it says another."""
    found = read_rules(text, every)
    if found.each and list(found.each) != _parts(named):
        raise OtherFrequency(PlanFault.SEVERAL_FREQUENCIES(text=text))
    if found.said is None or _agrees(found, alone and len(found.texts) == 1, every, named):
        return found
    said, often = OftenFault[found.said.name](), OftenFault[every.name]()
    raise OtherFrequency(PlanFault.OTHER_FREQUENCY(text=text, said=said, every=often))


def _read_stage(stage: Fields, duty: Fields, every: Frequency) -> tuple[Fields, list[Problem]]:
    due = stage["due"]
    listed = due if isinstance(due, list) else [due]
    texts: list[object] = []
    planned: list[str] = []
    problems: list[Problem] = []
    for number, text in enumerate(listed):
        if not isinstance(text, str):
            texts.append(text)
            continue
        try:
            found = read_due(text, every, alone=len(listed) == 1, named=duty.get("periods"))
        except CalendarError as error:
            problem = error.problem if isinstance(error, OtherFrequency) else remedied(error)
            problems.append((("due", number) if listed is due else ("due",), problem))
        else:
            texts += [of_event(each, duty.get("event")) for each in found.texts]
            planned += [found.planned] if found.planned else []
    if planned and ("planned" in stage or len(planned) != len(texts)):
        problems.append((("due",), PlanFault.PLANNED_APART(planned=", ".join(planned))))
    read = {**stage, "due": texts if len(texts) != 1 or listed is due else texts[0]}
    return ({**read, "planned": planned} if planned else read), problems


def _agrees(found: Reading, alone: bool, every: Frequency, named: object) -> bool:
    """Whether the frequency said is the duty's or that of a period that it names. Once means its date, which
    is refused where it does not fit; each day may mean each working day; and several days of each year may be
    those of its halves or quarters."""
    said = found.said
    if said in (every, Frequency.ONCE) or said in _parts(named):
        return True
    if said is Frequency.DAY:
        return every is Frequency.WORKDAY
    of_year = all(DAY_OF_YEAR.fullmatch(t) or t.startswith(("within", "from")) for t in found.texts)
    shared = not alone or bool(named) or every in (Frequency.NINE_MONTHS, Frequency.YEARS)
    return said is Frequency.YEAR and every in OF_MONTHS and of_year and shared


def _parts(named: object) -> list[Frequency]:
    try:
        return [
            Part.parse(each).frequency
            for each in (named if isinstance(named, list | tuple) else [named])
            if isinstance(each, int | str)
        ]
    except CalendarError:
        return []


def of_event(rule: str, event: object) -> str:
    """A rule with the id of the duty's event, which the words do not say."""
    name = event.get("id") if _is_mapping(event) else event
    behind = f" of {OWN_EVENT}"
    return f"{rule.removesuffix(behind)} of {name}" if name and rule.endswith(behind) else rule


def _every(value: object) -> Frequency | None:
    try:
        return Every.parse(value).frequency if isinstance(value, str) else None
    except CalendarError:
        return None


def _is_mapping(value: object) -> TypeGuard[Fields]:
    return isinstance(value, Mapping)
