"""The process that runs the demonstration's flow: what goes wrong in it comes back as one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.demonstration.flow_process import FlowProcess, flow_process
from flows.prefect_server import API_URL, surroundings
from models.errors import DondocError
from models.settings import load_settings
from tests.conftest import at
from tests.demonstrations import ROOT
from tests.flows.servers import Server


@pytest.fixture
def process(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlowProcess]:
    settings = load_settings(home=home)
    given = {**surroundings(settings, {}), "DONDOC_HOME": str(home), "PYTHONPATH": str(ROOT)}
    for name, value in {**given, API_URL: server.url}.items():
        monkeypatch.setenv(name, value)
    with flow_process(settings) as process:
        yield process


def test_a_flow_that_fails_is_one_line_with_the_remedy(process: FlowProcess) -> None:
    with pytest.raises(DondocError, match=r"^the flow of no-such-plan failed \(.*see: dondoc doctor$"):
        process.run("no-such-plan", at("2024-02-17 08:00:00"))
    assert process.process.wait(30) == 0


def test_a_process_that_dies_is_one_line_too(process: FlowProcess) -> None:
    process.process.kill()
    process.process.wait(30)
    with pytest.raises(DondocError, match=r"^the flow of any-plan did not come to its end"):
        process.run("any-plan", at("2024-02-17 08:00:00"))
