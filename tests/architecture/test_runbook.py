"""docs/runbook.md has a section for each sign that something is wrong, under the name that programs use."""

from __future__ import annotations

import re

import pytest

from models.settings import Settings
from reporting.health.checkup import Check
from reporting.health.health import Concern
from tests.architecture.source import ROOT
from web.logs import LogEvent

RUNBOOK = ROOT / "docs" / "runbook.md"
ALERTS = frozenset({"flow", "watch", "missed", "hanging", "restored"})
"""First words of alerts' names; behind `watch` stands a concern, or one of the two after it."""
FIGURE = re.compile(r"\bdondoc_[a-z_]+")


def sections() -> dict[str, str]:
    """{"stuck": "Có thông báo …"}: each name in a heading, with what stands under it."""
    parts = re.split(r"^### (.*)$", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        name: text for heading, text in zip(parts[1::2], parts[2::2], strict=True) for name in named(heading)
    }


def named(heading: str) -> list[str]:
    return re.findall(r"`([^`]+)`", heading) or [heading.strip().lower()]


def figures() -> set[str]:
    """As docs/operations.md lists them."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    return {
        each
        for line in text.splitlines()
        if line.startswith("| `dondoc_")
        for each in FIGURE.findall(line)[:1]
    }


def test_it_has_a_section_for_each_sign_and_no_other() -> None:
    signs = {*Check, *Concern, *LogEvent, *figures(), *(ALERTS - {"watch"})}
    assert set(sections()) == {str(each) for each in signs}


def test_every_figure_is_documented() -> None:
    counted = re.findall(r'"(dondoc_[a-z_]+)"', (ROOT / "web" / "metrics.py").read_text(encoding="utf-8"))
    assert {name.removesuffix("_total") for name in figures()} == set(counted)


def test_each_section_says_it_in_both_languages() -> None:
    assert [name for name, text in sections().items() if "*In English:*" not in text] == []


def test_it_knows_every_kind_of_alert() -> None:
    """By the calls in the source: a new kind needs a section."""
    calls = [
        name
        for folder in ("reporting", "notifications", "flows", "cli", "web")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(
            r"raise_alert\(\s*session, settings, ([^,]+),", path.read_text(encoding="utf-8")
        )
    ]
    first = {re.sub(r'f?"(\w+).*', r"\1", name) for name in calls}
    assert first - {"STOPPED", "WITHHELD"} <= ALERTS  # these two are concerns, with `watch`
    assert len(calls) >= 5


def test_it_names_only_settings_that_there_are() -> None:
    found = set(re.findall(r"DONDOC_[A-Z_]*[A-Z]", RUNBOOK.read_text(encoding="utf-8")))
    known = {f"DONDOC_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in found if name != "DONDOC_SMTP"} <= known


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK.read_text(encoding="utf-8"))))
)
def test_its_links_lead_to_its_sections(link: str) -> None:
    """As GitHub makes anchors of headings."""
    headings = re.findall(r"^#+ (.*)$", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
    assert link in anchors
