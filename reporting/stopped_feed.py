"""What an ended feed shows: one event that says so, on the day on which it ended, and no old title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from calendars.ical_event import FeedEvent, event_bytes, event_uid
from calendars.ical_feed import FeedHeader, feed_bytes
from calendars.periods import Language
from calendars.zone import local_date
from models.settings import Settings

STOPPED = {"vi": "Lịch này đã ngừng cập nhật", "en": "This calendar is no longer updated"}
REMEDY = {
    "vi": "Hãy xóa lịch này khỏi chương trình lịch của bạn. Nếu vẫn cần, hãy mở trang đăng ký lịch "
    "để lấy địa chỉ mới, hoặc hỏi người quản trị.",
    "en": "Remove this calendar from your calendar program. If you still need it, open the subscription "
    "page for a new address, or ask the administrator.",
}


@dataclass(frozen=True)
class Bytes:
    """A calendar with its validators."""

    data: bytes
    etag: str
    changed_at: datetime


def stopped_feed(settings: Settings, language: Language, id_: int, end: datetime) -> Bytes:
    """The same bytes for the same end, whenever they are asked for."""
    event = FeedEvent(
        uid=event_uid("stopped", str(id_)),
        last_day=local_date(end, settings.zone),
        summary=STOPPED[language],
        description=REMEDY[language],
        created=end,
        changed=end,
        sequence=0,
        alarm=False,
    )
    header = FeedHeader(STOPPED[language], language, settings.zone)
    data = feed_bytes(header, [event_bytes(event, alarms=False)])
    return Bytes(data, sha256(data).hexdigest()[:32], end.replace(microsecond=0))
