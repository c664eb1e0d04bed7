"""A chain for programs: the one shape of `dondoc chain --json` and of the API."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from reporting.chain import Chain, Link
from reporting.due import Owed
from reporting.obligation_json import row_json


def chain_json(picture: Chain[Owed], zone: ZoneInfo) -> dict[str, Any]:
    """Its stages in numbers, who holds up whom, and the tree."""
    return {
        "stages": [vars(stage) for stage in picture.stages],
        "holding_up": [
            {"unit": link.owed.unit, "stage": link.owed.stage, "holds_up": _codes(link.holds_up)}
            for link in picture.culprits
        ],
        "tree": [_link_json(link, zone) for link in picture.tops],
    }


def _link_json(link: Link[Owed], zone: ZoneInfo) -> dict[str, Any]:
    return {
        **row_json(link.owed, zone),
        "filed": link.is_filed,
        "blocked": link.is_blocked,
        "waits_for": _codes(link.waits_for),
        "held_up_by": _codes(link.held_up_by),
        "holds_up": _codes(link.holds_up),
        "children": [_link_json(below, zone) for below in link.below],
    }


def _codes(links: list[Link[Owed]]) -> list[str]:
    return [link.owed.unit for link in links]
