"""The demonstration's year, lived through once by the real command; its account is counted again by hand."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from cli.demonstration.home import is_demo, prepare_home
from cli.demonstration.progress import SAID, ProgressDisplay
from cli.demonstration.run import FIRST_DAY, LAST_DAY
from cli.demonstration.sample_reports import organ, small_pdf, small_workbook
from cli.demonstration.summary_text import account_text
from models.database import migrate, reading, writing
from models.errors import UnsafeSettings
from models.plan import Plan
from models.settings import Settings
from models.unit import Unit
from models.upkeep import Marker
from reporting.health.database_checks import DEMO
from tests.calendars.clients import read_with_ical
from tests.calendars.ical_check import check_bytes
from tests.cli.conftest import Dondoc
from tests.conftest import at
from tests.demonstrations import PLAN, Demonstration, demonstration, dondoc
from tests.messages.pseudo import plain, spoken

END = "2025-02-01 01:00:00"
"""The last pass, 08:00 in Vietnam, as the database has it."""
FACTS = """
    SELECT d.key, oc.period, s.position, v.level, o.branch, o.state, o.deadline, o.first_submitted_at
    FROM obligation o JOIN occurrence oc ON oc.id = o.occurrence_id JOIN stage s ON s.id = oc.stage_id
    JOIN duty d ON d.id = s.duty_id JOIN plan p ON p.id = o.plan_id
    JOIN unit_version v ON v.id = o.unit_version_id WHERE p.slug = ?
"""
OUT = {"waived", "cancelled", "transferred"}


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    return demonstration(tmp_path_factory, "whole-year")


@pytest.fixture(scope="session")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The first weeks of the year with the same seed, lived through once more."""
    return demonstration(tmp_path_factory, "weeks-a", "--until", "2024-02-15", "--no-flow")


def counted(rows: list[Any], key: Any) -> dict[Any, Counter[str]]:
    """Figures by key, counted by hand from the raw rows."""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in rows:
        *_, state, deadline, filed = row
        figures = found[key(row)]
        if state in OUT:
            figures["not_counted"] += 1
            continue
        figures["expected"] += 1
        if filed is not None:
            figures["filed"] += 1
            figures["on_time" if filed < deadline else "late"] += 1
        elif deadline <= END:
            figures["overdue"] += 1
    return found


FIGURES = ("expected", "filed", "on_time", "late", "overdue", "not_counted")


def test_it_accounts_for_every_stage_of_every_month_as_counted_from_the_rows(year: Demonstration) -> None:
    by_hand = counted(year.rows(FACTS, PLAN), lambda row: row[:3])
    told = {(each["duty"], each["period"], each["stage"]): each for each in year.account["stages"]}
    assert told.keys() == by_hand.keys()
    for key, figures in by_hand.items():
        assert {name: told[key][name] for name in FIGURES} == {name: figures[name] for name in FIGURES}, key


def test_it_accounts_for_the_rates_of_each_level_as_counted_from_the_rows(year: Demonstration) -> None:
    by_hand = counted(year.rows(FACTS, PLAN), lambda row: row[3])
    rates = year.account["rates"]
    assert list(rates) == ["grassroots", "district", "all"]
    for level, figures in by_hand.items():
        assert {name: rates[level][name] for name in FIGURES} == {name: figures[name] for name in FIGURES}
        assert rates[level]["completion"] == figures["filed"] / (figures["filed"] + figures["overdue"])
        assert rates[level]["on_time_of_expected"] == figures["on_time"] / figures["expected"]
    assert rates["all"]["expected"] == sum(figures["expected"] for figures in by_hand.values())


def test_it_expects_each_commune_in_each_month_of_the_plan(year: Demonstration) -> None:
    communes = [each for each in year.account["stages"] if (each["duty"], each["stage"]) == ("monthly", 1)]
    assert [each["period"] for each in communes] == [f"2024-{month:02}" for month in range(2, 13)]
    assert {each["expected"] + each["not_counted"] for each in communes} == {100}
    assert communes[0]["last_day"] == "2024-02-06", "three working days before 17/2, Tết between"


