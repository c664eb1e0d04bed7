"""Whether the database has all that was sent, by what witnesses outside it say: recognising a restored
backup.

Each commit of a pass is counted in the database and then in the mark of the installation that made it
(`models.mark_file`). The next sender asks first:

1. A mark that counts more than the database: it was put back to an earlier state. Until a tick has taken back
   what was due by the mark, nobody is mailed; people had it from the lost days.
2. PostgreSQL says by itself that it was restored, moved or failed over: its epoch is another. Then every
   witness that was at work lately has to find its own mark in the database before anybody is mailed.
3. An installation without a mark knows nothing. It is let in by the next pass of one that does, or by a
   person.

`dondoc restored` is that person's word. docs/decisions/0010-the-mark-outside-the-database.md has the reasons.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    case,
    delete,
    event,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlmodel import Session, col

from calendars.zone import require_aware
from messages.catalogue import SOURCE_LANGUAGE
from messages.formats import moment_text
from models.columns import Instant, insert_into
from models.errors import DondocError
from models.mark_file import Mark, Marks, advance, begin, mark_paths, read_file
from models.notice import Notice
from models.settings import Settings
from models.upkeep import Marker, Witness
from models.vocabulary import NoticeState
from reporting.audit.log import record
from reporting.reminders.ledger import RESTORED
from reporting.stops import Stop, stop

DATABASE, LOST_UNTIL = "database", "lost-until"
"""Markers: the id of the database, and until when what it has lost went; the second until a tick deals with
it."""
SUBJECT, RECOVERY = "database", "recover"
"""What the audit says of a backup that was dealt with."""
LATELY = timedelta(days=7)
"""Who last worked so long before the newest pass need not look at a restored database first."""
EPOCH = """
SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
    left(pg_walfile_name(pg_current_wal_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()), pg_relation_filenode('witness'))
"""
"""Server, timeline, database and file of a table: another after a recovery, a dump put back or a failover."""

Files = Mapping[Path, Marks]


class DatabaseRestored(DondocError):
    """The database was put back to an earlier state while a pass was at work."""


def read_marks(settings: Settings) -> Files:
    """What the installation's marks say."""
    return {path: read_file(path) for path in mark_paths(settings)}


class _Row(NamedTuple):
    id: str
    name: str
    commits: int
    at: datetime
    epoch: str
    admitted: bool


@dataclass
class Trust:
    """What may be believed of the database. `lost_until`: it is older, and has forgotten what was until then.
    `absent`: who has not looked at it yet. `mine`: this installation's marks, by their file."""

    database: str
    epoch: str
    lost_until: datetime | None = None
    absent: tuple[str, ...] = ()
    is_admitted: bool = True
    mine: dict[Path, Mark] = field(default_factory=dict)
    rows: dict[str, _Row] = field(default_factory=dict, repr=False)

    def doubt(self, zone: ZoneInfo) -> str:
        """Why nobody may be mailed; empty where nothing speaks against it."""
        if self.lost_until is not None:
            return stop(Stop.BACKUP, until=moment_text(self.lost_until, zone, SOURCE_LANGUAGE))
        if self.absent:
            return stop(Stop.MOVED, names=", ".join(self.absent))
        return "" if self.is_admitted else stop(Stop.STRANGER)


def _rows(session: Session) -> dict[str, _Row]:
    columns = (getattr(Witness, name) for name in _Row._fields)
    return {row.id: row for row in map(_Row._make, session.execute(select(*columns)))}


def look(session: Session, files: Files) -> Trust:
    """How the database stands beside the marks, which are read before the session begins: a pass writes its
    mark after its commit, so one read later may be of a pass that the session does not see. Reads only."""
    database = session.scalar(select(col(Marker.value)).where(col(Marker.name) == DATABASE)) or ""
    return _stand(
        session, database, {path: marks[database] for path, marks in files.items() if database in marks}
    )


def _stand(session: Session, database: str, mine: dict[Path, Mark]) -> Trust:
    epoch = "" if session.connection().dialect.name == "sqlite" else str(session.scalar(text(EPOCH)))
    pending = session.scalar(select(col(Marker.value)).where(col(Marker.name) == LOST_UNTIL))
    rows = _rows(session)
    known = [rows[mark.witness] for mark in mine.values() if mark.witness in rows]
    lost = [mark.at for mark in mine.values() if mark.commits > _commits(rows.get(mark.witness))]
    others = [row for row in rows.values() if row.admitted and row not in known]
    since = max((row.at for row in rows.values()), default=None)
    away = [row.name for row in others if row.epoch != epoch and since and row.at > since - LATELY]
    return Trust(
        database=database,
        epoch=epoch,
        lost_until=max(
            lost + ([require_aware(datetime.fromisoformat(pending))] if pending else []), default=None
        ),
        absent=tuple(sorted(away)),
        is_admitted=bool(lost) or any(row.admitted for row in known) or not others,
        mine=mine,
        rows=rows,
    )


def _commits(row: _Row | None) -> int:
    return row.commits if row is not None else 0


