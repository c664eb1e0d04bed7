"""`/plans/<slug>/chain`: a duty's period as a tree, opened branch by branch.

What is open is in the address. Without JavaScript each opening is a page of its own; with it htmx takes
the tree out of that same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from models.errors import NotFound
from models.plan import Duty, Plan
from models.vocabulary import PAST_DUE, Level, Timeliness, say
from reporting.chain.chain import Chain
from reporting.chain.tree import (
    Below,
    Node,
    NodeStanding,
    ShownNode,
    below,
    holding_up,
    read_chain,
    shown,
    waits_for,
    worst_first,
)
from reporting.monitoring.scope import duties_of, first_choice, periods_of
from reporting.obligations.timeliness import TimelinessAt
from web.form_values import typed_number
from web.monitor.plans import figure_columns, require_plan
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, TableCell, TableSheet, code, figure, make_sheet, narrow
from web.rendering import MARKS


def stages_sheet(found: Chain[NodeStanding], page: MonitorPage) -> TableSheet:
    return make_sheet(
        "stages",
        page.t("Stage by stage, from the bottom up"),
        [
            Column(page.t("Stage"), lambda stage: f"{stage.position}. {stage.name}"),
            *figure_columns(
                page,
                lambda stage: (
                    stage.expected,
                    stage.filed,
                    stage.filed - stage.late,
                    stage.late,
                    TableCell(stage.overdue, kind="overdue" if stage.overdue else ""),
                    stage.correction_overdue,
                ),
            ),
            figure(page.t("Returned"), lambda stage: stage.returned),
            figure(page.t("Waiting, in term"), lambda stage: stage.waiting - stage.overdue),
        ],
        found.stages,
        empty=page.t("Nothing is owed in this period yet."),
    )


Named = Mapping[int, ShownNode]


def culprits_sheet(culprits: Sequence[Node], total: int, named: Named, page: MonitorPage) -> TableSheet:
    """The lowest overdue reports, those that hold up the most first."""

    def waiting(node: Node) -> list[ShownNode]:
        return [named[above.owed.id] for above in waits_for(node)]

    codes = Column[Node](
        page.t("Codes of those waiting"), lambda node: ", ".join(each.unit for each in waiting(node))
    )
    return make_sheet(
        "culprits",
        page.t("Holding others up"),
        [
            *_unit_columns(page.t("Overdue unit"), named, page),
            *page.stated_columns(culprits, lambda node: named[node.owed.id]),
            narrow(page.t("Last day"), lambda node: page.last_day(node.owed.held_to)),
            figure(page.t("Days overdue"), lambda node: page.days_overdue(node.owed.held_to)),
            Column(
                page.t("Waiting for it"), lambda node: ", ".join(each.unit_name for each in waiting(node))
            ),
            *([codes] if page.export else []),
        ],
        culprits,
        chases=page.chase_links(node.owed.id for node in culprits),
        total=total,
        empty=page.t("No overdue unit holds another one up."),
    )


def _unit_columns(heading: str, named: Named, page: MonitorPage) -> list[Column[Node]]:
    """Unit, code and stage of a report; the unit leads to the report's own page."""
    return [
        Column(
            heading, lambda node: TableCell(named[node.owed.id].unit_name, f"/obligations/{node.owed.id}")
        ),
        code(page.t("Code"), lambda node: named[node.owed.id].unit),
        Column(page.t("Stage"), lambda node: node.owed.stage_name),
    ]


