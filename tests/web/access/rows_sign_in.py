"""Signing in and out, the language, the front page, and whether the web part is alive."""

from __future__ import annotations

from tests.web.access.row import EVERYBODY, SIGNED_IN, Row

ROWS = [
    Row(method="GET", path="/alive", opens=EVERYBODY),
    Row(method="GET", path="/sign-in", opens=EVERYBODY),
    Row(method="POST", path="/sign-in", opens=EVERYBODY, form={"address": "", "password": ""}),
    Row(method="POST", path="/sign-out", opens=EVERYBODY),
    Row(method="POST", path="/language", opens=EVERYBODY),
    Row(method="GET", path="/", opens=SIGNED_IN),
]
