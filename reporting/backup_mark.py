"""The instant of the last pass, kept in a file beside the database, to detect a restored backup.

A database without a pass as late as the mark has lost what was sent since. Its next tick then sends nothing
that was due by the mark, and takes back what the backup had queued; people had it from the lost days.
The mark is written only after a pass is committed, so it never runs ahead of an intact database.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import event, select, update
from sqlalchemy.engine import CursorResult
from sqlmodel import Session, col

from calendars.zone import require_aware
from models.notice import Notice
from models.settings import Settings
from models.upkeep import TICK, Heartbeat
from models.vocabulary import NoticeKind, NoticeState
from reporting.reminders.ledger import RESTORED


def mark_path(settings: Settings) -> Path:
    return settings.home / "last-pass"


def read_mark(settings: Settings) -> datetime | None:
    """How far the passes had come. To be read before the session begins that looks at the database: another
    pass writes it after its commit, so a mark read later may be of a pass that the session does not see."""
    return _read(mark_path(settings))


def lost_until(session: Session, mark: datetime | None) -> datetime | None:
    """The mark, if the database is older than it; None for one that is intact, or where there is no mark."""
    if mark is None:
        return None
    last = session.scalar(select(col(Heartbeat.at)).where(col(Heartbeat.name) == TICK))
    return mark if last is not None and last < mark else None


def take_back(session: Session) -> int:
    """Cancel what a restored backup had queued; the number of notices."""
    waiting = (NoticeState.QUEUED, NoticeState.CLAIMED)
    change = (
        update(Notice)
        .where(col(Notice.state).in_(waiting), col(Notice.kind) != NoticeKind.ALERT)
        .values(state=NoticeState.CANCELLED, reason=RESTORED, lease_until=None, claimed_by=None)
    )
    result = session.execute(change.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0


def keep_mark(session: Session, settings: Settings, now: datetime) -> None:
    """Write the mark once this session's transaction is committed; it never runs back."""

    def write(_: Session) -> None:
        path = mark_path(settings)
        before = _read(path)
        if before is None or before < now:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now.isoformat() + "\n", encoding="ascii")

    event.listen(session, "after_commit", write, once=True)


def _read(path: Path) -> datetime | None:
    try:
        return require_aware(datetime.fromisoformat(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        return None