def vouch(session: Session, settings: Settings, now: datetime) -> Trust:
    """Look, and write down what this installation can say: that nothing is missing, or how much is. An
    installation that asks to come in is let in by one that is known; the first to come needs nobody.

    Several may come at once, also the first of one installation: all share the mark that one of them begins.
    The session writes: so it sees every commit whose mark is read here.
    """
    database = _database(session)
    standing = _stand(session, database, {path: begin(path, database, now) for path in mark_paths(settings)})
    for path, mark in standing.mine.items():
        _declare(session, standing, path, mark)
    if standing.is_admitted and not all(row.admitted for row in standing.rows.values()):
        asking = update(Witness).where(col(Witness.admitted).is_(False)).values(admitted=True)
        session.execute(asking.execution_options(synchronize_session=False))
    if standing.lost_until is not None:
        _set(session, LOST_UNTIL, standing.lost_until.isoformat())
    return standing


def _declare(session: Session, standing: Trust, path: Path, mark: Mark) -> None:
    """Bring a witness's row in line with its mark and with what was found; its count only grows, for another
    process of the installation may have counted since it was read."""
    row = standing.rows.get(mark.witness)
    is_known = row is not None and mark.commits <= row.commits and row.admitted >= standing.is_admitted
    if row is not None and is_known and row.epoch == standing.epoch:
        return
    values = {
        "commits": mark.commits,
        "at": mark.at,
        "epoch": standing.epoch,
        "admitted": standing.is_admitted,
    }
    insert = insert_into(session, "witness").values(
        id=mark.witness, name=f"{socket.gethostname()}:{path}", **values
    )
    grow = ("commits", "at", "admitted")
    change = {name: _greater(col(getattr(Witness, name)), insert.excluded[name]) for name in grow}
    change["epoch"] = insert.excluded.epoch
    session.execute(insert.on_conflict_do_update(index_elements=["id"], set_=change))


def _greater(one: SQLColumnExpression[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)


def _database(session: Session) -> str:
    """The id that this database and each of its copies have; made where it has none yet."""
    known = select(col(Marker.value)).where(col(Marker.name) == DATABASE)
    if session.scalar(known) is None:
        insert = insert_into(session, "marker").values(name=DATABASE, value=uuid4().hex)
        session.execute(insert.on_conflict_do_nothing())
    return session.scalars(known).one()


def _set(session: Session, name: str, value: str) -> None:
    insert = insert_into(session, "marker").values(name=name, value=value)
    session.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def leave_mark(session: Session, standing: Trust, now: datetime) -> None:
    """Count this transaction; its commit is followed by the marks. Raises `DatabaseRestored` where the
    database was put back meanwhile."""
    paths = {mark.witness: path for path, mark in standing.mine.items()}
    latest = _greater(col(Witness.at), literal(now, Instant()))
    change = (
        update(Witness)
        .where(col(Witness.id).in_(paths))
        .values(commits=Witness.commits + 1, at=latest)
        .returning(col(Witness.id), col(Witness.commits), col(Witness.at))
    )
    rows = session.execute(change.execution_options(synchronize_session=False))
    found = {paths[row[0]]: Mark(*row) for row in rows}
    for path, mark in standing.mine.items():
        if path not in found or found[path].commits <= mark.commits:
            raise DatabaseRestored(stop(Stop.PUT_BACK))

    def keep(_: Session) -> None:
        standing.mine = found
        for path, mark in found.items():
            advance(path, standing.database, mark)

    event.listen(session, "after_commit", keep, once=True)


def take_back(session: Session, lost_until: datetime) -> int:
    """Cancel what a restored backup had queued, and what was queued since though it was due by then; the
    number of notices. The backup is dealt with by that."""
    session.execute(delete(Marker).where(col(Marker.name) == LOST_UNTIL))
    waiting = (NoticeState.QUEUED, NoticeState.CLAIMED)
    change = (
        update(Notice)
        .where(col(Notice.state).in_(waiting))
        .where(or_(col(Notice.planned_at) <= lost_until, col(Notice.moment) <= lost_until))
        .values(state=NoticeState.CANCELLED, reason=RESTORED, lease_until=None, claimed_by=None)
    )
    result = session.execute(change.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0


def declare(
    session: Session, settings: Settings, lost_until: datetime | None, now: datetime, actor: str
) -> Trust:
    """Write down, with an audit entry, a person's word on a database in doubt: that it lost what was until
    then, which the next tick takes back, or None: nothing. It stands in place of what the marks say and
    admits every witness. Returns how the database stood before."""
    standing = vouch(session, settings, now)
    session.execute(update(Witness).values(epoch=standing.epoch, admitted=True))
    session.execute(delete(Marker).where(col(Marker.name) == LOST_UNTIL))
    if lost_until is not None:
        _set(session, LOST_UNTIL, lost_until.isoformat())
    action = "declare-intact" if lost_until is None else "declare-restored"
    record(session, now, actor, action, SUBJECT, 0, after={"lost_until": lost_until})
    return standing
