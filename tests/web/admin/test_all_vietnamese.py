"""Health and the outbox in Vietnamese hold no English, whatever has happened; a mail server is quoted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import Session

from models.database import writing
from models.notice import Notice
from models.upkeep import Heartbeat, Outage
from models.vocabulary import Audience, NoticeKind, NoticeState
from reporting.reminders import ledger, recheck
from reporting.reminders.ledger import BY_HAND
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import NOW, text_of
from tests.web.cast import Browser

ENGLISH = re.compile(
    r"\b(the|is|was|were|of|has|have|been|no|not|to|by|for|from|and|in|at|it|its|an|unit|report|contact|notice"
    r"|sender|sent|send|waits?|failed|valid|address|person|deadline|rung|meanwhile|mail|mails|nothing|show"
    r"|clerk|head|monitor|look|said|why|when)\b",
    re.IGNORECASE,
)
OURS = re.compile(
    r"dondoc [a-z]+( [a-z]+)?( --[a-z-]+)?( [A-Z]+| [a-z]+)*|DONDOC_\w+|docs/\S+|\S+@\S+|https?://\S+|five-before"
    r"|--[a-z-]+|\S+\.vn\S*|SQLite|PostgreSQL|Prefect|English|\bCSV\b|\S*/\S*/\S*"
)
REASONS = [
    ledger.UNHEARD,
    ledger.NO_UNIT,
    ledger.TOO_LATE,
    ledger.OVERTAKEN.format("five-before"),
    *(f"{ledger.NO_CONTACT}: {audience}" for audience in Audience),
    *(value for name, value in vars(recheck).items() if name.isupper() and isinstance(value, str)),
    *(value for name, value in vars(ledger).items() if name.isupper() and isinstance(value, str)),
    BY_HAND,
]
RUNGS = [value for value in vars(ledger).values() if isinstance(value, str) and value.startswith("@")]


def english_in(page: str) -> list[str]:
    plain = OURS.sub(" ", page)
    return [plain[max(0, match.start() - 20) : match.end() + 20] for match in ENGLISH.finditer(plain)]


@pytest.fixture
def notices(province: World) -> list[int]:
    """One of each reason, kind, audience and state."""
    owed = province.one("x1", "2024-02").id
    with writing(province.engine) as session:
        found = [
            Notice(
                obligation_id=owed,
                deadline_revision=1,
                rung=RUNGS[number % len(RUNGS)],
                repeat=number,
                recipient="alice@p.gov.vn",
                kind=list(NoticeKind)[number % len(NoticeKind)],
                audience=list(Audience)[number % len(Audience)],
                moment=at(NOW) - timedelta(days=4),
                planned_at=at(NOW) - timedelta(days=4),
                state=list(NoticeState)[number % len(NoticeState)],
                reason=reason.replace("{}", "waived"),
                attempts=number % 3,
            )
            for number, reason in enumerate(each for each in REASONS if not each.startswith("@"))
        ]
        session.add_all(found)
        unwell(session)
        session.flush()
        return [each.id for each in found]


def unwell(session: Session) -> None:
    past = at(NOW) - timedelta(days=3)
    for name in ("tick", "sender"):
        session.merge(Heartbeat(name=name, at=past))
    session.add(Outage(server="mail.p.vn:25", since=past, failures=7, retry_at=past, said="421 4.3.2 busy"))


def test_the_outbox_and_each_notice(dave: Browser, notices: list[int]) -> None:
    dave.client.cookies.set("dondoc_language", "vi")
    for path in ("/admin/outbox", "/admin/outbox?state=failed", *(f"/admin/outbox/{id}" for id in notices)):
        page = dave.client.get(path).text.partition("<h2>Thư</h2>")[0]  # the mail is in its reader's language
        assert (path, english_in(text_of(page))) == (path, [])


def test_health(dave: Browser, notices: list[int]) -> None:
    dave.client.cookies.set("dondoc_language", "vi")
    for path in ("/admin/health", "/admin/health/mail"):
        assert (path, english_in(text_of(dave.client.get(path).text))) == (path, [])


def test_the_form_for_plans(dave: Browser) -> None:
    dave.client.cookies.set("dondoc_language", "vi")
    for path in ("/admin/plan-form", "/admin/plans/p-2024/form"):
        assert (path, english_in(text_of(dave.client.get(path).text))) == (path, [])
