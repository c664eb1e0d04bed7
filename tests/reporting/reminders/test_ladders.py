"""Ladders in the database: an edit counts from now on, and saying the same twice changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.errors import InvalidInput
from models.ladder_file import read_ladder
from models.plan import Ladder
from reporting.reminders.ladders import (
    DEFAULT,
    ladders,
    load_ladder,
    missing_ladders,
    read_ladder_file,
    shipped_ladder,
)
from tests.conftest import at

NOW, LATER = at("2024-02-01 08:00:00"), at("2024-03-01 08:00:00")
TEXT = "slug: own\nrungs:\n  - {id: a, at: -5wd, audience: clerk}\n  - {id: b, at: +1d, audience: head}\n"


def test_the_shipped_ladder_serves_until_another_takes_its_place(engine: Engine) -> None:
    with reading(engine) as session:
        assert ladders(session) == {DEFAULT: shipped_ladder()}
        assert missing_ladders(session, [DEFAULT, "other"]) == ["other"]


def test_loading_twice_changes_nothing(engine: Engine) -> None:
    with writing(engine) as session:
        assert load_ladder(session, read_ladder(TEXT, "x.yaml"), NOW)
        assert not load_ladder(session, read_ladder(TEXT, "x.yaml"), LATER)
        assert session.exec(select(Ladder)).one().version == 1


def test_an_edited_rung_counts_from_its_edit_and_the_others_as_before(engine: Engine) -> None:
    with writing(engine) as session:
        load_ladder(session, read_ladder(TEXT, "x.yaml"), NOW)
        load_ladder(session, read_ladder(TEXT.replace("-5wd", "-6wd"), "x.yaml"), LATER)
        kept = ladders(session)["own"]
    assert [(rung.id, rung.since) for rung in kept.rungs] == [("a", LATER), ("b", None)]


def test_a_ladder_taken_back_or_written_again_is_never_an_older_one(engine: Engine) -> None:
    """What is kept of a ladder that was read goes by its text, so no other can be taken for it."""
    with writing(engine) as session:
        load_ladder(session, read_ladder(TEXT, "x.yaml"), NOW)
        first = ladders(session)["own"]
    with writing(engine) as session:
        load_ladder(session, read_ladder(TEXT.replace("-5wd", "-6wd"), "x.yaml"), LATER)
        second = ladders(session)["own"]
        session.rollback()
    with reading(engine) as session:
        assert ladders(session)["own"] == first != second


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ladder.yaml"
    path.write_bytes("slug: xã".encode("latin-1"))
    with pytest.raises(InvalidInput, match="the text is not in UTF-8; save the file"):
        read_ladder_file(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_ladder_file(tmp_path / "none.yaml")
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert read_ladder_file(path).slug == "own"
