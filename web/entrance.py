"""The table of contents of signing in and of the people who may: their routers."""

from __future__ import annotations

from fastapi import APIRouter

from web import me, people, reset, sign_in
from web.single_sign_on import pages as single_sign_on

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    single_sign_on.router,
    reset.router,
    me.router,
    people.router,
)
