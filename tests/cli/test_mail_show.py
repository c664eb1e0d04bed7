"""`dondoc mail show`: every kind in both languages, made up or about an obligation; what it refuses."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import reading
from models.notice import Mail, Notice
from models.vocabulary import NoticeKind
from tests.cli.conftest import Dondoc
from tests.reporting.world import World

AT = ("--at", "2024-02-20T08:00")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_it_shows_every_kind(dondoc: Dondoc, kind: NoticeKind, language: str) -> None:
    shown = dondoc("mail", "show", "--kind", kind, "--lang", language, *AT)
    assert shown.code == 0, shown.err
    subject, _, text = shown.out.partition("\n\n")
    assert subject.startswith("[Đôn đốc] " if language == "vi" else "[dondoc] ")
    assert text.startswith("Kính gửi " if language == "vi" else "Dear ")


def test_it_tells_of_an_obligation_as_it_stands_and_keeps_nothing(dondoc: Dondoc, province: World) -> None:
    owed = province.one("d1", "2024-02")
    shown = dondoc("mail", "show", "--kind", "escalated", "--obligation", owed.id, *AT)
    assert "Huyện Một (UBND tỉnh P)" in shown.out
    assert "Còn chờ cấp dưới: Xã Hai, Xã Một" in shown.out
    with reading(province.engine) as session:
        assert list(session.exec(select(Notice))) == []
        assert list(session.exec(select(Mail))) == []


def test_it_writes_a_message_that_a_mail_program_opens(dondoc: Dondoc, tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    shown = dondoc("mail", "show", "--kind", "coming-due", "--format", "eml", "--out", path, *AT)
    assert (shown.code, shown.out) == (0, "")
    message = message_from_bytes(path.read_bytes(), policy=SMTP)
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_it_shows_many_units_in_one_mail(dondoc: Dondoc) -> None:
    shown = dondoc("mail", "show", "--kind", "escalated", "--count", 100, "--format", "html", *AT)
    assert "và 80 đơn vị nữa" in shown.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "late"], "'late' is no kind; use one of: coming-due"),
        (["--kind", "overdue", "--lang", "fr"], "no language 'fr'; use one of: vi, en"),
        (["--kind", "overdue", "--format", "pdf"], "'pdf' is no format; use one of: text, html, eml"),
        (["--kind", "overdue", "--obligation", "99999"], "no obligation 99999"),
        (["--kind", "alert", "--obligation", "1"], "leave --obligation out"),
    ],
)
def test_it_refuses_what_it_does_not_know(dondoc: Dondoc, arguments: list[str], words: str) -> None:
    assert words in dondoc("mail", "show", *arguments).refusal


def test_it_speaks_to_whoever_holds_a_report_up_of_their_own(dondoc: Dondoc, province: World) -> None:
    upper, lower = province.one("d1", "2024-02"), province.one("x1", "2024-02")
    shown = dondoc("mail", "show", "--kind", "holding-up", "--obligation", upper.id, *AT)
    assert "Huyện Một đang chờ báo cáo của quý đơn vị" in shown.out
    assert f"/o/{upper.id}/" not in shown.out
    refused = dondoc("mail", "show", "--kind", "holding-up", "--obligation", lower.id, *AT)
    assert (refused.code, refused.out) == (1, "")
    assert "waits for no other report" in refused.err
