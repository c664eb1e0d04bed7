"""A plan that is loaded in mid-year: from which day it is tracked, and what is said of it is what happens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading
from models.notice import Mail
from models.settings import Settings
from models.vocabulary import Timeliness
from notifications.send import send_due
from reporting.plans.loading import current_plan_file, find_plan
from tests.conftest import at
from tests.reporting.world import MONTHLY, World
from tests.web.admin.conftest import text_of, value_of
from tests.web.admin.test_plan_form import FORM, HEAD, Filled
from tests.web.cast import Browser, add_contact, browser, open_accounts
from tests.web.conftest import MovedClock
from web.app import create_app

UPLOAD = "/admin/plan-upload"
NOW, MORNING = "2024-10-16 09:00", "2024-10-17 08:00"
FRIDAY, MONDAY = "2024-10-18 17:30", "2024-10-21 08:00"
SUM = re.compile(r"(\d+) reports? overdue at once; (\d+) mails? by (\S+ \S+)")


@dataclass
class Office:
    """Dave at a province to which no plan is loaded; the communes, districts and the department take mail."""

    dave: Browser
    world: World
    engine: Engine
    settings: Settings
    clock: MovedClock
    app: FastAPI

    def check(self, text: str, **more: str) -> str:
        form = self.dave.form(text=text, since="16/10/2024", **more)
        return self.dave.client.post(f"{UPLOAD}/check", data=form).text

    def apply(self, page: str, text: str, **more: str) -> int:
        form = self.dave.form(text=text, since="16/10/2024", shown=value_of(page, "shown"), **more)
        return self.dave.client.post(f"{UPLOAD}/apply", data=form).status_code

    def live(self, passes: Sequence[str]) -> set[str]:
        """Who is mailed in these passes."""
        for when in passes:
            self.world.tick(when)
            send_due(self.engine, self.settings, at(when))
        with reading(self.engine) as session:
            return {mail.recipient for mail in session.scalars(select(Mail))}

    def overdue(self, when: str) -> int:
        return len(self.world.due(when, {Timeliness.OVERDUE}))

    def come_back(self, now: str) -> None:
        self.clock.now = at(now)
        self.dave = browser(self.app, self.engine, self.settings, "dave", now)

    def tracked_from(self, slug: str = "simple") -> str:
        with reading(self.engine) as session:
            return str(current_plan_file(session, find_plan(session, slug)).track_from)


@pytest.fixture
def office(world: World, engine: Engine, settings: Settings) -> Office:
    open_accounts(engine)
    for unit in ("x1", "x2", "x3", "d1", "d2", "so"):
        add_contact(engine, unit, f"{unit}@p.gov.vn")
        add_contact(engine, unit, f"head.{unit}@p.gov.vn", role="head")
    clock = MovedClock(at(NOW))
    app = create_app(settings, engine, clock)
    return Office(browser(app, engine, settings, "dave", NOW), world, engine, settings, clock, app)


@pytest.mark.parametrize("passes", [[], ["once"]], ids=["next pass in the morning", "a pass at once"])
@pytest.mark.parametrize("track", ["from", "all"])
@pytest.mark.parametrize(("now", "morning"), [(NOW, MORNING), (FRIDAY, MONDAY)])
def test_what_the_preview_says_is_what_happens(
    office: Office, track: str, now: str, morning: str, passes: list[str]
) -> None:
    office.come_back(now)
    page = office.check(MONTHLY)
    sums = SUM.findall(text_of(page))
    assert len(sums) == 2  # from the running period, and everything
    overdue, mails, when = sums[track == "all"]
    assert when.startswith(f"{morning[8:10]}/10/2024")
    day = value_of(page, "track_from")
    assert office.apply(page, MONTHLY, track=track, track_from=day) == 303
    told = office.live([*(now for _ in passes), *weekend(now), morning])
    assert (office.overdue(morning), len(told)) == (int(overdue), int(mails))


def weekend(now: str) -> list[str]:
    return ["2024-10-19 08:00", "2024-10-20 08:00"] if now == FRIDAY else []


def test_the_day_is_preset_to_the_running_period_and_spares_the_past(office: Office) -> None:
    page = office.check(MONTHLY)
    assert value_of(page, "track_from") == "01/10/2024"
    ((few, quiet, _), (many, _, _)) = SUM.findall(text_of(page))
    assert (int(few), int(many)) == (0, 27)  # October's is due on the 17th, January to September are past
    assert int(quiet) > 0  # October's reminder
    assert office.apply(page, MONTHLY, track="from", track_from="01/10/2024") == 303
    assert office.tracked_from() == "2024-10-01"


def test_another_day_is_counted_before_it_is_applied(office: Office) -> None:
    page = office.check(MONTHLY)
    assert office.apply(page, MONTHLY, track="from", track_from="1.9.2024") == 409
    page = office.check(MONTHLY, track="from", track_from="1.9.2024")
    assert value_of(page, "track_from") == "01/09/2024"
    assert SUM.findall(text_of(page))[0][0] == "3"
    assert office.apply(page, MONTHLY, track="from", track_from="01/09/2024") == 303
    assert office.tracked_from() == "2024-09-01"


def test_a_day_that_cannot_be_read_is_said_at_its_field(office: Office) -> None:
    page = office.check(MONTHLY, track="from", track_from="31/9/2024")
    assert 'id="track_from-wrong"' in page
    assert office.apply(page, MONTHLY, track="from", track_from="31/9/2024") == 422


def test_what_the_file_says_is_preset_and_everything_can_still_be_chosen(office: Office) -> None:
    text = MONTHLY.replace("duties:", "track_from: 2024-09-01\nduties:")
    page = office.check(text)
    assert value_of(page, "track_from") == "01/09/2024"
    assert office.apply(page, text, track="all", track_from="01/09/2024") == 303
    assert office.tracked_from() == "None"


def test_a_plan_that_begins_now_asks_nothing(office: Office) -> None:
    text = MONTHLY.replace("from: 2024-01-01", "from: 2024-10-16")
    page = office.check(text)
    assert value_of(page, "track_from") == ""
    assert office.apply(page, text) == 303
    assert office.tracked_from() == "None"


@pytest.mark.parametrize(
    ("every", "due", "day"),
    [("month", "before 18", "01/10/2024"), ("quarter", "within 10d after period", "01/10/2024")],
)
def test_the_form_presets_it_as_well(office: Office, every: str, due: str, day: str) -> None:
    form = Filled(office.dave, FORM)
    assert form.value("track_from") == "01/10/2024"
    form.type(**HEAD, in_force__from="01/01/2024", duties__0__title="Báo cáo", duties__0__every=every)
    form.type(duties__0__chain__0__due=due)
    assert form.send() == 200, form.said
    assert value_of(form.page, "track_from") == day
    slug = re.search(r"slug: (\S+)", form.page)
    assert slug is not None
    assert form.apply(track="from", track_from=day) == 303
    assert office.tracked_from(slug[1]) == "2024-10-01"


def test_the_forms_preset_follows_the_duties_until_somebody_types_another(office: Office) -> None:
    form = Filled(office.dave, FORM)
    form.type(**HEAD, in_force__from="01/01/2024", duties__0__title="Báo cáo", duties__0__every="year")
    form.send("look")
    assert form.value("track_from") == "01/01/2024"
    form.type(duties__0__every="month")
    form.send("look")
    assert form.value("track_from") == "01/10/2024"
    form.type(track_from="15/08/2024", duties__0__every="year")
    form.send("look")
    assert form.value("track_from") == "15/08/2024"


def test_a_day_that_spares_nothing_does_not_stand_in_the_plan(office: Office) -> None:
    form = Filled(office.dave, FORM)
    form.type(**HEAD, in_force__from="16/10/2024", duties__0__title="Báo cáo")
    form.type(duties__0__chain__0__due="before 18")
    assert form.send() == 200
    assert "track_from:" not in form.page


def test_nothing_is_left_of_what_was_tried(office: Office) -> None:
    office.check(MONTHLY)
    assert office.world.due(NOW) == []
    with reading(office.engine) as session, pytest.raises(Exception, match="simple"):
        find_plan(session, "simple")
