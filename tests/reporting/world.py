"""A small province that lives: units and a plan loaded, ticked and filed through the real operations.

The cast: Alice is a commune's clerk, Bob the district's, Carol sits in the department that gathers.
"""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from models.database import reading, writing
from models.ladder_file import read_ladder
from models.settings import Settings
from models.vocabulary import Lifecycle, Timeliness
from reporting.engine import TickCount, tick
from reporting.moves.close import close
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.review import accept, return_for_correction
from reporting.moves.submit import ReportFiling, submit
from reporting.obligations.filters import Selection
from reporting.obligations.listing import DueRow, owed
from reporting.plans.loading import PlanChange, load_plan
from reporting.plans.reading import read_plan_bytes
from reporting.rates.report import RatesReport, rates_report
from reporting.reminders.ladders import load_ladder
from reporting.special_days import working_days
from reporting.units.files import read_unit_files
from reporting.units.loading import load_units
from tests.conftest import at
from tests.prepared import prepare

UNITS = """\
code,name,level,kind,superior,groups
p,UBND tỉnh P,province,tinh,,
van-phong,Văn phòng UBND tỉnh,district,van-phong,p,
so,Sở Kế hoạch,district,so-nganh,p,
so-2,Sở Nội vụ,district,so-nganh,p,
d1,Huyện Một,district,huyen,p,
d2,Huyện Hai,district,huyen,p,
x1,Xã Một,grassroots,xa,d1,ven-bien
x2,Xã Hai,grassroots,xa,d1,
x3,Phường Ba,grassroots,phuong,d2,
"""
PLAN = """\
slug: p-2024
number: 1/CTr-UBND
title: Chương trình năm 2024
issuer: UBND tỉnh P
issued_on: 2023-12-20
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
scope: p
duties:
  - id: monthly
    title: Báo cáo tháng
    basis: IV.1
    every: month
    chain:
      - {from: {level: grassroots}, lead: 3wd}
      - from: {level: district, kinds: [huyen, so-nganh], except: so}
        to: [van-phong, so]
        via: so
        due: before 18
      - {from: {unit: so}, to: p, lead: after 3wd}
"""
MONTHLY = """\
slug: simple
number: 2/KH-UBND
title: Kế hoạch
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain:
      - {from: {level: grassroots}, due: before 18}
"""


class World:
    """The province at work; every method is one transaction at an instant written as 2024-02-17 16:00:00."""

    def __init__(self, engine: Engine, settings: Settings, folder: Path) -> None:
        self.engine = engine
        self.settings = settings
        self.folder = folder

    def units(self, text: str = UNITS, as_of: str = "2024-01-01", replace: bool = False) -> None:
        path = self.folder / "units.csv"
        path.write_text(text, encoding="utf-8")
        with writing(self.engine) as session:
            load_units(
                session,
                read_unit_files([path]),
                date.fromisoformat(as_of),
                at(as_of),
                "Dave",
                under=None,
                replace=replace,
            )

    def plan(self, text: str = PLAN, applies_from: str = "2024-01-01", when: str | None = None) -> PlanChange:
        read = read_plan_bytes(textwrap.dedent(text).encode(), "plan.yaml")
        day = date.fromisoformat(applies_from)
        with writing(self.engine) as session:
            return load_plan(session, read.plan, at(when or applies_from), "Dave", day)

    def ladder(self, rungs: str, when: str = "2024-01-02 08:00") -> None:
        """The plan's ladder from then on."""
        with writing(self.engine) as session:
            load_ladder(session, read_ladder(f"slug: default\nrungs: [{rungs}]\n", "ladder.yaml"), at(when))

    def open(self) -> None:
        """The plan loaded and its year opened on 2 January 2024, in a province of which nothing else is
        known but its units."""
        prepare(self.engine, "province at work", lambda: (self.plan(), self.tick("2024-01-02 08:00")))

    def tick(self, when: str) -> TickCount:
        with writing(self.engine) as session:
            return tick(session, self.settings, at(when))

    def due(
        self, when: str = "2024-01-02", timely: set[Timeliness] | None = None, **filters: Any
    ) -> list[DueRow]:
        with reading(self.engine) as session:
            return owed(session, self.settings, Selection(**filters), at(when), timely)

    def one(self, unit: str, period: str, when: str = "2024-01-02", duty: str | None = None) -> DueRow:
        (row,) = self.due(when, unit=unit, period=period, duty=duty)
        return row

    def submit(self, unit: str, period: str, when: str, *, ahead: bool = False, **report: Any) -> int:
        row = self.one(unit, period)
        with writing(self.engine) as session:
            given = ReportFiling(**report) if report else ReportFiling(note="không phát sinh")
            submit(session, self.settings, row.id, given, at(when), "Alice", ahead=ahead)
        return row.id

    def accept(self, unit: str, period: str, when: str) -> None:
        with writing(self.engine) as session:
            accept(session, self.one(unit, period).id, at(when), "Bob")

    def give_back(self, unit: str, period: str, when: str, reason: str = "thiếu biểu 2") -> None:
        row = self.one(unit, period)
        with writing(self.engine) as session:
            days = working_days(session)
            return_for_correction(session, self.settings, days, row.id, reason, at(when), "Bob")

    def ask(self, unit: str, period: str, to: str, when: str, reason: str = "bão") -> int:
        row = self.one(unit, period)
        with writing(self.engine) as session:
            request_extension(
                session, row.id, date.fromisoformat(to), reason, at(when), "Alice", self.settings.zone
            )
        return row.id

    def extend(self, unit: str, period: str, to: str, when: str, granted: bool = True) -> None:
        row = self.one(unit, period)
        with writing(self.engine) as session:
            last_day = date.fromisoformat(to)
            request_extension(session, row.id, last_day, "bão", at(when), "Alice", self.settings.zone)
            decide_extension(session, row.id, granted, at(when), "Bob", document_number="5/QĐ")

    def close(self, unit: str, period: str, when: str, kind: Lifecycle = Lifecycle.WAIVED) -> None:
        with writing(self.engine) as session:
            close(session, self.one(unit, period).id, kind, "giải thể", at(when), "Bob")

    def rates(self, when: str, **filters: Any) -> RatesReport:
        with reading(self.engine) as session:
            return rates_report(session, Selection(**filters), at(when), self.settings.zone)
