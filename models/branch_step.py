"""The unit right below another one in a branch, in SQL: what figures are grouped by, on both databases.

A branch is a text of ids from the top, /1/5/77/. Grouping by a number taken out of it is several
times as fast as grouping by the text.
"""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

TOP = "/"
"""The marker of what lies above all units."""


def marker(unit_id: int | None) -> str:
    """How a unit stands in a branch; None is what lies above all units."""
    return TOP if unit_id is None else f"/{unit_id}/"


class step_below(FunctionElement[int]):  # noqa: N801  (reads as an SQL function)
    """Of a branch and a marker in it: the id that follows the marker, 0 where the branch ends with it."""

    type = Integer()
    inherit_cache = True
    name = "step_below"


@compiles(step_below, "sqlite")
def _on_sqlite(element: step_below, compiler: SQLCompiler, **options: Any) -> str:
    branch, mark = (compiler.process(clause, **options) for clause in element.clauses)
    # CAST reads the digits at the beginning, and gives 0 where there are none.
    return f"CAST(substr({branch}, instr({branch}, {mark}) + length({mark})) AS INTEGER)"


@compiles(step_below, "postgresql")
def _on_postgresql(element: step_below, compiler: SQLCompiler, **options: Any) -> str:
    branch, mark = (compiler.process(clause, **options) for clause in element.clauses)
    rest = f"substr({branch}, strpos({branch}, CAST({mark} AS TEXT)) + length(CAST({mark} AS TEXT)))"
    return f"CAST(coalesce(nullif(split_part({rest}, '/', 1), ''), '0') AS INTEGER)"
