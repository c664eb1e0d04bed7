"""Why something is not possible as an obligation stands now, in the person's language, with what to do."""

from __future__ import annotations

from models.settings import Settings
from models.submission import Submission
from models.vocabulary import Lifecycle, say
from web.clerk.drawing import Loaded
from web.pages import Pages, moment_words


def _overtaken(newest: Submission, pages: Pages, settings: Settings) -> str:
    when = moment_words(newest.filed_at, settings.zone)
    return pages.t(
        f"Chưa gửi: lúc {when} đã có bản khác của báo cáo này ({newest.actor}). "
        "Hãy xem bản đó; nếu vẫn cần, chọn lại tệp rồi gửi bản thay thế.",
        f"Not sent: another version of this report came at {when} ({newest.actor}). "
        "Look at it; if yours is still needed, choose the files again and send it as a replacement.",
    )


def conflict(loaded: Loaded, what: str, pages: Pages, settings: Settings) -> str:
    """What to say about `what` (file, acknowledge, extension, …) that came too late."""
    facts = loaded.facts
    state = say(facts.state, pages.language)
    if what == "file" and loaded.versions and facts.state in (Lifecycle.SUBMITTED, Lifecycle.RETURNED):
        return _overtaken(loaded.versions[0].submission, pages, settings)
    if what == "withdraw" and facts.state is Lifecycle.SUBMITTED:
        return pages.t(
            "Chưa rút lại được: chỉ rút lại bản mới nhất, trong ngày nộp, khi nơi nhận chưa xem xét. "
            "Hãy nộp bản thay thế, hoặc đề nghị nơi nhận trả lại.",
            "Not withdrawn: only the newest version, on the day of filing, before the recipient decides. "
            "Send a better version, or ask the recipient to return it.",
        )
    if what == "extension" and facts.asked is not None:
        return pages.t(
            "Đã có một đề nghị gia hạn đang chờ quyết định.",
            "A request for more time is waiting for a decision already.",
        )
    if what == "acknowledge" and facts.is_unfiled and not facts.heeds_acknowledgements:
        return pages.t(
            "Chưa ghi nhận: kế hoạch này không có lời nhắc nào tạm dừng khi đơn vị báo là đã biết. "
            "Hãy nộp báo cáo, hoặc xin gia hạn.",
            "Not noted: no reminder of this plan rests when a unit says that it knows. "
            "Hand the report in, or ask for more time.",
        )
    if what in ("accept", "return") and facts.state is Lifecycle.SUBMITTED:
        return pages.t(
            "Chưa thực hiện: đơn vị vừa nộp bản mới. Hãy xem bản mới rồi quyết định.",
            "Not done: the unit has just handed in a new version. Look at it, then decide.",
        )
    if what == "decide" and facts.asked is None:
        return pages.t("Đề nghị gia hạn này đã được quyết định.", "This request has been decided already.")
    return pages.t(
        f"Chưa thực hiện được: báo cáo này hiện ở tình trạng «{state}».",
        f"Not possible: this report is now “{state}”.",
    )
