"""One kind of date field: what it takes, what it says, and that every page that asks for a day has it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.settings import Settings
from tests.demonstrations import ROOT
from tests.reporting.world import World
from tests.web.access.walk import NOW, live
from tests.web.cast import browser
from web.form_values import typed_day

TEMPLATES = ROOT / "web" / "templates"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("18/10/2024", date(2024, 10, 18)),
        ("18-10-2024", date(2024, 10, 18)),
        ("18.10.2024", date(2024, 10, 18)),
        ("2024-10-18", date(2024, 10, 18)),
        (" 8/ 1 /2024 ", date(2024, 1, 8)),
        ("ngày 18 tháng 10 năm 2024", date(2024, 10, 18)),
        ("Ngày 08 tháng 01 năm 2024", date(2024, 1, 8)),
        ("ngày 18/10/2024", date(2024, 10, 18)),
        ("nga\u0300y 18 tha\u0301ng 10 na\u0306m 2024", date(2024, 10, 18)),  # as some keyboards compose it
        ("31/2/2024", None),
        ("18/10-2024", None),
        ("18/10/24", None),
        ("18/10", None),
        ("1/1/0024", None),
        ("hôm nay", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert typed_day(text) == day


def test_no_template_has_a_date_field_of_its_own() -> None:
    own = [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if re.search(r'type="date"|placeholder="\d+/\d+/\d+"', path.read_text(encoding="utf-8"))
    ]
    assert own == []


@pytest.mark.parametrize(
    ("method", "path", "field", "form"),
    [
        ("GET", "/admin/units?at={day}", "at", {}),
        ("GET", "/admin/audit?since={day}", "since", {}),
        ("POST", "/admin/people/1/grants", "until", {"role": "clerk", "unit": "x1"}),
        ("POST", "/admin/holidays", "first", {"kind": "off", "name": "x"}),
        (
            "POST",
            "/admin/units/x1/contacts",
            "new-since",
            {"name": "A", "role": "clerk", "address": "a@x.vn"},
        ),
        ("POST", "/admin/units/x1", "unit-since", {"name": "A", "level": "grassroots", "kind": "xa"}),
        ("POST", "/admin/unit-import/check", "since", {}),
    ],
)
def test_each_says_the_same_beside_the_field(
    world: World,
    engine: Engine,
    settings: Settings,
    app: FastAPI,
    method: str,
    path: str,
    field: str,
    form: dict[str, str],
) -> None:
    live(world)
    dave = browser(app, engine, settings, "dave", NOW)
    name = field.rpartition("-")[2]
    data = dave.form(**form, **{name: "31/2/2024"}) if method == "POST" else None
    page = dave.client.request(method, path.format(day="31/2/2024"), data=data).text
    dave.client.close()
    assert f'id="{field}-hint">Day/month/year, such as 18/10/2024' in page
    assert f'id="{field}-wrong">Write the day as 18/10/2024.' in page
    assert 'value="31/2/2024"' in page  # what was typed is not lost
