"""The table of contents of the administrator's pages: their routers, in the order of the menu."""

from __future__ import annotations

from fastapi import APIRouter

from web.admin import (
    audit,
    contacts,
    feeds,
    health,
    holidays,
    home,
    ladders,
    mailbox,
    outbox,
    plan_form,
    plan_retire,
    plan_upload,
    plans,
    refused_addresses,
    unit_edit,
    unit_import,
    units,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    plans.router,
    plan_upload.router,
    plan_form.router,
    plan_retire.router,
    units.router,
    unit_edit.router,
    unit_import.router,
    contacts.router,
    ladders.router,
    refused_addresses.router,
    outbox.router,
    feeds.router,
    holidays.router,
    health.router,
    audit.router,
    mailbox.router,
)
