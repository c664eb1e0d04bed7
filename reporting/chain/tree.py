"""The chain's picture at national size: thin rows for the tree, full ones only for what is shown.

Ten thousand reports hang together in one tree; who holds whom up is found on rows of a few values each, by
the same rules as everywhere (`chain.py`). Names and dates are read for those that a page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from calendars.deadline import Deadline, stated
from models.database import chunks
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Stage
from models.unit import Unit, UnitVersion
from models.vocabulary import Lifecycle, Timeliness
from reporting.chain.chain import Chain, Link, build_chain
from reporting.obligations.listing import DueRow, row_json
from reporting.obligations.timeliness import timeliness


def chain_json(picture: Chain[DueRow], zone: ZoneInfo) -> dict[str, Any]:
    """Its stages in numbers, who holds up whom, and the tree."""
    return {
        "stages": [vars(stage) for stage in picture.stages],
        "holding_up": [
            {"unit": link.owed.unit, "stage": link.owed.stage, "holds_up": _codes(link.holds_up)}
            for link in picture.culprits
        ],
        "tree": [_link_json(link, zone) for link in picture.tops],
    }


def _link_json(link: Link[DueRow], zone: ZoneInfo) -> dict[str, Any]:
    return {
        **row_json(link.owed, zone),
        "filed": link.is_filed,
        "blocked": link.is_blocked,
        "waits_for": _codes(link.waits_for),
        "held_up_by": _codes(link.held_up_by),
        "holds_up": _codes(link.holds_up),
        "children": [_link_json(below, zone) for below in link.below],
    }


def _codes(links: list[Link[DueRow]]) -> list[str]:
    return [link.owed.unit for link in links]


Conditions = Sequence[ColumnElement[bool]]
SoonFrom = Callable[[Deadline], datetime | None]
"""From a deadline to the moment of the ladder's first rung."""


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """One report in the tree, in as few values as its rules need."""

    id: int
    unit_id: int
    gatherer_id: int | None
    branch: str
    stage: int
    stage_name: str
    state: str
    deadline: datetime | None
    first_submitted_at: datetime | None
    timeliness: Timeliness
    is_replaced: bool

    @property
    def unit(self) -> str:
        """What the tree is sorted by: the order in which units were loaded, which is that of their codes."""
        return f"{self.unit_id:09}"


Node = Link[NodeStanding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """How those stand that a report waits for, over all stages beneath it."""

    expected: int
    filed: int
    overdue: int
    holding_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNode:
    """What a page says of one report beyond its standing."""

    id: int
    unit: str
    unit_name: str


def read_chain(
    session: Session, conditions: Conditions, now: datetime, zone: ZoneInfo, soon: SoonFrom
) -> Chain[NodeStanding]:
    """The chain of one duty and period, which the conditions choose."""
    columns: tuple[Any, ...] = (
        col(Obligation.id),
        col(Obligation.unit_id),
        col(Obligation.gatherer_id),
        col(Obligation.branch),
        col(Stage.position),
        col(Stage.name),
        col(Obligation.state),
        col(Obligation.deadline),
        col(Obligation.first_submitted_at),
        col(Occurrence.replaced_at).is_not(None),
        col(Occurrence.deadline).label("written_deadline"),
        col(Occurrence.safe_day),
    )
    query = (
        select(*columns)
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .where(*conditions)
    )
    judged = _Judge(now, zone, soon)
    return build_chain(_standing(row, judged) for row in session.execute(query))


@dataclass
class _Judge:
    """Timeliness as of an instant; of what is not filed, many have the same deadline and so the same."""

    now: datetime
    zone: ZoneInfo
    soon: SoonFrom
    known: dict[tuple[str, Deadline | None], Timeliness] = field(default_factory=dict)

    def of(self, state: str, deadline: Deadline | None, filed_at: datetime | None) -> Timeliness:
        if filed_at is not None:
            return timeliness(state, deadline, filed_at, self.now)
        found = self.known.get((state, deadline))
        if found is None:
            first_rung = None if deadline is None else self.soon(deadline)
            found = timeliness(state, deadline, None, self.now, first_rung)
            self.known[state, deadline] = found
        return found


def _standing(row: Any, judge: _Judge) -> NodeStanding:
    id, unit, gatherer, branch, stage, name, state, deadline, filed_at, replaced, written, safe_day = row
    standing = judge.of(state, stated(deadline, written, safe_day, judge.zone), filed_at)
    replaced = bool(replaced) and state == Lifecycle.CANCELLED
    return NodeStanding(
        id, unit, gatherer, branch, stage, name, state, deadline, filed_at, standing, replaced
    )


def below(node: Node) -> Below:
    """The figures of everything beneath a report."""
    expected = filed = overdue = 0
    waiting = list(node.below)
    while waiting:
        link = waiting.pop()
        waiting.extend(link.below)
        if link.owed.timeliness is Timeliness.NOT_COUNTED:
            continue
        expected += 1
        filed += link.is_filed
        overdue += link.is_overdue
    return Below(expected=expected, filed=filed, overdue=overdue, holding_up=len(node.held_up_by))


def waits_for(node: Node) -> list[Node]:
    """Those above, nearest first, that wait for this overdue report; one that has filed ends the row."""
    above = node.above
    found = []
    while node.is_overdue and above is not None and above.is_missing:
        found.append(above)
        above = above.above
    return found


def holding_up(picture: Chain[NodeStanding]) -> list[Node]:
    """The lowest overdue reports for which somebody waits, those for which the most do first."""
    found = [(len(waits_for(node)), node) for node in picture.culprits]
    found = [(number, node) for number, node in found if number]
    found.sort(key=lambda each: (-each[0], each[1].owed.deadline, each[1].owed.unit_id))
    return [node for _, node in found]


def worst_first(nodes: Iterable[Node]) -> list[Node]:
    """Overdue before missing before filed; among those the ones that wait for the most."""
    return sorted(nodes, key=lambda node: (_rank(node), -len(node.held_up_by), node.owed.unit_id))


def _rank(node: Node) -> int:
    if node.is_overdue:
        return 0
    return 1 if node.is_missing else 2


def shown(session: Session, nodes: Iterable[Node]) -> dict[int, ShownNode]:
    """Names for the nodes on a page, by the report's id."""
    query = (
        select(col(Obligation.id), col(Unit.code), col(UnitVersion.name))
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
    )
    found: dict[int, ShownNode] = {}
    for some in chunks(node.owed.id for node in nodes):
        for id, unit, name in session.execute(query.where(col(Obligation.id).in_(some))):
            found[id] = ShownNode(id=id, unit=unit, unit_name=name)
    return found


def periods_of(session: Session, plan_id: int, duty: str) -> list[tuple[str, Any]]:
    """The duty's periods with the first day of their data, in order of time."""
    query = (
        select(col(Occurrence.period), col(Occurrence.period_start))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .where(col(Duty.plan_id) == plan_id, col(Duty.key) == duty)
        .order_by(col(Occurrence.period_start), col(Occurrence.period))
    )
    return [(row[0], row[1]) for row in session.execute(query.distinct())]
