"""A demonstration is served by its own clock, a home of one's own by the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from cli.console.context import read_instant
from cli.serving.demo_clock import AFTER_PASS, at_its_time, filled
from models.database import writing
from models.errors import UnsafeSettings
from models.settings import Settings, address_of, refuse_trial_values, with_links_to
from models.upkeep import Marker
from reporting.health.database_checks import DEMO
from tests.conftest import at
from tests.reporting.world import World
from web.context import system_clock

LAST_PASS = "2024-09-16 08:00"
SECOND = timedelta(seconds=5)


@pytest.fixture
def lived(world: World) -> World:
    """The province with passes up to a September morning."""
    world.plan()
    world.tick(LAST_PASS)
    return world


@pytest.fixture
def demo(lived: World, engine: Engine) -> World:
    """The same, made by a demonstration."""
    with writing(engine) as session:
        session.add(Marker(name=DEMO, value="2024"))
    return lived


@pytest.mark.usefixtures("demo")
def test_a_demonstration_goes_on_from_its_last_pass(settings: Settings) -> None:
    found = at_its_time(settings)
    expected = at(LAST_PASS) + AFTER_PASS
    for now in (datetime.now(UTC) + found.clock_shift, system_clock(found)(), read_instant(None, found)):
        assert abs(now - expected) < SECOND


@pytest.mark.usefixtures("lived")
def test_a_home_of_ones_own_keeps_the_real_clock(settings: Settings) -> None:
    assert at_its_time(settings) == settings


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("said", [{"clock_shift_seconds": 0}, {"environment": "production"}])
def test_it_leaves_a_clock_that_was_chosen_and_production_alone(
    settings: Settings, said: dict[str, object]
) -> None:
    assert at_its_time(settings.model_copy(update=said)).clock_shift_seconds == 0


def test_a_demonstration_of_today_needs_no_shift(demo: World, settings: Settings) -> None:
    demo.tick(f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m-%d %H:%M:%S}")
    assert at_its_time(settings) == settings


def test_it_bears_a_database_that_is_away(settings: Settings) -> None:
    away = SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert at_its_time(settings.model_copy(update={"database_url": away})).clock_shift_seconds == 0


@pytest.mark.usefixtures("lived")
def test_it_never_fills_a_home_of_ones_own(settings: Settings) -> None:
    with pytest.raises(UnsafeSettings, match="leave out --demo"):
        filled(settings)


def test_production_has_no_other_clock_than_the_real_one() -> None:
    shifted = Settings(_env_file=None, environment="production", clock_shift_seconds=1)  # type: ignore[call-arg]
    with pytest.raises(UnsafeSettings, match="DONDOC_CLOCK_SHIFT_SECONDS"):
        refuse_trial_values(shifted)


@pytest.mark.parametrize(
    ("given", "port", "address"),
    [
        ({}, 8123, "http://127.0.0.1:8123"),
        ({}, 0, "http://127.0.0.1:8000"),
        ({"base_url": "https://dondoc.example"}, 8123, "https://dondoc.example"),
    ],
)
def test_mails_of_a_demonstration_lead_to_where_it_is_served(
    given: dict[str, str], port: int, address: str
) -> None:
    settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]
    assert with_links_to(settings, address_of("127.0.0.1", port) if port else None).base_url == address
