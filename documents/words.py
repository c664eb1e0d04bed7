"""What reasons, doubts and rules are called for people."""

from __future__ import annotations

from documents.duty import Doubt
from messages.catalogue import NP_, translate

REASONS = {
    "citation": NP_("no duty", "the date of a law or a paper that is named"),
    "effect": NP_("no duty", "when something takes effect"),
    "target": NP_("no duty", "a target"),
    "story": NP_("no duty", "something that has happened"),
    "data-window": NP_("no duty", "which data counts"),
    "budget": NP_("no duty", "a budget's year"),
    "span": NP_("no duty", "a stage of several years"),
    "open-ended": NP_("no duty", "a time without an end"),
    "event-day": NP_("no duty", "the day of an event"),
    "no-order": NP_("no duty", "a time for which nothing is ordered"),
    "report: negated": NP_("no duty", '"not reported"'),
    "report: speaker": NP_("no duty", "a speaker, no report"),
    "report: listening": NP_("no duty", "a report that is heard or examined"),
    "report: cited": NP_("no duty", "a report that is referred to"),
    "report: part-of-name": NP_("no duty", "a part of other words"),
    "report: regime": NP_("no duty", "about reporting in general"),
    "report: another-thing": NP_("no duty", "a paper of another kind"),
    "report: purpose": NP_("no duty", "what another report is for"),
    "report: dated-below": NP_("no duty", "dated by the line below"),
    "unread": NP_("no duty", "no rule has looked at it"),
    "left-out": NP_("no duty", "left out by hand"),
    "no-duty": NP_("no duty", "said by hand to be no duty"),
}
"""Why a phrase that looks like a time or a report became no duty."""
DOUBTS = {
    Doubt.YEAR: NP_("draft", "the year is that of issue"),
    Doubt.REPORTER: NP_("draft", "who reports was taken from another place"),
    Doubt.NO_REPORTER: NP_("draft", "who reports was not found"),
    Doubt.NO_DATE: NP_("draft", "no date is named"),
    Doubt.NO_FREQUENCY: NP_("draft", "it is not said how often"),
    Doubt.BEFORE_ISSUE: NP_("draft", "the date does not lie after the day of issue"),
    Doubt.SEVERAL_TIMES: NP_("draft", "several times stand in one clause"),
    Doubt.SPREAD: NP_("draft", "one date for several frequencies"),
    Doubt.MONTH_ONLY: NP_("draft", "only the month is named"),
    Doubt.SCANNED: NP_("draft", "read from a scan"),
}
"""What a person should look at in a drafted duty."""


def word_reason(reason: str, language: str) -> str:
    """The reason in words; of one that this program has no more, that no rule has looked."""
    return translate(language, REASONS.get(reason, REASONS["unread"]))


def word_doubt(doubt: Doubt, language: str) -> str:
    return translate(language, DOUBTS[doubt])
