"""Real documents, read into drafts and reviewed on the pages: the obligations of the hand-written plans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Seed:
    """A document, the plan written from it by hand, and what a clerk does to its draft; the rest is accepted
    as it was read. `onward` are the units whose own stages are settings of the plan and no clauses."""

    file: str
    plan: str
    slug: str
    units: tuple[str, ...]
    begin: str
    day: str
    head: Fields
    cards: Mapping[str, Fields]
    no_duties: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()


SECTORS = {
    "from.0.units": "",
    "from.0.level": "district",
    "from.0.kinds": "huyen, thanh-pho, so-nganh",
}
GATHERED = {**SECTORS, "from.0.except": "so-khdt"}
INVESTORS = {"from.0.groups": "chu-dau-tu"}
OFFICE = "van-phong-ubnd-tinh; so-khdt"
CA_MAU = Seed(
    "002_b083f431a9bc8808.txt",
    "ca-mau-01-ctr-ubnd-2024",
    "01-ctr-ubnd-2024",
    ("ca-mau-2024",),
    "2024-01-19",
    "2024-02-10",
    {"scope": "ubnd-tinh", "monitor": "so-khdt", "in_force.to": "31/01/2025"},
    {
        **{f"nhiem-vu-{number}": {"from.0.units": "so-noi-vu"} for number in (1, 2)},
        "nhiem-vu-5": {**SECTORS, "to": "ubnd-tinh; so-khdt"},
        "nhiem-vu-6": {**GATHERED, "to": OFFICE, "via": "so-khdt", "to.of-duty": "31/12/2024"},
        "nhiem-vu-7": {**GATHERED, "to": OFFICE},
        **{f"nhiem-vu-{number}": INVESTORS for number in (8, 10, 11, 12)},
    },
    no_duties=("nhiem-vu-9",),
    onward=("so-khdt",),
)
LAI_CHAU = Seed(
    "001_2e79d0e49d538470.txt",
    "lai-chau-huyen-uy-2024",
    "quan-triet-hoc-tap-tuyen-truyen-trien-khai",
    ("lai-chau",),
    "2024-05-01",
    "2024-05-05",
    {
        "issuer": "Huyện ủy",
        "scope": "lai-chau-huyen-uy",
        "monitor": "lai-chau-btg-huyen-uy",
        "in_force.from": "01/05/2024",
    },
    {
        "nhiem-vu-1": {"from.0.units": "lai-chau-huyen-uy"},
        "nhiem-vu-2": {"from.0.kinds": "dang-bo, chi-bo"},
        "nhiem-vu-3": {"from.0.units": "", "from.0.groups": "tuyen-truyen"},
        "nhiem-vu-4": {"from.0.units": "lai-chau-ubnd-huyen", "to": "lai-chau-huyen-uy"},
        "nhiem-vu-6": {
            "from.0.groups": "",
            "from.0.kinds": "mat-tran, doan-the, thong-tin, dang-bo, chi-bo",
        },
    },
)
MINISTRY = Seed(
    "003_1492062b4a12dad9.txt",
    "bo-tnmt-512-kh-bcsdtnmt-2023",
    "003-1492062b4a12dad9-txt",
    ("centre", "bo-tnmt"),
    "2023-06-14",
    "2024-02-10",
    {
        "title": "Kế hoạch về vùng Đông Nam Bộ",
        "issuer": "Ban Cán sự đảng Bộ Tài nguyên và Môi trường",
        "scope": "bo-tnmt",
        "monitor": "tnmt-vu-khtc",
        "in_force.from": "14/06/2023",
    },
    {
        "nhiem-vu-1": {
            "from.0.groups": "",
            "from.0.level": "centre",
            "from.0.except": "bo-tnmt, tnmt-vu-khtc, tnmt-bcsd",
            "to": "bo-tnmt",
        },
        "nhiem-vu-2": {"to": "tnmt-bcsd; bo-tnmt"},
    },
)
NGHE_AN = Seed(
    "000_bada4f42cc5aa98c.txt",
    "nghe-an-tinh-uy-ct-32-2024",
    "thuc-hien-chi-thi-so-32-ct-tw-ngay-10-4-2024-cua-ban-bi-thu",
    ("nghe-an",),
    "2024-04-10",
    "2024-04-15",
    {
        "issuer": "Tỉnh ủy Nghệ An",
        "scope": "nghe-an-tinh-uy",
        "monitor": "nghe-an-btg-tinh-uy",
        "in_force.from": "10/04/2024",
    },
    {"nhiem-vu-1": {"from.0.units": "nghe-an-bcsd-ubnd", "to": "nghe-an-btv-tinh-uy"}},
)


def begun(world: World, engine: Engine, seed: Seed) -> None:
    texts = [(ROOT / f"plans/units/{name}.csv").read_text(encoding="utf-8") for name in seed.units]
    rows = [line for n, text in enumerate(texts) for line in text.splitlines()[min(n, 1) :]]
    world.units("\n".join(rows) + "\n", as_of="2023-01-01")
    open_accounts(engine)


def owes(world: World, plan: str, seed: Seed) -> set[tuple[str, str, str]]:
    """Unit, written day and bound of what is owed by a date of the text; the communes' own stage, and the
    gathering, are settings of the plan and no clauses."""
    with reading(world.engine) as session:
        rows = owed(session, world.settings, Selection(plan=plan), at(f"{seed.day} 10:00"))
    return {
        (row.unit, str(row.written), str(row.bound))
        for row in rows
        if row.written is not None and row.unit not in seed.onward and not row.rule.startswith("lead")
    }


def reviewed(dave: Browser, seed: Seed, shared: Path) -> Review:
    """The draft of the seed, corrected and loaded."""
    data = (shared / "seeds" / seed.file).read_bytes()
    review = Review(dave, sent(dave, data, seed.file))
    head = Filled(dave, f"{review.path}/edit/plan")
    assert head.fields, review.path + head.said[:300]
    for name, value in seed.head.items():
        head.put(name, value)
    assert head.send() == 303, head.said[:700]
    for card, fields in seed.cards.items():
        correct(dave, review, card, fields)
    for card in seed.no_duties:
        review.do("no-duty", card)
    review.do("accept-all")
    return review


@pytest.mark.parametrize("seed", [CA_MAU, LAI_CHAU, MINISTRY, NGHE_AN], ids=lambda seed: seed.plan)
def test_a_seed_is_reviewed_and_loaded(
    seed: Seed, world: World, engine: Engine, settings: Settings, app: FastAPI, shared: Path
) -> None:
    begun(world, engine, seed)
    dave = browser(app, engine, settings, "dave", f"{seed.day} 09:00")
    review = reviewed(dave, seed, shared)
    assert review.check().apply() == 303
    review.look()
    assert "The plan is loaded from this document" in review.said
    world.plan(
        (ROOT / f"plans/{seed.plan}.yaml").read_text(encoding="utf-8"), seed.begin, f"{seed.day} 09:00"
    )
    with writing(engine) as session:
        tick(session, settings, at(f"{seed.day} 09:30"))
    assert owes(world, seed.slug, seed) == owes(world, seed.plan, seed)
    dave.client.close()


def test_what_is_reported_to_a_head_is_shown_as_left_out(
    world: World, engine: Engine, settings: Settings, app: FastAPI, shared: Path
) -> None:
    """The fifth orders reports to be heard and names no date: nothing is drafted, and the page says why."""
    begun(world, engine, NGHE_AN)
    dave = browser(app, engine, settings, "dave", "2024-04-15 09:00")
    data = (shared / "seeds" / "004_51fd4a360190d830.txt").read_bytes()
    review = Review(dave, sent(dave, data, "ke-hoach.txt"))
    assert "nhiem-vu-1" not in review.page
    assert "báo cáo" in review.said
    dave.client.close()


def correct(dave: Browser, review: Review, card: str, fields: Fields) -> None:
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
    assert edit.send() == 303, edit.said[:700]
