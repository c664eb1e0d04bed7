"""Word's own numbers of paragraphs, which stand nowhere in the text: worked out from the lists."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

Element = etree._Element
ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
BULLETS = {"": "-", "o": "+", "\uf0b7": "-", "\uf02d": "-", "\uf0a7": "-", "\uf02b": "+"}
LEVELS = 9


@dataclass
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False


@dataclass
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numbers of a document; asked paragraph by paragraph, in their order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        abstract = {_get(each, "abstractNumId"): each for each in _all(numbering, "abstractNum")}
        self.lists: dict[str, _List] = {}
        for number in _all(numbering, "num"):
            target = next((_get(each, "val") for each in _all(number, "abstractNumId")), "")
            self.lists[_get(number, "numId")] = _list(abstract.get(target), number)
        self.styles: dict[str, tuple[str, int]] = {}
        self.headings: dict[str, int] = {}
        for style in _all(styles, "style"):
            self._style(style)

    def _style(self, style: Element) -> None:
        key = _get(style, "styleId")
        for properties in _all(style, "numPr"):
            self.styles[key] = _number_of(properties)
        name = next((_get(each, "val") for each in _all(style, "name")), "")
        found = re.fullmatch(r"(?:heading|tiêu đề) (\d)", name.lower())
        if found:
            self.headings[key] = int(found[1])

    def of(self, paragraph: Element) -> tuple[str, int | None]:
        """The number as Word shows it, and the level of the heading's style."""
        properties = next((each for each in paragraph if _tag(each) == "pPr"), None)
        if properties is None:
            return "", None
        style = next((_get(each, "val") for each in properties if _tag(each) == "pStyle"), "")
        own = next((_number_of(each) for each in properties if _tag(each) == "numPr"), None)
        number, level = own or self.styles.get(style, ("", 0))
        return self._next(number, level), self.headings.get(style)

    def _next(self, number: str, level: int) -> str:
        found = self.lists.get(number)
        if found is None or number == "0" or level not in found.levels:
            return ""
        here = found.levels[level]
        found.counters[level] = found.counters.get(level, here.start - 1) + 1
        for deeper in [each for each in found.counters if each > level]:
            del found.counters[deeper]
        if here.form == "bullet":
            return BULLETS.get(here.text, here.text if here.text in "-+*–•" else "-")
        if here.form == "none":
            return ""
        return re.sub(r"%(\d)", lambda m: self._part(found, int(m[1]) - 1, here.legal), here.text)

    @staticmethod
    def _part(found: _List, level: int, legal: bool) -> str:
        definition = found.levels.get(level, _Level())
        count = found.counters.get(level, definition.start)
        return _written(count, "decimal" if legal else definition.form)


def _list(abstract: Element | None, number: Element) -> _List:
    made = _List()
    for level in _all(abstract, "lvl"):
        made.levels[_integer(_get(level, "ilvl"), 0)] = _level(level)
    for override in _all(number, "lvlOverride"):
        index = _integer(_get(override, "ilvl"), 0)
        for level in _all(override, "lvl"):
            made.levels[index] = _level(level)
        for start in _all(override, "startOverride"):
            if index in made.levels:
                made.levels[index].start = _integer(_get(start, "val"), 1)
    return made


def _level(level: Element) -> _Level:
    values = defaultdict(str, {_tag(each): _get(each, "val") for each in level})
    start = _integer(values["start"], 1)
    return _Level(
        values["numFmt"] or "decimal", values["lvlText"], start, any(_tag(each) == "isLgl" for each in level)
    )


def _number_of(properties: Element) -> tuple[str, int]:
    values = {_tag(each): _get(each, "val") for each in properties}
    return values.get("numId", ""), _integer(values.get("ilvl", ""), 0)


def _written(count: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter":
            letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letters.upper() if form == "upperLetter" else letters
        case "lowerRoman" | "upperRoman":
            roman = _roman(count)
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{count:02}"
    return str(count)


def _roman(count: int) -> str:
    text = ""
    for value, sign in ROMAN:
        text += sign * (count // value)
        count %= value
    return text


def _integer(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else default


def _all(root: Element | None, name: str) -> list[Element]:
    return [each for each in root.iter() if _tag(each) == name] if root is not None else []


def _tag(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _get(element: Element, name: str) -> str:
    return next(
        (str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), ""
    )
