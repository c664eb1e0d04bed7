"""An obligation for programs: the one shape of `due --json`, of the commands that move it, and of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reporting.due import Owed


def iso(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant for scripts: ISO 8601 with the local offset."""
    return None if instant is None else instant.astimezone(zone).isoformat()


def row_json(row: Owed, zone: ZoneInfo) -> dict[str, Any]:
    """An obligation for scripts: instants in ISO 8601 with the local offset, dates as 2024-02-17."""
    return {
        "id": row.id,
        "plan": row.plan,
        "duty": row.duty,
        "title": row.duty_title,
        "basis": row.basis,
        "stage": row.stage,
        "stage_name": row.stage_name,
        "unit": row.unit,
        "unit_name": row.unit_name,
        "level": row.level,
        "period": row.period,
        "period_start": row.period_start.isoformat(),
        "cutoff": row.cutoff.isoformat(),
        "rule": row.rule,
        "written": row.written and row.written.isoformat(),
        "bound": row.bound,
        "safe_day": row.safe_day and row.safe_day.isoformat(),
        "last_day": row.last_day and row.last_day.isoformat(),
        "deadline": iso(row.deadline, zone),
        "original_deadline": iso(row.original_deadline, zone),
        "correction_deadline": iso(row.correction_deadline, zone),
        "state": row.state,
        "timeliness": row.timeliness.value,
        "first_submitted_at": iso(row.first_submitted_at, zone),
        "submitted_at": iso(row.submitted_at, zone),
        "accepted_at": iso(row.accepted_at, zone),
        "recipient": row.recipient,
    }


def reference(row: Owed) -> str:
    """Which duty of which document: "01/CTr-UBND IV.1.2"; slug and id where the document gives neither."""
    return f"{row.plan_number or row.plan} {row.basis or row.duty}"
