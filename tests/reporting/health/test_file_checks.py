"""The store held against the rows that name its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.database import reading, writing
from models.plan_draft import PlanDocument
from models.settings import Settings, load_settings
from reporting.files.store import path_of, put
from reporting.health.checkup import CheckResult, CheckupFinding
from reporting.health.file_checks import in_turn, stored_files_finding
from tests.conftest import at

NOW = at("2024-02-18 09:00:00")
Do = Callable[[Path], object]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def named(engine: Engine, settings: Settings, data: bytes) -> Path:
    """A file in the store that a row names."""
    digest = put(settings, data)
    with writing(engine) as session:
        session.add(
            PlanDocument(sha256=digest, original=digest, name="a.txt", text="", kept_at=NOW, kept_by="x")
        )
    return path_of(settings, digest)


def found(engine: Engine, settings: Settings, **bound: int) -> CheckupFinding:
    with reading(engine) as session:
        return stored_files_finding(session, settings, NOW, **bound)


def test_all_is_there(engine: Engine, settings: Settings) -> None:
    named(engine, settings, b"one")
    put(settings, b"left behind by a crash")
    finding = found(engine, settings)
    assert (finding.code, finding.values) == (CheckResult.FILES_THERE, {"number": 1, "others": 1})


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: path.write_bytes(b"twisted"), lambda path: path.write_bytes(b"")]
)
def test_it_finds_what_is_missing_or_damaged(engine: Engine, settings: Settings, harm: Do) -> None:
    harmed = named(engine, settings, b"one")
    named(engine, settings, b"two")
    harm(harmed)
    finding = found(engine, settings)
    assert (finding.code, finding.values["names"]) == (CheckResult.FILES_WRONG, (harmed.name,))


def test_a_worker_of_another_machine_has_none(engine: Engine, settings: Settings) -> None:
    named(engine, settings, b"one").unlink()
    assert found(engine, settings).code == CheckResult.FILES_ELSEWHERE


def test_it_reads_no_more_than_its_bound_and_begins_elsewhere_daily(
    engine: Engine, settings: Settings
) -> None:
    named(engine, settings, b"one").write_bytes(b"twisted")
    assert found(engine, settings, most=3).code == CheckResult.FILES_THERE
    days = (NOW, at("2024-02-19 09:00:00"))
    first, second = (in_turn((f"{number:02x}" for number in range(256)), day)[0] for day in days)
    assert int(second, 16) == (int(first, 16) + 1) % 256
