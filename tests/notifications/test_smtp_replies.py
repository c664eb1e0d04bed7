"""What a mail server's answer means, a row an answer: whether it is the address's, and whose fault it is."""

from __future__ import annotations

import pytest

from notifications.smtp_replies import Outcome, Refusal, SmtpFault, SmtpStep, broken_off, judge

GONE, DOUBT = Outcome.NO_SUCH_ADDRESS, Outcome.DOUBTED
SOON, LATER = Outcome.SOON, Outcome.LATER
SERVER, SENDER, RECIPIENT = SmtpFault.SERVER, SmtpFault.SENDER, SmtpFault.RECIPIENT


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", GONE),
        ("550 5.1.2 bad destination system", GONE),
        ("553 5.1.3 bad syntax of the mailbox", GONE),
        ("551 5.1.6 the mailbox has moved", GONE),
        ("550 5.1.10 recipient not found", GONE),
        ("554 5.1.1 user unknown", GONE),
        ("550 #5.1.1 user unknown", GONE),
        ("550 sorry, no mailbox here by that name. (#5.1.1)", GONE),
        ("550 User unknown", DOUBT),
        ("550 <vt@x1.example>: Recipient address rejected: User unknown in virtual mailbox table", DOUBT),
        ("550 No such user here", DOUBT),
        ("550 <a@b.example> no such user", DOUBT),
        ("550 unknown recipient", DOUBT),
        ("550 Invalid recipient <x@y.example>", DOUBT),
        ("551 user not found", DOUBT),
        ("553 this mailbox does not exist", DOUBT),
        ("550 The account doesn't exist", DOUBT),
        ("550 <limit-policy@quota.example>: user unknown", DOUBT),  # the address is no part of what is said
        ("550 hộp thư không tồn tại", DOUBT),
    ],
)
def test_few_answers_say_that_there_is_no_such_address(answer: str, outcome: Outcome) -> None:
    delivery = judge(refusal(SmtpStep.RCPT, answer))
    assert (delivery.outcome, delivery.fault) == (outcome, RECIPIENT)


@pytest.mark.parametrize(
    ("answer", "outcome", "fault"),
    [
        ("550 5.1.90 daily limit of recipients", LATER, SENDER),
        ("550 5.1.0 address rejected", LATER, SENDER),
        ("550 5.1.8 bad sender's system address", LATER, SENDER),
        ("550 5.4.5 Daily sending quota exceeded", LATER, SERVER),
        ("550 5.4.1 Recipient address rejected: Access denied", LATER, SERVER),
        ("550 5.7.1 policy", LATER, SENDER),
        ("550 5.7.1 user unknown", LATER, SENDER),  # the code says otherwise, and the code is meant for us
        ("550 sorry, user unknown (#5.7.1)", LATER, SENDER),  # so does a code behind the words
        ("550 mailbox unknown [5.4.5]", LATER, SERVER),
        ("550 invalid recipient: your IP is listed at rbl.example", LATER, SENDER),
        ("550 recipient not found: unauthenticated client", LATER, SENDER),
        ("550 user unknown or mailbox full", LATER, SENDER),
        ("550 5.7.26 unauthenticated mail is not accepted (DMARC)", LATER, SENDER),
        ("554 5.7.1 <x>: Relay access denied", LATER, SENDER),
        ("554 user unknown", LATER, SENDER),  # 554 says nothing of a mailbox
        ("503 5.5.1 need MAIL", LATER, SENDER),
        ("504 5.5.2 <localhost>: need fully-qualified hostname", LATER, SENDER),
        ("530 5.7.0 authentication required", LATER, SENDER),
        ("550 no", LATER, SENDER),
        ("550 mailbox unavailable", LATER, SENDER),  # RFC 5321: not found, or no access, or policy
        ("550 sender address rejected: user unknown", LATER, SENDER),
        ("550 your host is listed: blocked, user unknown", LATER, SENDER),
        ("551 user not local; try another", LATER, SENDER),
        ("550 5.2.2 mailbox full", LATER, RECIPIENT),
        ("552 5.2.2 mailbox full", LATER, RECIPIENT),
        ("550 5.2.1 mailbox disabled", LATER, RECIPIENT),
        ("452 4.2.2 mailbox full", LATER, RECIPIENT),
        ("552 over quota", LATER, RECIPIENT),
        ("550 5.2.2 Submission quota exceeded", LATER, SENDER),  # the sender's limit under a mailbox's code
        ("452 4.5.3 too many recipients this hour", LATER, SERVER),
        ("452 4.3.1 insufficient system storage", LATER, SERVER),
        ("450 4.2.0 greylisted", SOON, RECIPIENT),
        ("451 4.7.1 greylisted", SOON, RECIPIENT),
        ("450 try later", SOON, RECIPIENT),
        ("451 4.3.0 temporary failure", SOON, SERVER),
        ("421 4.7.0 too many connections", SOON, SERVER),
    ],
)
def test_every_other_answer_to_a_recipient_is_tried_again(
    answer: str, outcome: Outcome, fault: SmtpFault
) -> None:
    delivery = judge(refusal(SmtpStep.RCPT, answer))
    assert (delivery.outcome, delivery.fault) == (outcome, fault)


@pytest.mark.parametrize(
    ("step", "answer", "outcome", "fault"),
    [
        (SmtpStep.MAIL, "553 5.7.1 sender address rejected", Outcome.SERVER_DOWN, SENDER),
        (SmtpStep.MAIL, "550 5.1.1 user unknown", Outcome.SERVER_DOWN, SENDER),
        (SmtpStep.MAIL, "451 4.3.0 try again", SOON, SERVER),
        (SmtpStep.DATA, "554 5.5.1 no valid recipients", LATER, SENDER),
        (SmtpStep.CONTENT, "554 5.7.1 looks like spam", LATER, SENDER),
        (
            SmtpStep.CONTENT,
            "550 5.1.1 user unknown",
            LATER,
            SENDER,
        ),  # of whom, after the recipient was taken?
        (SmtpStep.CONTENT, "554 no", LATER, SENDER),
        (SmtpStep.CONTENT, "552 5.2.2 mailbox full", LATER, RECIPIENT),
        (SmtpStep.CONTENT, "452 4.3.1 no room", LATER, SERVER),
    ],
)
def test_at_other_steps_no_answer_speaks_of_the_address(
    step: SmtpStep, answer: str, outcome: Outcome, fault: SmtpFault
) -> None:
    delivery = judge(refusal(step, answer))
    assert (delivery.outcome, delivery.fault) == (outcome, fault)


@pytest.mark.parametrize(
    ("step", "outcome"), [(SmtpStep.RCPT, SOON), (SmtpStep.DATA, SOON), (SmtpStep.CONTENT, Outcome.UNKNOWN)]
)
def test_a_broken_connection_is_the_server_s(step: SmtpStep, outcome: Outcome) -> None:
    delivery = broken_off(step, "gone")
    assert (delivery.outcome, delivery.fault) == (outcome, SERVER)


def refusal(step: SmtpStep, answer: str) -> Refusal:
    code, _, text = answer.partition(" ")
    return Refusal(step, int(code), text)
