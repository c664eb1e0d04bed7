"""`/plans/<slug>/chain`: a duty's period as a tree, opened branch by branch.

What is open stands in the address. Without JavaScript each opening is a page of its own; with it htmx takes
the tree out of that same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from models.database import reading
from models.errors import NotFound
from models.plan import Duty, Plan
from models.vocabulary import Timeliness, say
from reporting.chain.chain import Chain
from reporting.chain.tree import (
    Below,
    Node,
    NodeStanding,
    ShownNode,
    below,
    holding_up,
    periods_of,
    read_chain,
    shown,
    waits_for,
    worst_first,
)
from reporting.monitoring.scope import branch_of, duties_of, first_choice
from reporting.obligations.timeliness import TimelinessAt
from web.monitor.board import chases, days_overdue, last_day
from web.monitor.plans import figure_headings, require_plan
from web.monitor.request import DeskDep, MonitorRequest
from web.monitor.response import answer
from web.monitor.table import TableCell, TableSheet
from web.rendering import MARKS


def stages_sheet(picture: Chain[NodeStanding], desk: MonitorRequest) -> TableSheet:
    rows = [
        [
            TableCell(f"{stage.position}. {stage.name}"),
            TableCell(stage.expected),
            TableCell(stage.filed),
            TableCell(stage.filed - stage.late),
            TableCell(stage.late),
            TableCell(stage.overdue, kind="overdue" if stage.overdue else ""),
            TableCell(stage.waiting - stage.overdue),
        ]
        for stage in picture.stages
    ]
    return TableSheet(
        name="stages",
        title=desk.t("Từng chặng, từ dưới lên", "Stage by stage, from the bottom up"),
        headings=[
            desk.t("Chặng", "Stage"),
            *figure_headings(desk),
            desk.t("Chưa nộp, còn hạn", "Waiting, in term"),
        ],
        rows=rows,
        figures=frozenset(range(1, 7)),
        empty=desk.t("Kỳ này chưa có báo cáo nào phải nộp.", "Nothing is owed in this period yet."),
    )


def culprits_sheet(
    culprits: Sequence[Node], total: int, named: Mapping[int, ShownNode], desk: MonitorRequest
) -> TableSheet:
    """The lowest overdue reports, those that hold up the most first."""
    return TableSheet(
        name="culprits",
        title=desk.t("Đang giữ chân cấp trên", "Holding others up"),
        headings=[
            desk.t("Đơn vị quá hạn", "Overdue unit"),
            desk.t("Mã", "Code"),
            desk.t("Chặng", "Stage"),
            desk.t("Ngày cuối", "Last day"),
            desk.t("Quá hạn (ngày)", "Days overdue"),
            desk.t("Đang chờ đơn vị này", "Waiting for it"),
        ],
        rows=[
            [
                TableCell(named[node.owed.id].unit_name, href=f"/obligations/{node.owed.id}"),
                TableCell(named[node.owed.id].unit),
                TableCell(node.owed.stage_name),
                last_day(node.owed.deadline, desk),
                TableCell(days_overdue(node.owed.deadline, desk)),
                TableCell(", ".join(named[above.owed.id].unit_name for above in waits_for(node))),
            ]
            for node in culprits
        ],
        figures=frozenset({4}),
        narrow=frozenset({3}),
        chases=chases([node.owed.id for node in culprits], desk),
        total=total,
        empty=desk.t(
            "Không đơn vị quá hạn nào đang giữ chân cấp trên.", "No overdue unit holds another one up."
        ),
    )


Named = Mapping[int, ShownNode]


def level_sheet(nodes: Sequence[Node], total: int, named: Named, desk: MonitorRequest) -> TableSheet:
    """The reports at the top of the page, with how those beneath them stand."""
    rows = []
    for node in nodes:
        beneath = below(node)
        standing = say(node.owed.timeliness, desk.pages.language)
        kind, mark = MARKS[node.owed.timeliness]
        rows.append(
            [
                TableCell(named[node.owed.id].unit_name, href=f"/obligations/{node.owed.id}"),
                TableCell(named[node.owed.id].unit),
                TableCell(node.owed.stage_name),
                TableCell(standing, kind=kind, mark=mark),
                last_day(node.owed.deadline, desk),
                TableCell(node.owed.first_submitted_at),
                TableCell(beneath.filed),
                TableCell(beneath.expected),
                TableCell(beneath.overdue),
                TableCell(beneath.holding_up),
            ]
        )
    return TableSheet(
        name="tree",
        title=desk.t("Các đơn vị trong chuỗi", "Units in the chain"),
        headings=[
            desk.t("Đơn vị", "Unit"),
            desk.t("Mã", "Code"),
            desk.t("Chặng", "Stage"),
            desk.t("Tình trạng", "Standing"),
            desk.t("Ngày cuối", "Last day"),
            desk.t("Nộp lúc", "Filed at"),
            desk.t("Cấp dưới đã nộp", "Filed below"),
            desk.t("Cấp dưới phải nộp", "Expected below"),
            desk.t("Cấp dưới quá hạn", "Overdue below"),
            desk.t("Đang giữ chân", "Holding it up"),
        ],
        rows=rows,
        total=total,
        empty=desk.t("Không có đơn vị nào.", "There is no unit."),
    )


router = APIRouter(include_in_schema=False)
MOST_OPEN = 4
MOST_BELOW = 50
"""Of one unit's reports below; the rest on pages of their own."""
CULPRITS = 10
NONE = 0
"""In the address: nothing is open."""
Open = Annotated[list[int] | None, Query(max_length=50)]


