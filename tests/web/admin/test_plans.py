"""The administrator's plans: uploaded, refused with line and remedy, previewed, applied as shown, retired."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.settings import Settings
from reporting.mail_ceiling import mail_ceiling
from reporting.plans.loading import current_plan_file, find_plan
from reporting.plans.reading import read_plan_bytes
from tests.reporting.world import MONTHLY, PLAN, World
from tests.web.admin.conftest import text_of, value_of
from tests.web.cast import Browser, add_contact

CHANGED = PLAN.replace("due: before 18", "due: before 20")
UPLOAD = "/admin/plan-upload"


def check(dave: Browser, text: str, since: str = "15/02/2024", **more: str) -> str:
    form = dave.form(text=text, since=since, **more)
    return dave.client.post(f"{UPLOAD}/check", data=form).text


def apply(dave: Browser, page: str, text: str, since: str = "15/02/2024", **more: str) -> int:
    form = dave.form(text=text, since=since, shown=value_of(page, "shown"), **more)
    return dave.client.post(f"{UPLOAD}/apply", data=form).status_code


def version(engine: Engine, slug: str = "p-2024") -> int:
    with reading(engine) as session:
        return find_plan(session, slug).version


def test_it_lists_plans_with_their_next_last_day_and_warnings(dave: Browser) -> None:
    page = text_of(dave.client.get("/admin/plans").text)
    assert "1/CTr-UBND" in page
    # communes report three working days before the districts' 17 February, a Saturday; Tet lies between
    assert "in force" in page
    assert "1 warning" in page


def test_it_shows_a_plan_with_dates_units_and_versions(dave: Browser) -> None:
    page = text_of(dave.client.get("/admin/plans/p-2024").text)
    assert "before the 18th of each month" in page
    assert "before 18 March 2024" in page
    assert "1. Cơ sở 3 the superior" in page


def test_it_gives_a_plan_file_that_reads_as_the_same_plan(dave: Browser, engine: Engine) -> None:
    answer = dave.client.get("/admin/plans/p-2024/file")
    assert answer.headers["content-disposition"] == 'attachment; filename="p-2024.yaml"'
    with reading(engine) as session:
        assert read_plan_bytes(answer.content, "x").plan == current_plan_file(
            session, find_plan(session, "p-2024")
        )


def test_it_shows_the_difference_with_its_first_date_and_changes_nothing_yet(
    dave: Browser, engine: Engine
) -> None:
    page = text_of(check(dave, CHANGED))
    assert "Becomes version 2 and holds from 15/02/2024" in page
    assert "Báo cáo tháng, stage 2: before the 18th of each month → before the 20th of each month" in page
    assert version(engine) == 1


def test_it_says_how_many_people_a_plan_reaches_where_a_pass_may_not_mail_as_many(
    dave: Browser, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.mail_ceiling.LEAST", 1)
    for unit in ("x1", "x2"):
        add_contact(engine, unit, f"{unit}@so.example")
    page = check(dave, CHANGED)
    assert "more than the 1 whom a pass may mail. Applying the plan lets it mail as many." in text_of(page)
    assert apply(dave, page, CHANGED) == 303
    with reading(engine) as session:
        assert mail_ceiling(session, settings) > 1
    assert "whom a pass may mail" not in text_of(check(dave, PLAN))


LATE = MONTHLY.replace("slug: simple", "slug: late-2023").replace("from: 2024", "from: 2023")


def test_a_plan_loaded_late_says_what_is_overdue_at_once_and_is_tracked_from_the_running_period(
    dave: Browser, engine: Engine
) -> None:
    page = check(dave, LATE)
    said = text_of(page)
    assert "3 reports overdue at once" in said  # January: units are known from 2024 on
    assert value_of(page, "track_from") == "01/02/2024"
    assert "--track-from" not in said
    assert apply(dave, page, LATE, track_from="01/02/2024") == 303
    with reading(engine) as session:
        kept = current_plan_file(session, find_plan(session, "late-2023"))
    assert str(kept.track_from) == "2024-02-01"
    assert "overdue at once" not in text_of(check(dave, LATE))


def test_it_applies_what_was_shown_and_only_once(dave: Browser, engine: Engine) -> None:
    page = check(dave, CHANGED)
    assert apply(dave, page, CHANGED) == 303
    assert version(engine) == 2
    assert apply(dave, page, CHANGED) == 409  # the button pressed twice
    assert version(engine) == 2


def test_it_refuses_a_text_that_is_not_the_one_shown(dave: Browser, engine: Engine) -> None:
    page = check(dave, CHANGED)
    assert apply(dave, page, PLAN.replace("before 18", "before 25")) == 409
    assert apply(dave, page, CHANGED, since="16/02/2024") == 409
    assert version(engine) == 1


def test_it_refuses_what_was_shown_before_somebody_else_changed_the_plan(
    dave: Browser, province: World, engine: Engine
) -> None:
    page = check(dave, CHANGED)
    province.plan(PLAN.replace("before 18", "before 19"), "2024-02-12")
    form = dave.form(text=CHANGED, since="15/02/2024", shown=value_of(page, "shown"))
    answer = dave.client.post(f"{UPLOAD}/apply", data=form)
    assert answer.status_code == 409
    assert "before the 19th of each month → before the 20th of each month" in text_of(answer.text)
    assert version(engine) == 2


def test_it_takes_an_uploaded_file(dave: Browser) -> None:
    file = {"file": ("mới.yaml", MONTHLY.encode("utf-16"), "application/yaml")}
    answer = dave.client.post(f"{UPLOAD}/check", data=dave.form(since="15/02/2024"), files=file)
    assert answer.status_code == 200
    assert "A new plan" in text_of(answer.text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00\x01\x02\xff\xfe" * 50, "not in UTF-8"),
        ("title: Báo cáo\n".encode("cp1258", "ignore"), "not in UTF-8"),
        (b"slug: x\n" + b"# long\n" * 90_000, "larger than 512 KB"),
        (b"PK\x03\x04 a zip", "control character"),
        (b"- a\n- list\n", "must hold fields of its own"),
        (PLAN.replace("due: before 18", "due: befor 18").encode(), "befor 18"),
        (PLAN.replace("monitor: so", "monitor: nowhere").encode(), "no unit 'nowhere'"),
        (PLAN.replace("Chương trình năm 2024", "<script>alert(1)</script>").encode()[:200], "is missing"),
        (b"a: &x [1]\nb: [*x, *x]\n", "anchors"),
    ],
    ids=["octets", "old-encoding", "huge", "zip", "list", "rule", "unit", "cut-off", "bomb"],
)
def test_it_refuses_nonsense_with_the_remedy_and_loses_nothing(dave: Browser, data: bytes, said: str) -> None:
    file = {"file": ("plan.yaml", data, "application/yaml")}
    answer = dave.client.post(f"{UPLOAD}/check", data=dave.form(since="15/02/2024"), files=file)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert "<textarea" in answer.text
    assert "<script>alert" not in answer.text


def test_it_names_line_and_field_of_an_error(dave: Browser) -> None:
    page = check(dave, PLAN.replace("lead: 3wd", "lead: 3"))
    assert re.search(r">15</td><td[^>]*><code>duties\[monthly\]\.chain\[1\]\.lead</code></td>", page)


def test_it_keeps_a_date_that_cannot_be_read(dave: Browser, engine: Engine) -> None:
    page = check(dave, CHANGED, since="31/02/2024")
    assert 'value="31/02/2024"' in page
    assert value_of(page, "shown") == ""
    assert apply(dave, page, CHANGED, since="31/02/2024") == 422
    assert version(engine) == 1


def test_it_writes_names_of_plans_as_text_and_never_as_html(dave: Browser, province: World) -> None:
    province.plan(MONTHLY.replace("Kế hoạch", "<b onmouseover=alert(1)>Kế hoạch</b>"))
    for path in ("/admin/plans", "/admin/plans/simple"):
        assert "&lt;b onmouseover" in dave.client.get(path).text


def test_it_says_that_an_unchanged_plan_has_nothing_to_apply(dave: Browser) -> None:
    page = check(dave, PLAN)
    assert "nothing to apply" in text_of(page)
    assert value_of(page, "shown") == ""


def test_it_retires_a_plan_after_saying_what_that_cancels(
    dave: Browser, province: World, engine: Engine
) -> None:
    page = dave.client.get("/admin/plans/p-2024/retire").text
    owed = [row for row in province.due("2024-02-10 09:00") if row.unit]
    assert owed
    form = dave.form(reason="Đã có kế hoạch mới", document="7/KH", shown=value_of(page, "shown"))
    assert dave.client.post("/admin/plans/p-2024/retire", data=form).status_code == 303
    assert "retired" in text_of(dave.client.get("/admin/plans").text)
    assert dave.client.post("/admin/plans/p-2024/retire", data=form).status_code == 303  # twice is once


def test_it_does_not_retire_without_a_reason_or_on_old_figures(
    dave: Browser, province: World, engine: Engine
) -> None:
    page = dave.client.get("/admin/plans/p-2024/retire").text
    seal = value_of(page, "shown")
    answer = dave.client.post("/admin/plans/p-2024/retire", data=dave.form(reason=" ", shown=seal))
    assert answer.status_code == 422
    province.submit("x1", "2024-03", "2024-02-09 10:00", ahead=True)
    answer = dave.client.post("/admin/plans/p-2024/retire", data=dave.form(reason="vì", shown=seal))
    assert answer.status_code == 409
    with reading(engine) as session:
        assert find_plan(session, "p-2024").retired_at is None