def tree_sheet(nodes: Sequence[Node], total: int, named: Named, page: MonitorPage) -> TableSheet:
    """The reports of the tree, each before those below it, with its place and the figures of those."""

    def timeliness(node: Node) -> TableCell:
        kind, mark = MARKS[node.owed.timeliness]
        return TableCell(say(node.owed.timeliness, page.language), kind=kind, mark=mark)

    def above(node: Node) -> ShownNode | None:
        return named[node.above.owed.id] if node.above else None

    return make_sheet(
        "tree",
        page.t("Units in the chain"),
        [
            figure(page.t("Row's level"), _depth),
            *_unit_columns(page.t("Unit"), named, page),
            Column(page.t("Level"), lambda node: say(Level(named[node.owed.id].level), page.language)),
            Column(page.t("Waits for it"), lambda node: found.unit_name if (found := above(node)) else ""),
            code(page.t("Code of who waits"), lambda node: found.unit if (found := above(node)) else ""),
            Column(page.t("Standing"), timeliness),
            *page.stated_columns(nodes, lambda node: named[node.owed.id]),
            Column(page.t("Last day"), lambda node: page.last_day(node.owed.deadline)),
            Column(page.t("Filed at"), lambda node: node.owed.first_submitted_at),
            figure(page.t("Filed below"), lambda node: below(node).filed),
            figure(page.t("Expected below"), lambda node: below(node).expected),
            figure(page.t("Overdue below"), lambda node: below(node).overdue),
            figure(page.t("Holding it up"), lambda node: below(node).holding_up),
        ],
        nodes,
        total=total,
        empty=page.t("There is no unit."),
    )


def _depth(node: Node) -> int:
    """1 at the top of the chain."""
    return 1 if node.above is None else 1 + _depth(node.above)


router = APIRouter(include_in_schema=False)
MOST_OPEN = 200
"""Branches that one page holds open; a further one opens on a page of its own."""
MOST_BELOW = 50
"""Of one unit's reports below; the rest on pages of their own."""
CULPRITS = 10
LARGEST_NUMBER = 10**9 - 1
NONE = 0
"""In the address: nothing is open."""
Open = Annotated[list[str] | None, Query()]


@dataclass(frozen=True)
class TreeRow:
    """One report of the tree as it is shown, with the rows shown below it."""

    node: Node
    unit: ShownNode
    figures: Below
    days: int
    toggle: str
    is_open: bool
    below: Sequence[TreeRow]
    more: int
    whole: str

    @property
    def timeliness(self) -> Timeliness:
        return self.node.owed.timeliness


@dataclass(frozen=True)
class TreeBuilder:
    """Rows of the tree: which are open, what they are called, and where a click leads."""

    page: MonitorPage
    path: str
    under: str
    open: Sequence[int]
    known: Mapping[int, ShownNode]

    def rows(self, nodes: Iterable[Node]) -> list[TreeRow]:
        return [self._one(node) for node in nodes]

    def _one(self, node: Node) -> TreeRow:
        id, is_open = node.owed.id, node.owed.id in self.open
        children = worst_first(node.below) if is_open else []
        then = [each for each in self.open if each != id] if is_open else [*self.open, id]
        whole = self.page.filters.link(self.path, under=id)
        return TreeRow(
            node=node,
            unit=self.known[id],
            figures=below(node),
            days=_days(node, self.page),
            toggle=whole if len(then) > MOST_OPEN else self._address(then),
            is_open=is_open,
            below=self.rows(children[:MOST_BELOW]),
            more=max(len(children) - MOST_BELOW, 0),
            whole=whole,
        )

    def _address(self, open: Iterable[int]) -> str:
        """This very part of the tree, with these branches open."""
        number = self.page.number if self.page.number > 1 else ""
        address = self.page.filters.link(self.path, under=self.under, page=number)
        return address + "".join(f"&open={id}" for id in list(open) or [NONE])


def _opened(asked: Sequence[str] | None, nodes: Sequence[Node]) -> list[int]:
    """What is open: what the address says, else the one at the top where there is only one."""
    if asked is None:
        return [node.owed.id for node in nodes] if len(nodes) == 1 else []
    ids = (typed_number(text, 1, LARGEST_NUMBER, NONE) for text in asked)
    return [id for id in dict.fromkeys(ids) if id != NONE][:MOST_OPEN]


def _days(node: Node, page: MonitorPage) -> int:
    """Days overdue, or late."""
    owed, filed_at = node.owed, node.owed.first_submitted_at
    if owed.held_to is None or owed.timeliness not in (*PAST_DUE, Timeliness.LATE):
        return 0
    is_late = owed.timeliness is Timeliness.LATE and filed_at is not None
    return Deadline(owed.held_to, page.zone).days_late(filed_at if is_late and filed_at else page.now)


