"""A ladder as the text of a ladder file, for whoever corrects it in a form; it reads as the same again."""

from __future__ import annotations

from models.ladder_file import LadderFile
from reporting.plan_writing import content_yaml


def ladder_yaml(ladder: LadderFile) -> str:
    """The ladder as YAML, without the instants that edits left in it."""
    content = ladder.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    parts = [content.get("weekly"), *content.get("rungs", []), *content.get("review", [])]
    for part in parts:
        if part:
            part.pop("since", None)
    return content_yaml(content)
