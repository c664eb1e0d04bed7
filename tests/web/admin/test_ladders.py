"""Ladders: shown, edited with what that does before it is kept, refused by line."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from models.database import reading
from reporting.reminders.ladders import ladders, shipped_ladder
from tests.reporting.world import World
from tests.web.admin.conftest import text_of, value_of
from tests.web.cast import Browser

UPLOAD = "/admin/ladder-upload"
CHANGED = shipped_ladder().to_yaml().replace("-5wd", "-7wd")


def test_it_shows_ladders_with_their_plans_and_rungs_in_words(dave: Browser) -> None:
    assert "the default ladder 12 as shipped 1/CTr-UBND" in text_of(dave.client.get("/admin/ladders").text)
    page = text_of(dave.client.get("/admin/ladders/default").text)
    assert "five-before 5 working days before, 08:00" in page
    assert dave.client.get("/admin/ladders/none").status_code == 404


def test_an_edit_is_shown_with_what_it_does_then_kept_once(
    dave: Browser, province: World, engine: Engine
) -> None:
    province.units("unit,name,role,address\nx1,Alice,clerk,alice@p.gov.vn\n")
    page = dave.client.post(f"{UPLOAD}/check", data=dave.form(text=CHANGED)).text
    shown = text_of(page)
    assert "~ five-before: 5 working days before at 08:00, to clerk, until submitted → 7 working" in shown
    assert "More notices" in shown
    assert "What it would have sent last month" in shown
    form = dave.form(text=CHANGED, shown=value_of(page, "shown"))
    assert dave.client.post(f"{UPLOAD}/apply", data=form | {"text": CHANGED + "\n#\n"}).status_code == 303
    assert dave.client.post(f"{UPLOAD}/apply", data=form).status_code == 409
    with reading(engine) as session:
        rung = ladders(session)["default"].rung("five-before")
    assert rung is not None
    assert str(rung.at) == "-7wd"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("- a", "is no ladder"),
        ("slug: default\nrungs: [{id: a, at: 5, audience: [clerk]}]", "is no moment"),
        ("slug: <b>x</b>\nrungs: [{id: a, at: 0wd, audience: [clerk]}]", "slug"),
        ("slug: x\nrungs: [{id: a, at: 0wd, audience: [clerk], since: 2024-01-01}]", "since is set by"),
    ],
    ids=["empty", "list", "moment", "html", "since"],
)
def test_a_ladder_that_is_wrong_is_refused_and_stays_to_be_corrected(
    dave: Browser, text: str, said: str
) -> None:
    answer = dave.client.post(f"{UPLOAD}/check", data=dave.form(text=text))
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert "<b>x</b>" not in answer.text


def test_a_ladder_in_another_encoding_or_of_any_size_is_refused(dave: Browser) -> None:
    for data, said in ((b"\xff\xfe\x00", "not in UTF-8"), (b"# a\n" * 200_000, "larger than 512 KB")):
        answer = dave.client.post(
            f"{UPLOAD}/check", data=dave.form(), files={"file": ("l.yaml", data, "text/plain")}
        )
        assert said in text_of(answer.text)
