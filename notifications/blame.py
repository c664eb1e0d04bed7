"""Rules of blame: when a refusal counts against an address, when it is marked, and when a pass is in trouble.

Pure functions over what servers answered; nothing here knows a database or a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from notifications.smtp_replies import Delivery, Outcome, SmtpFault

MANY = 3
"""Doubts that nothing taken afterwards has settled, from which on they speak against the server."""
PATIENT_TRIES = 2
"""A server may ask for patience so often about one mail (greylisting) before it is taken to refuse us."""


@dataclass(frozen=True)
class Refused:
    """A delivery that says that there is no such address; how many mails the pass had brought in before it,
    and whether it only tried out a server that had failed."""

    delivery: Delivery
    taken_before: int
    is_probe: bool = False

    def is_open(self, taken: int) -> bool:
        """A doubt that no mail taken afterwards has settled."""
        return self.delivery.outcome is Outcome.DOUBTED and taken <= self.taken_before


def settled(refused: Sequence[Refused], taken: int) -> list[Delivery]:
    """What such refusals come to when a pass, or a part of it, has brought in `taken` mails.

    A probe proves nothing of an address. A refusal in words alone is believed once the server has taken a
    mail *after* it; what it took before says nothing of a quota that has run out since. A few that nothing
    settles stay doubted, many are the server's matter.
    """
    open_doubts = [each for each in refused if each.is_open(taken)]
    return [_settled(each, taken, len(open_doubts)) for each in refused]


def _settled(refused: Refused, taken: int, doubts: int) -> Delivery:
    delivery = refused.delivery
    if refused.is_probe:
        return replace(delivery, outcome=Outcome.LATER, counts=False)
    if not refused.is_open(taken):
        return replace(delivery, outcome=Outcome.NO_SUCH_ADDRESS)
    return delivery if doubts < MANY else replace(delivery, outcome=Outcome.LATER, fault=SmtpFault.SERVER)


def marks(outcome: Outcome, first_refused: date | None, today: date) -> bool:
    """Whether an address is to be written to no more: refused as unknown, and so on an earlier day already.
    A doubt confirms what is known; it is nothing to begin with."""
    if outcome not in (Outcome.NO_SUCH_ADDRESS, Outcome.DOUBTED):
        return False
    return first_refused is not None and first_refused < today


@dataclass
class PassTally:
    """What a pass has met so far: mails taken, mails turned away for the server's or the sender's fault, and
    the last words about these."""

    taken: int = 0
    turned_away: int = 0
    said: str = ""

    def add(self, delivery: Delivery, tries_before: int) -> Delivery:
        """Count it in; gives it back as it is to be recorded: while nothing is taken, no mail is worn out by
        what is not its own fault."""
        if delivery.outcome is Outcome.SENT:
            self.taken += 1
        if not is_turned_away(delivery, tries_before):
            return delivery
        self.turned_away += 1
        self.said = delivery.said
        return delivery if self.taken else replace(delivery, counts=False)

    @property
    def is_trouble(self) -> bool:
        """Nothing was taken, and not because of the addresses: trouble, however few the mails."""
        return self.turned_away > 0 and self.taken == 0


def is_turned_away(delivery: Delivery, tries_before: int) -> bool:
    """Whether the server's or the sender's fault kept a mail back; asked for patience again and again, it is
    taken to be so."""
    if delivery.outcome in (Outcome.SOON, Outcome.LATER, Outcome.UNKNOWN):
        is_put_off = delivery.outcome is Outcome.SOON and tries_before >= PATIENT_TRIES
        return delivery.fault is not SmtpFault.RECIPIENT or is_put_off
    return False
