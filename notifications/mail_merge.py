"""Form letters: what a mail says to many people alike is put into words once, and the names are filled in.

Before a deadline ten thousand clerks get one mail that differs in a person, a unit and a link. A form is what
the templates make of such a mail with blanks where these stand. It serves mails about one obligation whose
other facts are the same, and only once it has given the templates' very words for one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from operator import attrgetter
from typing import NamedTuple

from markupsafe import escape

from models.vocabulary import NoticeKind
from notifications.digest import Digest
from notifications.item import Item, tidy
from notifications.links import Links
from notifications.message import CRLF, LINE_LIMIT, text_part
from notifications.rendering import SUBJECT_LIMIT, UNIT_IN_SUBJECT, Rendered

MOST_FORMS, MOST_MET = 256, 10_000
ODD_SPACE = re.compile(r"[^\S ]")


class _Names(NamedTuple):
    """What differs between the mails of one form, beside the links."""

    person: str
    unit: str
    branch: str
    awaited_by: str


BLANKS = _Names("\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3")
"""Characters that are for a program's own use (The Unicode Standard, section 23.7), where names stand."""
LINK, UNSUBSCRIBE = "\ufdd4", "\ufdd5"
BLANK = re.compile(f"([{''.join(BLANKS)}{LINK}{UNSUBSCRIBE}])")
BLANK_OCTETS = re.compile(f"({'|'.join((*BLANKS, LINK, UNSUBSCRIBE))})".encode())
OF_NO_WORD = frozenset({"notice_id", "attempts", "event", "branch_id", "occurrence_id"})
"""What is never said in words."""
FILLED_IN = frozenset({"person", "unit", "branch", "awaited_by", "contact_id", "obligation_id"})
_facts = attrgetter(*(field.name for field in fields(Item) if field.name not in OF_NO_WORD | FILLED_IN))


@dataclass(frozen=True, slots=True)
class MergedText:
    """A mail in words and as the parts of a message, and whose: of which kind it is, and about how many
    obligations."""

    words: Rendered
    plain: bytes
    html: bytes
    name: str
    contact_id: int | None
    kind: NoticeKind
    count: int

    @classmethod
    def of(cls, words: Rendered, digest: Digest) -> MergedText:
        plain, html = text_part("plain", words.text), text_part("html", words.html)
        name, contact = digest.person.name, digest.first.item.contact_id
        return cls(words, plain, html, name, contact, digest.kind, digest.count)


Put = Callable[[Sequence[Item], Links], MergedText]
"""Puts items into words by the templates."""


@dataclass(frozen=True)
class _BlankLinks(Links):
    """Blanks instead of a person's own addresses; the others are everybody's."""

    def of_item(self, item: Item) -> str:
        return LINK

    def unsubscribe(self, contact_id: int) -> str:
        return UNSUBSCRIBE


