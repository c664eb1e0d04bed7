"""With CI=true a skipped test is a failed test.

A test that quietly does not run proves nothing, so the build refuses it. Only what compares with material
kept outside the repository may be skipped there; its reason begins with the words below.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

ALLOWED_REASON = "needs ../shared"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if hasattr(report, "wasxfail"):
        return report.wasxfail
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") != "true" or not report.skipped:
        return
    reason = _reason(report)
    if reason.startswith(ALLOWED_REASON):
        return
    report.outcome = "failed"
    vars(report).pop("wasxfail", None)
    report.longrepr = f"{report.nodeid} did not run, and CI allows no skip: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
