"""Every flow once at an instant, in a language that nobody speaks; a process of its own for the test of it.

python -m tests.flows.speaking FOLDER INSTANT
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from flows.context import open_database, run_client
from flows.deployment_sync import sync_deployments
from flows.deployments import wanted_deployments
from flows.maintenance import daily_maintenance
from flows.reporting_chain import reporting_chain
from flows.send_mail import send_mail
from flows.watch import watch
from models.database import reading
from reporting.plans.loading import loaded_plans
from tests.messages.pseudo import spoken


def main() -> None:
    folder, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    with spoken(folder):
        with open_database() as (settings, engine), reading(engine) as session, run_client() as client:
            sync_deployments(client, wanted_deployments(loaded_plans(session), settings))
        reporting_chain("p-2024", now)
        send_mail(now)
        daily_maintenance(now)
        watch(now)


if __name__ == "__main__":
    main()
