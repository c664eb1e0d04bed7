"""Prefect's server as dondoc starts it: the whole of it, and one more route for states with dates.

Prefect's API gives every state the present as its time. The mirror of a plan's periods needs the days on
which things happened, so this server takes states with their times, and lets Prefect's own rules apply them.
The route is below Prefect's API and asks for the same authentication. Without it the mirror still works,
on the dates at which it was written.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI
from prefect.server import models
from prefect.server.api.server import create_app as create_prefect_app
from prefect.server.database import PrefectDBInterface, provide_database_interface
from prefect.server.schemas.states import State
from pydantic import BaseModel

from flows.prefect_server import DATED_STATES

router = APIRouter()
Database = Annotated[PrefectDBInterface, Depends(provide_database_interface)]


class DatedStates(BaseModel):
    """The states of a run in their order, each with the time at which it began."""

    kind: Literal["flow", "task"]
    run: UUID
    states: list[State]


@router.get(DATED_STATES)
async def takes_dated_states() -> bool:
    """Tell the client that this server takes them."""
    return True


@router.post(DATED_STATES)
async def set_dated_states(asked: list[DatedStates], db: Database) -> None:
    """Set the states of all these runs in one transaction."""
    async with db.session_context(begin_transaction=True, with_for_update=True) as session:
        for each in asked:
            for state in each.states:
                if each.kind == "flow":
                    await models.flow_runs.set_flow_run_state(session, each.run, state, force=True)
                else:
                    await models.task_runs.set_task_run_state(session, each.run, state, force=True)


def create_app() -> FastAPI:
    """What uvicorn serves."""
    app = create_prefect_app()
    api: FastAPI = app.api_app  # type: ignore[attr-defined]
    api.include_router(router)
    return app
