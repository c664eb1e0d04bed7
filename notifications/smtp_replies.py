"""What a mail server's answer means: again soon or later, no such address, or stop; and whose fault it is.

Only few answers speak of the address itself: those of RFC 3463 that say so, and the words of a server that
gives no such code. The latter are `DOUBTED` until it has taken a mail for somebody else. Quotas, policies,
blocklists, relaying and protocol errors are the server's or the sender's matter, whatever their class.
`UNKNOWN` is the honest answer when a connection breaks before the server has said whether it took the mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from notifications.links import without_secrets

SERVICE_CLOSING = 421
PERMANENT = 500
MAILBOX_FULL = {452, 552}
"""It may have room tomorrow, though 552 is written as a permanent answer."""
ENHANCED = re.compile(r"#?([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
"""Class, subject and detail of RFC 3463, where the server's text begins with them."""
ENHANCED_IN_BRACKETS = re.compile(r"[(\[]#?([245])\.(\d{1,3})\.(\d{1,3})[)\]]")
"""The same behind the words, as qmail and its kin write it."""
NO_SUCH_ADDRESS = {("1", detail) for detail in ("1", "2", "3", "6", "10")}
MAILBOX, SYSTEM, ROUTING, PROTOCOL = "2", "3", "4", "5"
"""Subjects of RFC 3463."""
SAYS_SO_IN_WORDS = {550, 551, 553}
WHO = r"(?:user|recipient|mailbox|account|address(?:ee)?|person|người dùng|hộp thư|tài khoản|địa chỉ)"
IS_UNKNOWN = re.compile(
    rf"\b(?:unknown|no such|invalid|non-?existent) (?:local )?{WHO}\b"
    rf"|\b{WHO}\b[^.;:]{{0,40}}\b(?:unknown|not (?:found|known)|(?:does not|doesn't) exist|không tồn tại)"
    rf"|\bno {WHO} (?:here )?(?:by|with|of) that name\b|\bno mailbox here\b",
    re.IGNORECASE,
)
SPEAKS_OF_US = re.compile(
    r"\b(?:sender|from address|mail from|return path|helo|ehlo|relay\w*|quota|limits?|rate|polic\w+|spam"
    r"|block\w*|blacklist\w*|denied|not allowed|authenti\w+|spf|dkim|dmarc|reputation|client host|temporar\w+"
    r"|later|full|\w*listed|rbl|dnsbl|unauthenticated|connecting"
    r"|your (?:ip|host|server|network|domain))\b",
    re.IGNORECASE,
)
LIMIT_OF_SENDER = re.compile(
    r"\b(?:submi\w+|outgoing|outbound|sending|sent|sender\w*|daily|hourly|per (?:day|hour)|rate|too many)\b",
    re.IGNORECASE,
)
AN_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")


class Outcome(StrEnum):
    """What became of a mail, or whose turn it is."""

    SENT = "sent"
    SOON = "soon"
    LATER = "later"
    NO_SUCH_ADDRESS = "no such address"
    DOUBTED = "doubted"
    UNUSABLE = "unusable address"
    UNKNOWN = "unknown"
    SERVER_DOWN = "server down"
    NOT_TRIED = "not tried"


class SmtpFault(StrEnum):
    """Who has to correct it: who runs the server, who runs dondoc, or who keeps the contacts."""

    SERVER = "server"
    SENDER = "sender"
    RECIPIENT = "recipient"


class SmtpStep(StrEnum):
    """How far a mail had come. Up to CONTENT the server certainly has not got it."""

    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"


