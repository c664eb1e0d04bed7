"""Signing in and out, the language, the front page, and whether the web part is alive."""

from __future__ import annotations

from tests.web.access.row import EVERYBODY, SIGNED_IN, Row

ROWS = [
    Row(method="GET", path="/alive", opens=EVERYBODY),
    Row(method="GET", path="/ready", opens=EVERYBODY),
    # For this machine and a token's holder, whoever is signed in; tests/web/test_metrics.py tells of both.
    Row(method="GET", path="/metrics", opens=frozenset()),
    Row(method="GET", path="/sign-in", opens=EVERYBODY),
    Row(method="POST", path="/sign-in", opens=EVERYBODY, form={"address": "", "password": ""}),
    # Nobody is half signed in; tests/web/account/test_second_factor.py tells of somebody who is.
    Row(method="GET", path="/sign-in/code", opens=frozenset()),
    Row(method="POST", path="/sign-in/code", opens=frozenset()),
    # Where there is an account; tests/web/account/test_first_account.py tells of a place without one.
    Row(method="GET", path="/first-account", opens=frozenset()),
    Row(method="POST", path="/first-account", opens=frozenset()),
    Row(method="POST", path="/sign-out", opens=EVERYBODY),
    Row(method="POST", path="/language", opens=EVERYBODY),
    Row(method="GET", path="/", opens=SIGNED_IN),
    # Where no provider is set there is no such page; tests/clients/test_single_sign_on.py tells of one.
    Row(method="GET", path="/sign-in/provider", opens=frozenset()),
    Row(method="GET", path="/sign-in/provider/back", opens=frozenset()),
]
