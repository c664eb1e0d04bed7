"""A small province for the feeds' tests: a district with three communes, one plan, two stages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import writing
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.unit import Contact, Unit, UnitVersion
from tests.conftest import at

OPENED = at("2024-01-19 08:00:00")
COMMUNES = {"dat-mui": "Xã Đất Mũi", "vien-an": "Xã Viên An", "tan-an": "Xã Tân Ân; cũ"}
DEADLINES = {1: "2024-10-15 00:00:00", 2: "2024-10-18 00:00:00"}


class World:
    """Makes the rows and remembers their ids by word."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.units: dict[str, tuple[int, int]] = {}
        self.superior: dict[str, str | None] = {}
        self.occurrences: dict[tuple[int, str], int] = {}
        self.plan_id = 0
        with writing(engine) as session:
            self._units(session)
            self._plan(session)

    def owe(self, unit: str, stage: int = 1, period: str = "2024-10", **changes: Any) -> int:
        """One obligation as opened, with `changes`; gives its id."""
        with writing(self.engine) as session:
            occurrence = self._occurrence(session, stage, period)
            unit_id, version_id = self.units[unit]
            values = {
                "deadline": occurrence.deadline,
                "original_deadline": occurrence.deadline,
                "opened_at": OPENED,
                "changed_at": OPENED,
            }
            obligation = Obligation(
                occurrence_id=occurrence.id,
                plan_id=self.plan_id,
                unit_id=unit_id,
                unit_version_id=version_id,
                branch=self._branch(unit),
                recipient_id=self.units[self.superior[unit] or unit][0],
                **(values | changes),
            )
            session.add(obligation)
            session.flush()
            return obligation.id

    def change(self, obligation_id: int, when: datetime, **changes: Any) -> None:
        """A change of the row as every operation makes it: the version counts up."""
        with writing(self.engine) as session:
            obligation = session.get_one(Obligation, obligation_id)
            for name, value in changes.items():
                setattr(obligation, name, value)
            obligation.row_version += 1
            obligation.changed_at = when
            session.add(obligation)

    def person(
        self,
        unit: str,
        address: str,
        valid_to: date | None = None,
        language: str = "vi",
        since: date = date(2020, 1, 1),
    ) -> None:
        with writing(self.engine) as session:
            session.add(
                Contact(
                    unit_id=self.units[unit][0],
                    name="Alice",
                    role="clerk",
                    address=address,
                    language=language,
                    valid_from=since,
                    valid_to=valid_to,
                )
            )

    def more_communes(self, count: int) -> list[str]:
        """Further communes of the district: Xã 01, Xã 02, …"""
        codes = [f"xa-{number:02}" for number in range(1, count + 1)]
        with writing(self.engine) as session:
            for code in codes:
                self._unit(session, code, f"Xã {code[3:]}", "ngoc-hien")
        return codes

    def _units(self, session: Session) -> None:
        self._unit(session, "ca-mau", "Tỉnh Cà Mau", None)
        self._unit(session, "ngoc-hien", "Huyện Ngọc Hiển", "ca-mau")
        for code, name in COMMUNES.items():
            self._unit(session, code, name, "ngoc-hien")

    def _unit(self, session: Session, code: str, name: str, superior: str | None) -> None:
        unit = Unit(code=code, created_at=OPENED)
        session.add(unit)
        session.flush()
        version = UnitVersion(
            unit_id=unit.id,
            valid_from=date(2020, 1, 1),
            name=name,
            level={None: "province", "ca-mau": "district"}.get(superior, "grassroots"),
            kind="xa",
            superior_id=self.units[superior][0] if superior else None,
        )
        session.add(version)
        session.flush()
        self.units[code] = (unit.id, version.id)
        self.superior[code] = superior

    def _branch(self, unit: str | None) -> str:
        return "/" if unit is None else f"{self._branch(self.superior[unit])}{self.units[unit][0]}/"

    def _plan(self, session: Session) -> None:
        plan = Plan(
            slug="ctr-01",
            number="01/CTr-UBND",
            title="Chương trình hành động năm 2024",
            issuer="UBND tỉnh Cà Mau",
            in_force_from=date(2024, 1, 19),
        )
        session.add(plan)
        session.flush()
        self.plan_id = plan.id
        version = PlanVersion(
            plan_id=self.plan_id,
            number=1,
            content="{}",
            digest="0",
            applies_from=date(2024, 1, 19),
            loaded_at=OPENED,
            loaded_by="test",
        )
        duty = Duty(
            plan_id=self.plan_id,
            key="monthly",
            title="Báo cáo tình hình, tháng",
            basis="IV.1.2",
            type="report",
            frequency="month",
            position=1,
        )
        session.add_all([version, duty])
        session.flush()
        stages = [Stage(duty_id=duty.id, position=n, name=name) for n, name in ((1, "Cơ sở"), (2, "Huyện"))]
        session.add_all(stages)
        session.flush()
        self._stage_ids = {stage.position: stage.id for stage in stages}
        self._version_id = version.id

    def _occurrence(self, session: Session, stage: int, period: str) -> Occurrence:
        known = self.occurrences.get((stage, period))
        if known is not None:
            return session.get_one(Occurrence, known)
        deadline = at(DEADLINES[stage])
        occurrence = Occurrence(
            stage_id=self._stage_ids[stage],
            plan_version_id=self._version_id,
            period=period,
            begins=date(2024, 9, 15),
            period_start=date(2024, 9, 15),
            cutoff=date(2024, 10, 14),
            rule="before 18",
            written=deadline.date(),
            bound="before",
            safe_day=deadline.date() - timedelta(days=1),
            deadline=deadline,
            membership_day=date(2024, 10, 14),
            opened_at=OPENED,
        )
        session.add(occurrence)
        session.flush()
        self.occurrences[stage, period] = occurrence.id
        return occurrence
