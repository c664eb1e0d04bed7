"""What Prefect shows of successful runs, in a language that nobody speaks: nothing comes out plain."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.demonstrations import ROOT
from tests.flows.servers import Server
from tests.flows.test_mirror import file_january
from tests.messages.province import LADDER, PROVINCE
from tests.messages.pseudo import plain
from tests.reporting.world import World

NOW = "2024-01-23T08:00:00+07:00"
NAMES_OF_FLOWS = {"reporting-chain", "send-mail", "daily-maintenance", "watch", "alert-administrator"}
"""And of what they call; Prefect knows them by these in every language."""


def shown(server: Server) -> Iterator[tuple[str, str]]:
    """All that Prefect shows in words, each with its place."""
    with server.client() as client:
        for flow_run in client.read_flow_runs(limit=200):
            yield f"run {flow_run.name}", (flow_run.state and flow_run.state.message) or ""
        for task_run in client.read_task_runs(limit=200):
            yield "task", task_run.name
            yield f"task {task_run.name}", (task_run.state and task_run.state.message) or ""
        for artifact in client.read_artifacts():
            yield f"description of {artifact.key}", artifact.description or ""
            data = str(artifact.data)
            is_table = artifact.type == "table"  # kept as JSON in ASCII alone
            yield f"artifact {artifact.key}", str(json.loads(data)) if is_table else data
        for deployment in client.read_deployments(limit=200):
            yield f"deployment {deployment.name}", deployment.description or ""


def test_prefect_shows_no_text_that_cannot_be_translated(
    server: Server, town: World, home: Path, tmp_path: Path
) -> None:
    file_january(town)
    before = set(shown(server))  # of tests that spoke another language
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.speaking", str(tmp_path / "locale"), NOW],
        cwd=ROOT,
        env={**server.environment, "DONDOC_HOME": str(home), "DONDOC_LANGUAGE": "vi"},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    texts = [(place, text) for place, text in shown(server) if text and (place, text) not in before]
    data = PROVINCE | LADDER | NAMES_OF_FLOWS
    assert [(place, text) for place, text in texts if plain(text, data)] == []
    places = {place.split()[0] for place, text in texts if "⟦" in text}
    assert places >= {"run", "task", "artifact", "description", "deployment"}
