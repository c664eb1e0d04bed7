"""`/alive`: whether the web part answers and can reach its database; for supervisors and proxies."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import PlainTextResponse

from models.database import reading
from web.context import EdgeDep

router = APIRouter()


@router.api_route("/alive", methods=["GET", "HEAD"], include_in_schema=False)
def alive(edge: EdgeDep) -> PlainTextResponse:
    with reading(edge.engine) as session:
        session.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})
