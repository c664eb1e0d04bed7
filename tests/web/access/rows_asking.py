"""Requests and events over the API: who asks, who says that something has happened, who takes it back.

The plan is watched by `so`, where Carol is; Bob heads the district above x1, where Alice is.
"""

from __future__ import annotations

from models.asking import ReportRequest
from models.database import writing
from reporting.asking.happenings import EventDraft, say_event
from reporting.asking.requests import RequestDraft, make_request
from reporting.asking.whom import Whom
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.reporting.world import World
from tests.web.access.row import SIGNED_IN, Row

NOW = "2024-02-10 08:00"
PLAN = """\
slug: asked
number: 2/KH-UBND
title: Kế hoạch
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
duties:
  - id: urgent
    title: Báo cáo tháng
    every: on-demand
    chain: [{from: {level: grassroots}}]
  - id: flood
    title: Báo cáo tháng
    every: on-demand
    event: {id: flood, title: bão, by: reporter}
    chain: [{from: {level: grassroots}, due: within 24h of flood}]
"""
ASK, SAY = "/api/v1/requests", "/api/v1/events"
DUE = "before 14:00 28/2/2024"
OF_D1, OF_ALL = frozenset({"bob", "carol", "dave"}), frozenset({"carol", "dave"})


def prepare(world: World) -> dict[str, str]:
    """The plan, with a request that `so` has made, and an event that x1 has said of itself."""
    world.plan(PLAN)
    settings, now = world.settings, at(NOW)
    with writing(world.engine) as session:
        if session.get(ReportRequest, 1) is not None:
            return {"asked": "asked", "request": "1", "event": "1"}
        wish = RequestDraft(plan="asked", duty="urgent", due=DUE)
        request = make_request(session, settings, wish, now, "Carol", unit_id(session, "so")).request
        x1 = Whom(units=("x1",))
        draft = EventDraft(plan="asked", event="flood", happened_at=at("2024-02-10 07:00"), whom=x1)
        said = say_event(session, settings, draft, now, "Alice", unit_id(session, "x1")).happening
        return {"asked": "asked", "request": str(request.id), "event": str(said.id)}


def request(opens: frozenset[str], at: str = ASK, **form: str) -> Row:
    return Row(method="POST", path=ASK, at=at, opens=opens, form={"due": DUE, **form})


ROWS = [
    Row(method="GET", path=ASK, opens=SIGNED_IN),
    request(OF_ALL, plan="{asked}", duty="urgent", number="2"),
    request(OF_D1, plan="{asked}", duty="urgent", branch="d1"),
    request(frozenset({"bob", "dave"}), title="Báo cáo tháng", unit="d1", branch="d1"),
    request(frozenset({"dave"}), title="Báo cáo tháng", unit="p", branch="p"),
    Row(
        method="POST",
        path=f"{ASK}/{{id}}/withdraw",
        at=f"{ASK}/{{request}}/withdraw",
        opens=OF_ALL,
        form={"reason": "nhầm"},
    ),
    Row(method="GET", path=SAY, opens=SIGNED_IN),
    Row(
        method="POST",
        path=SAY,
        opens=frozenset({"alice", "dave"}),
        form={"plan": "{asked}", "event": "flood", "at": "2024-02-10T08:30:00+07:00", "units": "x1"},
    ),
    Row(
        method="POST",
        path=f"{SAY}/{{id}}/take-back",
        at=f"{SAY}/{{event}}/take-back",
        opens=frozenset({"alice", "carol", "dave"}),
        form={"reason": "nhầm"},
    ),
]
