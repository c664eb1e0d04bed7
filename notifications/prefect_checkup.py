"""What Prefect's server says of the work: whether a worker is online, and when each deployment last ran.

It is asked by its API, for importing Prefect takes seconds. The instants are its own clock's, that of the
machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

import httpx

from models.env_file import variables
from models.settings import Settings
from reporting.health.checkup import Check, CheckResult, CheckupFinding, fail, ok
from reporting.health.health import Concern, HealthFinding

API_URL, CLIENT_AUTH = "PREFECT_API_URL", "PREFECT_API_AUTH_STRING"
TAG = "dondoc"
"""The tag of our deployments."""
SECONDS = 5.0
GRACE = timedelta(minutes=30)
"""How long after its time a run may still begin."""
BEGUN = ["RUNNING", "COMPLETED", "FAILED", "CRASHED"]
PAGE = 200


def prefect_home(settings: Settings) -> Path:
    return settings.home.absolute() / "prefect"


def address_file(settings: Settings) -> Path:
    """Where `dondoc serve` leaves the API address of its Prefect server."""
    return prefect_home(settings) / "address"


def known_server(settings: Settings) -> str | None:
    """The address of the API: as set, or of the server that `dondoc serve` runs on this home."""
    given = variables().get(API_URL)
    if given:
        return given.rstrip("/")
    try:
        return address_file(settings).read_text(encoding="ascii").strip() or None
    except OSError:
        return None


@dataclass(frozen=True)
class DeploymentRun:
    """A deployment: when it last began to run, and since when it should have and has not."""

    name: str
    last: datetime | None
    late_since: datetime | None


@dataclass(frozen=True)
class PrefectWork:
    """`online` workers by pool. `wrong` is why the server could not be asked, and then nothing else is
    known."""

    url: str
    online: Mapping[str, int]
    runs: tuple[DeploymentRun, ...]
    wrong: str = ""


def ask_prefect(settings: Settings, now: datetime) -> PrefectWork | None:
    """Ask it, at the real `now`; None where no server is known, as with cron."""
    url = known_server(settings)
    if url is None:
        return None
    try:
        with _client(url) as client:
            return _asked(client, url, now)
    except httpx.HTTPStatusError as error:
        return PrefectWork(url, {}, (), f"HTTP {error.response.status_code}")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        return PrefectWork(url, {}, (), (str(error) or type(error).__name__).splitlines()[0])


def _client(url: str) -> httpx.Client:
    login = variables().get(CLIENT_AUTH)
    user, _, password = (login or "").partition(":")
    auth = httpx.BasicAuth(user, password) if login else None
    return httpx.Client(base_url=url, auth=auth, timeout=SECONDS, trust_env=False)


class _Deployment(TypedDict):
    id: str
    name: str
    work_pool_name: str | None
    paused: bool


def _asked(client: httpx.Client, url: str, now: datetime) -> PrefectWork:
    ours: list[_Deployment] = _read(client, "deployments", {"deployments": {"tags": {"all_": [TAG]}}})
    working = [each for each in ours if not each["paused"]]
    pools = sorted({each["work_pool_name"] for each in ours if each["work_pool_name"]})
    late = _late(client, [each["id"] for each in working], now - GRACE)
    runs = [
        DeploymentRun(each["name"], _last(client, each["id"]), late.get(each["id"]))
        for each in sorted(working, key=lambda each: each["name"])
    ]
    return PrefectWork(url, {pool: _online(client, pool) for pool in pools}, tuple(runs))


def _read(client: httpx.Client, what: str, query: Mapping[str, Any], most: int = 5 * PAGE) -> list[Any]:
    found: list[Any] = []
    while len(found) < most:
        answer = client.post(f"/{what}/filter", json={**query, "limit": PAGE, "offset": len(found)})
        answer.raise_for_status()
        page = answer.json()
        found += page
        if len(page) < PAGE:
            break
    return found


def _online(client: httpx.Client, pool: str) -> int:
    return len(_read(client, f"work_pools/{pool}/workers", {"workers": {"status": {"any_": ["ONLINE"]}}}))


def _last(client: httpx.Client, deployment: str) -> datetime | None:
    query = {
        "flow_runs": {"deployment_id": {"any_": [deployment]}, "state": {"type": {"any_": BEGUN}}},
        "sort": "START_TIME_DESC",
        "limit": 1,
    }
    answer = client.post("/flow_runs/filter", json=query)
    answer.raise_for_status()
    begun = [run["start_time"] for run in answer.json() if run["start_time"]]
    return datetime.fromisoformat(begun[0]) if begun else None


def _late(client: httpx.Client, deployments: list[str], before: datetime) -> dict[str, datetime]:
    """By deployment, when the earliest of the runs was due that nobody has begun."""
    query = {
        "flow_runs": {
            "deployment_id": {"any_": deployments},
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"before_": before.isoformat()},
        },
        "sort": "EXPECTED_START_TIME_ASC",
    }
    found: dict[str, datetime] = {}
    for run in _read(client, "flow_runs", query) if deployments else []:
        found.setdefault(run["deployment_id"], datetime.fromisoformat(run["expected_start_time"]))
    return found


def prefect_concerns(work: PrefectWork | None) -> Iterator[HealthFinding]:
    """What is wrong, as `dondoc health` says it."""
    if work is None:
        return
    if work.wrong:
        yield HealthFinding(concern=Concern.PREFECT_AWAY, part=work.url, detail=work.wrong)
    for pool, number in work.online.items():
        if not number:
            yield HealthFinding(concern=Concern.NO_WORKER, part=pool)
    for run in work.runs:
        if run.late_since is not None:
            yield HealthFinding(concern=Concern.LATE, part=run.name, since=run.late_since)


def prefect_findings(work: PrefectWork | None) -> Iterator[CheckupFinding]:
    """Each thing asked, as `dondoc doctor` says it."""
    if work is None:
        return
    for concern in prefect_concerns(work):
        yield fail(Check.RUNS, CheckResult.CONCERN, concern.part, concern=concern)
    for pool, number in work.online.items():
        if number:
            yield ok(Check.WORKERS, CheckResult.WORKERS_ONLINE, pool, number=number)
    for run in work.runs:
        if run.late_since is None and run.last is not None:
            yield ok(Check.RUNS, CheckResult.RAN, run.name, at=run.last)
        elif run.late_since is None:
            yield ok(Check.RUNS, CheckResult.NOT_YET_RUN, run.name)
