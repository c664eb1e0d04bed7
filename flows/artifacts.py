"""What a run leaves to be read in Prefect: the chain's tables, who is overdue, progress, the calendar.

Each has a key of its own, so that Prefect shows the newest and keeps the earlier ones as its history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
)

from calendars.periods import Language
from models.settings import Settings
from reporting.plan_picture import PlanPicture, StagePicture
from reporting.plan_tables import Chain, chain_table, chains_to_show, overdue_table, period_label

MOST_OVERDUE = 50
UNFIT = re.compile(r"[^a-z0-9]+")
SAID: dict[Language, dict[str, str]] = {
    "vi": {
        "chain": "**{title}**, {period} · {number}",
        "stages": "**{number}** {title}: các chặng từ cơ sở lên, lúc {at}",
        "overdue": "## {number}: {count} báo cáo quá hạn, lúc {at}",
        "most": "Dưới đây là {shown} báo cáo quá hạn lâu nhất. [Xem tất cả]({page})",
        "none": "Không có báo cáo nào quá hạn.",
        "feed": "lịch của kế hoạch {number}",
        "progress": "{title}: {message}",
    },
    "en": {
        "chain": "**{title}**, {period} · {number}",
        "stages": "**{number}** {title}: the stages from the bottom up, at {at}",
        "overdue": "## {number}: {count} reports overdue, at {at}",
        "most": "These {shown} are overdue the longest. [See all]({page})",
        "none": "Nothing is overdue.",
        "feed": "calendar of the plan {number}",
        "progress": "{title}: {message}",
    },
}


def key(*parts: str) -> str:
    """An artifact's key: Prefect takes small letters, digits and dashes."""
    return UNFIT.sub("-", "-".join(parts).lower()).strip("-")


def publish(picture: PlanPicture, stages: list[dict[str, str]], settings: Settings) -> None:
    """All artifacts of a run but the progress, which belongs to the stages."""
    words, facts = SAID[settings.language], _facts(picture, settings)
    create_table_artifact(
        table=stages, key=key("stages", picture.slug), description=words["stages"].format(**facts)
    )
    for chain in chains_to_show(picture.rows, picture.at, settings.zone):
        _publish_chain(picture, chain, settings)
    create_markdown_artifact(
        markdown="\n\n".join(_overdue(picture, settings)), key=key("overdue", picture.slug)
    )
    create_link_artifact(
        link=facts["feeds"],
        link_text=words["feed"].format(**facts),
        key=key("feed", picture.slug),
        description=words["feed"].format(**facts),
    )


def _facts(picture: PlanPicture, settings: Settings) -> dict[str, str]:
    base = settings.base_url.rstrip("/")
    return {
        "number": picture.number or picture.slug,
        "title": picture.title,
        "at": f"{picture.at.astimezone(settings.zone):%H:%M %d/%m/%Y}",
        "page": f"{base}/plans/{picture.slug}",
        "feeds": f"{base}/feeds",
    }


def _publish_chain(picture: PlanPicture, chain: Chain, settings: Settings) -> None:
    first = chain[0]
    create_table_artifact(
        table=chain_table(chain, settings.zone, settings.language),
        key=key("chain", picture.slug, first.duty, first.period),
        description=SAID[settings.language]["chain"].format(
            title=first.duty_title,
            period=period_label(first.period, settings.language),
            number=picture.number,
        ),
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


def publish_progress(stage: StagePicture, plan: str) -> None:
    """How much of the stage is filed, in per cent."""
    standing = stage.standing
    filed = 100.0 * standing.filed / standing.expected if standing.expected else 0.0
    create_progress_artifact(
        progress=round(filed, 1),
        key=key("progress", plan, str(standing.number)),
        description=f"{stage.title}: {stage.message}",
    )
