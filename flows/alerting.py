"""The flow that an automation starts: it writes an alert for the administrator into the ledger of notices.

The mail goes out with the next pass of the sender, with all its guarantees; once a day for the same run.
"""

from __future__ import annotations

from datetime import datetime

from prefect import flow

from calendars.zone import local_date
from flows.database import moment, open_database, patiently
from flows.deployments import TIMEOUTS
from flows.surroundings import send_no_heartbeats
from models.database import writing
from reporting.alerting import raise_alert

send_no_heartbeats()

WORDS = {
    "vi": "Lượt chạy {run} kết thúc ở trạng thái {state}: {message}",
    "en": "The run {run} ended in the state {state}: {message}",
}
LONGEST = 1000


@flow(
    name="alert-administrator",
    flow_run_name="{run}",
    description="Ghi một cảnh báo cho người quản trị; thư đi cùng lượt gửi kế tiếp.",
    persist_result=False,
    timeout_seconds=TIMEOUTS["alert-administrator"],
)
def alert_administrator(run: str, state: str, message: str | None = None, at: datetime | None = None) -> bool:
    """Queue the alert; gives whether it is new today."""
    now = moment(at)
    return patiently(lambda: alert(run, state, message or "", now))


def alert(run: str, state: str, message: str, now: datetime) -> bool:
    with open_database() as (settings, engine), writing(engine) as session:
        words = WORDS[settings.language].format(run=run, state=state, message=message)[:LONGEST]
        return raise_alert(session, settings, f"flow {run}", words, now, local_date(now, settings.zone))