@dataclass(frozen=True)
class Delivery:
    """The outcome, with the server's words and whose fault it is; none where there is none. `counts`: whether
    it is one of the attempts after which a mail is given up."""

    outcome: Outcome
    said: str = ""
    fault: SmtpFault | None = None
    counts: bool = True

    @property
    def reason(self) -> str:
        """For the ledger: the fault before the words."""
        return f"{self.fault}: {self.said}" if self.fault else self.said

    @property
    def speaks_against_server(self) -> bool:
        """Several such in a row mean that the server takes nothing from us at present."""
        if self.outcome is Outcome.DOUBTED:
            return True
        tried = self.outcome in (Outcome.SOON, Outcome.LATER, Outcome.UNKNOWN)
        return tried and self.fault in (SmtpFault.SERVER, SmtpFault.SENDER)


class Refusal(NamedTuple):
    """The server answered that it does not take a mail."""

    step: SmtpStep
    code: int
    text: str


def broken_off(step: SmtpStep, said: str) -> Delivery:
    """The connection ended, or the server fell silent, while a mail was at this step."""
    outcome = Outcome.UNKNOWN if step is SmtpStep.CONTENT else Outcome.SOON
    return Delivery(outcome, said, SmtpFault.SERVER)


def judge(refusal: Refusal) -> Delivery:
    """What a refusal means for the mail, and for the pass."""
    step, code, text = refusal
    said = on_one_line(f"{code} {text}")
    if code == SERVICE_CLOSING:
        return Delivery(Outcome.SOON, said, SmtpFault.SERVER)
    if step is SmtpStep.MAIL and code >= PERMANENT:
        return Delivery(Outcome.SERVER_DOWN, said, SmtpFault.SENDER)
    unknown = _no_such_address(code, text) if step is SmtpStep.RCPT else None
    if unknown is not None:
        return Delivery(unknown, said, SmtpFault.RECIPIENT)
    is_for_long = code >= PERMANENT or code in MAILBOX_FULL
    return Delivery(Outcome.LATER if is_for_long else Outcome.SOON, said, _fault(refusal))


def _no_such_address(code: int, text: str) -> Outcome | None:
    """Whether a refusal of a recipient says that there is no such address: by its code, or in words alone."""
    if code < PERMANENT:
        return None
    enhanced = _enhanced(text)
    if enhanced:
        is_named = enhanced[1] == "5" and enhanced.group(2, 3) in NO_SUCH_ADDRESS
        return Outcome.NO_SUCH_ADDRESS if is_named else None
    words = AN_ADDRESS.sub(" ", text)
    if code in SAYS_SO_IN_WORDS and IS_UNKNOWN.search(words) and not SPEAKS_OF_US.search(words):
        return Outcome.DOUBTED
    return None


def _enhanced(text: str) -> re.Match[str] | None:
    return ENHANCED.match(text) or ENHANCED_IN_BRACKETS.search(text)


def _fault(refusal: Refusal) -> SmtpFault:
    """Whose fault it is where the address is not called unknown."""
    enhanced = _enhanced(refusal.text)
    subject = enhanced[2] if enhanced else ""
    if refusal.step is not SmtpStep.MAIL and _is_mailbox_full(refusal, subject):
        return SmtpFault.RECIPIENT
    if refusal.code < PERMANENT:
        is_of_one = refusal.step is SmtpStep.RCPT and subject not in (SYSTEM, ROUTING, PROTOCOL)
        return SmtpFault.RECIPIENT if is_of_one else SmtpFault.SERVER  # greylisting: the next may pass
    return SmtpFault.SERVER if subject in (SYSTEM, ROUTING) else SmtpFault.SENDER


def _is_mailbox_full(refusal: Refusal, subject: str) -> bool:
    """Or closed; not the limit of a sender, which some servers report under the same code."""
    by_code = refusal.code in (MAILBOX_FULL if refusal.step is SmtpStep.RCPT else {552})
    is_meant = subject == MAILBOX if subject else by_code
    return is_meant and not LIMIT_OF_SENDER.search(AN_ADDRESS.sub(" ", refusal.text))


def on_one_line(text: str) -> str:
    """The server's words as the ledger and the log may keep them: one line, no link's secret."""
    return without_secrets(" ".join(text.split()))[:300]