@router.get("/plans/{slug}/chain")
def chain(slug: str, page: MonitorDep, open: Open = None, under: str = "") -> Response:
    with page.reading() as session:
        plan = require_plan(session, slug, page)
        duties = duties_of(session, plan)
        page, periods = _chosen(session, plan, duties, page)
        found = _read_chain(session, plan, page)
        tops, above = _tops(found, under, page)
        limit, offset = page.slice(MOST_BELOW)
        visible = tops[offset:] if limit is None else tops[offset : offset + limit]
        opened = _opened(open, visible)
        named, sheets = _tables(session, found, tops, page, [*_visited(visible, set(opened)), *above])
        path = f"/plans/{plan.slug}/chain"
        return page.show_tables(
            "monitor/chain.html",
            sheets,
            plan=plan,
            plans=[plan],
            duties=duties,
            periods=periods,
            branch=page.branch(session),
            tree=TreeBuilder(page, path, under if above else "", opened, named).rows(visible),
            tops=len(tops),
            under=named.get(above[0].owed.id) if above else None,
            under_id=under if above else "",
            path=path,
            most=MOST_BELOW,
            word=lambda timeliness: say(timeliness, page.language),
        )


def _tables(
    session: Session,
    found: Chain[NodeStanding],
    tops: Sequence[Node],
    page: MonitorPage,
    on_page: Sequence[Node],
) -> tuple[Named, list[TableSheet]]:
    """The tables, a file with the whole tree; and the names in them and of what is on the page."""
    whole = list(_all_below(tops))
    listed = whole if page.export else []
    culprits = holding_up(found)
    some = [*on_page, *listed, *_in_culprits(culprits, page)]
    named = shown(session, [*some, *_above(some)])
    return named, [
        stages_sheet(found, page),
        culprits_sheet(culprits if page.export else culprits[:CULPRITS], len(culprits), named, page),
        tree_sheet(listed, len(whole), named, page),
    ]


def _chosen(
    session: Session, plan: Plan, duties: Sequence[Duty], page: MonitorPage
) -> tuple[MonitorPage, list[str]]:
    """The page with a duty and a period: the ones asked for, else the first duty and the newest begun; and
    the keys of the periods that there are. Raises `UnknownFilter`."""
    duty = page.filters.duty or first_choice(duties)
    if duty and duty not in {each.key for each in duties}:
        raise page.unknown("duty", page.t("The plan has no such duty."))
    page = page.with_filters(plan=plan.slug, duty=duty)
    known = periods_of(session, [plan.id], duty, today=page.today)
    keys = [each.period.key for each in known]
    if page.filters.period:
        page.require_period(known)
    begun = [each.period.key for each in known if each.has_begun] or keys
    period = page.filters.period if page.filters.period in keys else (begun[-1] if begun else "")
    return page.with_filters(period=period), keys


def _read_chain(session: Session, plan: Plan, page: MonitorPage) -> Chain[NodeStanding]:
    timeliness = TimelinessAt(session, page.settings, page.now)
    return read_chain(session, page.conditions(session), plan.ladder, timeliness)


def _tops(chain: Chain[NodeStanding], under: str, page: MonitorPage) -> tuple[list[Node], list[Node]]:
    """The reports at the top of the page, worst first; and the one above them that was asked for."""
    if not under:
        return worst_first(chain.tops), []
    found = next((node for node in chain.links if str(node.owed.id) == under), None)
    if found is None:
        raise NotFound(page.t("There is no such report in the chain."))
    return worst_first(found.below), [found]


def _visited(nodes: Iterable[Node], opened: set[int]) -> Iterable[Node]:
    """All reports that the page shows."""
    for node in nodes:
        yield node
        if node.owed.id in opened:
            yield from _visited(worst_first(node.below)[:MOST_BELOW], opened)


def _all_below(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every report with all below it, in the order of the tree."""
    for node in nodes:
        yield node
        yield from _all_below(worst_first(node.below))


def _above(nodes: Iterable[Node]) -> Iterator[Node]:
    return (node.above for node in nodes if node.above is not None)


def _in_culprits(culprits: Sequence[Node], page: MonitorPage) -> Iterable[Node]:
    for node in culprits if page.export else culprits[:CULPRITS]:
        yield node
        yield from waits_for(node)
