"""What each shipped plan must come out as: who reports what to whom, on which written date, with which bound.

The rows are the obligations that the documents state. Where a document gives no date, there is none here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from calendars.periods import Frequency
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from models.database import reading, writing
from models.plan_files.plan import PlanFile
from reporting.plans.checking import check_plan, warnings_of
from reporting.plans.named_units import unit_problems
from reporting.plans.reading import read_plan
from reporting.plans.reporters import select_recipients, select_reporters
from reporting.plans.schedule import DutyOccurrence, PlanEdition, duty_occurrences
from reporting.plans.warnings import Caution
from reporting.units.files import read_unit_files
from reporting.units.hierarchy import Hierarchy, hierarchy
from reporting.units.loading import load_units
from tests.conftest import at

PLANS = Path(__file__).parents[2] / "plans"
FILES = sorted(PLANS.glob("*.yaml"))
DAYS = WorkingDays.from_country()
EXERCISE = "exercise-four-levels"

CA_MAU = "ca-mau-01-ctr-ubnd-2024"
BO_TNMT = "bo-tnmt-512-kh-bcsdtnmt-2023"
LAI_CHAU = "lai-chau-huyen-uy-2024"
DIRECTIVE = "ban-bi-thu-32-ct-tw-2024"
PROGRAMME = "lai-chau-48-ctr-tu-2024"
NGHE_AN = "nghe-an-tinh-uy-ct-32-2024"
NGHE_AN_241 = "nghe-an-241-kh-ubnd-2024"

OFFICES = "so-noi-vu"  # stands for all departments
SUPERIOR_OF_OFFICES = "ubnd-tinh"

# plan, duty, stage, one reporter, recipients, period, written, bound
DATED = [
    (CA_MAU, "implementing-document", 1, OFFICES, "so-khdt ubnd-tinh", "once", "2024-02-29", "before"),
    (CA_MAU, "implementing-document", 1, "so-khdt", "ubnd-tinh", "once", "2024-02-29", "before"),
    (CA_MAU, "implementing-document", 1, "964", "so-khdt ubnd-tinh", "once", "2024-02-29", "before"),
    (CA_MAU, "monthly", 1, "32044", "966", "2024-02", "2024-02-06", "by"),
    (CA_MAU, "monthly", 2, OFFICES, "so-khdt van-phong-ubnd-tinh", "2024-02", "2024-02-18", "before"),
    (CA_MAU, "monthly", 2, "966", "so-khdt van-phong-ubnd-tinh", "2024-12", "2024-12-18", "before"),
    (CA_MAU, "monthly", 3, "so-khdt", "ubnd-tinh", "2024-02", "2024-02-21", "by"),
    (CA_MAU, "summary-2024", 1, "966", "so-khdt van-phong-ubnd-tinh", "once", "2024-12-10", "before"),
    (CA_MAU, "summary-2024", 2, "so-khdt", "ubnd-tinh", "once", "2024-12-31", "in"),
    (CA_MAU, "job-position-scheme", 1, "so-noi-vu", "ubnd-tinh", "once", "2024-03-31", "in"),
    (CA_MAU, "recruitment", 1, "so-noi-vu", "ubnd-tinh", "once", "2024-07-31", "in"),
    (CA_MAU, "collective-economy-conference", 1, "so-nnptnt", "ubnd-tinh", "once", "2024-03-31", "in"),
    (CA_MAU, "gas-power-fertiliser-expansion", 1, "so-cong-thuong", "ubnd-tinh", "once", "2024-03-31", "in"),
    (CA_MAU, "disbursement-25", 1, "bqlda-xay-dung", "ubnd-tinh", "once", "2024-03-31", "by"),
    (CA_MAU, "disbursement-50", 1, "bqlda-xay-dung", "ubnd-tinh", "once", "2024-06-30", "by"),
    (CA_MAU, "disbursement-75", 1, "bqlda-oda-ngo", "ubnd-tinh", "once", "2024-09-30", "by"),
    (CA_MAU, "disbursement-100", 1, "bqlda-oda-ngo", "ubnd-tinh", "once", "2025-01-31", "by"),
    (BO_TNMT, "yearly", 1, "tnmt-dang-uy", "tnmt-vu-khtc bo-tnmt", "2023", "2023-12-10", "before"),
    (BO_TNMT, "yearly", 1, "tnmt-cuc-bao-ton", "tnmt-vu-khtc bo-tnmt", "2025", "2025-12-10", "before"),
    (BO_TNMT, "heritage-scheme", 1, "tnmt-cuc-bao-ton", "thu-tuong", "once", "2023-12-31", "in"),
    (BO_TNMT, "river-basin-scheme", 1, "tnmt-cuc-ksonmt", "thu-tuong", "once", "2023-12-31", "in"),
    (LAI_CHAU, "district-conference", 1, "lai-chau-huyen-uy", "lai-chau-tinh-uy", "once", "2024-05-31", "in"),
    (
        LAI_CHAU,
        "grassroots-study",
        1,
        "lai-chau-dang-bo-xa-1",
        "lai-chau-huyen-uy",
        "once",
        "2024-06-25",
        "before",
    ),
    (
        LAI_CHAU,
        "information-work",
        1,
        "lai-chau-tt-vh-tt-huyen",
        "lai-chau-ubnd-huyen",
        "once",
        "2024-06-25",
        "before",
    ),
    (
        LAI_CHAU,
        "information-work",
        1,
        "lai-chau-ubmttq-huyen",
        "lai-chau-btv-huyen-uy",
        "once",
        "2024-06-25",
        "before",
    ),
    (
        LAI_CHAU,
        "plan-directive-28",
        1,
        "lai-chau-ubnd-huyen",
        "lai-chau-btg-huyen-uy lai-chau-huyen-uy",
        "once",
        "2024-05-20",
        "before",
    ),
    (
        LAI_CHAU,
        "study-report",
        1,
        "lai-chau-ubmttq-huyen",
        "lai-chau-btg-huyen-uy lai-chau-btv-huyen-uy",
        "once",
        "2024-06-30",
        "before",
    ),
    (
        LAI_CHAU,
        "study-report",
        1,
        "lai-chau-tt-vh-tt-huyen",
        "lai-chau-btg-huyen-uy lai-chau-btv-huyen-uy",
        "once",
        "2024-06-30",
        "before",
    ),
    (
        LAI_CHAU,
        "study-report",
        1,
        "lai-chau-chi-bo-co-quan-1",
        "lai-chau-btg-huyen-uy lai-chau-btv-huyen-uy",
        "once",
        "2024-06-30",
        "before",
    ),
    (EXERCISE, "monthly", 3, "ubnd-tinh", "bo-khdt", "2024-10", "2024-10-18", "before"),
    (EXERCISE, "monthly", 4, "bo-khdt", "chinh-phu", "2024-10", "2024-10-24", "by"),
    (EXERCISE, "yearly", 3, "ubnd-tinh", "bo-khdt", "2024", "2024-12-10", "before"),
]

# plan, duty, stage, one reporter, recipients, how often
UNDATED = [
    (BO_TNMT, "yearly", 2, "bo-tnmt", "bo-khdt", Frequency.YEAR),
    (BO_TNMT, "proposals", 1, "tnmt-vu-khtc", "tnmt-bcsd bo-tnmt", Frequency.UNSPECIFIED),
    (
        LAI_CHAU,
        "plan-directive-32",
        1,
        "lai-chau-ubnd-huyen",
        "lai-chau-vp-huyen-uy lai-chau-huyen-uy",
        Frequency.ONCE,
    ),
    (
        LAI_CHAU,
        "directive-28-report",
        1,
        "lai-chau-btg-huyen-uy",
        "lai-chau-btv-huyen-uy",
        Frequency.UNSPECIFIED,
    ),
    (DIRECTIVE, "interim-review", 1, "bcsd-bo-nnptnt", "ban-bi-thu", Frequency.UNSPECIFIED),
    (DIRECTIVE, "final-review", 1, "bcsd-bo-nnptnt", "ban-bi-thu", Frequency.ONCE),
    (PROGRAMME, "periodic-report", 1, "lai-chau-btg-tinh-uy", "lai-chau-btv-tinh-uy", Frequency.UNSPECIFIED),
    (NGHE_AN, "interim-review", 1, "nghe-an-tinh-uy", "", Frequency.YEAR),
    (NGHE_AN, "final-review", 1, "nghe-an-tinh-uy", "", Frequency.ONCE),
    (NGHE_AN, "periodic-report", 1, "nghe-an-bcsd-ubnd", "nghe-an-btv-tinh-uy", Frequency.UNSPECIFIED),
    (NGHE_AN_241, "monthly", 1, "nghe-an-ubnd-xa-1", "nghe-an-ubnd-huyen-1", Frequency.MONTH),
    (NGHE_AN_241, "monthly", 2, "nghe-an-ubmttq", "nghe-an-ubnd", Frequency.MONTH),
    (NGHE_AN_241, "quarterly", 2, "nghe-an-cong-an", "nghe-an-ubnd", Frequency.QUARTER),
    (NGHE_AN_241, "yearly", 2, "nghe-an-ubnd-huyen-1", "nghe-an-ubnd", Frequency.YEAR),
    (NGHE_AN_241, "on-demand", 2, "nghe-an-so-yte", "nghe-an-ubnd", Frequency.ON_DEMAND),
]


@lru_cache
def plan_of(slug: str) -> PlanFile:
    return read_plan(PLANS / f"{slug}.yaml")


def occurrences(slug: str, duty: str) -> Iterator[DutyOccurrence]:
    edition = PlanEdition(version_id=0, file=plan_of(slug), first=plan_of(slug).in_force.first)
    return duty_occurrences([edition], duty, date(2026, 12, 31), DAYS)


def occurrence(slug: str, duty: str, period: str) -> DutyOccurrence:
    (found,) = [each for each in occurrences(slug, duty) if each.period.key == period]
    return found


@pytest.fixture(scope="module")
def units(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    """All shipped units together, as the demonstration loads them."""
    from models.database import open_engine

    path = tmp_path_factory.mktemp("units") / "dondoc.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    engine: Engine = open_engine(f"sqlite:///{path}")
    lists = sorted(file for file in (PLANS / "units").glob("*.csv") if "contacts" not in file.name)
    with writing(engine) as session:
        rows = read_unit_files(lists)
        load_units(session, rows, date(2023, 1, 1), at("2023-01-01"), "Dave", under=None, replace=False)
    with reading(engine) as session:
        found = hierarchy(session, date(2024, 2, 1))
    engine.dispose()
    return found


def test_all_the_plans_are_here() -> None:
    slugs = {CA_MAU, BO_TNMT, LAI_CHAU, DIRECTIVE, PROGRAMME, NGHE_AN, NGHE_AN_241, EXERCISE}
    assert {file.stem for file in FILES} == slugs
    assert {plan_of(slug).slug for slug in slugs} == slugs


@pytest.mark.parametrize("row", DATED, ids=lambda row: f"{row[0][:12]}…{row[1]}-{row[2]}-{row[3]}")
def test_each_dated_obligation_comes_out(
    row: tuple[str, str, int, str, str, str, str, str], units: Hierarchy
) -> None:
    slug, duty_key, number, reporter, recipients, period, written, bound = row
    due = occurrence(slug, duty_key, period).dues[number - 1]
    assert due is not None
    assert (due.written.isoformat(), due.bound.value) == (written, bound)
    assert recipients_of(slug, duty_key, number, reporter, units) == recipients


@pytest.mark.parametrize("row", UNDATED, ids=lambda row: f"{row[0][:12]}…{row[1]}-{row[2]}-{row[3]}")
def test_a_duty_without_a_date_stays_without(
    row: tuple[str, str, int, str, str, Frequency], units: Hierarchy
) -> None:
    slug, duty_key, number, reporter, recipients, every = row
    duty = plan_of(slug).duty(duty_key)
    assert duty is not None
    assert (duty.every, duty.chain[number - 1].rules) == (every, ())
    assert recipients_of(slug, duty_key, number, reporter, units) == recipients


def recipients_of(slug: str, duty_key: str, number: int, reporter: str, units: Hierarchy) -> str:
    plan = plan_of(slug)
    duty = plan.duty(duty_key)
    assert duty is not None
    stage = duty.chain[number - 1]
    unit = units.unit(reporter)
    assert unit in select_reporters(plan, stage, units)
    return " ".join(recipient.code for recipient in select_recipients(stage, unit, units))


def test_every_duty_of_every_plan_has_its_row() -> None:
    told = {(row[0], row[1]) for row in [*DATED, *UNDATED]}
    assert told == {(file.stem, duty.id) for file in FILES for duty in plan_of(file.stem).duties}


@pytest.mark.parametrize(
    ("duty", "period", "stage", "safe_day", "deadline"),
    [
        ("monthly", "2024-02", 2, "2024-02-17", "2024-02-18T00:00:00+07:00"),
        ("monthly", "2024-02", 1, "2024-02-06", "2024-02-07T00:00:00+07:00"),
        ("monthly", "2024-02", 3, "2024-02-21", "2024-02-22T00:00:00+07:00"),
        ("summary-2024", "once", 1, "2024-12-09", "2024-12-10T00:00:00+07:00"),
        ("implementing-document", "once", 1, "2024-02-28", "2024-02-29T00:00:00+07:00"),
        ("job-position-scheme", "once", 1, "2024-03-31", "2024-04-01T00:00:00+07:00"),
        ("recruitment", "once", 1, "2024-07-31", "2024-08-01T00:00:00+07:00"),
        ("disbursement-100", "once", 1, "2025-01-31", "2025-02-01T00:00:00+07:00"),
    ],
)
def test_the_main_plans_deadlines(duty: str, period: str, stage: int, safe_day: str, deadline: str) -> None:
    due = occurrence(CA_MAU, duty, period).dues[stage - 1]
    assert due is not None
    assert due.safe_day.isoformat() == safe_day
    assert due.deadline(HCM).astimezone(HCM).isoformat() == deadline


def test_the_main_plan_asks_for_eleven_monthly_reports() -> None:
    """January's was due before the plan was issued; the programme is that of 2024."""
    months = [found.period.key for found in occurrences(CA_MAU, "monthly")]
    assert months == [f"2024-{month:02}" for month in range(2, 13)]


