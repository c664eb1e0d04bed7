"""The country that is measured: its units, and one monthly plan that climbs from communes to provinces.

The units are those of the official list of January 2025 where it lies beside the project; without it a
made-up hierarchy of the same size and shape stands in.
"""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from models.database import writing
from models.settings import Settings
from reporting.engine import TickCount, tick
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes
from reporting.units.files import UnitInput, read_unit_files
from reporting.units.loading import load_units
from reporting.units.rows import UnitRow

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICIAL_LIST = Path(__file__).parents[2] / "shared" / "data" / "units-2025-01-three-tier.csv"
PROVINCES, DISTRICTS, COMMUNES = 63, 696, 10_051

OPENING_DAY = date(2025, 1, 1)
OPENING = datetime(2025, 1, 1, tzinfo=HCM)
"""No notice is due then: the first deadline, the communes', is 9/1/2025, and the first rung speaks on 2/1."""
AFTERWARDS = datetime(2026, 3, 1, tzinfo=HCM)
"""All that was opened is over then, so every obligation counts."""
PERIODS = 13
"""January 2025 to January 2026: what 400 days' horizon holds on the opening day."""

PLAN = """\
slug: national-monthly
number: 1/KH
title: Báo cáo tháng toàn quốc
issuer: Trung ương
in_force: {from: 2025-01-01}
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain:
      - {from: {level: grassroots}, lead: 3wd}
      - {from: {level: district}, lead: 3wd}
      - {from: {level: province}, due: before 18}
"""


@dataclass(frozen=True)
class Country:
    """Units to be loaded, and where they come from."""

    units: tuple[UnitRow, ...]
    source: str

    def __len__(self) -> int:
        return len(self.units)

    def part(self, share: float) -> Country:
        """Whole provinces from the start of the list, until at least this share of the units is there."""
        province_of: dict[str, str] = {}
        for unit in self.units:
            province_of[unit.code] = province_of[unit.superior] if unit.superior else unit.code
        kept: set[str] = set()
        for province in dict.fromkeys(province_of.values()):
            if sum(top in kept for top in province_of.values()) >= share * len(self):
                break
            kept.add(province)
        return Country(tuple(u for u in self.units if province_of[u.code] in kept), self.source)


def country() -> Country:
    """The official list, or its stand-in."""
    if OFFICIAL_LIST.is_file():
        return Country(read_unit_files([OFFICIAL_LIST]).units, OFFICIAL_LIST.name)
    return Country(tuple(made_up_units()), f"made up ({OFFICIAL_LIST.name} is not beside the project)")


def made_up_units() -> Sequence[UnitRow]:
    """As many provinces, districts and communes as the official list has."""
    provinces = [_unit("province", f"{n:02}", None) for n in range(1, PROVINCES + 1)]
    districts = [_unit("district", f"{n:03}", provinces[n % PROVINCES].code) for n in range(1, DISTRICTS + 1)]
    communes = [_unit("grassroots", f"{n:05}", districts[n % DISTRICTS].code) for n in range(1, COMMUNES + 1)]
    return [*provinces, *districts, *communes]


KINDS = {"province": "tinh", "district": "huyen", "grassroots": "xa"}


def _unit(level: str, code: str, superior: str | None) -> UnitRow:
    return UnitRow(
        where=code, code=code, name=f"{level} {code}", level=level, kind=KINDS[level], superior=superior
    )


def settle(engine: Engine, units: Country) -> None:
    """Load the units and the plan into a database that has the schema."""
    plan = read_plan_bytes(textwrap.dedent(PLAN).encode(), "benchmark").plan
    rows = UnitInput(units=units.units, official=True, files=(units.source,))
    with writing(engine) as session:
        load_units(session, rows, OPENING_DAY, OPENING, "benchmark")
        load_plan(session, plan, OPENING, "benchmark", OPENING_DAY)


def pass_at(engine: Engine, now: datetime) -> TickCount:
    """One tick in a transaction of its own, committed; with a home of its own, so that the mark of how far
    passes have come stays away from the real one."""
    with tempfile.TemporaryDirectory() as home, writing(engine) as session:
        return tick(session, settings(Path(home)), now)


def settings(home: Path | None = None) -> Settings:
    """The defaults, whatever the environment says."""
    return Settings.model_construct() if home is None else Settings.model_construct(home=home)
