"""Requests as people get to know of them: one mail at once, no echo on the same day, and the withdrawal."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.database import writing
from models.settings import Settings
from reporting.asking.ad_hoc import AdHocDraft, make_ad_hoc
from reporting.asking.happenings import EventDraft, say_event
from reporting.asking.requests import RequestDraft, make_request, withdraw_request
from reporting.asking.whom import Whom
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.timeline.harness import Timeline

PLAN = """\
slug: hoi
number: 01/KH
title: Kế hoạch một
issuer: UBND tỉnh Một
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
duties:
  - id: urgent
    title: Báo cáo nhanh
    every: on-demand
    chain: [{from: {level: district, kinds: [huyen]}}]
"""


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    return Timeline(engine, settings, tmp_path, plan=PLAN)


def ask(world: Timeline, when: str, due: str, **more: str) -> int:
    wish = RequestDraft(plan="hoi", duty="urgent", due=due, whom=Whom(units=("d1",)), **more)
    with writing(world.engine) as session:
        return make_request(session, world.settings, wish, at(when), "Eve").request.id


def withdraw(world: Timeline, number: int, when: str) -> None:
    with writing(world.engine) as session:
        withdraw_request(session, world.settings, number, "đã có số liệu", at(when), "Eve")


ASKED = ("dung@d1.example", "Yêu cầu báo cáo")


def test_those_asked_are_told_at_once_even_at_night_and_only_once_that_day(world: Timeline) -> None:
    """Saturday evening, due on Monday afternoon."""
    ask(world, "2024-03-02 21:00:00", "before 14:00 4/3/2024", number="12/UBND-TH", note="Gửi cả bản giấy.")
    world.pass_at("2024-03-02 21:05:00", ASKED)
    text = world.text()
    for words in (
        "BÁO CÁO NHANH",
        "trước 14:00 ngày 04/3/2024",
        "Gửi cả bản giấy.",
        "văn bản số 12/UBND-TH",
    ):
        assert words in text, text
    world.pass_at("2024-03-02 23:00:00")


def test_what_is_asked_for_today_by_today_gets_no_second_mail_to_the_clerk(world: Timeline) -> None:
    ask(world, "2024-03-04 07:30:00", "before 16:00 4/3/2024")
    world.pass_at("2024-03-04 07:31:00", ASKED)
    world.pass_at("2024-03-04 10:00:00")
    late = "Quá hạn 1 ngày"
    world.pass_at("2024-03-05 08:00:00", ("dung@d1.example", late), ("hoa@d1.example", late))


def test_a_request_far_ahead_is_reminded_of_by_the_ladder_as_any_report(world: Timeline) -> None:
    ask(world, "2024-03-04 07:30:00", "by 29/3/2024")
    world.pass_at("2024-03-04 08:00:00", ASKED)
    world.pass_at("2024-03-22 08:00:00", ("dung@d1.example", "Còn 7 ngày"))


def test_a_withdrawal_is_told_to_those_who_were_told(world: Timeline) -> None:
    number = ask(world, "2024-03-04 08:00:00", "by 29/3/2024")
    world.pass_at("2024-03-04 08:01:00", ASKED)
    withdraw(world, number, "2024-03-04 09:00:00")
    world.pass_at("2024-03-04 09:01:00", ("dung@d1.example", "Không còn phải nộp"))
    assert "yêu cầu đã được rút: đã có số liệu" in world.text()
    world.pass_at("2024-03-22 08:00:00")


def test_a_withdrawal_before_the_mail_went_mails_nobody(world: Timeline) -> None:
    number = ask(world, "2024-03-04 08:00:00", "by 29/3/2024")
    withdraw(world, number, "2024-03-04 08:01:00")
    world.pass_at("2024-03-04 08:02:00")


def test_answers_go_to_who_asks(world: Timeline) -> None:
    wish = RequestDraft(plan="hoi", duty="urgent", due="by 29/3/2024", whom=Whom(units=("d1",)))
    with writing(world.engine) as session:
        now = at("2024-03-04 08:00:00")
        make_request(session, world.settings, wish, now, "Minh <minh@so.example>", unit_id(session, "so"))
    world.pass_at("2024-03-04 08:01:00", ASKED)
    (mail,) = world.newest
    assert mail["Reply-To"] == "minh@so.example"
    assert "Nơi yêu cầu: Sở Kế hoạch" in world.text()
    assert "thư trả lời" in world.text()


EVENTS = PLAN.replace(
    """    every: on-demand
    chain: [{from: {level: district, kinds: [huyen]}}]
