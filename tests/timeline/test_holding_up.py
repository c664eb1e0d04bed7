"""Units that hold a report up are mailed about their own report, and at last that it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.database import writing
from models.ladder_file import LadderFile, read_ladder
from models.vocabulary import Lifecycle
from reporting.moves.chase import Chaser, chase
from reporting.moves.close import close
from reporting.moves.undo import undo
from reporting.obligations.filters import Selection
from tests.conftest import at
from tests.timeline.harness import CHAIN, Timeline
from tests.timeline.test_reminding import DUNG

OCTOBER = CHAIN.replace("from: 2024-01-01, to: 2024-12-31", "from: 2024-10-01, to: 2024-10-31")
"""The communes' last day is 14 October, the districts' the 17th."""
PERIOD = "2024-10"
ALICE, CHARLIE = "alice@x1.example", "charlie@x2.example"
Begin = Callable[..., Timeline]


def ladder(*rungs: str) -> LadderFile:
    lines = "".join(f"  - {{{rung}}}\n" for rung in rungs)
    return read_ladder(f"slug: default\nrungs:\n{lines}", "ladder.yaml")


HOLDING_UP = "id: holding-up, at: +3wd, audience: [below]"
LATE = "2024-10-22 08:00:00"


@pytest.fixture
def held(timeline: Begin) -> Timeline:
    life = timeline(plan=OCTOBER, ladder=ladder(HOLDING_UP))
    life.tick("2024-10-01 08:00:00")
    life.file("d2", "2024-10-10 09:00:00", PERIOD)
    return life


def words(life: Timeline, to: str = ALICE) -> str:
    return life.text(to).replace("\r\n", "\n")


def test_the_lower_unit_reads_who_waits_and_is_led_to_its_own_report(held: Timeline) -> None:
    held.pass_at(
        LATE,
        (ALICE, "[Đôn đốc] UBND huyện Một đang chờ báo cáo của quý đơn vị: Báo cáo tháng, tháng 10/2024"),
        (CHARLIE, "[dondoc] UBND huyện Một is waiting for your report: Báo cáo tháng, October 2024"),
    )
    text = words(held)
    assert f"Nộp báo cáo: {held.settings.base_url}/o/{held.obligation('x1', PERIOD)}-" in text
    assert f"/{held.obligation('d1', PERIOD)}/" not in text
    assert "Đơn vị: UBND xã Một\n" in text
    assert "Thời hạn: chậm nhất ngày 14/10/2024, quá hạn 8 ngày\n" in text
    assert f"Hand it in: {held.settings.base_url}/o/{held.obligation('x2', PERIOD)}-" in words(held, CHARLIE)


def test_a_unit_that_files_before_it_is_sent_gets_nothing(held: Timeline) -> None:
    held.tick(LATE)
    held.file("x1", "2024-10-22 08:01:00", PERIOD)
    held.send("2024-10-22 08:02:00")
    held.expect((CHARLIE, "is waiting for your report"))
    assert ("holding-up", 0, "cancelled", ALICE) in held.ledger(held.obligation("d1", PERIOD))


def test_when_the_upper_report_has_come_it_is_done(held: Timeline) -> None:
    held.pass_at(LATE, (ALICE, ""), (CHARLIE, ""))
    held.file("d1", "2024-10-23 09:00:00", PERIOD)
    held.pass_at(
        "2024-10-23 10:00:00",
        (ALICE, "[Đôn đốc] Đã nộp muộn 6 ngày: Báo cáo tháng, tháng 10/2024 – UBND huyện Một"),
        (CHARLIE, "[dondoc] Handed in 6 days late"),
    )
    text = words(held)
    assert "Ghi chú: đơn vị này từng chờ báo cáo của quý đơn vị; " in text
    assert f"Xem báo cáo: {held.settings.base_url}/v/{held.obligation('d1', PERIOD)}-" in text
    assert "quá hạn" not in text.lower()


def test_a_unit_that_held_up_a_report_waived_and_owed_again_is_reminded_of_its_own(
    held: Timeline,
) -> None:
    held.pass_at(LATE, (ALICE, ""), (CHARLIE, ""))
    upper = held.obligation("d1", PERIOD)
    note = "Ghi chú: đơn vị này từng chờ báo cáo của quý đơn vị; "
    with writing(held.engine) as session:
        close(session, upper, Lifecycle.WAIVED, "bão", at("2024-10-22 09:00:00"), "Phuc")
    held.pass_at(
        "2024-10-22 09:01:00",
        (DUNG, "Không còn phải nộp"),
        (ALICE, "Không còn phải nộp"),
        (CHARLIE, "Not owed"),
    )
    assert note in words(held)
    assert note not in words(held, DUNG)
    assert "yours is still owed" in words(held, CHARLIE)
    with writing(held.engine) as session:
        undo(session, upper, "nhầm", at("2024-10-22 10:00:00"), "Phuc")
    held.pass_at(
        "2024-10-22 10:01:00", (DUNG, "Lại phải nộp"), (ALICE, "Lại phải nộp"), (CHARLIE, "Owed again")
    )
    assert note in words(held)
    assert "yours is still owed" in words(held, CHARLIE)


def test_a_report_that_is_overdue_itself_is_listed_once_with_who_waits(timeline: Begin) -> None:
    overdue = "id: overdue, at: +6wd, audience: [clerk]"  # of the communes: on the same morning
    life = timeline(plan=OCTOBER, ladder=ladder(HOLDING_UP, overdue))
    life.tick("2024-10-01 08:00:00")
    life.file("d2", "2024-10-10 09:00:00", PERIOD)
    life.tick(LATE)
    life.send(LATE)
    life.newest = life.collect()
    (mail,) = [each for each in life.newest if ALICE in str(each["To"])]
    assert str(mail["Subject"]).startswith(
        "[Đôn đốc] Quá hạn 8 ngày: Báo cáo tháng, tháng 10/2024 – UBND xã Một"
    )
    assert words(life).count("BÁO CÁO THÁNG") == 1
    assert "Đơn vị khác đang chờ: UBND huyện Một\n" in words(life)


def test_a_chase_of_the_upper_report_speaks_to_the_lower_unit_of_its_own(held: Timeline) -> None:
    upper = held.obligation("d1", PERIOD)
    when = "2024-10-16 09:00:00"
    with writing(held.engine) as session:
        chase(
            session, held.settings, Selection(obligation=upper), "Gửi trước 16 giờ.", at(when), Chaser("Minh")
        )
    held.send(when)
    held.expect(
        (ALICE, "UBND huyện Một đang chờ báo cáo của quý đơn vị"),
        (CHARLIE, "UBND huyện Một is waiting for your report"),
        ("dung@d1.example", "Đôn đốc, còn 1 ngày"),
        ("hoa@d1.example", "Đôn đốc, còn 1 ngày"),
    )
    text = words(held)
    assert "> Gửi trước 16 giờ.\n" in text
    assert f"/o/{held.obligation('x1', PERIOD)}-" in text


def test_two_that_wait_for_one_report_are_named_in_one_line(timeline: Begin) -> None:
    upwards = "      - {from: {level: district, kinds: [huyen]}, due: before 18}\n"
    three = OCTOBER.replace(upwards, f"{upwards}      - {{from: {{unit: p}}, to: so, due: before 18}}\n")
    assert three != OCTOBER
    life = timeline(plan=three, ladder=ladder(HOLDING_UP))
    life.tick("2024-10-01 08:00:00")
    life.file("d2", "2024-10-10 09:00:00", PERIOD)
    life.tick(LATE)
    life.send(LATE)
    life.newest = life.collect()
    (mail,) = [each for each in life.newest if ALICE in str(each["To"])]
    waiting = "UBND huyện Một, UBND tỉnh Một đang chờ báo cáo của quý đơn vị"
    assert str(mail["Subject"]).startswith(f"[Đôn đốc] {waiting}: ")
    assert words(life).count("/o/") == 1
