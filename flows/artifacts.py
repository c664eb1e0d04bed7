"""What a run leaves to be read in Prefect: the chain's tables, who is overdue, progress, the calendar.

Each has a key of its own, so that Prefect shows the newest and keeps the earlier ones as its history. How
many there are, and how long they get, depends on stages and periods, never on units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prefect.artifacts import Artifact, LinkArtifact, MarkdownArtifact, ProgressArtifact, TableArtifact
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.utilities.context import get_task_and_flow_run_ids

from calendars.periods import Language, Period
from flows.context import run_client
from models.settings import Settings
from reporting.chain.snapshot import PlanPicture, StagePicture
from reporting.chain.tables import Chain, chain_table, chains_to_show, overdue_table

PAGE = 200
TIME = re.compile(r"\d\d:\d\d \d\d/\d\d/\d{4}")
Said = tuple[str | None, str, object]
"""Type, description and data of an artifact, without the moment at which it was written."""


@dataclass(frozen=True)
class ArtifactSheet:
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


def write(sheets: Iterable[ArtifactSheet], known: Mapping[str, Said]) -> int:
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


MOST_OVERDUE = 50
UNFIT = re.compile(r"[^a-z0-9]+")
SAID: dict[Language, dict[str, str]] = {
    "vi": {
        "chain": "**{title}**, {period} · {number}",
        "stages": "**{number}** {title}: các chặng từ cơ sở lên, như vậy từ {at}",
        "overdue": "## {number}: {count} báo cáo quá hạn, như vậy từ {at}",
        "most": "Dưới đây là {shown} báo cáo quá hạn lâu nhất. [Xem tất cả]({page})",
        "none": "Không có báo cáo nào quá hạn.",
        "feed": "lịch của kế hoạch {number}",
        "progress": "{title}: {message}",
    },
    "en": {
        "chain": "**{title}**, {period} · {number}",
        "stages": "**{number}** {title}: the stages from the bottom up, so since {at}",
        "overdue": "## {number}: {count} reports overdue, so since {at}",
        "most": "These {shown} are overdue the longest. [See all]({page})",
        "none": "Nothing is overdue.",
        "feed": "calendar of the plan {number}",
        "progress": "{title}: {message}",
    },
}


def key(*parts: str) -> str:
    """An artifact's key: Prefect takes small letters, digits and dashes."""
    return UNFIT.sub("-", "-".join(parts).lower()).strip("-")


def stages_key(slug: str) -> str:
    return key("stages", slug)


def stages_sheet(picture: PlanPicture, rows: list[dict[str, Any]], settings: Settings) -> ArtifactSheet:
    """The run's summary, known when its stages have ended."""
    words = SAID[settings.language]["stages"].format(**_facts(picture, settings))
    return ArtifactSheet(stages_key(picture.slug), TableArtifact(table=rows, description=words))


def plan_sheets(picture: PlanPicture, settings: Settings) -> list[ArtifactSheet]:
    """The chains' tables, the list of who is overdue, and the link to the calendar."""
    words, facts = SAID[settings.language], _facts(picture, settings)
    feed = words["feed"].format(**facts)
    overdue = "\n\n".join(_overdue(picture, settings))
    return [
        *(
            _chain_sheet(picture, chain, settings)
            for chain in chains_to_show(picture.rows, picture.at, settings.zone)
        ),
        ArtifactSheet(key("overdue", picture.slug), MarkdownArtifact(markdown=overdue)),
        ArtifactSheet(
            key("feed", picture.slug), LinkArtifact(link=facts["feeds"], link_text=feed, description=feed)
        ),
    ]


def _facts(picture: PlanPicture, settings: Settings) -> dict[str, str]:
    base = settings.base_url.rstrip("/")
    return {
        "number": picture.number,
        "title": picture.title,
        "at": f"{picture.at.astimezone(settings.zone):%H:%M %d/%m/%Y}",
        "page": f"{base}/plans/{picture.slug}",
        "feeds": f"{base}/feeds",
    }


def _chain_sheet(picture: PlanPicture, chain: Chain, settings: Settings) -> ArtifactSheet:
    first = chain[0]
    words = SAID[settings.language]["chain"].format(
        title=first.duty_title,
        period=Period.parse(first.period).label(settings.language),
        number=picture.number,
    )
    table: list[dict[str, Any]] = [*chain_table(chain, settings.zone, settings.language)]
    return ArtifactSheet(
        key("chain", picture.slug, first.duty, first.period), TableArtifact(table=table, description=words)
    )


def _overdue(picture: PlanPicture, settings: Settings) -> Iterator[str]:
    words, facts = SAID[settings.language], _facts(picture, settings)
    shown = picture.overdue[:MOST_OVERDUE]
    count = sum(row.overdue for row in picture.rows)
    yield words["overdue"].format(count=count, **facts)
    if not shown:
        yield words["none"]
        return
    if count > len(shown):
        yield words["most"].format(shown=len(shown), **facts)
    link = f"{settings.base_url.rstrip('/')}/obligations/{{id}}"
    yield overdue_table(shown, link, picture.at, settings.zone, settings.language)


def progress_sheet(stage: StagePicture, plan: str) -> ArtifactSheet:
    """How much of the stage is filed, in per cent."""
    standing = stage.standing
    filed = 100.0 * standing.filed / standing.expected if standing.expected else 0.0
    return ArtifactSheet(
        key("progress", plan, str(standing.number)),
        ProgressArtifact(progress=round(filed, 1), description=f"{stage.title}: {stage.message}"),
    )
