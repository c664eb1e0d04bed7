"""The headings of lists as offices have them: which line has them, and what each column is.

Headings are known in any order and spelling, with and without marks, on one line or on two with merged cells.
What somebody has said of a heading is remembered and goes before what is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from messages.catalogue import N_, NP_, languages, translate
from models.text import clean_line, folded
from reporting.files.table import SheetGrid

LOOKED_AT = 40
"""Lines among which the headings are."""
SAMPLES = 3
LONGEST_HEADING = 60
"""Letters; what is longer is a sentence."""


class ListColumn(StrEnum):
    """What a column of a list says."""

    NUMBER = "number"
    CODE = "code"
    NAME = "name"
    LEVEL = "level"
    SUPERIOR = "superior"
    KIND = "kind"
    GROUPS = "groups"
    PERSON = "person"
    ROLE = "role"
    ADDRESS = "address"
    PHONE = "phone"
    OFFICE = "office"
    LANGUAGE = "language"
    NOTHING = "nothing"


TITLES: dict[ListColumn, str] = {
    ListColumn.NUMBER: NP_("list of units", "No."),
    ListColumn.CODE: N_("Code"),
    ListColumn.NAME: NP_("list of units", "Unit name"),
    ListColumn.LEVEL: N_("Level"),
    ListColumn.SUPERIOR: N_("Superior"),
    ListColumn.KIND: N_("Kind"),
    ListColumn.GROUPS: N_("Groups"),
    ListColumn.PERSON: NP_("list of units", "Full name"),
    ListColumn.ROLE: NP_("list of units", "Position"),
    ListColumn.ADDRESS: NP_("list of units", "Email"),
    ListColumn.PHONE: NP_("list of units", "Phone"),
    ListColumn.OFFICE: NP_("list of units", "Office address"),
    ListColumn.LANGUAGE: N_("Language of mails"),
}
"""How the columns are called in the template and in questions; in each language they are read again."""
SEVERAL = frozenset({ListColumn.ADDRESS, ListColumn.PHONE, ListColumn.NOTHING, ListColumn.NUMBER})
"""What several columns of one list may say."""
WORDS: tuple[tuple[ListColumn, str], ...] = (
    (ListColumn.NUMBER, r"stt|tt|so tt|so thu tu|no|so"),
    (ListColumn.ADDRESS, r"(.* )?(e ?mail|mail|thu dien tu|hop thu|hom thu|dia chi thu)( .*)?"),
    (ListColumn.PHONE, r"(so )?(dt|sdt|dtdd|dtcq|tel|phone|telephone|mobile|zalo)( .*)?"),
    (ListColumn.PHONE, r"(.* )?(dien thoai|di dong|hotline)( .*)?"),
    (ListColumn.SUPERIOR, r"(.* )?(cap tren|chu quan|truc thuoc|quan ly truc tiep|superior)( .*)?"),
    (ListColumn.SUPERIOR, r"(thuoc|(don vi|co quan) quan ly)( .*)?"),
    (ListColumn.LEVEL, r"cap|cap (hanh chinh|don vi|bao cao|quan ly)|level"),
    (ListColumn.KIND, r"(phan )?loai( hinh)?( (don vi|co quan|to chuc))?|kind"),
    (ListColumn.GROUPS, r"(nhom|khoi|cum)( don vi| thi dua)?|groups?"),
    (ListColumn.ROLE, r"chuc (vu|danh)( .*)?|vai tro|position|role|job title"),
    (ListColumn.PERSON, r"(ten )?(can bo|cong chuc|nguoi|dau moi|van thu|chuyen vien)( .*)?"),
    (ListColumn.PERSON, r"ho ten( .*)?|ho va ten( .*)?|ho dem va ten|full name|person|contact( person)?"),
    (
        ListColumn.CODE,
        r"ma( (so|dv|cq|don vi|co quan|to chuc|dinh danh|hieu|qhns))*|ky hieu|code",
    ),
    (ListColumn.CODE, r"ma (dinh danh|don vi|co quan) .*|unit code"),
    (ListColumn.NAME, r"ten|name|unit|unit name|(ten )?(cac )?(don vi|co quan|to chuc)( .*)?"),
    (ListColumn.NAME, r"ten (xa|phuong|huyen|so|phong|truong|ban|chi nhanh)( .*)?|xa phuong( thi tran)?"),
    (ListColumn.LANGUAGE, r"ngon ngu( .*)?|language( .*)?"),
    (
        ListColumn.NOTHING,
        r"ghi chu|chu thich|notes?|remarks?|ky ten|chu ky|(ngay|nam) sinh|gioi tinh|fax|so fax",
    ),
    (ListColumn.NOTHING, r"website|trang web|(dia chi )?(web|website|trang web|ip)( .*)?|don vi tinh"),
    (ListColumn.NOTHING, r"dia chi (cu tru|thuong tru|tam tru|(o|nha)( .*)?|ca nhan)"),
    (ListColumn.OFFICE, r"dia (chi|diem)( .*)?|(noi dat )?tru so( .*)?|(postal )?address"),
)
"""Known headings, each as a pattern of its key; the first that fits holds."""
ESSENTIAL = frozenset({ListColumn.CODE, ListColumn.NAME})
TELLING = frozenset({ListColumn.CODE, ListColumn.NAME, ListColumn.PERSON, ListColumn.ADDRESS})
PARENTHESES = re.compile(r"\(.*?\)|\[.*?\]")


def heading_key(text: str) -> str:
    """The form in which headings are compared: `E-mail (*)` is `e mail`."""
    return re.sub(r"[\W_]+", " ", folded(clean_line(text.replace("\n", " ")))).strip()


def known_column(text: str) -> ListColumn | None:
    """What a heading says, with what stands in parentheses or without it."""
    for key in dict.fromkeys((heading_key(PARENTHESES.sub(" ", text)), heading_key(text))):
        if not key or len(key) > LONGEST_HEADING:
            continue
        for column, pattern in WORDS:
            if re.fullmatch(pattern, key):
                return column
        for column, title in TITLES.items():
            if key in (heading_key(translate(language, title)) for language in languages()):
                return column
    return None


@dataclass(frozen=True, kw_only=True)
class Heading:
    """One column's heading: `column` is None as long as nobody knows it; `samples` are its first cells."""

    at: int
    text: str
    column: ListColumn | None
    samples: tuple[str, ...]

    @property
    def key(self) -> str:
        return heading_key(self.text)


