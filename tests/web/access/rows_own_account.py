"""A password by mail, and one's own page."""

from __future__ import annotations

from tests.web.access.row import EVERYBODY, SIGNED_IN, Row

NO_ONE: frozenset[str] = frozenset()
WITH_SECOND_FACTOR = frozenset({"carol", "dave"})
ROWS = [
    Row(method="GET", path="/forgot", opens=EVERYBODY),
    Row(method="POST", path="/forgot", opens=EVERYBODY, form={"address": "alice@p.gov.vn"}),
    # A made-up ticket opens to nobody.
    Row(method="GET", path="/reset/{ticket}", at="/reset/made-up", opens=NO_ONE),
    Row(
        method="POST", path="/reset/{ticket}", at="/reset/made-up", opens=NO_ONE, form={"password": "x" * 10}
    ),
    Row(method="GET", path="/me", opens=SIGNED_IN),
    Row(method="POST", path="/me/language", opens=SIGNED_IN),
    Row(method="POST", path="/me/password", opens=SIGNED_IN),
    # A second factor is for administrators and monitors.
    Row(method="GET", path="/me/second-factor", opens=WITH_SECOND_FACTOR),
    Row(method="POST", path="/me/second-factor/begin", opens=WITH_SECOND_FACTOR),
    # Nobody has begun, so they are led back.
    Row(method="POST", path="/me/second-factor/confirm", opens=SIGNED_IN, form={"code": "123456"}),
    Row(method="POST", path="/me/second-factor/codes", opens=WITH_SECOND_FACTOR, form={"code": "123456"}),
    Row(method="POST", path="/me/second-factor/off", opens=WITH_SECOND_FACTOR, form={"code": "123456"}),
    Row(method="POST", path="/me/sessions/end-others", opens=SIGNED_IN),
    # Of others nothing is ended: see test_me.py.
    Row(method="POST", path="/me/sessions/{id}/end", at="/me/sessions/999999/end", opens=SIGNED_IN),
    Row(method="POST", path="/me/tokens", opens=SIGNED_IN, form={"name": "Excel"}),
    Row(method="POST", path="/me/tokens/{id}/revoke", at="/me/tokens/999999/revoke", opens=NO_ONE),
]
