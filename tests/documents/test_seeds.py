"""Every dated obligation of the hand-written plans is drafted from the documents they were written from."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from documents.draft import draft
from documents.reading import read_path

PLANS = Path(__file__).parents[2] / "plans"
ONWARD = {("once", "within 12/2024")}
"""The gatherer's own stage, for a session whose day the text leaves open: no duty of its own in a draft."""
WRITTEN_FROM = [
    ("001_2e79d0e49d538470.txt", "lai-chau-huyen-uy-2024"),
    ("002_b083f431a9bc8808.txt", "ca-mau-01-ctr-ubnd-2024"),
    ("003_1492062b4a12dad9.txt", "bo-tnmt-512-kh-bcsdtnmt-2023"),
]


def written(plan: str) -> set[tuple[str, str]]:
    """How often and when, of each stage that has a date."""
    content = yaml.safe_load((PLANS / f"{plan}.yaml").read_text(encoding="utf-8"))
    return {
        (duty["every"], stage["due"])
        for duty in content["duties"]
        for stage in duty["chain"]
        if "due" in stage
    }


@pytest.mark.parametrize(("text", "plan"), WRITTEN_FROM)
def test_every_dated_obligation_is_drafted(text: str, plan: str, shared: Path) -> None:
    duties = draft(read_path(shared / "seeds" / text)).duties
    drafted = {(duty.every.value, duty.due.value) for duty in duties}
    assert written(plan) - drafted <= ONWARD
