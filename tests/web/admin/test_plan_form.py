"""The form for plans: any plan written, seen, corrected, loaded, and edited later, by buttons alone."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.plan_files.plan import PlanFile
from models.yaml_document import read_yaml
from reporting.plans.form import typed_form
from reporting.plans.form import written_plan as written
from reporting.plans.form_words import Lens
from reporting.plans.loading import current_plan_file, find_plan
from reporting.plans.reading import read_plan_bytes
from tests.demonstrations import ROOT
from tests.reporting.world import MONTHLY, PLAN, UNITS, World
from tests.web.admin.conftest import text_of, value_of
from tests.web.admin.sent_form import SentForm
from tests.web.cast import Browser
from web.admin.plan_form_check import in_form_words

FORM = "/admin/plan-form"


class Filled:
    """The form in Dave's browser: typed into, and sent by one of its buttons."""

    def __init__(self, dave: Browser, path: str = FORM) -> None:
        self.dave, self.path = dave, path
        self.take(dave.client.get(path).text)

    def take(self, page: str) -> None:
        self.page, self.said = page, text_of(page)
        read = SentForm(page, "plan-form")
        self.fields, self.notes = read.fields, read.notes

    def type(self, **texts: str) -> None:
        for name, text in texts.items():
            self.put(name.replace("__", "."), text)

    def put(self, name: str, *texts: str) -> None:
        assert name.startswith("pick:") or name in dict(self.fields), name
        self.fields = [each for each in self.fields if each[0] != name] + [(name, text) for text in texts]

    def value(self, name: str) -> str:
        return dict(self.fields)[name]

    def send(self, do: str = "", path: str = "") -> int:
        fields = self.fields + ([("do", do)] if do else [])
        answer = self.dave.client.post(
            path or self.path,
            content=urlencode(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        self.take(answer.text)
        return answer.status_code

    def apply(self, **more: str) -> int:
        """Press Apply on the preview that is shown."""
        text = re.search(r'name="text"[^>]*>\n(.*?)</textarea>', self.page, re.DOTALL)
        assert text is not None
        form = self.dave.form(
            text=html.unescape(text[1]),
            since=value_of(self.page, "since"),
            shown=value_of(self.page, "shown"),
            **more,
        )
        return self.dave.client.post("/admin/plan-upload/apply", data=form).status_code


@pytest.fixture
def form(dave: Browser) -> Filled:
    return Filled(dave)


def loaded(engine: Engine, slug: str) -> PlanFile:
    with reading(engine) as session:
        return current_plan_file(session, find_plan(session, slug))


HEAD = {"title": "Kế hoạch trực Tết", "number": "9/KH-UBND", "issuer": "UBND tỉnh P"}


def test_a_plan_of_several_stages_is_written_seen_and_loaded(form: Filled, engine: Engine) -> None:
    form.type(**HEAD, monitor="so ke hoach", duties__0__title="Báo cáo trực Tết")
    form.type(duties__0__chain__0__due="3 working days")
    form.put("duties.0.chain.0.due.by", "lead")
    assert form.send("add duties.0.") == 200
    assert form.value("duties.0.chain.1.from.0.level") == "district"
    assert form.value("duties.0.chain.0.due") == "3 working days"
    form.type(
        duties__0__chain__1__due="before the 18th of each month", duties__0__chain__1__to="the superior; so"
    )
    form.put("duties.0.chain.1.via", "van phong")
    form.put("duties.0.chain.1.from.0.kinds", "huyen")
    assert form.send() == 200
    assert "2 Huyện" not in form.said
    assert "Văn phòng UBND tỉnh" in form.said
    assert "before 18 March 2024" in form.said
    assert form.apply() == 303
    plan = loaded(engine, "9-kh-ubnd-2024")
    (below, above) = plan.duties[0].chain
    assert (plan.monitor, plan.scope, below.rule_text, above.rule_text) == (
        "so",
        None,
        "lead 3wd",
        "before 18",
    )
    assert (above.to, above.via, above.reporters[0].kinds) == (("superior", "so"), "van-phong", ("huyen",))


def test_the_dates_and_the_number_of_units_stand_at_the_stage(form: Filled) -> None:
    form.type(duties__0__chain__0__due="before the 18th of each month")
    assert form.send("look") == 200
    said = form.notes["duties-0-chain-0--said"]
    assert "3 units report" in form.said
    assert "before 18 February 2024, that is by the end of 17/02/2024" in form.said
    assert said


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(form: Filled) -> None:
    form.type(title="Kế hoạch", duties__0__title="Báo cáo", duties__0__chain__0__due="some day")
    form.type(in_force__from="31/02/2024", correction="many", duties__0__chain__0__to="zzz yyy")
    form.type(duties__0__chain__0__via="x9")
    assert form.send() == 422
    assert "cannot read a due rule in 'some day'" in form.notes["duties-0-chain-0-due-wrong"]
    assert "there is no 31/2/2024" in form.notes["in_force-from-wrong"]
    assert "whole number" in form.notes["correction-wrong"]
    assert "is missing" in form.notes["issuer-wrong"]
    assert "no unit is called 'zzz yyy' on 10/02/2024" in form.notes["duties-0-chain-0-to-wrong"]
    assert form.value("duties.0.chain.0.due") == "some day"
    assert (form.value("correction"), form.value("duties.0.chain.0.to")) == ("many", "zzz yyy")
    form.type(issuer="UBND tỉnh P", in_force__from="01/02/2024", correction="", duties__0__chain__0__to="")
    form.type(duties__0__chain__0__due="by the 5th of the next month")
    assert form.send() == 422
    assert "no unit 'x9'" in form.notes["duties-0-chain-0-via-wrong"]
    form.type(duties__0__chain__0__via="")
    assert form.send() == 200
    assert "A new plan" in form.said


def test_a_name_that_several_units_have_is_chosen_from_them(form: Filled) -> None:
    form.type(**HEAD, duties__0__title="Báo cáo", duties__0__chain__0__to="superior; xa; so")
    assert form.send() == 422
    assert "'xa' may mean several units" in form.notes["duties-0-chain-0-to-wrong"]
    assert "Xã Một x1 · UBND tỉnh P › Huyện Một" in form.said
    form.put("pick:duties.0.chain.0.to", "1 x1", "1 x2")
    assert form.send("look") == 200
    shown = "the superior\nXã Một (x1)\nXã Hai (x2)\nSở Kế hoạch (so)"
    assert form.value("duties.0.chain.0.to") == shown


def test_a_unit_is_found_by_its_old_name_and_by_that_of_one_it_took_over(
    dave: Browser, province: World, form: Filled
) -> None:
    now = UNITS.replace("Huyện Hai", "Thành phố Hai").replace("Xã Hai", "Xã Mới")
    province.units(now, as_of="2024-02-01")
    form.type(duties__0__chain__0__to="huyen hai", duties__0__chain__0__via="xa hai")
    form.send("look")
    assert form.value("duties.0.chain.0.to") == "Thành phố Hai (d2)"
    assert form.value("duties.0.chain.0.via") == "Xã Mới (x2)"
    found = dave.client.get(f"{FORM}/units", params={"q": "HUYEN hai"}).json()
    assert found == [{"text": "Thành phố Hai (d2)", "above": "UBND tỉnh P", "former": "Huyện Hai"}]


OTHERS = "\n".join(
    ["q,UBND tỉnh Q,province,tinh,,", "q1,Huyện Q Một,district,huyen,q,", "xq,Xã Q,grassroots,xa,q1,\n"]
)


def test_the_branch_is_the_issuers_where_there_are_several_provinces(form: Filled, province: World) -> None:
    province.units(UNITS + OTHERS, as_of="2024-01-15")
    form.type(**HEAD, duties__0__title="Báo cáo")
    form.send("look")
    assert form.value("scope") == "UBND tỉnh P (p)"
    assert "3 units report" in form.said
    form.type(scope="")
    form.fields.append(("scope.all", "yes"))
    form.send("look")
    assert form.value("scope") == ""
    assert "4 units report" in form.said
    form.type(scope="Xã Một")
    form.send("look")
    assert "A branch is named and all units are ticked" in form.said
    form.type(duties__0__chain__0__to="huyen", scope="UBND tinh P")
    form.fields = [each for each in form.fields if each[0] != "scope.all"]
    form.send("look")  # of the districts called so, only those of the branch are offered
    assert (form.value("scope"), "Huyện Một" in form.said, "Huyện Q Một" in form.said) == (
        "UBND tỉnh P (p)",
        True,
        False,
    )
    form.type(issuer="Sở Kế hoạch", scope="", duties__0__chain__0__to="")
    form.fields = [each for each in form.fields if each[0] != "scope.all"]
    form.send("look")
    assert form.value("scope") == "UBND tỉnh P (p)"  # the department has nobody below


def test_duties_are_added_moved_and_taken_out_and_absorb_each_other(form: Filled, engine: Engine) -> None:
    form.type(**HEAD, duties__0__title="Báo cáo tháng", duties__0__chain__0__due="by the 25th of each month")
    form.send("add ")
    form.type(duties__1__title="Báo cáo năm", duties__1__every="year", duties__1__cutoff="30/11")
    form.type(duties__1__chain__0__due="by 15 January of the next year")
    form.put("duties.1.absorbs", "", "nhiem-vu-1")
    form.send("add ")
    form.send("up duties.1.")
    assert (form.value("duties.0.title"), form.value("duties.0.absorbs")) == ("Báo cáo năm", "nhiem-vu-1")
    form.send("remove duties.2.")
    assert form.send() == 200
    assert form.apply() == 303
    year, month = loaded(engine, "9-kh-ubnd-2024").duties
    assert (year.absorbs, year.cutoff, month.id) == (("nhiem-vu-1",), ("30/11",), "nhiem-vu-1")


def test_a_loaded_plan_is_edited_in_the_form_from_a_day_on(dave: Browser, engine: Engine) -> None:
    form = Filled(dave, "/admin/plans/p-2024/form")
    assert form.value("duties.0.chain.1.due") == "before the 18th of each month"
    assert form.value("duties.0.chain.1.to") == "Văn phòng UBND tỉnh (van-phong)\nSở Kế hoạch (so)"
    form.type(duties__0__chain__1__due="before the 20th of each month", since="15/02/2024")
    assert form.send() == 200
    assert "Becomes version 2 and holds from 15/02/2024" in form.said
    assert "before the 18th of each month → before the 20th of each month" in form.said
    assert form.apply() == 303
    before = loaded_text(PLAN)
    assert (
        loaded(engine, "p-2024").content()
        == before.model_copy(
            update={"duties": loaded_text(PLAN.replace("before 18", "before 20")).duties}
        ).content()
    )


def loaded_text(text: str) -> PlanFile:
    return read_plan_bytes(text.encode(), "plan.yaml").plan


DRAFTED = PLAN.replace(
    "monitor: so\n", "monitor: so\ndocument: {name: ct.pdf}\ntrack_from: 1/2/2024\n"
).replace(
    "basis: IV.1\n",
    "basis: IV.1\n    clause: {quote: 'Báo cáo hằng tháng', page: 2, fields: {due: {how: read}}}\n",
)


def test_what_the_form_does_not_show_stays_and_is_named(
    dave: Browser, province: World, engine: Engine
) -> None:
    province.plan(DRAFTED)
    form = Filled(dave, "/admin/plans/p-2024/form")
    assert "the document that it was drafted from" in form.said
    form.type(title="Chương trình khác")
    assert form.send() == 200
    assert form.apply() == 303
    found, before = loaded(engine, "p-2024"), loaded_text(DRAFTED)
    assert found == before.model_copy(update={"title": "Chương trình khác"})


def test_a_form_that_was_only_looked_at_changes_nothing(dave: Browser, province: World) -> None:
    form = Filled(dave, "/admin/plans/p-2024/form")
    assert form.send() == 200
    assert "nothing to apply" in form.said


@pytest.mark.parametrize("path", sorted((ROOT / "plans").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_text_is_corrected_in_the_form_and_comes_back_the_same(dave: Browser, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    form = Filled(dave)
    opened = dave.client.post(f"{FORM}/text", data=dave.form(text=text, since="01/01/2024"))
    assert opened.status_code == 200
    form.take(opened.text)
    with_comments = any(line.lstrip().startswith("#") for line in text.splitlines())
    assert ("Comments (#) in the text" in form.said) == with_comments
    values = read_yaml(text.encode(), "x").value
    assert read_yaml(form.value("source").encode(), "x").value == values
    assert written(typed_form(dict(form.fields)), values, Lens("en")) == values


def test_a_file_in_another_encoding_is_taken_into_the_form(dave: Browser, form: Filled) -> None:
    file = {"file": ("plan.yaml", PLAN.encode("utf-16"), "application/yaml")}
    answer = dave.client.post(f"{FORM}/text", data=dave.form(since="15/02/2024"), files=file)
    form.take(answer.text)
    assert form.value("duties.0.title") == "Báo cáo tháng"
    assert form.send(path="/admin/plans/p-2024/form") == 200
    assert "nothing to apply" in form.said


def test_a_text_that_is_no_yaml_stays_a_text(dave: Browser) -> None:
    page = dave.client.post(f"{FORM}/text", data=dave.form(text="slug: [", since="01/01/2024")).text
    assert "Not loaded: 1 thing to correct" in text_of(page)


def test_while_typing_only_what_was_typed_is_called_wrong(form: Filled) -> None:
    form.type(duties__0__chain__0__due="some day", duties__0__title="Báo cáo")
    assert form.send(path=f"{FORM}/live") == 200
    assert "cannot read" in form.notes["duties-0-chain-0-due-wrong"]
    assert "issuer-wrong" not in form.notes
    form.take(form.dave.client.get(FORM).text)
    form.type(duties__0__title="Báo cáo", duties__0__chain__0__due="by the 5th of each month")
    form.send(path=f"{FORM}/live")
    assert "by 5 March 2024" in form.said
    assert "3 units report" in form.said


def test_a_large_plan_fits_into_the_form(dave: Browser, form: Filled) -> None:
    duty = PLAN.partition("duties:\n")[2]
    text = PLAN.partition("duties:\n")[0] + "duties:\n"
    text += "".join(duty.replace("id: monthly", f"id: monthly-{number}") for number in range(60))
    form.take(dave.client.post(f"{FORM}/text", data=dave.form(text=text, since="15/02/2024")).text)
    assert len(form.fields) > 1000
    form.type(duties__59__title="Báo cáo cuối")
    assert form.send(path="/admin/plans/p-2024/form") == 200
    assert "Báo cáo cuối" in form.said


def test_a_new_duty_never_takes_the_id_of_one_that_the_plan_had(
    dave: Browser, province: World, engine: Engine
) -> None:
    second = MONTHLY.partition("duties:\n")[2].replace("id: monthly", "id: nhiem-vu-1")
    province.plan(PLAN + second)
    province.plan(PLAN, applies_from="2024-02-01")
    form = Filled(dave, "/admin/plans/p-2024/form")
    form.send("add ")
    assert form.value("duties.1.id") == "nhiem-vu-2"


def test_a_plan_written_late_asks_from_which_day_to_track_it(form: Filled, engine: Engine) -> None:
    form.type(**HEAD, in_force__from="01/01/2023", duties__0__title="Báo cáo tháng")
    form.type(duties__0__chain__0__due="before the 18th of each month")
    assert form.send() == 200
    assert value_of(form.page, "track_from") == "01/02/2024"
    assert form.apply(track_from="01/02/2024") == 303
    assert str(loaded(engine, "9-kh-ubnd-2023").track_from) == "2024-02-01"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“lead 3wd” x", "“trước thời hạn của cấp trên 3 ngày làm việc” x"),
        ("`before 18` or `within Q1/2024`", "“trước ngày 18 hằng tháng” or “trong quý I/2024”"),
        (
            "leave `cutoff` out, or `every: once`",
            "leave “Số liệu tính đến” out, or “Bao lâu một lần: một lần”",
        ),
        ("“Q1”, “end”", "“quý I”, “ngày cuối tháng”"),
        ("“some day” and `first month` and '18'", "“some day” and `first month` and '18'"),
    ],
)
def test_errors_call_fields_and_dates_as_the_form_does(text: str, words: str) -> None:
    assert in_form_words(text, "vi") == words


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({"every": "year", "due": "[before 15/1, before 29/1]"}, "before 15/1; before 29/1"),
        ({"every": "month", "periods": "[2, 4, 6]", "due": "before 25"}, "before 25"),
        ({"every": "quarter", "due": "[by 15/5, by 15/8, by 15/11, by 15/2 next year]"}, "by 15/5; by 15/8;"),
    ],
)
def test_a_list_may_stand_in_brackets_as_in_plan_files(
    form: Filled, engine: Engine, fields: dict[str, str], rules: str
) -> None:
    form.type(**HEAD, monitor="so", duties__0__title="Báo cáo", duties__0__every=fields["every"])
    form.put("duties.0.chain.0.due", fields["due"])
    form.put("duties.0.periods", fields.get("periods", ""))
    assert form.send() == 200, form.notes
    assert form.apply() == 303
    (duty,) = loaded(engine, "9-kh-ubnd-2024").duties
    assert duty.chain[0].rule_text.startswith(rules)
    assert [str(part) for part in duty.periods] == (["2", "4", "6"] if "periods" in fields else [])


def test_what_stands_in_a_duty_of_its_own_names_no_field_of_a_stage(form: Filled) -> None:
    form.type(**HEAD, duties__0__title="Báo cáo", duties__0__every="day")
    form.put("duties.0.chain.0.due", "trước 15 giờ hằng ngày cho đến khi ổ dịch kết thúc")
    assert form.send() == 422
    assert "the duty's own first and last day" in form.notes["duties-0-chain-0-due-wrong"]
    assert "Who reports" not in form.notes["duties-0-chain-0-due-wrong"]


def test_a_deadline_that_waits_for_an_event_says_where_the_event_is_named(form: Filled) -> None:
    form.type(**HEAD, duties__0__title="Báo cáo", duties__0__every="on-demand")
    form.type(duties__0__chain__0__due="within 24 hours of when it happens")
    assert form.send() == 422
    note = form.notes["duties-0-chain-0-due-wrong"]
    assert note == "the duty has no event; say which in its “What happens”"
    form.put("duties.0.event.title", "Khi có thiên tai")
    assert form.send() == 200
