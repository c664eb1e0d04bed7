"""The review of a draft: a document taken in, its duties decided about one by one, the plan loaded."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine

from calendars.working_days import WorkingDays
from models.database import reading
from models.plan_files.plan import PlanFile
from models.settings import Settings
from reporting.feeds.rows import owed_rows_of
from reporting.feeds.text import Speaker, owed_description
from reporting.plans.loading import current_plan_file, find_plan
from tests.conftest import HCM
from tests.reporting.world import PLAN, World
from tests.waiting import wait_for
from tests.web.admin.conftest import NOW, text_of
from tests.web.admin.test_plan_form import Filled
from tests.web.cast import Browser, browser
from tests.web.drafts import LETTER


class Review:
    """The page of a draft in Dave's browser."""

    def __init__(self, dave: Browser, answer: Response) -> None:
        self.dave = dave
        if "/plan-documents/" in answer.headers["location"]:
            waiting = answer.headers["location"]
            wait_for(lambda: dave.client.get(waiting).status_code == 303, "the reading")
            answer = dave.client.get(waiting)
        self.path = answer.headers["location"]
        self.look()

    def look(self) -> None:
        answer = self.dave.client.get(self.path)
        assert answer.status_code == 200
        self.take(answer)

    def take(self, answer: Response) -> None:
        self.page, self.said = answer.text, text_of(answer.text)

    def do(self, deed: str, card: str = "", **more: str) -> Response:
        answer = self.dave.client.post(f"{self.path}/cards", data=self.dave.form(do=deed, card=card, **more))
        self.look()
        return answer

    def check(self) -> Filled:
        """The preview."""
        answer = self.dave.client.post(f"{self.path}/check", data=self.dave.form())
        assert answer.status_code == 200, text_of(answer.text)
        filled = Filled(self.dave)
        filled.take(answer.text)
        return filled


def taken(dave: Browser, text: str = LETTER, name: str = "ke-hoach.txt") -> Review:
    return Review(dave, sent(dave, text.encode(), name))


def sent(dave: Browser, data: bytes, name: str) -> Response:
    return dave.client.post("/admin/plan-documents", data=dave.form(), files={"file": (name, data)})


def loaded(engine: Engine, slug: str) -> PlanFile:
    with reading(engine) as session:
        return current_plan_file(session, find_plan(session, slug))


def test_a_document_becomes_a_plan_that_is_loaded(dave: Browser, engine: Engine) -> None:
    review = taken(dave)
    assert "before the 20th of each month" in review.said
    assert re.search(r'<a href="#words-nhiem-vu-1-due">', review.page)
    assert 'id="words-nhiem-vu-1-due">' in review.page
    assert review.do("accept-all").status_code == 303
    assert "2 accepted, 0 to be decided" in review.said
    preview = review.check()
    assert "A new plan" in preview.said
    assert preview.apply() == 303
    plan = loaded(engine, "1-kh-ubnd-2025")
    assert [duty.chain[0].rule_text for duty in plan.duties] == ["before 20", "before 15/12/2025"]
    assert all(duty.clause and duty.clause.quote in LETTER for duty in plan.duties)
    assert "The plan is loaded from this document" in text_of(dave.client.get(review.path).text)
    page = text_of(dave.client.get("/admin/plans/1-kh-ubnd-2025").text)
    assert "Document: ke-hoach.txt" in page
    assert dave.client.get(f"{review.path}/document").content == LETTER.encode()


def test_who_owes_a_report_sees_the_words_that_order_it(
    dave: Browser, world: World, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    quoted = PLAN.replace(
        "    every: month\n", "    every: month\n    clause: {quote: Các xã báo cáo hằng tháng.}\n"
    )
    world.plan(quoted, "2024-02-01", "2024-02-10 08:00")
    alice = browser(app, engine, settings, "alice", NOW)
    page = text_of(alice.client.get(f"/obligations/{world.one('x1', '2024-02').id}").text)
    assert "Các xã báo cáo hằng tháng." in page
    with reading(engine) as session:
        (row,) = owed_rows_of(session, [world.one("x1", "2024-02").id])
    speaker = Speaker("en", HCM, WorkingDays.from_country())
    assert "Words: “Các xã báo cáo hằng tháng.”" in owed_description(row, "", speaker)
    alice.client.close()


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "Choose a file"), (b"PK\x03\x04broken", "damaged"), (b"\x00\x01\xff" * 400, "no document")],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    dave: Browser, engine: Engine, data: bytes, said: str
) -> None:
    answer = sent(dave, data, "x.docx")
    assert (answer.status_code, said in text_of(answer.text)) == (422, True)
    assert "Drafts" not in text_of(dave.client.get("/admin/plans").text)


