"""The check of the store of files: is each that rows name there, and is it what it was?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from models.obligation import Document
from models.plan import Attachment
from models.plan_draft import PlanDocument
from models.settings import Settings
from reporting.files.store import STORE, path_of
from reporting.health.checkup import Check, CheckResult, CheckupFinding, fail, ok, warn

MOST_READ = 500 * 2**20
"""Octets that one look reads. Each day begins at another place of the store: all of it has its turn."""


def stored_files_finding(
    session: Session, settings: Settings, now: datetime, most: int = MOST_READ
) -> CheckupFinding:
    """Files that rows name and that are away or damaged; a few that no row names are no fault."""
    queries = (
        select(col(Document.sha256)).distinct(),
        select(col(Attachment.sha256)).where(col(Attachment.removed_at).is_(None)).distinct(),
        select(col(PlanDocument.original)).distinct(),
    )
    named = {digest for query in queries for digest in session.scalars(query)}
    there = {path.name for path in (settings.home / STORE).glob("??/*") if not path.name.startswith(".")}
    if named and not there:
        return warn(Check.FILES, CheckResult.FILES_ELSEWHERE, number=len(named))
    wrong = sorted(named - there) or damaged(settings, in_turn(named, now), most)
    if wrong:
        return fail(Check.FILES, CheckResult.FILES_WRONG, number=len(wrong), names=tuple(wrong))
    return ok(Check.FILES, CheckResult.FILES_THERE, number=len(named), others=len(there - named))


def in_turn(digests: Iterable[str], now: datetime) -> list[str]:
    """All of them, from another place on each day."""
    first = f"{now.toordinal() % 256:02x}"
    return sorted(digests, key=lambda digest: (digest < first, digest))


def damaged(settings: Settings, digests: Iterable[str], most: int) -> list[str]:
    """Those that are not what they were, of as many as the bound allows to read."""
    found, left = [], most
    for digest in digests:
        path = path_of(settings, digest)
        left -= path.stat().st_size
        if left < 0:
            break
        if _digest(path) != digest:
            found.append(digest)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
