"""The morning that is measured: every unit of the country owes a report, for three in ten it became overdue.

Each unit has a clerk and a head. The reminders of the days before were planned and sent, so the ledger holds
them. 18 February 2025 is a Tuesday: the overdue rung speaks to clerks and heads, for all others it is two
working days before their last day.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from benchmarks.country import HCM, Country
from models.database import writing
from models.ladder_file import read_ladder
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import NoticeState
from reporting.engine import tick
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes
from reporting.reminders.ladders import load_ladder
from reporting.units.files import UnitInput
from reporting.units.loading import load_units
from reporting.units.rows import ContactRow

START = datetime(2025, 2, 1, tzinfo=HCM)
BEFORE = [datetime(2025, 2, day, 8, tzinfo=HCM) for day in (10, 13, 17)]
MORNING = datetime(2025, 2, 18, 8, tzinfo=HCM)
OVERDUE = range(3)
LADDER = Path(__file__).parents[1] / "plans" / "ladders" / "default.yaml"
PLAN = """\
slug: morning
number: 1/KH-TW
title: Kế hoạch phát triển kinh tế - xã hội toàn quốc năm 2025
issuer: Trung ương
in_force: {from: 2025-02-01, to: 2025-02-28}
duties:
  - id: early
    title: Báo cáo tình hình thực hiện các chỉ tiêu, nhiệm vụ
    basis: IV.1.2
    every: month
    chain: [{from: {groups: sớm}, due: before 18}]
  - id: later
    title: Báo cáo tình hình thực hiện các chỉ tiêu, nhiệm vụ
    basis: IV.1.3
    every: month
    chain: [{from: {groups: muộn}, due: before 21}]
"""


def settings(home: Path) -> Settings:
    """The defaults, whatever the environment says; each database has a home of its own."""
    return Settings.model_construct(mail_ceiling=10**6, home=home)


def settle(engine: Engine, country: Country, home: Path) -> None:
    """Units, people and the plan, and what was told up to the day before."""
    units = [
        replace(unit, groups=frozenset({"sớm" if number % 10 in OVERDUE else "muộn"}))
        for number, unit in enumerate(country.units)
    ]
    people = [person for unit in country.units for person in _people(unit.code, unit.name)]
    rows = UnitInput(units=tuple(units), contacts=tuple(people), official=True, files=("benchmark",))
    plan = read_plan_bytes(textwrap.dedent(PLAN).encode(), "benchmark").plan
    with writing(engine) as session:
        load_units(session, rows, START.date(), START, "benchmark")
        load_ladder(session, read_ladder(LADDER.read_text(encoding="utf-8"), "default.yaml"), START)
        load_plan(session, plan, START, "benchmark", START.date())
    for moment in BEFORE:
        with writing(engine) as session:
            tick(session, settings(home), moment)
            _sent(session, moment)


def _people(code: str, name: str) -> list[ContactRow]:
    since = date(2024, 1, 1)
    return [
        ContactRow(
            where=code,
            unit=code,
            name=f"{title} {name}",
            role=role,
            address=f"{role}@u{code.lower()}.example",
            valid_from=since,
        )
        for role, title in (("clerk", "Văn thư"), ("head", "Chủ tịch"))
    ]


def _sent(session: Session, moment: datetime) -> None:
    session.execute(
        update(Notice)
        .where(col(Notice.state) == NoticeState.QUEUED)
        .values(state=NoticeState.SENT, sent_at=moment)
        .execution_options(synchronize_session=False)
    )
