"""Rows of a file whose code is that of another unit but for zeros, case or `.0`: they are refused.

A unit in force on its day is what its code says. Any other code, new or of a unit that has ended, must not
stand beside a twin that is in force then, nor beside another new one of the same file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from models.errors import InvalidInput
from models.file_faults import FilePlace
from reporting.units.codes import Codes
from reporting.units.faults import UnitFault
from reporting.units.rows import UnitRow
from reporting.units.versions import History, in_force


class Twins:
    """The units there are and the rows of the files; `ending` are the codes that the load itself ends."""

    def __init__(self, rows: Sequence[UnitRow], history: History, ending: Collection[str]) -> None:
        self._history = history
        self._ending = ending
        self._known = Codes((code, versions[-1].description.level) for code, versions in history.items())
        self._here = Codes((row.code, row.level) for row in rows)
        self._rows = {row.code: row for row in rows}
        self._order = {row.code: place for place, row in enumerate(rows)}

    def refuse(self, row: UnitRow, as_of: date) -> None:
        """Raises `InvalidInput`, with the right code, if the row's code is a twin."""
        day = row.valid_from or as_of
        if in_force(self._history.get(row.code, ()), day):
            return
        problem = self._of_known(row, day) or self._of_other_row(row)
        if problem is not None:
            raise InvalidInput(FilePlace.COLUMN(where=row.where, column="code", problem=problem))

    def meant(self, code: str) -> tuple[str, str] | None:
        """Code and name of the unit, known or in the files, that a code which nobody has may stand for."""
        for other in self._known.twins(code):
            return other, self._history[other][-1].description.name
        for other in self._here.twins(code):
            return other, self._rows[other].name
        return None

    def _of_known(self, row: UnitRow, day: date) -> str | None:
        for code in self._known.twins(row.code, row.level):
            versions = self._history[code]
            if versions[-1].valid_to is not None and versions[-1].valid_to <= day:
                continue  # it has ended
            if code in self._ending and row.code in self._history and len(row.code) > len(code):
                continue  # the file puts right what another made
            return UnitFault.TWIN_KNOWN(code=row.code, known=code, name=versions[-1].description.name)
        return None

    def _of_other_row(self, row: UnitRow) -> str | None:
        for code in self._here.twins(row.code, row.level):
            if self._order[code] < self._order[row.code] or code in self._history:
                return UnitFault.TWIN_HERE(code=row.code, other=code, where=self._rows[code].where)
        return None
