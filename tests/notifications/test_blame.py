"""When a refusal counts against an address, when it is marked, and when a pass is in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from notifications.blame import PassTally, Refused, marks, settled
from notifications.smtp_replies import Delivery, Outcome, SmtpFault

GONE, DOUBT = Outcome.NO_SUCH_ADDRESS, Outcome.DOUBTED
SENT, SOON, LATER = Outcome.SENT, Outcome.SOON, Outcome.LATER
SERVER, SENDER, RECIPIENT = SmtpFault.SERVER, SmtpFault.SENDER, SmtpFault.RECIPIENT


def refused(outcome: Outcome, taken_before: int, is_probe: bool = False) -> Refused:
    return Refused(Delivery(outcome, "no", RECIPIENT), taken_before, is_probe)


@pytest.mark.parametrize(
    ("before", "taken", "verdicts"),
    [
        ([refused(GONE, 0)], 0, [(GONE, RECIPIENT)]),  # its code says so; nothing to settle
        ([refused(DOUBT, 3)], 4, [(GONE, RECIPIENT)]),  # a mail was taken after it
        ([refused(DOUBT, 3)], 3, [(DOUBT, RECIPIENT)]),  # what was taken before settles nothing
        ([refused(DOUBT, 3), refused(DOUBT, 4)], 4, [(GONE, RECIPIENT), (DOUBT, RECIPIENT)]),
        ([refused(DOUBT, 9)] * 3, 9, [(LATER, SERVER)] * 3),  # many, and nothing after them
        ([refused(GONE, 9)] * 3, 9, [(GONE, RECIPIENT)] * 3),
        ([refused(GONE, 0, is_probe=True)], 5, [(LATER, RECIPIENT)]),  # a probe proves nothing
        ([refused(DOUBT, 0, is_probe=True)], 5, [(LATER, RECIPIENT)]),
    ],
)
def test_a_refusal_is_believed_by_its_code_or_by_a_mail_taken_after_it(
    before: Sequence[Refused], taken: int, verdicts: list[tuple[Outcome, SmtpFault]]
) -> None:
    assert [(each.outcome, each.fault) for each in settled(before, taken)] == verdicts


TODAY, YESTERDAY = date(2024, 2, 6), date(2024, 2, 5)


@pytest.mark.parametrize(
    ("outcome", "first", "is_marked"),
    [
        (GONE, None, False),  # the first refusal
        (GONE, TODAY, False),  # the second, on the same day
        (GONE, YESTERDAY, True),
        (DOUBT, None, False),
        (DOUBT, TODAY, False),
        (DOUBT, YESTERDAY, True),  # it confirms what is known
        (LATER, YESTERDAY, False),  # a quota, say
        (SOON, YESTERDAY, False),
        (Outcome.UNKNOWN, YESTERDAY, False),
    ],
)
def test_an_address_is_marked_on_a_second_day(outcome: Outcome, first: date | None, is_marked: bool) -> None:
    assert marks(outcome, first, TODAY) == is_marked


@pytest.mark.parametrize(
    ("met", "is_trouble"),
    [
        ([], False),
        ([(SENT, None, 0)], False),
        ([(LATER, SENDER, 0)], True),  # one is enough
        ([(LATER, SERVER, 0), (LATER, SENDER, 0)], True),
        ([(SOON, SERVER, 0)], True),
        ([(Outcome.UNKNOWN, SERVER, 0)], True),
        ([(LATER, SENDER, 0), (SENT, None, 0)], False),
        ([(GONE, RECIPIENT, 0)], False),
        ([(GONE, RECIPIENT, 0), (LATER, SENDER, 0)], True),  # nothing was taken all the same
        ([(LATER, RECIPIENT, 7)], False),  # a mailbox that stays full
        ([(SOON, RECIPIENT, 0)], False),  # greylisting
        ([(SOON, RECIPIENT, 1)], False),
        ([(SOON, RECIPIENT, 2)], True),  # counted across passes: asked for patience a third time
        ([(SOON, RECIPIENT, 2), (SENT, None, 0)], False),
    ],
)
def test_a_pass_is_in_trouble_when_nothing_was_taken_and_no_address_is_to_blame(
    met: list[tuple[Outcome, SmtpFault | None, int]], is_trouble: bool
) -> None:
    tally = PassTally()
    for outcome, fault, tries in met:
        tally.add(Delivery(outcome, "no", fault), tries)
    assert tally.is_trouble == is_trouble


def test_no_mail_is_worn_out_while_the_server_takes_none() -> None:
    tally = PassTally()
    quota = Delivery(LATER, "quota", SENDER)
    assert not tally.add(quota, 3).counts
    assert tally.add(Delivery(SENT), 0).counts
    assert tally.add(quota, 3).counts  # the server takes others: it is about this mail