def test_the_main_plan_names_nine_districts_a_hundred_communes_and_the_departments(units: Hierarchy) -> None:
    duty = plan_of(CA_MAU).duty("monthly")
    assert duty is not None
    grassroots, offices, gathering = (select_reporters(plan_of(CA_MAU), stage, units) for stage in duty.chain)
    assert len(grassroots) == 100
    assert sum(unit.kind in {"huyen", "thanh-pho"} for unit in offices) == 9
    assert sum(unit.kind == "so-nganh" for unit in offices) > 20
    assert [unit.code for unit in gathering] == ["so-khdt"]
    assert "so-khdt" not in {unit.code for unit in offices}


def test_the_exercise_has_all_four_levels_and_its_year_stands_for_december() -> None:
    plan = plan_of(EXERCISE)
    assert [stage.title(0) for stage in plan.duties[0].chain] == ["Cơ sở", "Huyện", "Tỉnh", "Trung ương"]
    yearly = plan.duty("yearly")
    assert yearly is not None
    assert yearly.absorbs == ("monthly",)


@pytest.mark.parametrize("duty", ["monthly", "yearly"])
def test_in_the_exercise_deadlines_rise_along_the_chain(duty: str) -> None:
    for found in occurrences(EXERCISE, duty):
        last = [due.last_day for due in found.dues if due is not None]
        assert len(last) == 4
        assert last == sorted(set(last))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_plans_fit_the_shipped_units(file: Path, units: Hierarchy) -> None:
    plan = plan_of(file.stem)
    assert unit_problems(plan, units) == []
    serious = {Caution.NOBODY, Caution.TO_ITSELF, Caution.NEVER_COMES, Caution.PAST_ON_ISSUE}
    serious.add(Caution.NOT_LATER_THAN_REPORTERS)
    assert [each.text("en") for each in check_plan(plan, units, DAYS) if each.concern in serious] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_in_a_shipped_plan_is_without_effect(file: Path) -> None:
    found = warnings_of(plan_of(file.stem), None, DAYS)
    assert [each for each in found if each.concern.name.startswith("IDLE")] == []
