"""Pictures of Prefect's pages for docs/pictures, taken of the demonstration's year: `make pictures`.

It lives through the year in a folder of its own, serves it, and photographs what an administrator sees.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import ElementHandle, Page, sync_playwright
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.artifacts import key
from tests.demonstrations import COMMAND, PLAN, ROOT
from tests.flows.servers import Server

FOLDER = ROOT / "docs" / "pictures"
LAST = "2025-02-01T08:00+07:00"
MONTH = "Tháng 5/2024"
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SETTLED = 8000
"""Milliseconds until a page with a graph has drawn it."""


@dataclass
class Photographer:
    """A browser's page and the server it looks at."""

    page: Page
    server: Server

    def visit(self, path: str, milliseconds: int = SETTLED) -> None:
        self.page.goto(f"http://127.0.0.1:{self.server.port}/v2{path}")
        self.page.wait_for_timeout(milliseconds)

    def take(self, name: str, height: int = 760) -> None:
        self.page.set_viewport_size({"width": 1280, "height": height})
        self.page.wait_for_timeout(1500)
        self.page.screenshot(path=FOLDER / f"{name}.png")
        print(FOLDER / f"{name}.png")

    def buttons_of_graph(self) -> list[ElementHandle]:
        """The graph's own buttons: see all, full screen, settings."""
        box = self.page.locator("canvas").bounding_box()
        assert box is not None

        def is_within(button: ElementHandle) -> bool:
            at = button.bounding_box()
            return at is not None and box["y"] < at["y"] < box["y"] + box["height"]

        return [button for button in self.page.query_selector_all("button") if is_within(button)]

    def lay_out_as_chain(self) -> None:
        """From left to right instead of along the seconds that the run took."""
        settings = self.buttons_of_graph()[-1]
        settings.click()
        self.page.get_by_text("Dependency grid").click()
        self.page.keyboard.press("Escape")
        self.see_all()

    def see_all(self) -> None:
        self.buttons_of_graph()[0].click()
        self.page.wait_for_timeout(2500)


def run_of(client: SyncPrefectClient, wanted: Callable[[FlowRun], bool]) -> str:
    return str(next(run.id for run in client.read_flow_runs(limit=200) if wanted(run)))


def artifact(client: SyncPrefectClient, name: str) -> str:
    named = ArtifactFilter(key=ArtifactFilterKey(any_=[name]))
    return str(client.read_artifacts(artifact_filter=named, limit=1)[0].id)


def photograph(photographer: Photographer, client: SyncPrefectClient) -> None:
    """All pictures, one after the other."""
    photographer.visit("/deployments")
    photographer.take("prefect-deployments", 900)
    chain = run_of(client, lambda run: run.name == PLAN and run.state_name == "Overdue")
    photographer.visit(f"/runs/flow-run/{chain}?tab=Artifacts")
    photographer.lay_out_as_chain()
    photographer.take("prefect-chain", 620)
    month = run_of(client, lambda run: run.name.startswith(MONTH))
    photographer.visit(f"/runs/flow-run/{month}?tab=Details")
    photographer.take("prefect-month", 620)
    flow = client.read_flow_by_name("reporting-period")
    span = {"start": "2023-12-20T00:00:00.000Z", "end": "2025-01-10T00:00:00.000Z"}
    photographer.visit("/runs?" + urlencode({"flows": str(flow.id), **span}))
    photographer.take("prefect-year", 1500)
    photographer.visit(f"/artifacts/artifact/{artifact(client, key('overdue', PLAN))}")
    photographer.take("prefect-overdue")
    photographer.visit(f"/artifacts/artifact/{artifact(client, key('chain', PLAN, 'monthly', '2024-08'))}")
    photographer.take("prefect-table", 520)


def live_through_the_year(home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))}
    environment = {**kept, "DONDOC_HOME": str(home), "PYTHONPATH": str(ROOT)}
    subprocess.run([*COMMAND, "demo"], env=environment, check=True, stdout=subprocess.DEVNULL)


def run_by_a_worker(server: Server, client: SyncPrefectClient) -> None:
    """A run of each plan as of the year's end, by a worker; the pool is in order then."""
    for deployment in client.read_deployments(limit=100):
        if "plan" in deployment.parameters:
            client.create_flow_run_from_deployment(
                deployment.id, parameters={**deployment.parameters, "at": LAST}
            )
    end = time.monotonic() + 300
    while any(
        run.state_name in ("Scheduled", "Pending", "Running") for run in server.runs("reporting-chain")
    ):
        assert time.monotonic() < end, server.messages()
        time.sleep(2)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        live_through_the_year(home)
        server = Server(home / "prefect")
        server.start()
        worker: subprocess.Popen[str] | None = None
        try:
            server.run(home, "flows", "sync")
            worker = server.dondoc(home, "flows", "work")
            with temporary_settings({PREFECT_API_URL: server.url}), get_client(sync_client=True) as client:
                run_by_a_worker(server, client)
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
                    # Prefect writes a month's name only where the month begins at midnight UTC.
                    page = browser.new_page(locale="en-GB", timezone_id="UTC")
                    photograph(Photographer(page, server), client)
                    browser.close()
        finally:
            if worker is not None:
                worker.terminate()
                worker.wait(60)
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
