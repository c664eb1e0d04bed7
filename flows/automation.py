"""The automation that comes along: when a run of ours fails or crashes, the administrator gets a mail.

Prefect notices and starts `alert-administrator`, which writes the alert into the ledger of notices; the mail
goes out like any other. An administrator may change or switch it off: it is made once and then left alone,
unless the deployment it starts is another.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from flows.deployments import TAG

NAME = "dondoc: báo người quản trị khi một lượt chạy hỏng"
DESCRIPTION = "Khi một lượt chạy hỏng, đổ vỡ hoặc quá thời gian. Mails the administrator when a run fails."
ALERT = "alert-administrator/alert"
BAD = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"}
WATCHED = ["reporting-chain", "send-mail", "watch", "daily-maintenance"]
PARAMETERS: dict[str, Any] = {
    "run": "{{ flow.name }}/{{ flow_run.name }}",
    "state": "{{ flow_run.state.name }}",
    "message": "{{ flow_run.state.message }}",
}


def ensure_automation(client: SyncPrefectClient) -> None:
    """Make it unless it is there; mend it where it starts a deployment that is gone."""
    deployment = client.read_deployment_by_name(ALERT).id
    found = [each for each in client.read_automations_by_name(NAME) if TAG in each.tags]
    if any(_starts(each, deployment) for each in found):
        return
    for each in found:
        client.delete_automation(each.id)
    client.create_automation(wanted_automation(deployment))


def _starts(automation: Automation, deployment: UUID) -> bool:
    return any(getattr(action, "deployment_id", None) == deployment for action in automation.actions)


def wanted_automation(deployment: UUID) -> AutomationCore:
    action = RunDeployment(
        source="selected", deployment_id=deployment, parameters=PARAMETERS, job_variables=None
    )
    related = {"prefect.resource.role": "flow", "prefect.resource.name": WATCHED}
    return AutomationCore(
        name=NAME,
        description=DESCRIPTION,
        tags=[TAG],
        trigger=EventTrigger(
            expect=BAD,
            match=ResourceSpecification.model_validate({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification.model_validate(related),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[action],
    )
