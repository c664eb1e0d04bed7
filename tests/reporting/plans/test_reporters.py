"""Who reports in a stage, and to whom; a unit never owes a report to itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.plan_files.plan import PlanFile
from models.plan_files.stage import StageFile
from reporting.plans.reporters import owes_only_itself, select_recipients, select_reporters
from reporting.units.hierarchy import Hierarchy, UnitAsOf

# id, code, level, kind, superior, groups
TABLE = [
    (1, "p", "province", "tinh", None, ""),
    (2, "so", "district", "so-nganh", 1, ""),
    (3, "d1", "district", "huyen", 1, "ven-bien"),
    (4, "d2", "district", "huyen", 1, ""),
    (5, "x1", "grassroots", "xa", 3, "ven-bien"),
    (6, "x2", "grassroots", "phuong", 4, ""),
    (7, "q", "province", "tinh", None, ""),
    (8, "e1", "district", "huyen", 7, ""),
]
UNITS = Hierarchy(
    date(2024, 1, 1),
    [
        UnitAsOf(
            id=id,
            version_id=id,
            code=code,
            name=code,
            level=level,
            kind=kind,
            groups=frozenset(groups.split()),
            superior_id=superior,
        )
        for id, code, level, kind, superior, groups in TABLE
    ],
)


def plan(stage: dict[str, Any], scope: str | None = None) -> tuple[PlanFile, StageFile]:
    duty = {"id": "d", "title": "x", "every": "once", "chain": [stage]}
    file = PlanFile.model_validate(
        {"slug": "a", "title": "x", "issuer": "x", "in_force": {"from": "2024-01-01"}, "duties": [duty]}
        | ({} if scope is None else {"scope": scope})
    )
    return file, file.duties[0].chain[0]


@pytest.mark.parametrize(
    ("chooser", "scope", "codes"),
    [
        ({"level": "district"}, None, ["so", "d1", "d2", "e1"]),
        ({"level": "district"}, "p", ["so", "d1", "d2"]),
        ({"level": "district", "kinds": ["huyen"]}, "p", ["d1", "d2"]),
        ({"kinds": ["huyen", "so-nganh"], "except": "so"}, "p", ["d1", "d2"]),
        ({"groups": "ven-bien"}, None, ["d1", "x1"]),
        ({"groups": "ven-bien", "level": "grassroots"}, None, ["x1"]),
        ({"unit": "so"}, "p", ["so"]),
        ({"unit": "q"}, "p", ["q"]),  # named by its code: outside the branch, and meant
        ({"units": ["d2", "so"]}, None, ["so", "d2"]),
        ({"level": "centre"}, None, []),
        ({"level": "district"}, "nowhere", []),
    ],
)
def test_reporters_are_chosen_by_what_they_are(
    chooser: dict[str, Any], scope: str | None, codes: list[str]
) -> None:
    file, stage = plan({"from": chooser}, scope)
    assert [unit.code for unit in select_reporters(file, stage, UNITS)] == codes


@pytest.mark.parametrize(
    ("to", "reporter", "recipients"),
    [
        ([], "d1", ["p"]),
        ([], "p", []),
        (["so"], "d1", ["so"]),
        (["so"], "so", []),
        (["p", "so"], "so", ["p"]),
        (["superior", "so"], "x1", ["d1", "so"]),
        (["superior", "p"], "d1", ["p"]),
        (["gone", "p"], "d1", ["p"]),
    ],
    ids=[
        "the superior",
        "nobody above",
        "whom the plan names",
        "never itself",
        "a copy to itself falls away",
        "the superior with a copy",
        "each once",
        "a unit that is no more",
    ],
)
def test_recipients_are_the_superior_or_whom_the_plan_names(
    to: list[str], reporter: str, recipients: list[str]
) -> None:
    _, stage = plan({"from": {"kinds": ["huyen"]}, "to": to})
    found = select_recipients(stage, UNITS.by_code[reporter], UNITS)
    assert [unit.code for unit in found] == recipients


@pytest.mark.parametrize(
    ("to", "reporter", "owes_nothing"),
    [(["so"], "so", True), (["so", "p"], "so", False), (["so"], "d1", False), ([], "p", False)],
)
def test_a_unit_that_would_report_to_itself_alone_owes_nothing(
    to: list[str], reporter: str, owes_nothing: bool
) -> None:
    _, stage = plan({"from": {"kinds": ["huyen"]}, "to": to})
    assert owes_only_itself(stage, UNITS.by_code[reporter]) is owes_nothing
