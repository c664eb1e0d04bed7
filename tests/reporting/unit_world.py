"""A small province for tests of units: one province, two districts, three communes and a department."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading, writing
from reporting.units.files import UnitInput, read_unit_files
from reporting.units.hierarchy import Hierarchy, hierarchy
from reporting.units.loading import UnitChanges, load_units

NOW = datetime(2024, 1, 2, 1, tzinfo=UTC)
NEW_YEAR = date(2024, 1, 1)
MARCH = date(2024, 3, 1)
HEADER = "code,name,level,kind,superior,groups"
PROVINCE = """\
code,name,level,kind,superior,groups
p,Tỉnh P,province,tinh,,
d1,Huyện Một,district,huyen,p,ven-bien
d2,Huyện Hai,district,huyen,p,
so,Sở Nội vụ,district,so-nganh,p,
x1,Xã Một,grassroots,xa,d1,ven-bien;mien-nui
x2,Xã Hai,grassroots,xa,d1,
x3,Phường Ba,grassroots,phuong,d2,
"""
CONTACTS = """\
unit,name,role,address,language,valid_from,valid_to
x1,Văn thư xã Một,clerk,vanthu@x1.example,vi,,
x1,Chủ tịch xã Một,head,chutich@x1.example,en,,
d1,Văn thư huyện Một,clerk,vanthu@d1.example,,,
"""


def as_file(folder: Path, text: str, name: str = "units.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def as_input(folder: Path, *texts: str) -> UnitInput:
    return read_unit_files([as_file(folder, text, f"{number}.csv") for number, text in enumerate(texts)])


def load(
    engine: Engine,
    rows: UnitInput,
    as_of: date = NEW_YEAR,
    *,
    under: str | None = None,
    replace: bool = False,
) -> UnitChanges:
    with writing(engine) as session:
        return load_units(session, rows, as_of, NOW, "Alice", under=under, replace=replace)


def on(engine: Engine, day: date) -> Hierarchy:
    with reading(engine) as session:
        return hierarchy(session, day)
