"""The table of contents of the clerk's pages."""

from __future__ import annotations

from fastapi import APIRouter

from web.clerk import documents, expired_links, filing, home, reviewing, unsubscribing

ROUTERS: tuple[APIRouter, ...] = (
    documents.router,
    filing.router,
    reviewing.router,
    expired_links.router,
    unsubscribing.router,
    home.router,
    expired_links.short_router,  # what none of the others knows
)
