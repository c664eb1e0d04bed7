"""The table of contents of the clerk's pages."""

from __future__ import annotations

from fastapi import APIRouter

from web.clerk import documents, filing, own_pages, refused_links, reviewing, unsubscribing

ROUTERS: tuple[APIRouter, ...] = (
    documents.router,
    filing.router,
    reviewing.router,
    refused_links.router,
    unsubscribing.router,
    own_pages.router,
    refused_links.short_router,  # what none of the others knows
)
