"""The table of contents of signing in and of the people who may: their routers."""

from __future__ import annotations

from fastapi import APIRouter

from web.account import admin, password_reset, profile, sign_in, single_sign_on

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    single_sign_on.router,
    password_reset.router,
    profile.router,
    admin.router,
)
