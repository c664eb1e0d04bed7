"""The chain's tables: stage by stage, who holds whom up, and the reports of one level as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.vocabulary import say
from reporting.chain import Chain
from reporting.chain_rows import Node, Shown, Standing, below, waits_for
from web.monitor.board_sheets import chases, days_overdue, last_day
from web.monitor.desk import Desk
from web.monitor.plans import figure_headings
from web.monitor.sheets import Cell, Sheet
from web.pages import MARKS


def stages_sheet(picture: Chain[Standing], desk: Desk) -> Sheet:
    rows = [
        [
            Cell(f"{stage.position}. {stage.name}"),
            Cell(stage.expected),
            Cell(stage.filed),
            Cell(stage.filed - stage.late),
            Cell(stage.late),
            Cell(stage.overdue, kind="overdue" if stage.overdue else ""),
            Cell(stage.waiting - stage.overdue),
        ]
        for stage in picture.stages
    ]
    return Sheet(
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


def culprits_sheet(culprits: Sequence[Node], total: int, named: Mapping[int, Shown], desk: Desk) -> Sheet:
    """The lowest overdue reports, those that hold up the most first."""
    return Sheet(
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
                Cell(named[node.owed.id].unit_name, href=f"/obligations/{node.owed.id}"),
                Cell(named[node.owed.id].unit),
                Cell(node.owed.stage_name),
                last_day(node.owed.deadline, desk),
                Cell(days_overdue(node.owed.deadline, desk)),
                Cell(", ".join(named[above.owed.id].unit_name for above in waits_for(node))),
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


def level_sheet(nodes: Sequence[Node], total: int, named: Mapping[int, Shown], desk: Desk) -> Sheet:
    """The reports at the top of the page, with how those beneath them stand."""
    rows = []
    for node in nodes:
        beneath = below(node)
        standing = node.owed.timeliness
        rows.append(
            [
                Cell(named[node.owed.id].unit_name, href=f"/obligations/{node.owed.id}"),
                Cell(named[node.owed.id].unit),
                Cell(node.owed.stage_name),
                Cell(say(standing, desk.pages.language), kind=MARKS[standing][0], mark=MARKS[standing][1]),
                last_day(node.owed.deadline, desk),
                Cell(node.owed.first_submitted_at),
                Cell(beneath.filed),
                Cell(beneath.expected),
                Cell(beneath.overdue),
                Cell(beneath.holding_up),
            ]
        )
    return Sheet(
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
