"""What a mail server's answer means: try again soon, later, never, or stop; and whose fault it is.

A refusal of an address (RFC 3463: 5.1.x, 5.2.1) is certain. Any other refusal of a recipient is `DOUBTED`: a
relay that refuses everybody says the same, and then nobody's address is wrong. `UNKNOWN` is the honest answer
when a connection breaks before the server has said whether it took the mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from notifications.links import without_secrets

SERVICE_CLOSING = 421
MAILBOX_FULL = {452, 552}
"""It may have room tomorrow, though 552 is written as a permanent answer."""
NO_SUCH_ADDRESS = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1)\b")
TOO_LARGE = re.compile(r"5\.(2\.3|3\.4)\b")


class Outcome(StrEnum):
    """What became of a mail, or whose turn it is."""

    SENT = "sent"
    SOON = "soon"
    LATER = "later"
    REFUSED = "refused"
    BAD_ADDRESS = "bad address"
    DOUBTED = "doubted"
    UNKNOWN = "unknown"
    SERVER_DOWN = "server down"
    NOT_TRIED = "not tried"


class Fault(StrEnum):
    """Who has to mend it: whoever runs the server, whoever runs dondoc, or whoever keeps the contacts."""

    SERVER = "server"
    SENDER = "sender"
    RECIPIENT = "recipient"


class Step(StrEnum):
    """How far a mail had come. Up to CONTENT the server certainly has not got it."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"


@dataclass(frozen=True)
class Delivery:
    """The outcome, with the server's words and whose fault it is; none where there is none."""

    outcome: Outcome
    said: str = ""
    fault: Fault | None = None

    @property
    def reason(self) -> str:
        """For the ledger: the fault before the words."""
        return f"{self.fault}: {self.said}" if self.fault else self.said

    @property
    def speaks_against_server(self) -> bool:
        """Several such in a row mean that the server takes nothing from us at present."""
        if self.outcome in (Outcome.DOUBTED, Outcome.REFUSED):
            return True
        return self.outcome in (Outcome.SOON, Outcome.UNKNOWN, Outcome.LATER) and self.fault is Fault.SERVER


class Refusal(Exception):
    """The server answered that it does not take a mail."""

    def __init__(self, step: Step, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.step, self.code, self.text = step, code, text


class BrokenOff(Exception):
    """The connection ended, or the server fell silent, while a mail was at this step."""

    def __init__(self, step: Step, said: str) -> None:
        super().__init__(said)
        self.step = step


def judge(error: Refusal | BrokenOff) -> Delivery:
    """What a failure means for the mail, and for the pass."""
    said = on_one_line(str(error))
    if isinstance(error, BrokenOff):
        outcome = Outcome.UNKNOWN if error.step is Step.CONTENT else Outcome.SOON
        return Delivery(outcome, said, Fault.SERVER)
    if error.code == SERVICE_CLOSING:
        return Delivery(Outcome.SOON, said, Fault.SERVER)
    if error.step is Step.RCPT:
        return _of_recipient(error, said)
    if error.code < 500:
        outcome = Outcome.LATER if error.code in MAILBOX_FULL else Outcome.SOON
        return Delivery(outcome, said, Fault.SERVER)
    if error.step is Step.MAIL:
        return Delivery(Outcome.SERVER_DOWN, said, Fault.SENDER)
    if error.code in MAILBOX_FULL and not TOO_LARGE.match(error.text):
        return Delivery(Outcome.LATER, said, Fault.RECIPIENT)
    return Delivery(Outcome.REFUSED, said, Fault.SENDER)


def _of_recipient(error: Refusal, said: str) -> Delivery:
    if error.code in MAILBOX_FULL:
        outcome = Outcome.LATER
    elif error.code < 500:
        outcome = Outcome.SOON
    else:
        outcome = Outcome.BAD_ADDRESS if NO_SUCH_ADDRESS.match(error.text) else Outcome.DOUBTED
    return Delivery(outcome, said, Fault.RECIPIENT)


def on_one_line(text: str) -> str:
    """The server's words as the ledger and the log may keep them: one line, no link's secret."""
    return without_secrets(" ".join(text.split()))[:300]