@dataclass(frozen=True)
class Drawn:
    """One report as the tree draws it, with those that are drawn below it."""

    node: Node
    unit: ShownNode
    figures: Below
    days: int
    toggle: str
    is_open: bool
    below: Sequence[Drawn]
    more: int
    whole: str

    @property
    def timeliness(self) -> Timeliness:
        return self.node.owed.timeliness


@dataclass(frozen=True)
class Drawing:
    """How to draw: which are open, what they are called, and where a click leads."""

    desk: MonitorRequest
    path: str
    open: Sequence[int]
    known: Mapping[int, ShownNode]

    def draw(self, nodes: Iterable[Node]) -> list[Drawn]:
        return [self._one(node) for node in nodes]

    def _one(self, node: Node) -> Drawn:
        id, is_open = node.owed.id, node.owed.id in self.open
        children = worst_first(node.below) if is_open else []
        then = [each for each in self.open if each != id] if is_open else _opening(node, self.open)
        return Drawn(
            node=node,
            unit=self.known[id],
            figures=below(node),
            days=_days(node, self.desk),
            toggle=_address(self.desk, self.path, then),
            is_open=is_open,
            below=self.draw(children[:MOST_BELOW]),
            more=max(len(children) - MOST_BELOW, 0),
            whole=self.desk.filters.link(self.path, under=id),
        )


def _opening(node: Node, open: Sequence[int]) -> list[int]:
    """What is open once this is opened too: where it would be too much, the first opened is closed again."""
    above, link = set(), node.above
    while link is not None:
        above.add(link.owed.id)
        link = link.above
    others = [id for id in open if id not in above]
    kept = others[max(len(open) + 1 - MOST_OPEN, 0) :]
    return [*(id for id in open if id in above or id in kept), node.owed.id]


def _address(desk: MonitorRequest, path: str, open: Iterable[int]) -> str:
    address = desk.filters.link(path)
    return address + "".join(f"&open={id}" for id in list(open) or [NONE])


def _opened(asked: Sequence[int] | None, nodes: Sequence[Node]) -> list[int]:
    """What is open: what the address says, else the one at the top where there is only one."""
    if asked is None:
        return [node.owed.id for node in nodes] if len(nodes) == 1 else []
    return [id for id in dict.fromkeys(asked) if id != NONE][:MOST_OPEN]


