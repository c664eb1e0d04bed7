"""Audit entries for people: actions, fields and values in Vietnamese and English.

Entries are stored as JSON under the names of columns. A deadline, stored as the first instant too late, is
shown as its last day. Unknown actions, fields and values are shown as stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.deadline import Deadline
from calendars.errors import CalendarError
from calendars.periods import Language, Period
from calendars.wording import last_day_text
from messages.catalogue import N_, NP_, translate
from messages.formats import day_text, moment_text
from models.subscription import FEED_KINDS
from models.upkeep import AuditEntry
from models.vocabulary import AccessRole, Level, Lifecycle, NoticeState, Role, Scope, say
from reporting.closing_reasons import closing_words

LONGEST_VALUE = 160
DEADLINES = frozenset({"deadline", "correction_deadline", "asked_deadline", "original_deadline"})
SPOKEN: dict[str, dict[str, type[StrEnum]]] = {
    "obligation": {"state": Lifecycle},
    "notice": {"state": NoticeState},
    "account": {"role": AccessRole, "scope": Scope},
    "contact": {"role": Role},
    "unit": {"level": Level},
}
"""Fields whose values are words of the vocabulary, by what the entry is about."""
ACTIONS = {
    "accept": N_("accept"),
    "acknowledge": N_("acknowledge"),
    "add": N_("add"),
    "attach": N_("attach a file"),
    "detach": N_("take a file away"),
    "bind-sign-on": N_("bind the single sign-on"),
    "bounce": N_("mark as refusing mail"),
    "untrack": N_("stop tracking"),
    "track": N_("track again"),
    "cancel": N_("cancel"),
    "change": N_("change"),
    "chase": N_("chase"),
    "choose-language": N_("choose a language"),
    "confirm": N_("confirm as complete"),
    "declare-intact": N_("declare the database complete"),
    "declare-restored": N_("declare the database a backup"),
    "doubt": N_("take back the confirmation"),
    "revoke-links": N_("revoke the links in mails"),
    "clear-bounce": N_("clear the mark of refusing mail"),
    "close": N_("close"),
    "erase-telephone": N_("delete a telephone number"),
    "erase-person": N_("delete a person's data"),
    "end": N_("end"),
    "end-grant": N_("end a role"),
    "explain": N_("say what a column heading means"),
    "follow-units": N_("follow the units"),
    "follow-days": N_("follow the working days"),
    "grant": N_("give a role"),
    "grant-extension": N_("extend"),
    "hand-over": N_("hand over to another unit"),
    "load": N_("load"),
    "lock": N_("lock"),
    "make-token": N_("make a token"),
    "open": N_("open"),
    "recover": N_("go on from a backup"),
    "refuse-extension": N_("refuse to extend"),
    "remove": N_("remove"),
    "reopen": N_("open again"),
    "replace": N_("replace"),
    "happen": N_("say that it happened"),
    "request": N_("ask for reports"),
    "request-extension": N_("ask for time"),
    "retire": N_("retire"),
    "retry": N_("try again"),
    "return": N_("return"),
    "revoke": N_("revoke"),
    "revoke-token": N_("revoke a token"),
    "rotate": N_("change the address"),
    "set-second-factor": N_("set up the second factor"),
    "renew-recovery-codes": N_("make new recovery codes"),
    "use-recovery-code": N_("sign in with a recovery code"),
    "remove-second-factor": N_("remove the second factor"),
    "send-ticket": N_("send a link to set a password"),
    "set": N_("set"),
    "set-password": N_("set the password"),
    "sign-in": N_("sign in"),
    "submit": N_("hand in"),
    "subscribe": N_("subscribe"),
    "take-back": N_("take back"),
    "transfer": N_("transfer"),
    "undo-acceptance": N_("undo the acceptance"),
    "undo-cancellation": N_("undo the cancellation"),
    "undo-waiver": N_("undo the waiver"),
    "unbind-sign-on": N_("unbind the single sign-on"),
    "unsubscribe": N_("unsubscribe"),
    "waive": N_("waive"),
    "withdraw": N_("withdraw"),
}
SUBJECTS = {
    "obligation": N_("obligation"),
    "occurrence": N_("occurrence"),
    "plan": N_("plan"),
    "unit": N_("unit"),
    "units": N_("list of units"),
    "contact": N_("contact"),
    "ladder": N_("ladder"),
    "notice": N_("notice"),
    "day": N_("special day"),
    "year": N_("working year"),
    "account": N_("account"),
    "subscription": N_("feed"),
    "request": N_("request for reports"),
    "event": NP_("audit", "event"),
    "database": N_("database"),
    "mail-ceiling": N_("mail ceiling"),
    "list-heading": N_("column heading of lists"),
}
"""What the entries are about, in words; what is not listed is shown by its own name."""
FIELDS = {
    "accepted_at": N_("accepted at"),
    "added": N_("added"),
    "address": N_("address"),
    "applies_from": N_("applies from"),
    "as_of": N_("as of"),
    "asked_deadline": N_("last day asked for"),
    "attempts": N_("attempts to send"),
    "bounced_at": N_("refuses mail since"),
    "cancelled": N_("cancelled"),
    "closed_at": N_("closed at"),
    "column": NP_("audit", "column"),
    "contacts_added": N_("contacts added"),
    "contacts_changed": N_("contacts changed"),
    "contacts_ended": N_("contacts ended"),
    "contacts_unchanged": N_("contacts unchanged"),
    "correction_deadline": N_("last day to correct"),
    "day": N_("day"),
    "deadline": N_("last day"),
    "deadline_revision": N_("revision of the deadline"),
    "document_date": N_("document date"),
    "document_number": N_("document number"),
    "duty": N_("duty"),
    "ended": N_("ended"),
    "expires_at": N_("expires at"),
    "failures": N_("wrong passwords"),
    "files": N_("files"),
    "first_submitted_at": N_("first handed in at"),
    "from": N_("from"),
    "gatherer_id": N_("id of the gathering unit"),
    "groups": N_("groups"),
    "heading": NP_("audit", "heading"),
    "issuer": N_("sign-in service"),
    "happened_at": N_("happened at"),
    "kept": N_("filed, kept"),
    "kind": N_("kind"),
    "language": N_("language"),
    "level": N_("level"),
    "lost_until": N_("lost until"),
    "name": N_("name"),
    "note": NP_("audit", "note"),
    "notices": N_("notices taken back"),
    "obligations": N_("obligations"),
    "of": NP_("audit", "of"),
    "opened": N_("reports opened"),
    "track_from": N_("tracked from"),
    "copies": N_("for information"),
    "overdue_since": N_("overdue since"),
    "owner": N_("owner"),
    "people": N_("people"),
    "period": NP_("words", "period"),
    "plan": N_("plan"),
    "rearmed_at": N_("reminded again from"),
    "reason": N_("reason"),
    "recipient_id": N_("id of the recipient"),
    "refreshed": N_("reports updated"),
    "reports_waiting": N_("reports waiting for a review"),
    "role": N_("role"),
    "rungs": N_("rungs"),
    "scope": NP_("audit", "scope"),
    "slug": N_("short name"),
    "state": N_("state"),
    "submitted_at": N_("handed in at"),
    "superior": N_("superior"),
    "title": N_("title"),
    "token": N_("id of the token"),
    "unit": N_("unit"),
    "units_added": N_("units added"),
    "units_changed": N_("units changed"),
    "units_ended": N_("units ended"),
    "units_kept": N_("units kept that the files do not have"),
    "units_moved": N_("units moved"),
    "units_renamed": N_("units renamed"),
    "office_addresses": N_("addresses of offices"),
    "units_succeeded": N_("units succeeded by another"),
    "units_unchanged": N_("units unchanged"),
    "valid_from": N_("valid from"),
    "valid_to": N_("valid until before"),
    "version": N_("version"),
    "words": N_("words"),
    "worked": N_("worked"),
}


@dataclass(frozen=True)
class ChangedValue:
    """A changed field; empty where there was no value."""

    name: str
    before: str
    after: str


def spoken_entries(
    entries: Iterable[AuditEntry], language: Language, zone: ZoneInfo
) -> list[tuple[AuditEntry, str, list[ChangedValue]]]:
    """Each entry with its action and its changed fields."""
    return [
        (entry, action_words(entry.action, language), changed_values(entry, language, zone))
        for entry in entries
    ]


def action_words(action: str, language: Language) -> str:
    """The action in words."""
    return translate(language, ACTIONS.get(action, action))


def subject_words(subject: str, language: Language) -> str:
    """What an entry is about, in words."""
    return translate(language, SUBJECTS.get(subject, subject))


def changed_values(entry: AuditEntry, language: Language, zone: ZoneInfo) -> list[ChangedValue]:
    """The fields whose values differ."""
    return list(_changed(entry, language, zone))


def _changed(entry: AuditEntry, language: Language, zone: ZoneInfo) -> Iterator[ChangedValue]:
    before, after = json.loads(entry.before), json.loads(entry.after)
    for name in dict.fromkeys([*before, *after]):
        old, new = (
            _value(entry.subject, name, values.get(name), language, zone) for values in (before, after)
        )
        if old != new:
            yield ChangedValue(translate(language, FIELDS.get(name, name)), old, new)


def _value(subject: str, name: str, value: object, language: Language, zone: ZoneInfo) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return translate(language, N_("yes") if value else N_("no"))
    if isinstance(value, list):
        return _short(", ".join(map(str, value)))
    text = str(value)
    if name == "reason":
        return _short(closing_words(text, language))
    if (subject, name) == ("subscription", "kind"):
        return translate(language, FEED_KINDS.get(text, text))
    words = SPOKEN.get(subject, {}).get(name)
    if words is not None and text in set(words):
        return say(words(text), language)
    return _period(text, language) if name == "period" else _short(_time(name, text, language, zone))


def _time(name: str, text: str, language: Language, zone: ZoneInfo) -> str:
    """A date or an instant as people write it; any other text as it is."""
    try:
        if len(text) == 10:
            return day_text(date.fromisoformat(text), language)
        moment = datetime.fromisoformat(text) if text[10:11] == "T" else None
    except ValueError:
        return text
    if moment is None or moment.tzinfo is None:
        return text
    if name in DEADLINES:
        return last_day_text(Deadline(moment, zone), language)
    return moment_text(moment, zone, language)


def _period(key: str, language: Language) -> str:
    try:
        return Period.parse(key).label(language)
    except CalendarError:
        return key


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
