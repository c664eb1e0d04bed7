"""The form in which the names of units are compared, with abbreviations written out."""

from __future__ import annotations

import re

from models.text import folded

ABBREVIATIONS = (
    (r"\bubnd\b", "uy ban nhan dan"),
    (r"\bhdnd\b", "hoi dong nhan dan"),
    (r"\bubmttq\b", "uy ban mat tran to quoc"),
    (r"\bmttq\b", "mat tran to quoc"),
    (r"\bkh&dt\b", "ke hoach va dau tu"),
    (r"\bkh&cn\b", "khoa hoc va cong nghe"),
    (r"\bgd&dt\b", "giao duc va dao tao"),
    (r"\btn&mt\b", "tai nguyen va moi truong"),
    (r"\bnn&mt\b", "nong nghiep va moi truong"),
    (r"\bchqs\b", "chi huy quan su"),
)


def unit_key(name: str) -> str:
    """UBND tỉnh, Ủy ban nhân dân Tỉnh and uy ban  nhan dan tinh are one."""
    key = " ".join(folded(name).replace("-", " ").split())
    for pattern, full in ABBREVIATIONS:
        key = re.sub(pattern, full, key)
    return key
