"""Looking again before sending: whether what was planned still holds, as one pure function.

A notice may wait for hours: meanwhile a report is filed, a deadline moved, a rung switched off.
What has become pointless is cancelled with the reason, which stays in the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.vocabulary import Lifecycle, NoticeKind, Until
from reporting.ledger import ACKNOWLEDGED, BOUNCES, CLOSED_MEANWHILE, ENDED, GONE, UNDONE, UNWANTED

NAGGING = frozenset(
    {
        NoticeKind.COMING_DUE,
        NoticeKind.LAST_DAY,
        NoticeKind.OVERDUE,
        NoticeKind.HOLDING_UP,
        NoticeKind.ESCALATED,
        NoticeKind.RETURNED,
        NoticeKind.LOOK_AHEAD,
        NoticeKind.CHASE,
        NoticeKind.OWED_AGAIN,
    }
)
CLOSED = frozenset({Lifecycle.WAIVED, Lifecycle.CANCELLED, Lifecycle.TRANSFERRED})
FILED = frozenset({Lifecycle.SUBMITTED, Lifecycle.ACCEPTED})
TO_REVIEW = frozenset({NoticeKind.REVIEWER_REMINDER, NoticeKind.ACCEPTANCE_UNDONE})
FILED_MEANWHILE, REVIEWED_MEANWHILE = "it was filed meanwhile", "it was reviewed meanwhile"
RETURNED_MEANWHILE, MOVED = "it was returned meanwhile", "the deadline was moved"
SWITCHED_OFF = "the rung was switched off"
HOLDS_NOBODY_UP = "its own report is not missing any more"
SPENT = "its link was used, or has expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A notice and how its obligation, rung and person stand at the moment of sending.

    `rung_until` is None where no rung speaks (an event, a chase); `rung_is_off` where the ladder lacks it.
    `holds_up` is whether the person's unit still lacks a report that the obligation waits for.
    """

    kind: NoticeKind
    state: Lifecycle
    revision: int
    present_revision: int
    rung_until: Until | None = None
    rung_is_off: bool = False
    is_acknowledged: bool = False
    unit_has_ended: bool = False
    person_is_gone: bool = False
    address_bounces: bool = False
    is_spent: bool = False
    is_unwanted: bool = False
    holds_up: bool = True


def reason_not_to_send(standing: Standing) -> str | None:
    """What has changed since the notice was planned, None if it still holds. An alert always holds."""
    if standing.kind is NoticeKind.ALERT:
        return None
    if standing.kind is NoticeKind.PASSWORD:
        return SPENT if standing.is_spent else None
    closed = standing.state in CLOSED
    if standing.kind is NoticeKind.NOT_OWED:
        return _unreachable(standing) if closed else UNDONE
    if closed:
        return CLOSED_MEANWHILE.format(standing.state)
    return _pointless(standing) or _unreachable(standing)


def _pointless(standing: Standing) -> str | None:
    nags = standing.kind in NAGGING
    if nags and standing.state in FILED:
        return FILED_MEANWHILE
    if standing.kind in TO_REVIEW and standing.state is not Lifecycle.SUBMITTED:
        return REVIEWED_MEANWHILE
    if standing.kind is NoticeKind.DONE and standing.state not in FILED:
        return RETURNED_MEANWHILE
    moves = nags or standing.kind in (NoticeKind.REVIEWER_REMINDER, NoticeKind.EXTENSION_DECIDED)
    if moves and standing.revision != standing.present_revision:
        return MOVED
    if nags and standing.unit_has_ended:
        return ENDED
    if standing.kind is NoticeKind.HOLDING_UP and not standing.holds_up:
        return HOLDS_NOBODY_UP
    if standing.rung_is_off:
        return SWITCHED_OFF
    if standing.is_unwanted and standing.kind is NoticeKind.LOOK_AHEAD:
        return UNWANTED
    quiet = standing.is_acknowledged and standing.rung_until is Until.ACKNOWLEDGED
    return ACKNOWLEDGED if quiet else None


def _unreachable(standing: Standing) -> str | None:
    if standing.person_is_gone:
        return GONE
    return BOUNCES if standing.address_bounces else None
