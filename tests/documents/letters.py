"""Letters to be read: a head with a day of issue (10/11/2025), and what a draft of them says in short."""

from __future__ import annotations

from documents.draft import Draft, DraftDuty, draft
from documents.plain_text import read_text
from documents.scoring import scored

HEAD = """ỦY BAN NHÂN DÂN TỈNH X | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 1/KH-UBND | X, ngày 10 tháng 11 năm 2025
KẾ HOẠCH
THỰC HIỆN VIỆC GÌ ĐÓ
I. NHIỆM VỤ
"""


def drafted(text: str) -> Draft:
    """The draft of a letter with this text under the head."""
    return draft(read_text(HEAD + text, "letter.txt"))


def in_short(duty: DraftDuty, draft: Draft) -> str:
    """`monthly before 20 @ Sở Y tế`: how often, the bound, when, and who."""
    issued = next(plan.issued for plan in draft.plans if duty in plan.duties)
    found = scored(duty, issued)
    due = found["due"]
    when = _when(due) if isinstance(due, dict) else ""
    return f"{found['frequency']} {when}".strip() + f" @ {duty.reporters.value}"


def all_in_short(text: str) -> list[str]:
    draft = drafted(text)
    return [in_short(duty, draft) for duty in draft.duties]


def _when(due: dict[str, object]) -> str:
    quarter = f"Q{due['quarter']}" if due.get("quarter") else None
    words = "/".join(
        str(part) for part in (due.get("day"), quarter, due.get("month"), due.get("year")) if part
    )
    if "date" in due:
        words = str(due["date"])
    elif "after" in due:
        words = f"{due['after']}{due['unit']} after {due['anchor']}"
    elif "event" in due:
        words = f"event {due['event']}"
    if due.get("month_offset"):
        words += f" {due['month_offset']:+d}m"
    if due.get("week"):
        words += f" week {due['week']}"
    return " ".join(str(part) for part in (due.get("bound"), due.get("time"), words) if part)