def test_a_card_is_corrected_in_the_form_of_plans(dave: Browser, engine: Engine) -> None:
    review = taken(dave)
    edit = Filled(dave, f"{review.path}/edit/nhiem-vu-1")
    edit.put("duties.0.chain.0.due", "trước ngày 25 hằng tháng")
    assert edit.send() == 303
    review.look()
    assert "1 accepted, 1 to be decided" in review.said
    assert "(by hand)" in review.said
    assert review.check().apply() == 303
    (duty,) = loaded(engine, "1-kh-ubnd-2025").duties
    assert duty.chain[0].rule_text == "before 25"
    assert duty.clause is not None
    assert set(duty.clause.fields) == {"title", "every", "from", "to"}


def test_words_that_do_not_stand_in_the_document_are_not_loaded(dave: Browser) -> None:
    review = taken(dave)
    edit = Filled(dave, f"{review.path}/edit/nhiem-vu-1")
    edit.put("duties.0.clause.quote", "Các xã báo cáo hằng ngày.")
    assert edit.send() == 422
    assert "do not stand in the plan's document" in edit.said
    assert edit.send("keep") == 303
    review.do("accept-all")
    answer = dave.client.post(f"{review.path}/check", data=dave.form())
    assert (answer.status_code, "stands in red" in text_of(answer.text)) == (422, True)


def test_what_two_people_change_at_once_is_not_lost(dave: Browser) -> None:
    review = taken(dave)
    first, second = (Filled(dave, f"{review.path}/edit/nhiem-vu-1") for _ in range(2))
    first.put("duties.0.title", "Báo cáo tháng")
    assert first.send() == 303
    second.put("duties.0.title", "Báo cáo khác")
    assert second.send() == 409
    assert "somebody else has changed this card" in second.said
    assert second.value("duties.0.title") == "Báo cáo khác"


@pytest.mark.parametrize(
    ("deed", "state", "uncovered"),
    [("no-duty", "no duty", "said by hand to be no duty"), ("leave-out", "left out", "left out by hand")],
)
def test_what_is_dropped_shows_as_used_by_no_duty(
    dave: Browser, deed: str, state: str, uncovered: str
) -> None:
    review = taken(dave)
    assert uncovered not in review.said
    review.do(deed, "nhiem-vu-2")
    assert state in review.said
    assert uncovered in review.said
    review.do("open", "nhiem-vu-2")
    assert uncovered not in review.said


def test_phrases_that_no_duty_uses_show_with_the_reason(dave: Browser) -> None:
    review = taken(dave)
    rows = re.findall(r'<a href="#gap-\d+">(.*?)</a>.*?</td><td[^>]*>(.*?)</td>', review.page, re.DOTALL)
    assert ("ngày 05/01/2024", "the date of a law or a paper that is named") in rows


def test_a_missing_duty_is_added_from_its_lines(dave: Browser, engine: Engine) -> None:
    text = LETTER + "4. Văn phòng tổng hợp số liệu, việc này làm mỗi khi cần.\n"
    review = taken(dave, text)
    line = text.rstrip().count("\n") + 1
    answer = dave.client.post(f"{review.path}/add", data=dave.form(first=str(line)))
    edit = Filled(dave, answer.headers["location"])
    review.look()
    assert "added by hand" in review.said
    assert edit.value("duties.2.clause.quote") == text.rstrip().split("\n")[-1]
    edit.put("duties.2.chain.0.due", "trước ngày 1/6/2026")
    edit.put("duties.2.chain.0.from.0.units", "Văn phòng UBND tỉnh")
    assert edit.send() == 303
    assert review.check().apply() == 303
    (duty,) = loaded(engine, "1-kh-ubnd-2025").duties
    assert (duty.chain[0].rule_text, duty.clause and duty.clause.line) == ("before 1/6/2026", line)


