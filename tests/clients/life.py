"""The full life of events, step by step: new, moved, overdue, filed, waived, gone; and what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.clients.conftest import Served
from tests.conftest import at

Seen = dict[str, tuple[date, str]]
"""By the beginning of the title: the day, and the status. What has no state in words is `owed`."""


def live(served: Served) -> Iterator[tuple[str, Seen]]:
    """Each step, and what a program must show after it."""
    world = served.world
    first, second = world.owe("dat-mui"), world.owe("dat-mui", stage=2)
    late = date(2024, 10, 17)
    yield "new", {"owed": (date(2024, 10, 14), "CONFIRMED"), "owed 2": (late, "CONFIRMED")}
    world.change(first, at("2024-10-10 10:00:00"), deadline=at("2024-10-13 00:00:00"))
    yield "moved", {"owed": (date(2024, 10, 12), "CONFIRMED"), "owed 2": (late, "CONFIRMED")}
    world.change(first, at("2024-10-13 00:05:00"), overdue_since=at("2024-10-13 00:00:00"))
    yield "overdue", {"[Quá hạn]": (date(2024, 10, 12), "CONFIRMED"), "owed": (late, "CONFIRMED")}
    filed = at("2024-10-13 08:00:00")
    world.change(first, filed, state="submitted", first_submitted_at=filed)
    yield "filed", {"[Đã nộp]": (date(2024, 10, 12), "CONFIRMED"), "owed": (late, "CONFIRMED")}
    waived = at("2024-10-14 08:00:00")
    world.change(second, waived, state="waived", closed_at=waived)
    yield "waived", {"[Đã nộp]": (date(2024, 10, 12), "CONFIRMED"), "[Đã hủy]": (late, "CANCELLED")}
    served.tick("2024-11-14 08:00:00")
    yield "gone", {"[Đã nộp]": (date(2024, 10, 12), "CONFIRMED")}


def named(titles: list[tuple[str, date, str]]) -> Seen:
    """What a program shows, in the words of `live`."""
    seen: Seen = {}
    for title, day, status in sorted(titles, key=lambda each: each[1]):
        name = title[: title.index("]") + 1] if title.startswith("[") else "owed"
        assert "Báo cáo tình hình, tháng (tháng 10/2024) – Xã Đất Mũi" in title
        seen[name if name not in seen else f"{name} 2"] = (day, status)
    return seen
