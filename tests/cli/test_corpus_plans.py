"""The documents of the corpus through the real commands: `plan check`, `plan load`, and what is then due."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.plan_files.stage import SUPERIOR, StageFile
from models.settings import Settings
from tests.cli.conftest import Dondoc
from tests.plans.test_corpus import FILES, HERE, WRITTEN, duty_of, listed, plan, written_due
from tests.reporting.world import World

UNITS = (HERE / "units.csv").read_text(encoding="utf-8")


def said(row: dict[str, Any]) -> tuple[object, ...]:
    """The row's dates as `written_due` has them, without the data."""
    return (
        row["last_day"],
        row["hour"],
        row["opens_at"] and row["opens_at"][:10],
        row["planned"],
    )


def by_hand(text: str) -> tuple[str | None, ...]:
    last, hour, opens, planned, _ = written_due(text)
    clock = f"{hour:%H:%M}" if isinstance(hour, time) else None
    return tuple(str(each) if each else None for each in (last, clock, opens, planned))


def recipients(stage: StageFile, superior: str | None) -> list[str | None]:
    """Who receives, then who gets a copy."""
    named = [superior if code == SUPERIOR else code for code in stage.recipients]
    return list(dict.fromkeys([stage.via, *named] if stage.via else named))


@pytest.mark.parametrize("document", [path.stem for path in FILES])
def test_what_is_due_is_what_the_document_says(
    dondoc: Dondoc, engine: Engine, settings: Settings, tmp_path: Path, document: str
) -> None:
    file, path, world = plan(document), HERE / f"{document}.yaml", World(engine, settings, tmp_path)
    world.units(UNITS, as_of="2009-01-01")
    superiors = {line.split(",")[0]: line.split(",")[-2] or None for line in UNITS.splitlines()}
    checked = dondoc("plan", "check", path, "--json")
    assert checked.code == 0, checked.err
    loaded = dondoc("plan", "load", path)
    assert loaded.code == 0, loaded.err
    world.tick(f"{file.in_force.first} 08:00")
    rows = dondoc("due", "--plan", file.slug, "--at", file.in_force.first, "--json").json
    for key, written in WRITTEN[document].items():
        duty, own = duty_of(document, key), [row for row in rows if row["duty"] == key]
        if "dates" not in written:
            assert own == []  # it waits for a request or for what happens
        for row in own:
            stage = duty.chain[row["stage"] - 1]
            receiving, *copies = recipients(stage, superiors[row["unit"]])
            if row["unit"] not in (receiving, *copies):
                assert (row["receiving"], row["copies"]) == (receiving, copies)
                assert row["via"] == stage.via
            dues = written.get("dates", {}).get(row["period"])
            if dues is not None:
                assert said(row) == by_hand(listed(dues)[row["stage"] - 1])
        soon = str(file.in_force.first.year + 1)
        if (
            "once" in written.get("dates", {})
            and (by_hand(listed(written["dates"]["once"])[0])[0] or "") < soon
        ):
            assert own
