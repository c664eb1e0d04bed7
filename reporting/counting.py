"""How often each figure comes in each place: the tallies' raw material, from a hundred thousand obligations.

A database asked to group that many rows sorts them all, by their branch, which is a text. Here it only reads:
it hands over each occurrence's obligations as one text, and Python counts the words, in half the time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, type_coerce
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from models.obligation import Obligation


def figures(figure: ColumnElement[str]) -> Select[Any]:
    """A query for the figure of every obligation, to be narrowed or joined and then given to `counts`.

    A word is the figure, the branch and the version: -3/1/5/77/345.
    """
    version = type_coerce(col(Obligation.unit_version_id), String)  # joined to a text, it becomes one
    word = figure.concat(col(Obligation.branch)).concat(version)
    plan = func.min(col(Obligation.plan_id))  # an occurrence has one
    words = func.aggregate_strings(word, ",")
    return sa_select(plan, words).select_from(Obligation).group_by(col(Obligation.occurrence_id))


def counts(session: Session, query: Select[Any]) -> Iterator[tuple[int, Counter[str]]]:
    """For each plan its words, and how often each comes."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for plan, words in session.execute(query):
        found[plan].update(words.split(","))
    yield from found.items()


def read_place(place: str) -> tuple[str, int]:
    """The branch and the version of a place, which is what stands after a word's figure: 1/5/77/345."""
    branch, _, version = place.rpartition("/")
    return f"/{branch}/", int(version)
