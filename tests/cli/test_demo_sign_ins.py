"""The demonstration's sign-ins: five people who get in, a file that only its owner reads, no production."""

from __future__ import annotations

import stat
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from calendars.zone import HCM
from cli.demonstration.home import SIGN_INS, open_sign_ins, sign_ins_file
from cli.demonstration.run import load_all_units
from models.database import reading, writing
from models.errors import UnsafeSettings
from models.settings import Settings
from models.vocabulary import AccessRole
from reporting.access.sessions import person_of, sign_in
from tests.conftest import at

NOW = at("2024-01-19 08:00")


def test_five_people_of_every_kind_can_sign_in(
    engine: Engine, settings: Settings, quick_hashes: None
) -> None:
    with writing(engine) as session:
        load_all_units(session, NOW)
        path = open_sign_ins(session, settings, NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sign_ins_file(settings) == path
    password = path.read_text(encoding="utf-8").rstrip().rpartition(": ")[2]
    for each in SIGN_INS:
        assert each.address in path.read_text(encoding="utf-8")
        secret, _ = sign_in(engine, each.address, password, NOW)
        with reading(engine) as session:
            person = person_of(session, secret, NOW + timedelta(hours=1), HCM)
        assert person is not None
        assert [held.role for held in person.held] == [each.role]
    assert {each.role for each in SIGN_INS} == set(AccessRole)


def test_production_never_gets_them(engine: Engine, settings: Settings) -> None:
    live = settings.model_copy(update={"environment": "production"})
    with writing(engine) as session, pytest.raises(UnsafeSettings, match="not for production"):
        open_sign_ins(session, live, NOW)
    assert sign_ins_file(live) is None
