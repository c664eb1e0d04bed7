"""`dondoc units`, through the real command; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.app import main
from models.settings import Settings
from tests.cli.conftest import Dondoc
from tests.reporting.unit_world import CONTACTS, HEADER, PROVINCE, as_file
from tests.reporting.world import MONTHLY, UNITS, World

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `dondoc units …`: exit code, stdout, stderr."""

    def dondoc(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["units", *(str(each) for each in arguments)])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return dondoc


@pytest.fixture
def province(run: Run, tmp_path: Path) -> list[Path]:
    files = [as_file(tmp_path, PROVINCE), as_file(tmp_path, CONTACTS, "contacts.csv")]
    assert run("load", *files, "--as-of", "2024-01-01")[0] == 0
    return files


def as_json(result: tuple[int, str, str]) -> Any:
    code, out, _ = result
    assert code == 0
    return json.loads(out)


def test_it_loads_units_and_contacts_and_says_how_many(run: Run, tmp_path: Path) -> None:
    files = [as_file(tmp_path, PROVINCE), as_file(tmp_path, CONTACTS, "contacts.csv")]
    code, out, err = run("load", *files, "--as-of", "1/1/2024")
    assert code == 0
    assert [line.split() for line in out.splitlines() if line.startswith("added")] == [["added", "7", "3"]]
    assert "As of 01/01/2024" in err
    again = as_json(run("load", *files, "--as-of", "2024-01-01", "--json"))
    assert (again["added"], again["unchanged"], again["contacts"]["unchanged"]) == ([], 7, 3)


def test_a_dry_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = as_file(tmp_path, PROVINCE)
    found = as_json(run("load", path, "--as-of", "2024-01-01", "--dry-run", "--json"))
    assert (found["dry_run"], len(found["added"])) == (True, 7)
    assert as_json(run("tree", "--json")) == []


def test_it_names_the_plans_whose_stages_would_choose_nobody(
    dondoc: Dondoc, world: World, tmp_path: Path
) -> None:
    world.plan(MONTHLY.replace(", to: 2024-12-31", ""))
    shorter = "".join(line for line in UNITS.splitlines(keepends=True) if "grassroots" not in line)
    load = ("units", "load", as_file(tmp_path, shorter), "--as-of", "2024-07-01", "--replace")
    (stage,) = dondoc(*load, "--dry-run", "--json").json["empty_stages"]
    assert (stage["plan"], stage["duty"], stage["stage"]) == ("simple", "monthly", 1)
    assert "simple: warning: Báo cáo tháng, stage 1: chooses nobody" in dondoc(*load).err
    assert "chooses nobody" not in dondoc(*load).err  # told by the load that does it


def test_it_hangs_a_list_below_a_unit_and_ends_what_is_gone(
    run: Run, province: list[Path], tmp_path: Path
) -> None:
    centre = as_file(tmp_path, f"{HEADER}\nchinh-phu,Chính phủ,centre,chinh-phu,,\n", "centre.csv")
    run("load", centre, "--as-of", "2024-01-01")
    shorter = as_file(tmp_path, PROVINCE.replace("x3,Phường Ba,grassroots,phuong,d2,\n", ""), "later.csv")
    found = as_json(
        run("load", shorter, "--as-of", "2024-03-01", "--under", "chinh-phu", "--replace", "--json")
    )
    assert (found["moved"], found["ended"]) == (["p"], ["x3"])
    assert [each["code"] for each in as_json(run("tree", "--at", "2024-03-01", "--json"))] == ["chinh-phu"]


def test_the_tree_nests_units_for_scripts(run: Run, province: list[Path]) -> None:
    top = as_json(run("tree", "--at", "2024-01-01", "--json"))
    assert isinstance(top, list)
    assert {key: top[0][key] for key in ("code", "name", "level", "kind")} == {
        "code": "p",
        "name": "Tỉnh P",
        "level": "province",
        "kind": "tinh",
    }
    assert [each["code"] for each in top[0]["children"]] == ["d1", "d2", "so"]
    assert [each["code"] for each in top[0]["children"][0]["children"]] == ["x1", "x2"]
    assert as_json(run("tree", "--at", "2023-12-31", "--json")) == []


def test_the_tree_shows_one_branch_to_people(run: Run, province: list[Path]) -> None:
    code, out, _ = run("tree", "--unit", "d1")
    assert code == 0
    assert [line.strip() for line in out.splitlines()] == [
        "Huyện Một  (d1, district)",
        "├── Xã Một  (x1, grassroots)",
        "└── Xã Hai  (x2, grassroots)",
    ]


def test_an_empty_tree_says_how_to_fill_it(run: Run) -> None:
    code, out, err = run("tree", "--at", "2024-01-01")
    assert (code, out) == (0, "")
    assert "No units on 01/01/2024; dondoc units load" in err


def test_it_shows_a_unit_through_time(run: Run, province: list[Path], tmp_path: Path) -> None:
    later = as_file(tmp_path, PROVINCE.replace("Xã Một", "Phường [Một]"), "later.csv")
    run("load", later, "--as-of", "2024-03-01")
    code, out, _ = run("show", "x1")
    assert code == 0
    assert "01/03/2024" in out
    assert "Phường [Một]" in out
    assert "vanthu@x1.example" in out
    found = as_json(run("show", "x1", "--json"))
    assert [(each["valid_from"], each["valid_to"], each["superior"]) for each in found["versions"]] == [
        ("2024-01-01", "2024-03-01", "d1"),
        ("2024-03-01", None, "d1"),
    ]
    assert {each["role"] for each in found["contacts"]} == {"clerk", "head"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "x9"), 1, "dondoc: no unit 'x9'"),
        (("tree", "--unit", "x9"), 1, "dondoc: no unit 'x9'"),
        (("tree", "--at", "yesterday"), 1, "dondoc: 'yesterday' is no date; write it as"),
        (
            ("load", "missing.csv", "--as-of", "2024-01-01"),
            1,
            "dondoc: missing.csv: No such file or directory",
        ),
        (("load", "missing.csv"), 2, "--as-of"),
        (("load", "--as-of", "2024-01-01"), 2, "FILE"),
    ],
)
def test_it_refuses_in_one_line_on_stderr(
    run: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


def test_it_lists_every_error_of_a_file_and_loads_nothing(run: Run, tmp_path: Path) -> None:
    path = as_file(tmp_path, f"{HEADER}\np,Tỉnh P,province,tinh,,\na,,nowhere,xa,,\n")
    code, out, err = run("load", path, "--as-of", "2024-01-01")
    assert (code, out) == (1, "")
    assert err.splitlines()[:1] == [f"dondoc: {path}:3: name: is empty; fill it in"]
    assert len(err.splitlines()) == 2
    assert as_json(run("tree", "--json")) == []


def test_it_reads_what_a_table_program_saves_as_unicode_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "units.txt"
    path.write_text(PROVINCE.replace(";", "/").replace(",", "\t").replace("/", ";"), encoding="utf-16")
    assert len(as_json(run("load", path, "--as-of", "2024-01-01", "--json"))["added"]) == 7
