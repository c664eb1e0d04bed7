"""What further recipients hear by mail: one line in the digest, once it is filed; real ticks, real mails."""

from __future__ import annotations

from models.database import writing
from reporting.moves.submit import ReportFiling, submit
from reporting.moves.undo import withdraw
from tests.conftest import at
from tests.timeline.conftest import Begin
from tests.timeline.harness import DISTRICTS, Timeline
from tests.timeline.test_reminding import MINH, PHUC

PLAN = DISTRICTS.replace("due: before 18", "to: [d2, p], via: so, due: before 18").replace(
    "from: {level: district, kinds: [huyen]}", "from: {unit: d1}"
)
EVE = "eve@d2.example"
TOLD = "Để biết, đã nộp: Báo cáo tháng, tháng 2/2024 – UBND huyện Một"
WORDS = "Gửi: UBND huyện Hai và UBND tỉnh Một (qua Sở Kế hoạch)"


def begun(timeline: Begin) -> Timeline:
    world = timeline(plan=PLAN)
    world.tick("2024-01-03 09:00:00")
    world.file("d1", "2024-01-04 09:00:00", period="2024-01")
    world.tick("2024-01-05 08:00:00")
    world.send("2024-01-05 08:00:00")
    world.collect()
    return world


def test_one_calm_line_in_the_digest_of_each(timeline: Begin) -> None:
    world = begun(timeline)
    world.file("d1", "2024-02-01 09:00:00")
    world.pass_at("2024-02-01 10:00:00", (EVE, TOLD), (PHUC, TOLD))
    text = world.text(EVE)
    assert WORDS in text
    assert "Báo cáo dưới đây đã được nộp, gửi để biết. Không phải làm gì." in text
    assert f"Xem báo cáo: {world.settings.base_url}/c/{world.obligation('d1')}-" in text
    world.nothing_until("2024-02-02 08:00:00", "2024-02-03 12:00:00")


def test_the_unit_is_told_to_whom_it_goes(timeline: Begin) -> None:
    world = begun(timeline)
    world.tick("2024-02-05 08:00:00")
    world.send("2024-02-05 08:00:00")
    world.newest = world.collect()
    assert WORDS in world.text("dung@d1.example")


def test_a_receipt_says_to_whom_it_went(timeline: Begin) -> None:
    world = begun(timeline)
    with writing(world.engine) as session:
        id, report = world.obligation("d1"), ReportFiling(note="x")
        submit(session, world.settings, id, report, at("2024-02-01 09:00:00"), "Dung", receipt=True)
    world.send("2024-02-01 09:01:00")
    world.newest = world.collect()
    assert WORDS in world.text("dung@d1.example")


def test_what_was_withdrawn_before_the_digest_is_not_told(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.file("d1", "2024-02-01 17:00:00")
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-01 17:20:00"), "Dung")
    world.nothing_until("2024-02-01 17:30:00", "2024-02-02 12:00:00")


def test_what_was_withdrawn_after_it_is_told_in_the_next(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.file("d1", "2024-02-01 09:00:00")
    world.pass_at("2024-02-01 10:00:00", (EVE, TOLD), (PHUC, TOLD))
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-01 11:00:00"), "Dung")
    world.nothing_until("2024-02-01 11:30:00", "2024-02-01 23:00:00")
    again = "Lại phải nộp"
    world.pass_at("2024-02-02 08:00:00", (EVE, again), (PHUC, again))
    assert "/c/" not in world.text(EVE)
    world.file("d1", "2024-02-02 09:00:00")
    again = "Để biết, đã nộp lại"
    world.pass_at("2024-02-05 08:00:00", (EVE, again), (PHUC, again))
    assert MINH not in {str(mail["To"]) for mail in world.newest}
