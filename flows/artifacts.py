"""Artifacts of a run in Prefect: the chain's tables, who is overdue, progress, the calendar.

Each has a key of its own, so that Prefect shows the newest and keeps the earlier ones as its history. How
many there are, and how long they get, depends on stages and periods, never on units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict

from prefect.artifacts import Artifact, LinkArtifact, MarkdownArtifact, ProgressArtifact, TableArtifact
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.client.schemas.objects import ArtifactCollection
from prefect.utilities.context import get_task_and_flow_run_ids

from calendars.periods import Period
from flows.context import read_all, run_client
from messages.catalogue import N_, NP_, translate, translate_plural
from messages.formats import moment_text
from models.settings import Settings
from reporting.chain.snapshot import PlanPicture, StagePicture
from reporting.chain.tables import Chain, chain_table, chains_to_show, overdue_table, state_words

MARK = "\u2060"
"""A joiner of no width, around the moment at which a text was written."""
TIME = re.compile(f"{MARK}[^{MARK}]*{MARK}")
Content = tuple[str | None, str, object]
"""Type, description and data of an artifact, without the moment at which it was written."""


class StageRow(TypedDict):
    """A row of a run's summary."""

    stage: str
    state: str
    message: str


def content(artifact: Artifact | ArtifactCollection) -> Content:
    """What one reads in an artifact, the time of writing left out."""
    data = artifact.format() if isinstance(artifact, Artifact) else artifact.data
    description = TIME.sub("", artifact.description or "")
    return artifact.type, description, TIME.sub("", data) if isinstance(data, str) else data


def read_latest(keys: Iterable[str]) -> dict[str, Content]:
    """What Prefect shows under these keys."""
    wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=list(keys)))
    with run_client() as client:
        found = read_all(client.read_latest_artifacts, artifact_filter=wanted)
    return {each.key: content(each) for each in found}


def news(artifacts: Iterable[Artifact], known: Mapping[str, Content]) -> list[Artifact]:
    """Those that say something else than what is known under their key."""
    return [each for each in artifacts if known.get(each.key or "") != content(each)]


def write(artifacts: Iterable[Artifact]) -> None:
    """Create them, all over one client, as artifacts of the run that this is called in."""
    task_run, flow_run = get_task_and_flow_run_ids()
    with run_client() as client:
        for each in artifacts:
            client.create_artifact(
                ArtifactCreate(
                    key=each.key,
                    type=each.type,
                    description=each.description,
                    data=each.format(),
                    flow_run_id=flow_run,
                    task_run_id=task_run,
                )
            )


MOST_OVERDUE = 50
UNFIT = re.compile(r"[^a-z0-9]+")


def key(*parts: str) -> str:
    """An artifact's key: Prefect takes small letters, digits and dashes."""
    return UNFIT.sub("-", "-".join(parts).lower()).strip("-")


def stages_table(picture: PlanPicture, rows: list[StageRow], settings: Settings) -> TableArtifact:
    """The run's summary, known when its stages have ended."""
    words = translate(
        settings.language,
        "**%(number)s** %(title)s: the stages from the bottom up, unchanged since %(at)s",
        **_facts(picture, settings),
    )
    language = settings.language
    stage, state, message = (
        translate(language, text) for text in (N_("stage"), N_("state"), NP_("heading", "message"))
    )
    table: list[dict[str, Any]] = [
        {stage: row["stage"], state: state_words(row["state"], language), message: row["message"]}
        for row in rows
    ]
    return TableArtifact(key=key("stages", picture.slug), table=table, description=words)


def plan_artifacts(picture: PlanPicture, settings: Settings) -> list[Artifact]:
    """The chains' tables, the list of who is overdue, and the link to the calendar."""
    facts = _facts(picture, settings)
    feed = translate(settings.language, "calendar of the plan %(number)s", number=picture.number)
    overdue = "\n\n".join(_overdue(picture, settings))
    chains = chains_to_show(picture.rows, picture.at, settings.zone)
    return [
        *(_chain_table(picture, chain, settings) for chain in chains),
        MarkdownArtifact(key=key("overdue", picture.slug), markdown=overdue),
        LinkArtifact(key=key("feed", picture.slug), link=facts["feeds"], link_text=feed, description=feed),
    ]


def _facts(picture: PlanPicture, settings: Settings) -> dict[str, str]:
    base = settings.base_url.rstrip("/")
    return {
        "number": picture.number,
        "title": picture.title,
        "at": f"{MARK}{moment_text(picture.at, settings.zone, settings.language)}{MARK}",
        "page": f"{base}/plans/{picture.slug}",
        "feeds": f"{base}/feeds",
    }


def _chain_table(picture: PlanPicture, chain: Chain, settings: Settings) -> TableArtifact:
    first = chain[0]
    period = Period.parse(first.period).label(settings.language)
    words = f"**{first.duty_title}**, {period} · {picture.number}"
    table: list[dict[str, Any]] = [*chain_table(chain, settings.zone, settings.language)]
    chain_key = key("chain", picture.slug, first.duty, first.period)
    return TableArtifact(key=chain_key, table=table, description=words)


def _overdue(picture: PlanPicture, settings: Settings) -> Iterator[str]:
    language, facts = settings.language, _facts(picture, settings)
    shown = picture.overdue[:MOST_OVERDUE]
    count = sum(row.overdue for row in picture.rows)
    heading = translate_plural(
        language,
        "%(plan)s: %(number)s report overdue, unchanged since %(at)s",
        "%(plan)s: %(number)s reports overdue, unchanged since %(at)s",
        count,
        plan=picture.number,
        at=facts["at"],
    )
    yield f"## {heading}"
    if not shown:
        yield translate(language, "Nothing is overdue.")
        return
    if count > len(shown):
        most = translate(language, "These %(number)s are overdue the longest.", number=len(shown))
        whole = translate(language, "See all")
        yield f"{most} [{whole}]({facts['page']})"
    link = f"{settings.base_url.rstrip('/')}/obligations/{{id}}"
    yield overdue_table(shown, link, picture.at, settings.zone, settings.language)


def stage_progress(stage: StagePicture, plan: str) -> ProgressArtifact:
    """How much of the stage is filed, in per cent."""
    standing = stage.standing
    filed = 100.0 * standing.filed / standing.expected if standing.expected else 0.0
    return ProgressArtifact(
        key=key("progress", plan, str(standing.number)),
        progress=round(filed, 1),
        description=f"{stage.title}: {stage.message}",
    )