""",
    """    every: on-demand
    event: {id: flood, title: Khi có thiên tai}
    chain: [{from: {level: district, kinds: [huyen]}, due: within 24h of flood}]
""",
)


@pytest.fixture
def flooded(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    return Timeline(engine, settings, tmp_path, plan=EVENTS)


def say(world: Timeline, happened: str, when: str, speaker: str = "") -> None:
    draft = EventDraft(plan="hoi", event="flood", happened_at=at(happened), whom=Whom(units=("d1",)))
    with writing(world.engine) as session:
        say_event(session, world.settings, draft, at(when), "Dung", speaker=speaker)


def test_an_event_is_told_with_its_hour_and_then_reminded_of(flooded: Timeline) -> None:
    say(flooded, "2024-03-04 23:30:00", "2024-03-04 23:45:00")
    flooded.pass_at("2024-03-04 23:50:00", ASKED)
    assert "Sự việc: Khi có thiên tai, lúc 23:30 ngày 04/3/2024" in flooded.text()
    flooded.pass_at("2024-03-05 08:00:00", ("dung@d1.example", "Hôm nay là ngày cuối"))
    flooded.pass_at("2024-03-05 23:29:00")


def test_who_says_it_gets_no_mail_of_what_they_said(flooded: Timeline) -> None:
    say(flooded, "2024-03-04 07:00:00", "2024-03-04 07:30:00", "dung@d1.example")
    flooded.pass_at("2024-03-04 08:00:00")
    flooded.pass_at("2024-03-05 06:59:00")


def test_what_is_said_late_is_escalated_from_the_day_of_the_saying_on(flooded: Timeline) -> None:
    """It was due on the 2nd; a week later the unit hears of it, and nobody else on that day."""
    say(flooded, "2024-03-01 07:00:00", "2024-03-11 07:30:00")
    flooded.pass_at("2024-03-11 07:31:00", ("dung@d1.example", "quá hạn"))
    flooded.pass_at("2024-03-11 17:00:00")
    flooded.pass_at("2024-03-12 08:00:00", ("dung@d1.example", "Quá hạn"), ("hoa@d1.example", "Quá hạn"))


def test_requests_outside_any_plan_stand_under_one_heading_with_their_titles_once(world: Timeline) -> None:
    for title in ("Báo cáo thiệt hại", "Danh sách cán bộ"):
        wish = AdHocDraft(
            issuer="p", title=title, due="by 29/3/2024", whom=Whom(units=("d1",)), number="9/UBND"
        )
        with writing(world.engine) as session:
            make_ad_hoc(session, world.settings, wish, at("2024-03-04 08:00:00"), "Minh")
    ask(world, "2024-03-04 08:00:00", "by 29/3/2024", title="Tình hình dịch bệnh")
    world.pass_at("2024-03-04 08:01:00", ("dung@d1.example", "3 báo cáo được yêu cầu"))
    text = world.text()
    assert [text.count(title) for title in ("Báo cáo thiệt hại", "Danh sách cán bộ")] == [1, 1]
    assert text.count("Báo cáo đột xuất, ngoài kế hoạch") == 1
    assert "Nơi yêu cầu: Eve, về việc: Tình hình dịch bệnh" in text
