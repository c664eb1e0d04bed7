"""Real documents, read into drafts and reviewed on the pages: the obligations of the hand-written plans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.database import reading, writing
from models.settings import Settings
from reporting.engine import tick
from reporting.obligations.filters import Selection
from reporting.obligations.listing import owed
from tests.conftest import at
from tests.demonstrations import ROOT
from tests.reporting.world import World
from tests.web.admin.test_plan_draft import Review, sent
from tests.web.admin.test_plan_form import Filled
from tests.web.cast import Browser, browser, open_accounts

SECTORS = {
    "from.0.units": "",
    "from.0.level": "district",
    "from.0.kinds": "huyen, thanh-pho, so-nganh",
}
GATHERED = {**SECTORS, "from.0.except": "so-khdt"}
INVESTORS = {"from.0.groups": "chu-dau-tu"}
OFFICE = "van-phong-ubnd-tinh; so-khdt"
CA_MAU: Mapping[str, Mapping[str, str]] = {
    **{f"nhiem-vu-{number}": {"from.0.units": "so-noi-vu"} for number in (1, 2)},
    "nhiem-vu-5": {**SECTORS, "to": "ubnd-tinh; so-khdt"},
    "nhiem-vu-6": {**GATHERED, "to": OFFICE, "via": "so-khdt", "to.of-duty": "31/12/2024"},
    "nhiem-vu-7": {**GATHERED, "to": OFFICE},
    **{f"nhiem-vu-{number}": INVESTORS for number in (8, 10, 11, 12)},
}
"""What a clerk enters for whom the document names as a group; the rest is accepted as it was read."""


@pytest.fixture
def ca_mau(world: World, engine: Engine) -> World:
    units = (ROOT / "plans/units/ca-mau-2024.csv").read_text(encoding="utf-8")
    world.units(units)
    open_accounts(engine)
    return world


def dated(world: World, plan: str) -> set[tuple[str, str, str]]:
    """Unit, written day and bound of what is owed by a date of the text; the communes' own stage, and the
    gathering, are settings of the plan and no clauses."""
    with reading(world.engine) as session:
        rows = owed(session, world.settings, Selection(plan=plan), at("2024-02-11 09:00"))
    return {
        (row.unit, str(row.written), str(row.bound))
        for row in rows
        if row.written is not None and row.unit != "so-khdt" and not row.rule.startswith("lead")
    }


def test_the_programme_of_ca_mau_is_reviewed_and_loaded(
    ca_mau: World, engine: Engine, settings: Settings, app: FastAPI, shared: Path
) -> None:
    dave = browser(app, engine, settings, "dave", "2024-02-10 09:00")
    data = (shared / "seeds" / "002_b083f431a9bc8808.txt").read_bytes()
    review = Review(dave, sent(dave, data, "chuong-trinh.txt"))
    head = Filled(dave, f"{review.path}/edit/plan")
    for name, value in (("scope", "ubnd-tinh"), ("monitor", "so-khdt"), ("in_force.to", "31/01/2025")):
        head.put(name, value)
    assert head.send() == 303
    for card, fields in CA_MAU.items():
        correct(dave, review, card, fields)
    review.do("no-duty", "nhiem-vu-9")
    review.do("accept-all")
    assert review.check().apply() == 303
    written = (ROOT / "plans/ca-mau-01-ctr-ubnd-2024.yaml").read_text(encoding="utf-8")
    ca_mau.plan(written, "2024-01-19", "2024-02-10 09:00")
    with writing(engine) as session:
        tick(session, settings, at("2024-02-11 08:00"))
    drafted, by_hand = dated(ca_mau, "01-ctr-ubnd-2024"), dated(ca_mau, "ca-mau-01-ctr-ubnd-2024")
    assert drafted
    assert drafted == by_hand
    dave.client.close()


def correct(dave: Browser, review: Review, card: str, fields: Mapping[str, str]) -> None:
    """The card's first stage, whose number in the form is the page's."""
    edit = Filled(dave, f"{review.path}/edit/{card}")
    found = re.search(r'name="(duties\.\d+\.)title"', edit.page)
    assert found is not None
    others = [name for name, _ in edit.fields if re.search(r"from\.[1-9]", name)]
    if others:
        edit.send(f"remove {found[1]}chain.0.from.1.")
    for name, value in fields.items():
        edit.put(
            f"{found[1]}{name if name == 'to.of-duty' else f'chain.0.{name}'}".removesuffix(".of-duty"), value
        )
    assert edit.send() == 303, edit.said
