"""A plan as the text of a plan file, for whoever downloads it or corrects it in a form.

Only what was said is written: what a plan left to its defaults stays left out. Reading the text gives the
same plan again.
"""

from __future__ import annotations

from typing import Any

import yaml

from models.ladder_file import LadderFile
from models.plan_file import PlanFile

WIDTH = 110
TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _YamlDumper(yaml.SafeDumper):
    """Lists indented below their field, and dates without quotation marks: plan files are read as text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_YamlDumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != TIMESTAMP]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def plan_yaml(plan: PlanFile) -> str:
    """The plan as YAML."""
    return content_yaml(plan.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def content_yaml(content: dict[str, Any]) -> str:
    """Plain values as YAML in the order in which they stand."""
    return yaml.dump(content, Dumper=_YamlDumper, allow_unicode=True, sort_keys=False, width=WIDTH)


def ladder_yaml(ladder: LadderFile) -> str:
    """The ladder as YAML, without the instants that edits left in it."""
    content = ladder.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    parts = [content.get("weekly"), *content.get("rungs", []), *content.get("review", [])]
    for part in parts:
        if part:
            part.pop("since", None)
    return content_yaml(content)