def test_it_names_the_worst_branch_and_who_held_it_up(year: Demonstration) -> None:
    worst = year.account["worst_branch"]
    branches = [row for row in year.rows(FACTS, PLAN) if row[4].count("/") >= 3]
    tops = counted(branches, lambda row: row[4].split("/")[2])
    shares = {unit: figures["on_time"] / figures["expected"] for unit, figures in tops.items()}
    communes = {row[4].split("/")[2] for row in year.rows(FACTS, PLAN) if row[4].count("/") == 4}
    ((id,),) = year.rows("SELECT id FROM unit WHERE code = ?", worst["unit"])
    assert min(communes, key=lambda unit: shares[unit]) == str(id)
    assert worst["on_time_of_expected"] == shares[str(id)]
    of_branch = "SELECT u.code FROM unit u JOIN unit_version v ON v.unit_id = u.id WHERE v.superior_id = ?"
    below = {code for (code,) in year.rows(of_branch, id)}
    assert worst["held_up_by"]
    assert {each["unit"] for each in worst["held_up_by"]} <= below
    assert all(each["times"] == len(each["periods"]) for each in worst["held_up_by"])


def test_it_blames_only_communes_that_were_late_or_overdue_for_correction_when_the_district_fell_due(
    year: Demonstration,
) -> None:
    worst = year.account["worst_branch"]
    query = """
        SELECT o.first_submitted_at,
            (SELECT min(r.correction_deadline) FROM review r
             WHERE r.obligation_id = o.id AND r.verdict = 'returned')
        FROM obligation o JOIN occurrence oc ON oc.id = o.occurrence_id
        JOIN stage s ON s.id = oc.stage_id JOIN duty d ON d.id = s.duty_id JOIN unit u ON u.id = o.unit_id
        JOIN plan p ON p.id = o.plan_id WHERE p.slug = ? AND d.key = 'monthly'
        AND u.code = ? AND oc.period = ?
    """
    for culprit in worst["held_up_by"]:
        for period in culprit["periods"]:
            month = int(period[-2:])
            district_due = f"2024-{month:02}-17 17:00:00"  # the 18th in Vietnam
            ((filed, correction),) = year.rows(query, PLAN, culprit["unit"], period)
            assert filed is None or filed > district_due or correction <= district_due


def test_it_lives_through_everything_that_can_happen_to_a_report(year: Demonstration) -> None:
    decisions = year.account["decisions"]
    never = [name for name, number in decisions.items() if not number]
    assert never in ([], ["extensions_undecided"])
    assert year.account["open"]["overdue"] and year.account["open"]["longest_overdue"]
    assert decisions["submissions"] == year.rows("SELECT count(*) FROM submission")[0][0]


MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)


def message_id(path: Path) -> str:
    found = MESSAGE_ID.search(path.read_bytes())
    assert found, path
    return found[1].decode()


def test_it_leaves_a_file_for_every_mail_that_the_ledger_calls_sent(year: Demonstration) -> None:
    sent = [row[0] for row in year.rows("SELECT message_id FROM mail WHERE sent_at IS NOT NULL")]
    filed = [message_id(path) for path in (year.home / "mailbox").iterdir()]
    assert sorted(filed) == sorted(sent)
    assert len(filed) == year.account["mails"]["mails"] > 1000


def test_it_leaves_nothing_unsent_and_nothing_sent_without_a_mail(year: Demonstration) -> None:
    states = dict(year.rows("SELECT state, count(*) FROM notice GROUP BY state"))
    assert states == year.account["mails"]["notices"]
    assert set(states) <= {"sent", "cancelled", "superseded", "queued"}
    # The year ends in the Tết of 2025: what came up after the last working morning waits for the next one.
    assert year.rows("SELECT count(*) FROM notice WHERE state = 'queued' AND planned_at < '2025-01-24'") == [
        (0,)
    ]
    assert year.rows("SELECT count(*) FROM notice WHERE (state = 'sent') <> (mail_id IS NOT NULL)") == [(0,)]
    told = sum(row["notices"] for row in year.account["mails"]["by_kind_and_level"])
    assert told == states["sent"]


