"""Subscribing: everybody who is signed in has the page; a feed is for those who may see what it shows."""

from __future__ import annotations

from tests.web.access.row import EVERYBODY, SIGNED_IN, Row

ROWS = [
    Row(method="GET", path="/feeds", opens=SIGNED_IN),
    Row(method="GET", path="/feeds/help", opens=EVERYBODY),
    Row(
        method="POST",
        path="/feeds",
        form={"feed": "unit|x1"},
        opens=frozenset({"alice", "bob", "dave"}),
    ),
    Row(method="POST", path="/feeds/{id}/rotate", at="/feeds/999/rotate", opens=frozenset()),
    Row(method="POST", path="/feeds/{id}/revoke", at="/feeds/999/revoke", opens=frozenset()),
    Row(
        method="GET",
        path="/o/{id}/{expiry}/{signature}/calendar",
        at="/o/{x1-link}/calendar",
        opens=EVERYBODY,
    ),
    Row(
        method="POST",
        path="/o/{id}/{expiry}/{signature}/calendar",
        at="/o/{x1-link}/calendar",
        opens=EVERYBODY,
    ),
]
