"""The chain's picture at national size: thin rows for the tree, full ones only for what is shown.

Ten thousand reports hang together in one tree; who holds whom up is found on rows of a few values each, by
the same rules as everywhere (`chain.py`). Names and dates are read for those that a page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, literal
from sqlmodel import Session, col

from models.database import chunks
from models.obligation import Obligation
from models.vocabulary import Lifecycle, Timeliness
from reporting.chain.chain import Chain, Link, build_chain
from reporting.obligations.listing import DueRow, row_json
from reporting.obligations.named import obligations, read
from reporting.obligations.timeliness import TimelinessAt


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


class NodeStanding(NamedTuple):
    """One report in the tree, in as few values as its rules need."""

    id: int
    unit_id: int
    gatherer_id: int | None
    branch: str
    stage: int
    stage_name: str
    state: str
    deadline: datetime | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    written_deadline: datetime | None
    safe_day: date | None
    period: str
    begins: date
    opens_at: datetime | None
    replaced_at: datetime | None
    ladder: str
    timeliness: Timeliness = Timeliness.NOT_COUNTED

    @property
    def held_to(self) -> datetime | None:
        return self.correction_deadline if self.state == Lifecycle.RETURNED else self.deadline

    @property
    def is_replaced(self) -> bool:
        return self.state == Lifecycle.CANCELLED and self.replaced_at is not None

    @property
    def unit(self) -> str:
        """What the tree is sorted by: the order in which units were loaded, which is that of their codes."""
        return f"{self.unit_id:09}"


Node = Link[NodeStanding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """The state of those that a report waits for, over all stages beneath it."""

    expected: int
    filed: int
    overdue: int
    holding_up: int


class ShownNode(NamedTuple):
    """What a page says of one report beyond its standing."""

    id: int
    unit: str
    unit_name: str
    level: str
    opens_at: datetime | None
    planned: date | None


def read_chain(
    session: Session, conditions: Conditions, ladder: str, timeliness: TimelinessAt
) -> Chain[NodeStanding]:
    """The chain of one duty and period, which the conditions choose; `ladder` is its plan's."""
    query = obligations(NodeStanding, ladder=literal(ladder)).where(*conditions)
    nodes = read(session, NodeStanding, query)
    return build_chain(node._replace(timeliness=timeliness.of(node)) for node in nodes)


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
    found.sort(key=lambda each: (-each[0], each[1].owed.held_to, each[1].owed.unit_id))
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
    return {
        row.id: row
        for some in chunks(node.owed.id for node in nodes)
        for row in read(session, ShownNode, obligations(ShownNode).where(col(Obligation.id).in_(some)))
    }