@dataclass(frozen=True, slots=True)
class _Form:
    """Each a text cut at its blanks, which stand at the odd places; the last two as parts of a message.
    `lines` are their longest lines, in octets, by how much is filled in."""

    subject: Sequence[str]
    text: Sequence[str]
    html: Sequence[str]
    plain_part: Sequence[bytes]
    html_part: Sequence[bytes]
    lines: Mapping[int, int]
    kind: NoticeKind

    @classmethod
    def cut(cls, said: MergedText) -> _Form:
        words, parts = said.words, (said.plain, said.html)
        return cls(
            subject=BLANK.split(words.subject),
            text=BLANK.split(words.text),
            html=BLANK.split(words.html),
            plain_part=BLANK_OCTETS.split(said.plain),
            html_part=BLANK_OCTETS.split(said.html),
            lines=_longest_lines(line for part in parts for line in part.split(CRLF)),
            kind=said.kind,
        )

    def filled(self, item: Item, names: _Names, links: Links) -> MergedText | None:
        """None where a line would be longer than a mail may have."""
        values = dict(zip(BLANKS, names, strict=True))
        values[LINK] = links.of_item(item)
        if item.contact_id and self.kind is NoticeKind.LOOK_AHEAD:
            values[UNSUBSCRIBE] = links.unsubscribe(item.contact_id)
        escaped = {blank: str(escape(value)) for blank, value in values.items()}
        octets = {blank.encode(): value.encode() for blank, value in values.items()}
        escaped_octets = {blank.encode(): value.encode() for blank, value in escaped.items()}
        widest = max(map(len, escaped_octets.values()))
        if any(line + blanks * widest > LINE_LIMIT for blanks, line in self.lines.items()):
            return None
        return MergedText(
            Rendered(
                subject=_joined(self.subject, values),
                text=_joined(self.text, values),
                html=_joined(self.html, escaped),
            ),
            plain=b"".join([octets.get(piece, piece) for piece in self.plain_part]),
            html=b"".join([escaped_octets.get(piece, piece) for piece in self.html_part]),
            name=names.person,
            contact_id=item.contact_id,
            kind=self.kind,
            count=1,
        )


class FormLetters:
    """The forms of one pass; what no form serves is put into words by the templates."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._forms: dict[Hashable, _Form | None] = {}
        self._met: set[int] = set()

    def say(self, items: Sequence[Item], links: Links) -> MergedText:
        """The words for the one person these items are for."""
        form_filled = self._filled(items[0], links) if len(items) == 1 and items[0].obligation_id else None
        return form_filled or self._put(items, links)

    def _filled(self, item: Item, links: Links) -> MergedText | None:
        names = _names(item)
        if len(names.unit) > UNIT_IN_SUBJECT or any(map(ODD_SPACE.search, names)):
            return None  # they would be cut, or closed up
        key = _key(item, names)
        if key not in self._forms and not self._make(key, item, names, links):
            return None
        form = self._forms[key]
        said = form.filled(item, names, links) if form is not None else None
        return said if said is not None and len(said.words.subject) <= SUBJECT_LIMIT else None

    def _make(self, key: Hashable, item: Item, names: _Names, links: Links) -> bool:
        """Whether it was worth it: most mails to superiors are like no other, so what is met once is not."""
        met = hash(key)
        if met not in self._met or len(self._forms) >= MOST_FORMS:
            if len(self._met) >= MOST_MET:
                self._met.clear()
            self._met.add(met)
            return False
        form = _Form.cut(self._put([_blanked(item, names)], _BlankLinks(*astuple(links))))
        said = self._put([item], links)
        # A fact that itself holds a character of the blanks would be filled in as one.
        is_true = BLANK.search(said.words.text) is None and form.filled(item, names, links) == said
        self._forms[key] = form if is_true else None
        return True


def _names(item: Item) -> _Names:
    return _Names(tidy(item.person.name), tidy(item.unit), tidy(item.branch), tidy(item.awaited_by))


def _blanked(item: Item, names: _Names) -> Item:
    """What is empty stays so: the templates leave out what is not there."""
    blank = _Names(*(blank if name else "" for blank, name in zip(BLANKS, names, strict=True)))
    return replace(
        item,
        person=replace(item.person, name=blank.person),
        unit=blank.unit,
        branch=blank.branch,
        awaited_by=blank.awaited_by,
    )


def _key(item: Item, names: _Names) -> Hashable:
    """The same for the mails of one form: what is not filled in, and which blanks there are."""
    return _facts(item), item.person.language, tuple(map(bool, names)), bool(item.contact_id)


def _longest_lines(lines: Iterable[bytes]) -> dict[int, int]:
    longest: dict[int, int] = {}
    for line in lines:
        blanks = len(BLANK_OCTETS.findall(line))
        longest[blanks] = max(len(line), longest.get(blanks, 0))
    return longest


def _joined(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    return "".join([values.get(piece, piece) for piece in pieces])