def _days(node: Node, desk: MonitorRequest) -> int:
    """Days overdue, or late."""
    if node.owed.deadline is None or node.owed.timeliness not in (Timeliness.OVERDUE, Timeliness.LATE):
        return 0
    deadline = Deadline(node.owed.deadline, desk.zone)
    return deadline.days_late(node.owed.first_submitted_at or desk.now)


@router.get("/plans/{slug}/chain")
def chain(slug: str, desk: DeskDep, open: Open = None, under: str = "") -> Response:
    with reading(desk.edge.engine) as session:
        plan = require_plan(session, slug, desk)
        duties = duties_of(session, plan)
        desk, periods = _chosen(session, plan, duties, desk)
        picture = _picture(session, plan, desk)
        tops, above = _tops(picture, under, desk)
        limit, offset = desk.slice(MOST_BELOW)
        page = tops[offset:] if limit is None else tops[offset : offset + limit]
        culprits = holding_up(picture)
        opened = _opened(open, page)
        named = shown(session, [*_visited(page, set(opened)), *above, *_in_culprits(culprits, desk)])
        path = f"/plans/{plan.slug}/chain"
        sheets = [
            stages_sheet(picture, desk),
            culprits_sheet(culprits if desk.export else culprits[:CULPRITS], len(culprits), named, desk),
            level_sheet(page, len(tops), named, desk),
        ]
        return answer(
            desk,
            "monitor/chain.html",
            sheets,
            plan=plan,
            plans=[plan],
            duties=duties,
            periods=periods,
            branch=branch_of(session, desk.scope),
            tree=Drawing(desk, path, opened, named).draw(page),
            tops=len(tops),
            under=named.get(above[0].owed.id) if above else None,
            under_id=under if above else "",
            path=path,
            most=MOST_BELOW,
            word=lambda timeliness: say(timeliness, desk.pages.language),
        )


def _chosen(
    session: Session, plan: Plan, duties: Sequence[Duty], desk: MonitorRequest
) -> tuple[MonitorRequest, list[tuple[str, date]]]:
    """The desk with a duty and a period: the ones asked for, else the first duty and the newest begun."""
    duty = desk.filters.duty or first_choice(duties)
    if duty and duty not in {each.key for each in duties}:
        raise NotFound(desk.t("Kế hoạch không có chế độ báo cáo này.", "The plan has no such duty."))
    periods = periods_of(session, plan.id, duty)
    begun = [key for key, start in periods if start <= desk.today] or [key for key, _ in periods]
    period = desk.filters.period or (begun[-1] if begun else "")
    if period and period not in {key for key, _ in periods}:
        raise NotFound(desk.t("Chế độ báo cáo này không có kỳ đó.", "The duty has no such period."))
    return desk.with_filters(plan=plan.slug, duty=duty, period=period), periods


def _picture(session: Session, plan: Plan, desk: MonitorRequest) -> Chain[NodeStanding]:
    timeliness = TimelinessAt(session, desk.edge.settings, desk.now)
    return read_chain(session, desk.conditions(session), plan.ladder, timeliness)


def _tops(picture: Chain[NodeStanding], under: str, desk: MonitorRequest) -> tuple[list[Node], list[Node]]:
    """What stands at the top of the page, worst first; and the one above it that was asked for."""
    if not under:
        return worst_first(picture.tops), []
    found = next((node for node in picture.links if str(node.owed.id) == under), None)
    if found is None:
        raise NotFound(desk.t("Không có báo cáo này trong chuỗi.", "There is no such report in the chain."))
    return worst_first(found.below), [found]


def _visited(nodes: Iterable[Node], opened: set[int]) -> Iterable[Node]:
    """All that will be drawn."""
    for node in nodes:
        yield node
        if node.owed.id in opened:
            yield from _visited(worst_first(node.below)[:MOST_BELOW], opened)


def _in_culprits(culprits: Sequence[Node], desk: MonitorRequest) -> Iterable[Node]:
    for node in culprits if desk.export else culprits[:CULPRITS]:
        yield node
        yield from waits_for(node)
