"""Reports handed in by the thousand, straight into the database: seven in ten, one of those seven late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Engine, cast, select, update
from sqlmodel import col

from models.database import writing
from models.obligation import Obligation, Occurrence
from models.vocabulary import Lifecycle

FILED = range(7)
LATE = 0


def file_most(engine: Engine) -> None:
    """Spread over units and periods by a fixed hash of the row's id, so that every run has the same.

    What a year's filing never leaves behind at once goes: SQLite's write-ahead log, by closing the engine,
    and PostgreSQL's dead rows and old statistics, which its autovacuum sees to by the minute.
    """
    tenth: Any = cast(col(Obligation.id), BigInteger) * 48_271 % 65_537 % 10
    with writing(engine) as session:
        occurrences = session.execute(select(col(Occurrence.id), col(Occurrence.deadline))).all()
        for id, deadline in occurrences:
            for bucket in FILED:
                days = 1 + id % 5 if bucket == LATE else -bucket
                filed_at = deadline + timedelta(days=days, hours=-5)
                session.execute(
                    update(Obligation)
                    .where(col(Obligation.occurrence_id) == id, tenth == bucket)
                    .values(
                        state=Lifecycle.SUBMITTED.value, first_submitted_at=filed_at, submitted_at=filed_at
                    )
                    .execution_options(synchronize_session=False)
                )
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
