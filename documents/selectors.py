"""Who reports, as a plan file chooses them: units by code or name, groups as proposals to be confirmed.

A group ("các sở, ban, ngành") is never expanded: it stays a selector that a person confirms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.unit_key import unit_key

Selector = dict[str, object]
OFFICES = "dong chi|cac dong chi|giam doc|thu truong|lanh dao|chu tich|truong|nguoi dung dau|chanh|cuc truong"
OFFICER = re.compile(rf"^(?:(?:{OFFICES}) )+(?=\w)")
COMMUNES = re.compile(
    r"(?:(?:uy ban nhan dan|dang uy|uy ban mat tran to quoc|cong an) )?(?:cac |cap )*"
    r"(?:xa|phuong|thi tran|dac khu)\b"
)
DISTRICTS = re.compile(r"(?:(?:uy ban nhan dan|huyen uy) )?(?:cac |cap )+(?:huyen|quan|thi xa|thanh pho)\b")
DEPARTMENTS = re.compile(r"(?:cac )?(?:so|ban|nganh)(?:, (?:so|ban|nganh|doan the|hoi))+\b|cac so\b")
PLURAL = re.compile(r"(?:cac|nhung|tung|moi|cap) |.*\b(?:cac cap|nganh)\b")


@dataclass(frozen=True)
class KnownUnit:
    code: str
    name: str


class Units:
    """The units there are, found by name."""

    def __init__(self, units: Iterable[KnownUnit] = ()) -> None:
        self.codes: dict[str, set[str]] = defaultdict(set)
        for unit in units:
            self.codes[unit_key(unit.name)].add(unit.code)

    def code(self, name: str) -> str | None:
        """The code of the unit of that name, or whose name goes on with the place ("UBND tỉnh Cà Mau"); None
        where there is none, or more than one."""
        for key in dict.fromkeys((unit_key(name), OFFICER.sub("", unit_key(name)))):
            found = self.codes.get(key) or {
                code for known, codes in self.codes.items() if known.startswith(f"{key} ") for code in codes
            }
            if len(found) == 1:
                return next(iter(found))
        return None

    def reference(self, name: str) -> str:
        """The code, or the name as the text has it."""
        return self.code(name) or name


def selectors(names: Sequence[str], units: Units) -> list[Selector]:
    """The selectors of the names, units of one list together."""
    single = [units.reference(name) for name in names if not is_group(name)]
    found: list[Selector] = [{"units": single}] if single else []
    for name in names:
        if is_group(name) and (proposed := _group(name)) not in found:
            found.append(proposed)
    return found


def is_group(name: str) -> bool:
    key = unit_key(name)
    return any(pattern.match(key) for pattern in (COMMUNES, DISTRICTS, DEPARTMENTS, PLURAL))


def _group(name: str) -> Selector:
    """What a group may stand for, to be confirmed; a group that is not known by its words keeps its name."""
    key = OFFICER.sub("", unit_key(name))
    if COMMUNES.match(key):
        return {"level": "grassroots"}
    if DISTRICTS.match(key):
        return {"level": "district", "kinds": ["huyen", "quan", "thi-xa", "thanh-pho"]}
    if DEPARTMENTS.match(key):
        return {"kinds": ["so-nganh"]}
    return {"groups": [name.replace(";", ",")]}
