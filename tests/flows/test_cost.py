"""What a run of the chain asks of Prefect: nothing twice, and no more for a country than for a province."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from tests.demonstrations import ROOT
from tests.flows.servers import Server
from tests.reporting.world import MONTHLY, UNITS, World

ID = re.compile(r"(?<=/)[0-9a-f-]{36}")
MOST = 12
"""Requests of a run that finds everything as it was: nine are Prefect's own, three are ours."""
MORE = "".join(f"m{n},Xã Thêm {n},grassroots,xa,d1,\n" for n in range(200))


def run(server: Server, home: Path, plan: str, *instants: str) -> list[Counter[str]]:
    """How often the runs of the plan at these instants asked what of Prefect, as METHOD:PATH without ids."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.requests_of_a_run", plan, *instants],
        cwd=ROOT,
        env={**server.environment, "DONDOC_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return [Counter(ID.sub("…", line).split()) for line in done.stdout.splitlines()]


def written(server: Server, plan: str) -> Counter[str]:
    """How often each artifact of the plan was written, without the plan's name."""
    wanted = ArtifactFilter(key=ArtifactFilterKey(like_=f"%-{plan}%"))
    with server.client() as client:
        found = client.read_artifacts(artifact_filter=wanted, limit=200)
    return Counter(str(each.key).replace(f"-{plan}", "") for each in found)


def test_an_artifact_is_written_when_it_says_something_new(server: Server, town: World, home: Path) -> None:
    town.plan(MONTHLY.replace("simple", "unchanged"))
    run(server, home, "unchanged", "2024-01-20T08:00:00+07:00", "2024-01-20T09:00:00+07:00")
    told = Counter(("stages", "chain-monthly-2024-01", "overdue", "progress-1"))
    lasting = Counter(("feed", "chain-monthly-2024-02"))
    assert written(server, "unchanged") == told + lasting
    town.submit("x1", "2024-01", "2024-01-20 10:00:00")
    run(server, home, "unchanged", "2024-01-20T11:00:00+07:00", "2024-01-20T12:00:00+07:00")
    assert written(server, "unchanged") == told + told + lasting


def test_what_it_asks_of_prefect_depends_on_stages_and_never_on_units(
    server: Server, town: World, home: Path
) -> None:
    instants = ("2024-03-20T08:00:00+07:00", "2024-03-20T09:00:00+07:00")
    town.plan(MONTHLY.replace("simple", "province"))
    few = run(server, home, "province", *instants)
    town.units(UNITS + MORE, as_of="2024-01-02")
    town.plan(MONTHLY.replace("simple", "country"))
    many = run(server, home, "country", *instants)
    assert len(town.due("2024-03-20", plan="country")) > 10 * len(town.due("2024-03-20", plan="province"))
    assert many == few
    assert few[1].total() <= MOST, few[1]
