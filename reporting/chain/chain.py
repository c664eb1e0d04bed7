"""The chain's picture of one duty and period: who filed, who is late, who waits for whom, who holds whom up.

A stage waits on the stages below it in the same branch. A report that is not filed is *held up* by the lowest
overdue reports beneath it: those are the units to chase, for the overdue district waits for its communes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Generic, Protocol, TypeVar

from models.vocabulary import PAST_DUE, Timeliness
from reporting.obligations.timeliness import came_late


class InChain(Protocol):
    """What the picture needs to know of an obligation."""

    @property
    def stage(self) -> int: ...
    @property
    def stage_name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def branch(self) -> str: ...
    @property
    def gatherer_id(self) -> int | None: ...
    @property
    def timeliness(self) -> Timeliness: ...
    @property
    def deadline(self) -> datetime | None: ...
    @property
    def first_submitted_at(self) -> datetime | None: ...
    @property
    def is_replaced(self) -> bool: ...


RETURNED = frozenset({Timeliness.RETURNED, Timeliness.CORRECTION_OVERDUE})
T = TypeVar("T", bound=InChain)


@dataclass(slots=True)
class Link(Generic[T]):
    """One obligation in the chain with those below that it waits on, in order of their codes."""

    owed: T
    below: list[Link[T]] = field(default_factory=list)
    above: Link[T] | None = None

    @property
    def is_filed(self) -> bool:
        return self.owed.first_submitted_at is not None

    @property
    def is_missing(self) -> bool:
        """Owed and not filed, or not handed in again by its correction day."""
        if self.owed.timeliness is Timeliness.CORRECTION_OVERDUE:
            return True
        return not self.is_filed and self.owed.timeliness is not Timeliness.NOT_COUNTED

    @property
    def is_overdue(self) -> bool:
        return self.owed.timeliness in PAST_DUE

    @property
    def waits_for(self) -> list[Link[T]]:
        """Reports directly below that are not filed yet, while this one is not filed either."""
        return [link for link in self.below if link.is_missing] if self.is_missing else []

    @property
    def held_up_by(self) -> list[Link[T]]:
        """The lowest overdue reports in the branch below, while this one is not filed."""
        return [culprit for link in self.below for culprit in link.culprits()] if self.is_missing else []

    @property
    def holds_up(self) -> list[Link[T]]:
        """Those further up, nearest first, that are not filed and wait for this overdue report. Above one
        that has filed nobody waits for it any more."""
        return list(takewhile(lambda link: link.is_missing, self._upwards())) if self.is_overdue else []

    @property
    def is_blocked(self) -> bool:
        return bool(self.held_up_by)

    def culprits(self) -> list[Link[T]]:
        """The lowest overdue reports in this branch, itself included if nothing below it is overdue."""
        if not self.is_missing:
            return []
        below = [culprit for link in self.below for culprit in link.culprits()]
        return below or ([self] if self.is_overdue else [])

    def _upwards(self) -> Iterator[Link[T]]:
        link = self.above
        while link is not None:
            yield link
            link = link.above


@dataclass(frozen=True)
class StageCount:
    """How many of a stage are in which state."""

    position: int
    name: str
    expected: int
    filed: int
    late: int
    overdue: int
    waiting: int
    not_counted: int
    returned: int = 0
    """Of what is filed; `correction_overdue` among it."""
    correction_overdue: int = 0


@dataclass(frozen=True)
class Chain(Generic[T]):
    """The whole picture; `tops` are the reports that no other waits for."""

    tops: list[Link[T]]
    links: list[Link[T]]

    @property
    def stages(self) -> list[StageCount]:
        """From the bottom up."""
        by_stage: dict[int, list[T]] = defaultdict(list)
        for link in self.links:
            by_stage[link.owed.stage].append(link.owed)
        return [_stage_count(position, by_stage[position]) for position in sorted(by_stage)]

    @property
    def culprits(self) -> list[Link[T]]:
        """Overdue reports that hold up another one, most important first: those that hold up the most."""
        found = [link for link in self.links if link.is_overdue and not link.held_up_by]
        return sorted(found, key=lambda link: (-len(link.holds_up), link.owed.branch))


def build_chain(rows: Iterable[T]) -> Chain[T]:
    """The chain of one duty and period from its obligations, without those that a changed plan replaced."""
    standing = [row for row in rows if not row.is_replaced]
    links = [Link(row) for row in sorted(standing, key=lambda row: (-row.stage, row.unit))]
    known = {(link.owed.stage, link.owed.unit_id): link for link in links}
    tops = []
    for link in links:
        link.above = _above(link.owed, known)
        if link.above is None:
            tops.append(link)
        else:
            link.above.below.append(link)
    return Chain(tops, links)


def _above(owed: T, known: dict[tuple[int, int], Link[T]]) -> Link[T] | None:
    if owed.gatherer_id is None:
        return None
    return known.get((owed.stage + 1, owed.gatherer_id))


def _stage_count(position: int, rows: Sequence[InChain]) -> StageCount:
    counted = [row for row in rows if row.timeliness is not Timeliness.NOT_COUNTED]
    filed = [row for row in counted if row.first_submitted_at is not None]
    return StageCount(
        position=position,
        name=rows[0].stage_name,
        expected=len(counted),
        filed=len(filed),
        late=sum(came_late(row.deadline, row.first_submitted_at) for row in counted),
        overdue=sum(row.timeliness is Timeliness.OVERDUE for row in counted),
        waiting=len(counted) - len(filed),
        not_counted=len(rows) - len(counted),
        returned=sum(row.timeliness in RETURNED for row in counted),
        correction_overdue=sum(row.timeliness is Timeliness.CORRECTION_OVERDUE for row in counted),
    )
