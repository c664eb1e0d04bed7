"""`/metrics`: the figures are those of the pages and of `dondoc health`, for who may have them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from calendars.zone import HCM
from models.database import open_engine, reading, writing
from models.errors import InvalidInput
from models.notice import Mail, Notice
from models.settings import Settings, load_settings
from models.upkeep import SENDER, TICK, beat
from models.vocabulary import NoticeState, Timeliness
from reporting.health.figures import figures
from reporting.health.health import findings
from tests.conftest import at
from tests.reporting.test_query_counts import lived, province_of, statements
from tests.reporting.world import World
from tests.web.conftest import MovedClock
from web.app import create_app

pytestmark = pytest.mark.postgresql  # sums and instants differ
TOKEN = "a-monitor-on-another-machine"

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(app: FastAPI, peer: str = "127.0.0.1", **headers: str) -> Samples:
    with TestClient(app, base_url="http://127.0.0.1:8000", client=(peer, 5000)) as client:
        answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, tuple(sorted(labels.items()))))


def test_it_tells_what_is_due_and_overdue(world: World, app: FastAPI, clock: MovedClock) -> None:
    lived(world, communes=10)
    deadline = world.one("x5", "2024-03").deadline
    assert deadline is not None
    for hours, is_due in ((-25, False), (-24, True), (-1, True), (0, False)):
        clock.now = deadline.astimezone(HCM) + timedelta(hours=hours)
        found = scraped(app)
        told = [row.timeliness for row in world.due(f"{clock.now:%Y-%m-%d %H:%M}")]
        assert value(found, "dondoc_due_today") == told.count(Timeliness.LAST_DAY)
        late = told.count(Timeliness.OVERDUE) + told.count(Timeliness.CORRECTION_OVERDUE)
        assert value(found, "dondoc_overdue") == late
        assert late
        assert (Timeliness.LAST_DAY in told) is is_due


def test_it_tells_what_waits_and_what_was_sent(
    world: World, app: FastAPI, engine: Engine, clock: MovedClock
) -> None:
    clock.now = at("2024-02-10 09:00")
    with writing(engine) as session:
        for number, state in enumerate(("queued", "queued", "claimed", "failed", "sent")):
            session.add(notice(number, state, f"2024-02-0{9 - number} 09:00"))
        for number, sent in enumerate(("2024-02-09 08:00", "2024-02-08 08:00", None)):
            session.add(mail(number, sent))
        beat(session, TICK, at("2024-02-10 08:50"))
    found = scraped(app)
    assert {
        state: value(found, "dondoc_notices", state=state) for state in ("queued", "claimed", "failed")
    } == {
        "queued": 2,
        "claimed": 1,
        "failed": 1,
    }
    assert value(found, "dondoc_notices", state="sent") is None
    assert value(found, "dondoc_queue_age_seconds") == 3 * 86400  # the claimed one is not sent either
    assert value(found, "dondoc_last_mail_timestamp_seconds") == at("2024-02-09 08:00").timestamp()
    assert (
        value(found, "dondoc_last_pass_timestamp_seconds", **{"pass": TICK})
        == at("2024-02-10 08:50").timestamp()
    )
    assert value(found, "dondoc_last_pass_timestamp_seconds", **{"pass": SENDER}) is None


def notice(number: int, state: str, planned: str) -> Notice:
    return Notice(
        deadline_revision=1,
        rung=f"alert {number}",
        recipient="an@p.gov.vn",
        kind="alert",
        audience="own",
        moment=at(planned),
        planned_at=at(planned),
        state=NoticeState(state),
    )


def mail(number: int, sent: str | None) -> Mail:
    return Mail(
        key=f"k{number}",
        message_id=f"<{number}@x>",
        recipient="an@p.gov.vn",
        day=at("2024-02-09 08:00").date(),
        subject="",
        created_at=at("2024-02-07 08:00"),
        sent_at=at(sent) if sent else None,
    )


def test_it_tells_what_health_finds(
    world: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    world.units()
    world.plan()
    with reading(engine) as session:
        concerns = [each.concern.value for each in findings(session, clock.now, settings)]
    found = scraped(app)
    assert concerns == ["never ran", "never ran"]
    assert value(found, "dondoc_concerns", concern="never ran") == 2
    assert value(found, "dondoc_concerns", concern="stuck") == 0
    assert value(found, "dondoc_concerns", concern="no worker") is None  # Prefect is not asked


def test_a_database_that_is_away_is_a_figure(settings: Settings) -> None:
    away = create_app(settings, open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    found = scraped(away)
    assert value(found, "dondoc_database_up") == 0
    assert value(found, "dondoc_overdue") is None
    assert value(found, "dondoc_errors_total", kind="database") == 0
    away.state.feeds.close()


def test_requests_are_told_by_their_route(app: FastAPI) -> None:
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        for path in (
            "/alive",
            "/o/3-4/1234567890/secretsecretsecretsecret",
            "/reset/secretsecretsecretsecret",
            "/ical/secretsecretsecretsecret/viec.ics",
            "/static/dondoc.css",
            "/api/v1/obligations/7?secret=1",
            "/secret/place",
        ):
            client.get(path)
        client.head("/alive")
        client.request("SECRET", "/alive")
    found = scraped(app)
    routes = {dict(labels)["route"] for name, labels in found if name == "dondoc_request_seconds_count"}
    assert routes == {
        "/alive",
        "/o/{id}/{expiry}/{signature}",
        "/reset/{ticket}",
        "/ical/{token}/{slug}.ics",
        "/static",
        "/api/v1/obligations/{id}",
        "none",
    }
    of_alive = {"method": "GET", "route": "/alive", "status": "2xx"}
    assert value(found, "dondoc_request_seconds_count", **of_alive) == 2
    assert value(found, "dondoc_feed_fetches_total", status="404") == 1
    assert "secret" not in str(found).lower()


def test_a_fault_of_ours_is_counted(app: FastAPI) -> None:
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        app.state.context.engine.dispose()
        app.state.feeds.find = None  # any fault
        assert client.get("/ical/x/y.ics").status_code == 500
    assert value(scraped(app), "dondoc_errors_total", kind="fault") == 1


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 401),  # a proxy here asks for somebody
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 401),
        ("203.0.113.5", {}, 401),
        ("203.0.113.5", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("203.0.113.5", {"Authorization": f"bearer {TOKEN}"}, 200),
        ("203.0.113.5", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        ("203.0.113.5", {"Authorization": f"Basic {TOKEN}"}, 401),
        ("203.0.113.5", {"Authorization": "Bearer "}, 401),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, None])
def test_who_may_have_them(
    settings: Settings,
    engine: Engine,
    clock: MovedClock,
    peer: str,
    headers: dict[str, str],
    status: int,
    token: str | None,
) -> None:
    own = settings.model_copy(update={"metrics_token": SecretStr(token) if token else None})
    app = create_app(own, engine, clock)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=(peer, 5000)) as client:
        answer = client.get("/metrics", headers=headers)
    assert answer.status_code == (status if token or "Authorization" not in headers else 401)
    assert ("dondoc_overdue" in answer.text) is (answer.status_code == 200)


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(InvalidInput, match="METRICS_TOKEN"):
        load_settings(metrics_token="short")


def test_what_it_asks_does_not_depend_on_how_much_there_is(
    world: World, engine: Engine, settings: Settings
) -> None:
    lived(world, communes=20)
    numbers = []
    for communes in (20, 40):
        world.units(province_of(communes))
        world.tick("2024-02-20 08:30")
        with statements(engine) as sent, Session(engine) as session:
            figures(session, settings, at("2024-02-20 09:00"))
        numbers.append(len(sent))
    assert numbers[0] == numbers[1] <= 20


def test_no_label_names_anybody(world: World, app: FastAPI, engine: Engine, clock: MovedClock) -> None:
    lived(world, communes=10)
    clock.now = at("2024-02-20 09:00")
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 5000)) as client:
        text = client.get("/metrics").text
    with reading(engine) as session:
        addresses = set(session.exec(select(col(Notice.recipient))))
    assert addresses and not any(each and each in text for each in addresses)
    assert "x1" not in text and "Xã" not in text
