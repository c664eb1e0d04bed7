"""The monitor's part of the table of contents."""

from __future__ import annotations

from fastapi import APIRouter

from web.monitor import board, board_actions, chain, chase, grid, plans, rates

ROUTERS: tuple[APIRouter, ...] = (
    board.router,
    board_actions.router,
    plans.router,
    chain.router,
    grid.router,
    rates.router,
    chase.router,
)
