"""The states of our own in which Prefect shows a plan: received, waiting, overdue.

A verdict is no error: it is never tried again.
"""

from __future__ import annotations

from typing import Any

from prefect import State
from prefect.states import Cancelled, Completed, Failed

from reporting.plan_picture import StagePicture
from reporting.stage_periods import Standing

STATES: dict[Standing, tuple[Any, str]] = {
    "received": (Completed, "Received"),
    "overdue": (Failed, "Overdue"),
    "waiting": (Cancelled, "Waiting"),
}
VERDICTS = {name for _, name in STATES.values()}


def verdict(stage: StagePicture) -> State[Any]:
    """How the stage stands, as a state that Prefect shows in its own colour."""
    make, name = STATES[stage.standing.verdict]
    state: State[Any] = make(name=name, message=stage.message)
    return state


def is_no_verdict(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a failed task may be tried again: a stage that is overdue is so the second time as well."""
    return state.name not in VERDICTS


def as_rows(titles: list[str], states: list[State[Any]]) -> list[dict[str, str]]:
    """The run's summary, a row a stage."""
    return [
        {"stage": title, "state": state.name or "", "message": state.message or ""}
        for title, state in zip(titles, states, strict=True)
    ]


def outcome(rows: list[dict[str, str]]) -> State[Any]:
    """The run's own end: it has done its work whatever the stages say; its name is the worst of theirs."""
    broken = [row for row in rows if row["state"] not in VERDICTS]
    if broken:
        return Failed(message=_sentence(broken))
    names = {row["state"] for row in rows}
    worst = next((name for name in ("Overdue", "Waiting") if name in names), "Received")
    return Completed(name=worst, message=_sentence(rows), data=rows)


def _sentence(rows: list[dict[str, str]]) -> str:
    return "; ".join(f"{row['stage']}: {row['message']}" for row in rows)