def test_it_sends_a_person_one_digest_a_day(year: Demonstration) -> None:
    again = (
        "SELECT recipient, day FROM mail WHERE kind = 'digest' GROUP BY recipient, day HAVING count(*) > 1"
    )
    assert year.rows(again) == []


def test_it_never_reminds_somebody_who_had_filed(year: Demonstration) -> None:
    query = """
        SELECT count(*) FROM notice n JOIN obligation o ON o.id = n.obligation_id
        WHERE n.state = 'sent' AND n.kind IN ('coming-due', 'last-day', 'overdue', 'escalated')
        AND o.first_submitted_at < n.sent_at AND o.first_submitted_at > o.opened_at
        AND NOT EXISTS (SELECT 1 FROM review r WHERE r.obligation_id = o.id AND r.verdict = 'returned')
    """
    assert year.rows(query) == [(0,)]


def test_it_writes_mails_that_a_mail_program_reads(year: Demonstration) -> None:
    for path in sorted((year.home / "mailbox").iterdir())[::100]:
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        assert letter["Auto-Submitted"] == "auto-generated" and letter["Subject"]
        text, html = letter.get_body(("plain",)), letter.get_body(("html",))
        assert text is not None and html is not None
        assert year.account["plan_number"] in text.get_content(), "only Cà Mau's units have contacts"


def test_it_writes_four_calendars_that_every_program_reads(year: Demonstration) -> None:
    feeds = year.account["results"]["feeds"]
    assert len({feed["file"] for feed in feeds}) == 4
    for feed in feeds:
        data = Path(feed["file"]).read_bytes()
        assert check_bytes(data) == []
        read = read_with_ical(data)
        assert len(read) == feed["events"] == len(icalendar.Calendar.from_ical(data).walk("VEVENT")) > 0
        assert all(event.summary for event in read)


def test_it_keeps_real_files_with_some_reports(year: Demonstration) -> None:
    documents = year.rows("SELECT name, sha256, size FROM document")
    assert {name.rpartition(".")[2] for name, *_ in documents} == {"pdf", "xlsx"}
    for _, sha256, size in documents:
        assert (year.home / "files" / sha256[:2] / sha256).stat().st_size == size


def test_it_ran_the_flow_for_real_and_accounts_for_its_stages(year: Demonstration) -> None:
    flow = year.account["flow"]
    assert (flow["flow"], flow["state"]) == ("reporting-chain", "Overdue")
    assert [stage["stage"] for stage in flow["stages"]] == ["1 Cơ sở", "2 Huyện", "3 Tổng hợp"]
    assert {stage["state"] for stage in flow["stages"]} <= {"Overdue", "Received", "Waiting"}


def test_it_writes_the_account_that_it_prints(year: Demonstration) -> None:
    text = (year.home / "account.txt").read_text(encoding="utf-8")
    assert text.startswith("Tổng kết: một năm thực hiện chế độ báo cáo theo 01/CTr-UBND")
    assert year.account["worst_branch"]["name"] in text
    assert max(map(len, text.splitlines())) < 260


def test_it_reports_its_progress_on_stderr_in_plain_lines(year: Demonstration) -> None:
    assert "Đang mô phỏng năm báo cáo: 12/2024" in year.said.splitlines()
    assert "Traceback" not in year.said and "prefect" not in year.said


def test_it_answers_the_other_commands_about_the_year(year: Demonstration) -> None:
    for line in year.account["results"]["try"]:
        run = dondoc(year.home, *line.split()[1:])
        assert run.returncode == 0, run.stderr
        assert len(run.stdout.splitlines()) > 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_writes_the_account_in_both_languages(year: Demonstration, language: Any) -> None:
    account = dated(year.account)
    text = account_text(account, language)
    assert text.startswith({"vi": "Tổng kết", "en": "Account"}[language])
    assert "{" not in text and "None" not in text
    assert not re.search(r" {2}monthly {2}", text), "a duty is named by its title"


