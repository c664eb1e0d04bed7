"""The further recipients of reports, in the order in which the plan names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlmodel import Session, col

from models.database import chunks
from models.obligation import ObligationCopy


def copies_of(session: Session, obligation_ids: Iterable[int]) -> dict[int, list[int]]:
    """By obligation, the ids of its further recipients; nothing for one that has none."""
    query = select(col(ObligationCopy.obligation_id), col(ObligationCopy.unit_id))
    query = query.order_by(col(ObligationCopy.obligation_id), col(ObligationCopy.position))
    found: dict[int, list[int]] = defaultdict(list)
    for some in chunks(obligation_ids):
        for id, unit in session.execute(query.where(col(ObligationCopy.obligation_id).in_(some))):
            found[id].append(unit)
    return dict(found)


def replace_copies(session: Session, obligation_id: int, unit_ids: Sequence[int]) -> None:
    """Give one obligation other further recipients."""
    session.execute(delete(ObligationCopy).where(col(ObligationCopy.obligation_id) == obligation_id))
    session.add_all(
        ObligationCopy(obligation_id=obligation_id, unit_id=unit, position=position)
        for position, unit in enumerate(unit_ids, start=1)
    )
    session.flush()
