"""What signing in leaves behind goes once it is of no use: ended sessions, old tickets, counted attempts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete

from models.account import Attempts, SignIn, Ticket

LONGEST_WINDOW = timedelta(days=1)


def tidy_sign_ins(session: Session, now: datetime) -> None:
    """Drop the sessions and tickets that have run out, and the windows that have passed."""
    session.execute(delete(SignIn).where(col(SignIn.expires_at) <= now))
    session.execute(delete(Ticket).where(col(Ticket.expires_at) <= now))
    session.execute(delete(Attempts).where(col(Attempts.window_start) < now - LONGEST_WINDOW))
