"""`dondoc plan`, through the real command; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.app import main
from models.settings import Settings
from tests.cli.conftest import Dondoc
from tests.reporting.world import PLAN, UNITS, World

Run = Callable[..., tuple[int, str, str]]
CONTACTS = """\
unit,role,name,address
x1,clerk,An,an@x1.example
x2,clerk,An,an@x1.example
x3,clerk,Ba,ba@x3.example
van-phong,clerk,Chi,chi@vp.example
"""
YEARLY = """\
  - id: yearly
    title: Báo cáo năm
    every: year
    cutoff: 30/11
    absorbs: monthly
    chain:
      - {from: [{kinds: so-nganh, except: so-2}, {level: district, groups: ven-bien}], to: p, due: by 10/12}
  - {id: scheme, title: Đề án, type: task, every: once, chain: [{from: {unit: so}, to: p, due: by 1/12/2024}]}
  - {id: whole, title: Cả tháng, every: month, cutoff: end, chain: [{from: {unit: so}, to: p, due: by 31}]}
"""
AT = ("--at", "2024-01-20T08:00")


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `dondoc …`: exit code, stdout, stderr."""

    def dondoc(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return dondoc


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return as_file(tmp_path, PLAN)


def as_file(folder: Path, text: str, name: str = "p.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load_units(run: Run, folder: Path) -> None:
    assert run("units", "load", as_file(folder, UNITS, "units.csv"), "--as-of", "2024-01-01")[0] == 0


def as_json(result: tuple[int, str, str]) -> Any:
    code, out, _ = result
    assert code == 0
    return json.loads(out)


def test_it_checks_a_plan_and_makes_no_database_for_it(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DONDOC_DATABASE_URL", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["plan", "check", str(plan), "--lang", "en"])
    assert ended.value.code == 0
    assert "hint: Báo cáo tháng, stage 2: the last day is a day off" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_warnings_are_no_errors(run: Run, tmp_path: Path) -> None:
    """Data to the 16th, due before the 18th: a day between, or none where that is a day off."""
    tight = as_file(tmp_path, PLAN.replace("every: month", "every: month\n    cutoff: 16"))
    code, out, err = run("plan", "check", tight, *AT, "--lang", "vi")
    assert (code, out) == (0, "")
    assert (
        "lưu ý: Báo cáo tháng, chặng 2: "
        "ở 12 trong 12 kỳ còn chưa đến hai ngày làm việc sau khi chốt số liệu" in err
    )
    assert "lưu ý: Báo cáo tháng, chặng 1: ở 12 trong 12 kỳ có hạn trước khi chốt số liệu" in err
    assert "không kiểm tra đơn vị (chưa nạp đơn vị nào)" in err


def test_an_error_is_one_line_with_its_place_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    wrong = as_file(tmp_path, PLAN.replace("before 18", "before 30/2/2024"))
    code, out, err = run("plan", "check", wrong)
    assert (code, out) == (1, "")
    assert err == (
        f"dondoc: {wrong}:19: duties[monthly].chain[2].due: `before 30/2/2024`: there is no 30/2/2024;"
        " write day/month/year of a day that exists\n"
    )


def test_errors_as_json_are_one_document_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    wrong = as_file(tmp_path, PLAN.replace("slug:", "slugg:"))
    code, out, _ = run("plan", "check", wrong, "--json")
    told = json.loads(out)
    assert (code, told["ok"], len(told["errors"])) == (1, False, 2)
    assert "did you mean `slug`?" in told["errors"][1]


def test_a_unit_that_does_not_exist_is_an_error_with_its_line(run: Run, tmp_path: Path) -> None:
    load_units(run, tmp_path)
    wrong = as_file(tmp_path, PLAN.replace("via: so\n", "via: so-3\n"))
    code, _, err = run("plan", "check", wrong, *AT)
    assert code == 1
    assert f"{wrong}:18: duties[monthly].chain[2].via: no unit 'so-3' on 20/01/2024; did you mean so" in err
    assert run("plan", "load", wrong, *AT)[0] == 1
    assert as_json(run("plan", "list", "--json")) == []


def test_it_checks_against_the_units_there_are(run: Run, plan: Path, tmp_path: Path) -> None:
    load_units(run, tmp_path)
    told = as_json(run("plan", "check", plan, *AT, "--json"))
    assert told["ok"]
    (checked,) = told["plans"]
    assert (checked["slug"], checked["duties"], checked["units_checked"]) == ("p-2024", 1, True)
    assert {warning["concern"] for warning in checked["warnings"]} == {"short-after-cutoff", "day-off"}


def test_it_loads_a_plan_once(run: Run, plan: Path) -> None:
    assert run("plan", "load", plan, *AT)[:2] == (0, "p-2024: added, 1 duty\n")
    assert run("plan", "load", plan, *AT)[:2] == (0, "p-2024: unchanged\n")
    (row,) = as_json(run("plan", "list", "--json"))
    assert (row["slug"], row["from"], row["to"], row["version"]) == ("p-2024", "2024-01-01", "2024-12-31", 1)
    assert "1/CTr-UBND" in run("plan", "list")[1]


def test_a_changed_file_shows_its_difference_before_it_is_taken(run: Run, plan: Path, tmp_path: Path) -> None:
    run("plan", "load", plan, *AT)
    changed = as_file(tmp_path, PLAN.replace("before 18", "before 20"), "changed.yaml")
    line = "Báo cáo tháng, stage 2: before the 18th of each month → before the 20th of each month"
    for command in (("diff",), ("load", "--dry-run")):
        code, out, _ = run("plan", *command, changed, *AT, "--from", "1/6/2024", "--lang", "en")
        assert code == 0
        assert out.startswith("p-2024: version 2, holds from 01/06/2024\n")
        assert line in out
    assert as_json(run("plan", "diff", plan, "--json"))[0]["outcome"] == "unchanged"
    told = as_json(run("plan", "load", changed, *AT, "--from", "2024-06-01", "--lang", "en", "--json"))
    assert told["plans"][0]["version"] == 2
    assert any(each.startswith(line) for each in told["plans"][0]["differences"])


def test_two_files_with_one_slug_are_refused_and_nothing_is_loaded(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    other = as_file(tmp_path, PLAN.replace("before 18", "before 20"), "other.yaml")
    code, _, err = run("plan", "load", plan, other)
    assert code == 1
    assert f"dondoc: {other}:1: slug: 'p-2024' is also the slug of {plan}" in err
    assert as_json(run("plan", "list", "--json")) == []


def test_one_bad_file_keeps_all_out(run: Run, plan: Path, tmp_path: Path) -> None:
    bad = as_file(tmp_path, "slug: [", "bad.yaml")
    code, _, err = run("plan", "load", plan, bad)
    assert code == 1
    assert "wrong YAML" in err
    assert as_json(run("plan", "list", "--json")) == []


def test_it_shows_rules_in_words_and_the_next_three_dates(run: Run, plan: Path) -> None:
    run("plan", "load", plan, *AT)
    told = as_json(run("plan", "show", "p-2024", *AT, "--json"))
    stage = told["duties"][0]["chain"][1]
    assert (stage["words"], stage["to"]) == ("trước ngày 18 hằng tháng", ["van-phong", "so"])
    assert stage["next"][0] == {
        "period": "2024-02",
        "written": "2024-02-18",
        "bound": "before",
        "hour": None,
        "opens": None,
        "planned": None,
        "safe_day": "2024-02-17",
        "last_day": "2024-02-17",
        "deadline": "2024-02-18T00:00:00+07:00",
        "words": "trước ngày 18/02/2024",
    }
    assert [each["period"] for each in stage["next"]] == ["2024-02", "2024-03", "2024-04"]


def test_it_shows_a_plan_to_people_in_both_languages(run: Run, plan: Path) -> None:
    run("plan", "load", plan, *AT)
    vietnamese = run("plan", "show", "p-2024", *AT, "--lang", "vi")[1]
    assert "  2. Huyện → van-phong, so (qua so): trước ngày 18 hằng tháng" in vietnamese
    assert "     sắp tới: 2024-02 trước ngày 18/02/2024; 2024-03" in vietnamese
    english = run("plan", "show", "p-2024", *AT, "--lang", "en")[1]
    assert "  1. Cơ sở → the superior: 3 working days before the superior's deadline" in english
    assert "In force: 01/01/2024 – 31/12/2024" in english


def test_a_preview_says_that_a_plan_is_not_opened_yet(run: Run, plan: Path, tmp_path: Path) -> None:
    load_units(run, tmp_path)
    run("plan", "load", plan, *AT, "--yes")
    told = ("preview", "--from", "2024-02-01", "--to", "2024-02-29")
    assert "1 plan was loaded after the last tick, which opens its reports" in "".join(run(*told)[1:])
    run("tick", "--at", "2024-01-21T08:00")
    assert "after the last tick" not in "".join(run(*told)[1:])


def test_it_shows_who_reports_and_what_else_the_file_says_of_a_duty(run: Run, tmp_path: Path) -> None:
    text = PLAN.replace(
        "    basis: IV.1\n", "    basis: IV.1\n    cutoff: 12\n    from: 2024-02-01\n    to: 2024-11-30\n"
    ).replace("  - id: monthly\n", YEARLY + "  - id: monthly\n")
    run("plan", "load", as_file(tmp_path, text), *AT)
    shown = run("plan", "show", "p-2024", *AT, "--lang", "en")[1].splitlines()
    assert "  from 01/02/2024 · until 30/11/2024 · cut-off: 12" in shown
    assert "  cut-off: 30/11 · stands for: monthly" in shown
    assert shown[shown.index("  task") + 3] == "     next: by 1 December 2024"
    assert "  cut-off: the last day of the month" in shown
    assert "     who reports: so-nganh except so-2; district, ven-bien" in shown
    vietnamese = run("plan", "show", "p-2024", *AT, "--lang", "vi")[1]
    assert "     đơn vị nộp: so-nganh trừ so-2; huyện, ven-bien" in vietnamese


def test_a_plan_that_is_not_there_is_refused_with_the_remedy(run: Run) -> None:
    code, out, err = run("plan", "show", "nothing")
    assert (code, out) == (1, "")
    assert err == "dondoc: no plan 'nothing'; the list of plans has them all (dondoc plan list)\n"


def test_it_prints_the_schema_for_editors(run: Run) -> None:
    schema = as_json(run("plan", "schema"))
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"slug", "in_force", "duties"} <= set(schema["properties"])


def test_it_says_when_the_database_is_of_another_version(run: Run, plan: Path, engine: Any) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    code, _, err = run("plan", "check", plan)
    assert code == 0
    assert "units are not checked: the database is not set up for this version; run: dondoc init" in err


def test_retire_says_what_it_cancels_and_asks_for_yes(dondoc: Dondoc, province: World) -> None:
    ask = ("plan", "retire", "p-2024", "--reason", "hết việc", "--at", "2024-02-10T09:00")
    refused = dondoc(*ask)
    assert refused.code == 1
    assert "cancelled ahead: 74 reports" in refused.err
    told = dondoc(*ask, "--yes", "--json").json
    assert told["cancelled"] > 0
    assert "retired already" in dondoc(*ask, "--yes").err


def test_a_plan_that_reaches_more_people_than_a_pass_may_mail_is_asked_about(
    run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the first morning of a large plan nobody was mailed: the ceiling stood where it always had."""
    monkeypatch.setattr("reporting.mail_ceiling.LEAST", 1)
    load_units(run, tmp_path)
    assert run("units", "load", as_file(tmp_path, CONTACTS, "c.csv"), "--as-of", "2024-01-01")[0] == 0
    code, _, err = run("plan", "load", plan, *AT)
    assert code == 1
    assert "these plans reach 2 people, more than the 1 whom a pass may mail" in err
    assert run("plan", "list", *AT)[1].count("p-2024") == 0
    assert run("plan", "load", "--yes", plan, *AT)[0] == 0
    assert run("plan", "load", plan, *AT)[0] == 0, "it was agreed to"
    entries = as_json(run("audit", "--subject", "mail-ceiling", "--json"))
    assert [each["after"] for each in entries] == [{"people": 2}]
