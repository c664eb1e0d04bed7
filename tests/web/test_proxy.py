"""Where a request comes from: a proxy is believed only where the settings name it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.testclient import TestClient

from models.errors import InvalidInput
from models.settings import Settings, load_settings
from tests.web.conftest import MovedClock
from web.app import create_app
from web.rate_limit import source

PROXY = "10.0.0.7"


def refused_at(settings: Settings, engine: Engine, clock: MovedClock, forwarded: str, peer: str) -> bool:
    """Whether the 31st of so many attempts is refused; `{}` in the header is the attempt's number."""
    app = create_app(settings, engine, clock)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=(peer, 5000)) as client:
        wrong = {"address": "x@p.gov.vn", "password": "sai"}
        statuses = [
            client.post(
                "/sign-in", data=wrong, headers={"X-Forwarded-For": forwarded.format(number)}
            ).status_code
            for number in range(31)
        ]
    return statuses[-1] == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "refused"),
    [
        ("", "203.0.113.{}", PROXY, True),  # nobody is believed: one place, thirty attempts
        ("10.0.0.0/8", "203.0.113.{}", PROXY, False),  # many visitors behind our proxy
        ("10.0.0.0/8", "203.0.113.{}", "198.51.100.1", True),  # somebody else says so
        ("10.0.0.0/8", "203.0.113.{}, 198.51.100.9", PROXY, True),  # made up before it reached our proxy
        ("10.0.0.7", "198.51.100.{}, 10.0.0.8", PROXY, True),  # a proxy that is not ours
    ],
)
def test_only_our_proxies_are_believed(
    settings: Settings,
    engine: Engine,
    clock: MovedClock,
    quick_hashes: None,
    proxies: str,
    forwarded: str,
    peer: str,
    refused: bool,
) -> None:
    behind = settings.model_copy(update={"trusted_proxies": proxies})
    assert refused_at(behind, engine, clock, forwarded, peer) is refused


@pytest.mark.parametrize(
    ("peer", "place"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_customer_counts_as_one_place(peer: str, place: str) -> None:
    assert source(Request({"type": "http", "client": (peer, 5000)})) == place


def test_a_network_that_cannot_be_is_refused_at_the_start() -> None:
    with pytest.raises(InvalidInput, match="is no address or network"):
        load_settings(trusted_proxies="10.0.0.0/8, proxy.local")
