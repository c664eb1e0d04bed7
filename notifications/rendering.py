"""A digest in words: subject, plain text and HTML, from three templates and the words of each language.

HTML escapes every value, a name that a template misspells is an error, and a subject is always one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from calendars.ical_text import one_line
from calendars.periods import period_words
from calendars.wording import leaves_last_day_open, word_date, word_end, word_stated
from messages.catalogue import Language, install_translations, known_language
from messages.formats import word_day_of_year
from models.vocabulary import NoticeKind
from notifications.digest import Digest, DigestLine
from notifications.links import Links

SUBJECT_LIMIT = 180
UNIT_IN_SUBJECT = 50
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|[\ud800-\udfff]")
HEX = {"red": "#B42318", "amber": "#B54708", "blue": "#175CD3", "green": "#067647"}
TONES = {
    NoticeKind.ALERT: "red",
    NoticeKind.CHASE: "red",
    NoticeKind.OVERDUE: "red",
    NoticeKind.ESCALATED: "red",
    NoticeKind.HOLDING_UP: "amber",
    NoticeKind.RETURNED: "amber",
    NoticeKind.OWED_AGAIN: "amber",
    NoticeKind.ACCEPTANCE_UNDONE: "amber",
    NoticeKind.ASKED: "amber",
    NoticeKind.LAST_DAY: "amber",
    NoticeKind.COMING_DUE: "amber",
    NoticeKind.ACCEPTED: "green",
    NoticeKind.NOT_OWED: "green",
    NoticeKind.DONE: "green",
    NoticeKind.RECEIPT: "green",
}
"""What is not named here is calm: blue. No colour stands alone, each mail says its state in words."""


@dataclass(frozen=True)
class Rendered:
    """A mail's words."""

    subject: str
    text: str
    html: str


def render(digest: Digest, links: Links) -> Rendered:
    """The digest in its person's language."""
    language = known_language(digest.person.language)
    subject, text, html = _templates(language)
    values = {"digest": digest, "links": links, "language": language}
    return Rendered(
        subject=one_line(subject.render(values), SUBJECT_LIMIT),
        text=BLANK_LINES.sub("\n\n", _clean(text.render(values))).strip() + "\n",
        html=_clean(html.render(values)),
    )


def _clean(text: str) -> str:
    return normalize("NFC", CONTROL.sub("", text.replace("\r\n", "\n")))


@lru_cache(maxsize=4)
def _templates(language: Language) -> tuple[Template, Template, Template]:
    """Kept, since compiling them takes 0.2 s."""
    # Two environments, so that the words which both use are escaped in the one and not in the other.
    plain, html = _environment(language, autoescape=False), _environment(language, autoescape=True)
    return (
        plain.get_template("mail.subject.txt"),
        plain.get_template("mail.txt"),
        html.get_template("mail.html"),
    )


def _environment(language: Language, *, autoescape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # the templates are part of the program: nobody edits them under it
    )
    install_translations(environment, language)
    environment.filters |= {
        "day": lambda day: word_date(day, language),
        "day_month": lambda day: word_day_of_year(day.day, day.month, language),
        "period": lambda key: period_words(key, language),
        "deadline": lambda line: deadline_words(line, language),
        "sent_to": lambda sent_to: sent_to.said(language),
        "old_until": lambda decision: word_end(decision.old_day, decision.old_hour, language),
        "is_before": is_before,
        "tone": tone,
        "colour": lambda kind: HEX[tone(kind)],
        "clip": one_line,
        "unit_clip": lambda name: one_line(name, UNIT_IN_SUBJECT),
        "sentence": lambda text: text[:1].upper() + text[1:],
        "quoted": lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    }
    environment.globals["words"] = environment.get_template("words.jinja").module
    return environment


def tone(kind: NoticeKind) -> str:
    return TONES.get(kind, "blue")


def is_before(line: DigestLine) -> bool:
    """Whether the deadline reads "before the 18th", so that its last day deserves to be named."""
    deadline = line.deadline
    return deadline is not None and line.days_left >= 0 and leaves_last_day_open(*line.stated[:2], deadline)


def deadline_words(line: DigestLine, language: Language) -> str:
    """The deadline as the plan writes it, e.g. "trước ngày 18/10/2024"; a decided one by its last day."""
    return word_stated(line.stated, line.deadline, language) if line.deadline else ""
