"""Artifacts as Prefect has them, read once a run, and written only when they say something new.

Most runs find everything as it was. An artifact that is not written again keeps the date from which it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prefect.artifacts import Artifact
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.utilities.context import get_task_and_flow_run_ids

from flows.run_client import run_client

PAGE = 200
TIME = re.compile(r"\d\d:\d\d \d\d/\d\d/\d{4}")
Said = tuple[str | None, str, object]
"""Type, description and data of an artifact, without the moment at which it was written."""


@dataclass(frozen=True)
class Sheet:
    """An artifact as it should be."""

    key: str
    artifact: Artifact

    @property
    def data(self) -> object:
        return self.artifact.format()

    @property
    def said(self) -> Said:
        return said(self.artifact.type, self.artifact.description, self.data)


def said(type_: str | None, description: str | None, data: object) -> Said:
    """What one reads, the time of writing left out."""
    return type_, _timeless(description or ""), _timeless(data) if isinstance(data, str) else data


def _timeless(text: str) -> str:
    return TIME.sub("", text)


def shown(keys: Iterable[str]) -> dict[str, Said]:
    """What Prefect shows under these keys."""
    return {key: what for some in _pages(list(keys)) for key, what in _read(some)}


def _pages(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), PAGE):
        yield keys[start : start + PAGE]


def _read(keys: list[str]) -> Iterator[tuple[str, Said]]:
    wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=keys))
    with run_client() as client:
        for each in client.read_latest_artifacts(artifact_filter=wanted, limit=PAGE):
            yield each.key, said(each.type, each.description, each.data)


def write(sheets: Iterable[Sheet], known: Mapping[str, Said]) -> int:
    """Write those of which Prefect does not know; gives how many."""
    task_run, flow_run = get_task_and_flow_run_ids()
    new = [sheet for sheet in sheets if known.get(sheet.key) != sheet.said]
    with run_client() as client:
        for sheet in new:
            client.create_artifact(
                ArtifactCreate(
                    key=sheet.key,
                    type=sheet.artifact.type,
                    description=sheet.artifact.description,
                    data=sheet.data,
                    flow_run_id=flow_run,
                    task_run_id=task_run,
                )
            )
    return len(new)