def test_lines_that_there_are_not_are_refused(dave: Browser) -> None:
    review = taken(dave)
    for first in ("", "x", "0", "900"):
        answer = dave.client.post(f"{review.path}/add", data=dave.form(first=first))
        assert (answer.status_code, "these lines hold no words" in text_of(answer.text).lower()) == (
            422,
            True,
        )


def test_two_cards_are_made_one(dave: Browser, engine: Engine) -> None:
    review = taken(dave)
    review.do("merge", "nhiem-vu-2", into="nhiem-vu-1")
    assert "merged" in review.said
    edit = Filled(dave, f"{review.path}/edit/nhiem-vu-1")
    edit.put("duties.0.chain.0.due", "trước ngày 20 hằng tháng")
    assert edit.send() == 303
    assert review.check().apply() == 303
    (duty,) = loaded(engine, "1-kh-ubnd-2025").duties
    assert duty.clause is not None
    assert duty.clause.quote.count(" […] ") == 1


def test_a_changed_document_shows_its_difference(dave: Browser, engine: Engine) -> None:
    review = taken(dave)
    review.do("accept-all")
    assert review.check().apply() == 303
    changed = LETTER.replace("Số: 1/", "Số: 7/").replace("ngày 20 hằng", "ngày 22 hằng")
    again = taken(dave, changed, "sua-doi.txt")
    dave.client.post(f"{again.path}/amend", data=dave.form(slug="1-kh-ubnd-2025"))
    again.look()
    again.do("accept-all")
    preview = again.check()
    assert "Differences to what is loaded" in preview.said
    assert "before the 20th of each month → before the 22" in preview.said
    assert preview.apply() == 303
    assert len(loaded(engine, "1-kh-ubnd-2025").duties) == 2


def test_a_document_that_changes_one_duty_leaves_the_others(dave: Browser, engine: Engine) -> None:
    review = taken(dave)
    review.do("accept-all")
    assert review.check().apply() == 303
    one = LETTER.replace("Số: 1/", "Số: 7/").replace("ngày 20 hằng", "ngày 22 hằng")
    one = "\n".join(line for line in one.split("\n") if not line.startswith("2."))
    again = taken(dave, one, "sua-doi.txt")
    dave.client.post(f"{again.path}/amend", data=dave.form(slug="1-kh-ubnd-2025", part="yes"))
    again.do("accept-all")
    assert again.check().apply() == 303
    plan = loaded(engine, "1-kh-ubnd-2025")
    assert {duty.chain[0].rule_text for duty in plan.duties} == {"before 22", "before 15/12/2025"}
    assert plan.number == "1/KH-UBND"


def test_a_draft_is_removed_unless_its_plan_is_loaded(dave: Browser) -> None:
    review = taken(dave)
    assert dave.client.post(f"{review.path}/remove", data=dave.form()).status_code == 422
    assert dave.client.post(f"{review.path}/remove", data=dave.form(sure="yes")).status_code == 303
    assert dave.client.get(review.path).status_code == 404
    review = taken(dave)
    review.do("accept-all")
    assert review.check().apply() == 303
    assert dave.client.post(f"{review.path}/remove", data=dave.form(sure="yes")).status_code == 409
    assert dave.client.get(review.path).status_code == 200


def test_the_head_is_corrected(dave: Browser, engine: Engine) -> None:
    review = taken(dave)
    edit = Filled(dave, f"{review.path}/edit/plan")
    edit.put("in_force.to", "31/12/2026")
    edit.put("monitor", "so ke hoach")
    assert edit.send() == 303
    review.do("accept-all")
    assert review.check().apply() == 303
    plan = loaded(engine, "1-kh-ubnd-2025")
    assert (str(plan.in_force.last), plan.monitor) == ("2026-12-31", "so")
