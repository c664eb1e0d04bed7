"""Units typed into a form by their names: found, or offered for choice, or refused at their input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import NotFound
from models.plan_files.field import CODE
from models.plan_files.stage import SUPERIOR
from models.text import clean_line, folded
from reporting.plans.form import FormBlock
from reporting.plans.form_words import Lens, entries_of, joined, unit_code, unit_shown
from reporting.units.hierarchy import UnitAsOf
from reporting.units.search import FoundUnit, UnitSearch


class UnitNameFault(FaultCode):
    """A name in a form that may mean several units."""

    SEVERAL = (N_("'%(name)s' may mean several units"), N_("choose which"))


@dataclass(frozen=True)
class UnclearName:
    """The entry of an input, by its number, that means no unit or one of several."""

    entry: int
    fault: str
    offered: Sequence[FoundUnit] = ()


def name_units(form: FormBlock, search: UnitSearch, lens: Lens) -> dict[str, UnclearName]:
    """Put name and code for what was typed, wherever it means one unit; returns what is unclear by input."""
    unclear: dict[str, UnclearName] = {}
    for prefix, block in form.walk():
        for field in block.part.fields:
            name = field.inputs[0]
            if field.names_units and block.value(name):
                within = None if name == "scope" else _scope(form, search)
                block.texts[name], wrong = _named(block.value(name), search, within, lens)
                unclear |= {f"{prefix}{name}": wrong} if wrong else {}
    return unclear


def _scope(form: FormBlock, search: UnitSearch) -> UnitAsOf | None:
    """The unit in whose branch a name is meant that others have as well."""
    return search.units.by_code.get(unit_code(form.value("scope")))


def _named(
    text: str, search: UnitSearch, within: UnitAsOf | None, lens: Lens
) -> tuple[str, UnclearName | None]:
    shown: list[str] = []
    wrong: UnclearName | None = None
    for entry in _apart(text, lens):
        found = _unit(entry, search, within, lens)
        if isinstance(found, str):
            shown.append(found)
            continue
        fault, offered = found
        wrong = wrong or UnclearName(len(shown), fault, offered)
        shown.append(entry)
    return joined(shown), wrong


def _apart(text: str, lens: Lens) -> list[str]:
    """The entries; codes may stand with commas or blanks between."""
    found: list[str] = []
    for entry in entries_of(text):
        words = entry.replace(",", " ").split()
        found += words if len(words) > 1 and all(word in lens.names for word in words) else [entry]
    return found


def _unit(
    entry: str, search: UnitSearch, within: UnitAsOf | None, lens: Lens
) -> str | tuple[str, Sequence[FoundUnit]]:
    """The unit as it is shown, or what is wrong and what the entry may mean. What looks like a code is left
    for the plan's check, which names those that come near."""
    code = unit_code(entry)
    if code == SUPERIOR or code in lens.names:
        return unit_shown(code, lens)
    try:
        found = search.called(entry, within)
    except NotFound as error:
        return entry if CODE.fullmatch(code) else (error.reason, ())
    if len(found) == 1:
        return unit_shown(found[0].code, lens)
    return UnitNameFault.SEVERAL(name=entry), found


def choose_units(form: FormBlock, chosen: Mapping[str, Sequence[str]]) -> None:
    """Put the units that were chosen of several in the place of the entry that means them: by input, a text
    `entry code` for each."""
    for prefix, block in form.walk():
        for name in block.texts:
            picked = [each.partition(" ") for each in chosen.get(prefix + name, ())]
            entries = entries_of(block.texts[name])
            at = {int(number) for number, _, _ in picked if number.isascii() and number.isdigit()}
            if len(at) == 1 and (place := at.pop()) < len(entries):
                entries[place : place + 1] = [code for _, _, code in picked]
                block.texts[name] = joined(entries)


def suggested_scope(form: FormBlock, search: UnitSearch, lens: Lens) -> str:
    """The branch in which the issuer's reporters lie, where there are several at the top: its unit, or the
    superior of one with nobody below. The issuer's name may have more in front than its unit's: UBND tỉnh A,
    Tỉnh A. Empty where that is no unit, or several."""
    units, issuer = search.units, f" {folded(clean_line(form.value('issuer')))}"
    called = [unit for unit in units.by_id.values() if issuer.endswith(f" {folded(unit.name)}")]
    longest = max((len(unit.name) for unit in called), default=0)
    found = [unit for unit in called if len(unit.name) == longest]
    if len(found) != 1:
        return ""
    top = found[0] if units.below(found[0]) else units.superior(found[0])
    return "" if top is None or units.roots == [top] else unit_shown(top.code, lens)