def test_its_account_and_progress_have_no_text_that_cannot_be_translated(
    year: Demonstration, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with spoken(tmp_path / "pseudo"):
        text = account_text(dated(year.account), "vi")
        with ProgressDisplay(FIRST_DAY, LAST_DAY, "vi") as shown:
            shown.day(FIRST_DAY, "ca-mau.yaml")
            for said in SAID.keys() - {"loaded"}:
                shown.say(said)
    written = [*text.splitlines(), *capsys.readouterr().err.splitlines()]
    assert len(written) > 100
    overdue = year.account["open"]["longest_overdue"]
    wrapped = " ".join(row[part] for row in overdue for part in ("name", "title"))  # in narrow columns
    data = {*values_in(year.account), *" ".join(year.account["results"]["try"]).split(), *wrapped.split()}
    assert [line for line in written if plain(line, data)] == []


def values_in(part: object) -> Iterator[str]:
    """All texts of the account but the names of its figures."""
    if isinstance(part, Mapping):
        part = [*part.values()]
    if isinstance(part, list):
        for each in part:
            yield from values_in(each)
    else:
        yield str(part)


def dated(account: dict[str, Any]) -> Any:
    """The account read from JSON with its dates and instants as values again."""

    def day(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    stages = [{**stage, "last_day": day(stage["last_day"])} for stage in account["stages"]]
    most = account["mails"]["most_in_a_day"]
    mails = {**account["mails"], "most_in_a_day": {**most, "day": day(most["day"])}}
    results = {**account["results"], "feeds_as_of": day(account["results"]["feeds_as_of"])}
    span = {name: day(account[name]) for name in ("from", "to", "as_of")}
    return {**account, **span, "stages": stages, "mails": mails, "results": results}


# The same seed

UNTIL = "2024-02-15"
HAPPENED = (
    "SELECT n.kind, n.audience, n.recipient, n.rung, n.planned_at, u.code FROM notice n"
    " JOIN obligation o ON o.id = n.obligation_id JOIN unit u ON u.id = o.unit_id WHERE n.planned_at < ?",
    "SELECT u.code, s.version, s.filed_at, s.actor, s.document_number FROM submission s"
    " JOIN obligation o ON o.id = s.obligation_id JOIN unit u ON u.id = o.unit_id WHERE s.filed_at < ?",
    "SELECT at, actor, action, subject, subject_id, after FROM audit_entry WHERE at < ?",
)


@pytest.mark.parametrize("query", HAPPENED, ids=["notices", "submissions", "audit"])
def test_the_same_happens_for_the_same_seed(year: Demonstration, weeks: Demonstration, query: str) -> None:
    one, other = (sorted(map(repr, each.rows(query, UNTIL))) for each in (weeks, year))
    assert one == other and one


def test_it_sends_the_same_mails_for_the_same_seed(year: Demonstration, weeks: Demonstration) -> None:
    one = {path.name: path.read_bytes() for path in weeks.home.glob("mailbox/*")}
    assert len(one) > 100
    assert [_said(data) for data in one.values()] == [
        _said((year.home / "mailbox" / name).read_bytes()) for name in one
    ]


def _said(data: bytes) -> list[bytes]:
    """A mail without what the server adds on the way in."""
    return [line for line in data.splitlines() if not line.startswith((b"Received:", b"X-Peer:"))]


def test_it_keeps_the_same_files_for_the_same_seed(year: Demonstration, weeks: Demonstration) -> None:
    one, other = ({path.name for path in each.home.glob("files/*/*")} for each in (weeks, year))
    assert one and one <= other


# Not over somebody's own


def test_it_marks_an_empty_database_as_its_own(engine: Engine, settings: Settings) -> None:
    prepare_home(settings, engine, 1)
    assert is_demo(engine)
    prepare_home(settings, engine, 2)
    with reading(engine) as session:
        marker = session.get(Marker, DEMO)
    assert marker is not None and marker.value == "2"


@pytest.mark.parametrize("thing", ["unit", "plan"])
def test_it_refuses_a_database_that_holds_somebody_s_own(
    engine: Engine, settings: Settings, thing: str
) -> None:
    migrate(engine)
    with writing(engine) as session:
        session.add(
            Unit(code="xa", created_at=at("2024-01-01"))
            if thing == "unit"
            else Plan(slug="p", number="", title="", issuer="", in_force_from=at("2024-01-01").date())
        )
    with pytest.raises(UnsafeSettings, match=r"is not the demo's .* name another folder"):
        prepare_home(settings, engine, 1)
    with reading(engine) as session:
        assert session.exec(select(Unit if thing == "unit" else Plan)).one()


def test_it_refuses_a_home_with_somebody_s_mails(engine: Engine, settings: Settings) -> None:
    letter = settings.home / "mailbox" / "1.eml"
    letter.parent.mkdir(parents=True)
    letter.write_text("Subject: keep me")
    with pytest.raises(UnsafeSettings, match="mailbox holds files that are not the demo's"):
        prepare_home(settings, engine, 1)
    assert letter.exists()


def test_it_refuses_production(engine: Engine, settings: Settings) -> None:
    with pytest.raises(UnsafeSettings, match="not for production"):
        prepare_home(settings.model_copy(update={"environment": "production"}), engine, 1)


@pytest.mark.parametrize("until", ["2024-01-19", "2025-02-02", "30/2/2024"])
def test_it_refuses_to_live_until_a_day_outside_the_year(
    new_home: Dondoc, tmp_path: Path, until: str
) -> None:
    assert new_home("demo", "--until", until).refusal
    assert not (tmp_path / "home" / "mailbox").exists()


# Papers


def test_it_makes_a_pdf_whose_table_points_at_its_objects() -> None:
    pdf = small_pdf("Báo cáo (tháng 2) Đầm Dơi")
    assert b"(Bao cao \\(thang 2\\) Dam Doi) Tj" in pdf
    start = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    lines = pdf[start:].split(b"\n")
    assert lines[0] == b"xref"
    places = [int(line[:10]) for line in lines[3 : 3 + 5]]
    assert [pdf[place:].split(b" ")[0] for place in places] == [b"1", b"2", b"3", b"4", b"5"]


def test_it_makes_a_workbook_with_its_texts_and_numbers() -> None:
    with zipfile.ZipFile(io.BytesIO(small_workbook([["Chỉ tiêu <1>", 70]]))) as book:
        assert book.testzip() is None
        parts = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}
    texts = [node.text for node in parts["xl/worksheets/sheet1.xml"].iter() if node.text]
    assert texts == ["Chỉ tiêu <1>", "70"]
    assert len(parts) == 5


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("Xã Đất Mũi", "UBND"),
        ("Thành phố Cà Mau", "UBND"),
        ("Sở Kế hoạch và Đầu tư", "SKHĐT"),
        ("Sở Lao động - Thương binh và Xã hội", "SLĐTBXH"),
        ("Công an tỉnh", "CA"),
        ("Ngân hàng Nhà nước chi nhánh tỉnh Cà Mau", "NHNN"),
    ],
)
def test_a_document_is_numbered_by_the_organ_that_writes_it(unit: str, written: str) -> None:
    assert organ(unit) == written


def test_it_lists_every_plan_that_is_loaded(year: Demonstration) -> None:
    """48-CTr/TU asks for reports on demand alone, and was missing."""
    assert list(year.account["plans"]) == [
        slug for (slug,) in year.rows("SELECT slug FROM plan ORDER BY slug")
    ]
    assert len(year.account["plans"]) == 7


def test_its_vietnamese_has_no_english_in_it(year: Demonstration) -> None:
    text = (year.home / "account.txt").read_text(encoding="utf-8")
    assert "không có đầu mối nhận thư: văn thư đơn vị" in text
    for english in ("no valid contact", "clerk", "superior", ": Overdue", ": Waiting", ": Received"):
        assert english not in text
