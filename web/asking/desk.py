"""What the pages of requests start from: who may open them, and the table of whom something asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from calendars.wording import last_day_text
from reporting.asking.rights import may_ask_at_all
from reporting.asking.whom import AskedDuty, AskedReport, AskedStage, Foreseen
from web.auth import Forbidden
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, TableCell, TableSheet, code, make_sheet, narrow

MOST_ROWS = 300
"""Reports that a preview lists; of more it says how many there are."""
Line = tuple[AskedDuty, AskedStage, AskedReport]


def asking_page(page: MonitorDep) -> MonitorPage:
    """For heads, monitors and administrators. Raises `Forbidden`."""
    if not may_ask_at_all(page.person):
        raise Forbidden(page.t("Reports are asked for by heads and monitors; your account is neither."))
    return page


AskingDep = Annotated[MonitorPage, Depends(asking_page)]


def foreseen_sheet(
    foreseen: Foreseen, page: MonitorPage, name: str, title: str, speaker: str = ""
) -> TableSheet:
    """What is owed then: each report with its recipient, its last day, and who is told, which the person with
    the address `speaker` is not."""
    lines: list[Line] = [
        (duty, stage, report) for duty in foreseen.duties for stage in duty.stages for report in stage.reports
    ]
    return make_sheet(
        name,
        title,
        [
            Column(page.t("Unit"), lambda line: line[2].unit_name),
            code(page.t("Code"), lambda line: line[2].unit),
            Column(page.t("Report"), lambda line: _report(line, page)),
            Column(page.t("Recipient"), lambda line: line[2].sent_to.said(page.language)),
            narrow(page.t("Last day"), lambda line: last_day_of(line[1], page)),
            Column(page.t("Gets a mail"), lambda line: _told(line[2], page, speaker)),
        ],
        lines[:MOST_ROWS],
        total=len(lines),
    )


def _report(line: Line, page: MonitorPage) -> str:
    duty, stage, _ = line
    return f"{duty.title} · {stage.name}" if len(duty.stages) > 1 else duty.title


def last_day_of(stage: AskedStage, page: MonitorPage) -> str:
    """The last day of the stage's reports, with its hour."""
    if stage.deadline is None:
        return page.t("no deadline")
    return last_day_text(stage.deadline, page.language)


def _told(report: AskedReport, page: MonitorPage, speaker: str) -> TableCell:
    others = [address for address in report.people if address != speaker]
    if report.people:
        return TableCell(", ".join(others) or page.t("only you"))
    return TableCell(page.t("nobody: the unit has no address"), kind="overdue", mark="✗")