@dataclass(frozen=True, kw_only=True)
class Headed:
    """A sheet with its headings; `first` is the place of the first line below them."""

    grid: SheetGrid
    first: int
    headings: tuple[Heading, ...]

    @property
    def columns(self) -> dict[int, ListColumn]:
        return {each.at: each.column for each in self.headings if each.column}

    @property
    def unknown(self) -> list[Heading]:
        """Those to ask about: no known heading, and something below it."""
        return [each for each in self.headings if each.column is None and each.samples and each.key]

    def has(self, *columns: ListColumn) -> bool:
        return bool(set(columns) & set(self.columns.values()))

    @property
    def is_list(self) -> bool:
        """Whether it says of units or people: two headings are known at least."""
        known = set(self.columns.values()) - {ListColumn.NOTHING}
        return len(known) > 1 and bool(known & TELLING)


def find_headings(grid: SheetGrid, remembered: Mapping[str, str]) -> Headed:
    """The headings of the sheet: of its first lines that, or those two together, of which most is known."""
    best: tuple[int, int, int, list[str]] | None = None
    for at, (_, cells) in enumerate(grid.lines[:LOOKED_AT]):
        for height, texts in _candidates(grid, at, cells):
            columns = {_column_of(text, remembered) for text in texts} - {None, ListColumn.NOTHING}
            found = len(columns), -at, -height, texts
            if best is None or found[:3] > best[:3]:
                best = found
    if best is None or best[0] < 1:
        at, texts = _likely(grid)
        return _headed(grid, at + 1, texts, remembered)
    return _headed(grid, -best[1] - best[2], best[3], remembered)


def _candidates(grid: SheetGrid, at: int, cells: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    yield 1, [clean_line(cell) for cell in cells]
    if at + 1 < len(grid.lines):
        below = grid.lines[at + 1][1]
        yield 2, [clean_line(lower or upper) for upper, lower in _pairs(cells, below)]


def _pairs(upper: Sequence[str], lower: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at in range(max(len(upper), len(lower))):
        yield upper[at] if at < len(upper) else "", lower[at] if at < len(lower) else ""


def _likely(grid: SheetGrid) -> tuple[int, list[str]]:
    """The line that looks most like headings where nothing is known: most cells, none a number or address."""
    lines = grid.lines[:LOOKED_AT]

    def filled(at: int) -> int:
        texts = {cell.strip() for cell in lines[at][1] if cell.strip()}
        return 0 if any(text.isdecimal() or "@" in text for text in texts) else len(texts)

    at = max(range(len(lines)), key=lambda at: (filled(at), -at))
    return at, [clean_line(cell) for cell in lines[at][1]]


def _headed(grid: SheetGrid, first: int, texts: Sequence[str], remembered: Mapping[str, str]) -> Headed:
    width = max(len(cells) for _, cells in grid.lines)
    texts = [*texts, *[""] * (width - len(texts))]
    columns = [_column_of(text, remembered) for text in texts]
    if (
        columns.count(ListColumn.NAME) > 1 and ListColumn.PERSON not in columns
    ):  # a unit's name, and a person's
        bare = [at for at, text in enumerate(texts) if heading_key(text) == "ten"]
        for at in bare[:1]:
            columns[at] = ListColumn.PERSON
    taken: set[ListColumn] = set()
    headings = []
    for at, (text, column) in enumerate(zip(texts, columns, strict=True)):
        samples = _samples(grid, first, at)
        if heading_key(text) not in remembered:
            if (
                column in (ListColumn.NOTHING, ListColumn.OFFICE)
                and samples
                and all("@" in sample for sample in samples)
            ):
                column = ListColumn.ADDRESS
            if column in taken and column not in SEVERAL:
                column = None
        if column:
            taken.add(column)
        headings.append(Heading(at=at, text=text, column=column, samples=samples))
    return Headed(grid=grid, first=first, headings=tuple(headings))


def _samples(grid: SheetGrid, first: int, at: int) -> tuple[str, ...]:
    cells = (line[at].strip() for _, line in grid.lines[first:] if at < len(line))
    found: list[str] = []
    for cell in cells:
        if cell and cell not in found:
            found.append(clean_line(cell)[:60])
        if len(found) == SAMPLES:
            break
    return tuple(found)


def _column_of(text: str, remembered: Mapping[str, str]) -> ListColumn | None:
    said = remembered.get(heading_key(text))
    return ListColumn(said) if said else known_column(text)
