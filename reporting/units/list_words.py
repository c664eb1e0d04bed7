"""What the words of offices' lists mean: levels, kinds and positions, as plain letters.

A list says a level as a word (xa, huyen, so) or leaves it to the unit's name; a kind likewise; a person's
position stands for a role.
"""

from __future__ import annotations

import re

from messages.catalogue import languages
from models.text import folded, slug
from models.unit_key import unit_key
from models.vocabulary import Level, Role, say

LEVELS: dict[Level, tuple[str, ...]] = {
    Level.GRASSROOTS: (
        *("xa", "phuong", "thi tran", "dac khu", "co so", "xa phuong", "xa phuong thi tran"),
        *("phuong xa", "xa phuong dac khu", "tram", "ap", "khom"),
    ),
    Level.DISTRICT: (
        *("huyen", "quan", "thi xa", "so", "so nganh", "so ban nganh", "ban nganh", "quan huyen"),
        *("huyen thi xa thanh pho", "huyen thanh pho", "thanh pho thuoc tinh", "tp thuoc tinh"),
    ),
    Level.PROVINCE: ("tinh", "tinh thanh pho", "thanh pho truc thuoc trung uong", "tp truc thuoc tw"),
    Level.CENTRE: ("trung uong", "tw", "bo", "bo nganh", "chinh phu"),
}
BY_SUPERIOR = frozenset(
    {"phong", "phong ban", "ban", "nganh", "truong", "trung tam", "don vi", "don vi su nghiep", "thanh pho"}
    | {"tp", "chi cuc", "cuc", "van phong", "doan the", "to chuc", "don vi truc thuoc", "truc thuoc"}
)
"""Words that only the place below a superior makes a level of."""
KINDS = (
    *("dac khu", "thi tran", "thi xa", "thanh pho", "phuong", "xa", "huyen", "quan", "tinh", "van phong"),
    *("chi cuc", "tong cuc", "cuc", "trung tam", "so", "ban quan ly", "ban", "phong", "bo", "truong"),
    *("vien", "tram", "cong an", "cong ty", "benh vien", "thanh tra", "bao hiem xa hoi", "kho bac", "toa an"),
)
"""What the names of units begin with."""
NAMED_LEVELS = {
    **dict.fromkeys(("dac khu", "thi tran", "phuong", "xa"), Level.GRASSROOTS),
    **dict.fromkeys(("thi xa", "huyen", "quan", "so"), Level.DISTRICT),
    **dict.fromkeys(("tinh",), Level.PROVINCE),
    **dict.fromkeys(("bo", "tong cuc"), Level.CENTRE),
}
BODIES = re.compile(r"(uy ban nhan dan|hoi dong nhan dan|dang uy|huyen uy|tinh uy|thanh uy) ")
"""What stands before the name of the place whose body it is."""
HEADS = re.compile(
    r"(?:pho )?(?:chu tich|bi thu|giam doc|thu truong|hieu truong|cuc truong|chi cuc truong|tong giam doc|"
    r"bo truong|vien truong|chanh thanh tra|"
    r"truong (?:ban|phong|cong an|tram|khoa)|chi huy truong|head|director)"
    r"(?: .*)?|lanh dao(?: .*)?|thu truong"
)
MONITORS = re.compile(r"(?:.* )?(?:theo doi|giam sat|monitor|don doc)(?: .*)?")


def plain(text: str) -> str:
    """Small letters without marks, words parted by single blanks."""
    return re.sub(r"[\W_]+", " ", folded(text)).strip()


def place_key(name: str) -> str:
    """The key of a unit's name without the body that it is: UBND xa A and Xa A are one."""
    return BODIES.sub("", unit_key(name))


def level_of_word(text: str) -> Level | None:
    """The level that a word says. Raises `KeyError` for an unknown word; None where the superior decides."""
    key = plain(text)
    key = key.removeprefix("cap ")
    for level in Level:
        said = {level.value, *(plain(say(level, language)) for language in languages())}
        if key in said or key in LEVELS[level]:
            return level
    if key in BY_SUPERIOR:
        return None
    raise KeyError(text)


def level_of_name(name: str) -> Level | None:
    """The level that a unit's name says by its first word."""
    return NAMED_LEVELS.get(_first_words(name))


def kind_of_name(name: str) -> str:
    """The kind that a unit's name begins with; empty for none."""
    return slug(_first_words(name))


def _first_words(name: str) -> str:
    key = place_key(name) + " "
    return next((kind for kind in KINDS if key.startswith(f"{kind} ")), "")


def is_role(text: str) -> bool:
    """Whether it is the word of a role itself."""
    return _role_word(plain(text)) is not None


def _role_word(key: str) -> Role | None:
    for role in Role:
        if key in {role.value, *(plain(say(role, language)) for language in languages())}:
            return role
    return None


def role_of(position: str) -> Role:
    """The role that a position stands for: who leads is a head, who follows up a monitor; else clerks."""
    key = plain(position)
    said = _role_word(key)
    if said is not None:
        return said
    if HEADS.fullmatch(key):
        return Role.HEAD
    return Role.MONITOR if MONITORS.fullmatch(key) else Role.CLERK
