"""A draft kept as if its document had been taken in, without a process for it."""

from __future__ import annotations

from sqlalchemy import Engine

from documents.draft import draft
from documents.plain_text import read_text
from documents.review import review_json
from documents.selectors import Units
from models.database import writing
from models.settings import Settings
from reporting.drafts.store import keep_drafts
from tests.conftest import at
from tests.documents.letters import HEAD

LETTER = HEAD.replace("TỈNH X", "TỈNH P") + (
    "1. Sở Kế hoạch báo cáo kết quả thực hiện về UBND tỉnh trước ngày 20 hằng tháng.\n"
    "2. Sở Nội vụ hoàn thành đề án trước ngày 15/12/2025.\n"
    "3. Căn cứ Quyết định số 12/QĐ-UBND ngày 05/01/2024 của UBND tỉnh.\n"
)


def keep_letter(engine: Engine, settings: Settings, text: str = LETTER, name: str = "ke-hoach.txt") -> int:
    """The id of the draft."""
    found = review_json(draft(read_text(text, name)), Units(), "vi")
    with writing(engine) as session:
        return keep_drafts(session, settings, name, text.encode(), found, at("2024-02-10 08:00"), "Dave")
