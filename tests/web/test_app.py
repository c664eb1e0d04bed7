"""The application as such: it answers, it says what pages may load, its clock is the test's."""

from __future__ import annotations

from starlette.testclient import TestClient


def test_it_is_alive_for_get_and_head(client: TestClient) -> None:
    assert client.get("/alive").text == "ok\n"
    assert client.head("/alive").status_code == 200


def test_it_lets_pages_load_nothing_from_elsewhere_and_no_script_of_their_own_text(
    client: TestClient,
) -> None:
    policy = client.get("/alive").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy


def test_it_sends_its_headers_with_refusals_too(client: TestClient) -> None:
    answer = client.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
