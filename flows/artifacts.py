"""What a run leaves to be read in Prefect: the chain's tables, who is overdue, progress, the calendar.

Each has a key of its own, so that Prefect shows the newest and keeps the earlier ones as its history. How
many there are, and how long they get, depends on stages and periods, never on units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from prefect.artifacts import LinkArtifact, MarkdownArtifact, ProgressArtifact, TableArtifact

from calendars.periods import Language
from flows.shown_artifacts import Sheet
from models.settings import Settings
from reporting.plan_picture import PlanPicture, StagePicture
from reporting.plan_tables import Chain, chain_table, chains_to_show, overdue_table, period_label

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


def stages_sheet(picture: PlanPicture, rows: list[dict[str, Any]], settings: Settings) -> Sheet:
    """The run's summary, known when its stages have ended."""
    words = SAID[settings.language]["stages"].format(**_facts(picture, settings))
    return Sheet(stages_key(picture.slug), TableArtifact(table=rows, description=words))


def plan_sheets(picture: PlanPicture, settings: Settings) -> list[Sheet]:
    """The chains' tables, the list of who is overdue, and the link to the calendar."""
    words, facts = SAID[settings.language], _facts(picture, settings)
    feed = words["feed"].format(**facts)
    overdue = "\n\n".join(_overdue(picture, settings))
    return [
        *(
            _chain_sheet(picture, chain, settings)
            for chain in chains_to_show(picture.rows, picture.at, settings.zone)
        ),
        Sheet(key("overdue", picture.slug), MarkdownArtifact(markdown=overdue)),
        Sheet(key("feed", picture.slug), LinkArtifact(link=facts["feeds"], link_text=feed, description=feed)),
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


def _chain_sheet(picture: PlanPicture, chain: Chain, settings: Settings) -> Sheet:
    first = chain[0]
    words = SAID[settings.language]["chain"].format(
        title=first.duty_title,
        period=period_label(first.period, settings.language),
        number=picture.number,
    )
    table: list[dict[str, Any]] = [*chain_table(chain, settings.zone, settings.language)]
    return Sheet(
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


def progress_sheet(stage: StagePicture, plan: str) -> Sheet:
    """How much of the stage is filed, in per cent."""
    standing = stage.standing
    filed = 100.0 * standing.filed / standing.expected if standing.expected else 0.0
    return Sheet(
        key("progress", plan, str(standing.number)),
        ProgressArtifact(progress=round(filed, 1), description=f"{stage.title}: {stage.message}"),
    )
