"""`dondoc chase` and `ladder load`: each shows first what it does, and does nothing without a yes."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import col

from models.database import writing
from models.notice import Notice
from models.settings import Settings
from models.upkeep import AuditEntry
from models.vocabulary import NoticeState
from notifications.sample_mail import drawn_mail
from reporting.reminders.ledger import CHASE
from tests.cli.conftest import Dondoc
from tests.conftest import at
from tests.timeline.harness import Timeline

AT = ("--at", "2024-02-19T09:00")


@pytest.fixture
def late(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    """February is overdue in both districts."""
    world = Timeline(engine, settings, tmp_path)
    world.tick("2024-01-03 09:00:00")
    for unit in ("d1", "d2"):
        world.file(unit, "2024-01-04 09:00:00", period="2024-01")
    world.tick("2024-02-19 07:00:00")
    return world


def test_a_chase_is_shown_first_and_then_queued(late: Timeline, dondoc: Dondoc) -> None:
    wanted = ("chase", "--plan", "thang", "--overdue", "--message", "Đề nghị gửi ngay", *AT)
    shown = dondoc(*wanted, "--dry-run", "--json").json
    assert (shown["mails"], shown["unreached"], shown["dry_run"]) == (4, 0, True)
    refused = dondoc(*wanted)
    assert (refused.code, "add --yes" in refused.err) == (1, True)
    assert chased(late, "d1") == []
    assert dondoc(*wanted, "--yes", "--json").json["mails"] == 4
    assert chased(late, "d1") == [(1, "queued", "dung@d1.example"), (1, "queued", "hoa@d1.example")]
    refused = dondoc(*wanted, "--yes")
    assert (refused.code, "within the last day" in refused.err) == (1, True), "all of it was chased just now"
    again = dondoc(*wanted, "--again", "--yes", "--json", "--unit", "p", "--by", "Nam <nam@p.example>").json
    assert {each["times_chased"] for each in again["already"]} == {1}
    shown = dondoc(*wanted, "--dry-run")
    assert "Nam, UBND tỉnh Một (2)" in shown.out
    assert len(chased(late, "d1")) == 4


def test_what_was_chased_within_the_last_day_is_left_out_and_named(late: Timeline, dondoc: Dondoc) -> None:
    """One report chased an hour before had failed the chase of the whole plan."""
    dondoc("chase", late.obligation("d1"), "--yes", *AT)
    wanted = ("chase", "--plan", "thang", "--overdue", *AT)
    shown = dondoc(*wanted, "--dry-run")
    (line,) = [line for line in shown.out.splitlines() if "yes, unless --again" in line]
    assert "huyện Một" in line
    assert "thang monthly" not in shown.out, "people read the report's title, not the plan's keys"
    done = dondoc(*wanted, "--yes", "--json").json
    assert ({each["unit"] for each in done["notices"]}, done["left_out"]) == ({"d2"}, [late.obligation("d1")])
    assert (len(chased(late, "d1")), len(chased(late, "d2"))) == (2, 2)
    assert dondoc(*wanted, "--again", "--yes", "--json").json["left_out"] == []
    assert (len(chased(late, "d1")), len(chased(late, "d2"))) == (4, 4)


def test_a_chase_that_told_nobody_is_none(late: Timeline, dondoc: Dondoc) -> None:
    """Its notices were cancelled before they were sent: it had counted, and kept the next chase back."""
    id = late.obligation("d1")
    dondoc("chase", id, "--yes", *AT)
    with writing(late.engine) as session:
        session.execute(update(Notice).where(col(Notice.rung) == CHASE).values(state=NoticeState.CANCELLED))
    shown = dondoc("chase", id, "--dry-run", "--json", *AT).json
    assert (shown["mails"], shown["already"]) == (2, [])


@pytest.mark.parametrize(
    ("given", "named", "unnamed"),
    [
        ((), "Đơn vị theo dõi: Sở Kế hoạch", "Người đôn đốc"),
        (("--unit", "p"), "Người đôn đốc: UBND tỉnh Một", "shell"),
        (("--by", "Nam <nam@p.example>"), "Người đôn đốc: Nam, nam@p.example", "shell"),
    ],
)
def test_a_mail_names_a_person_or_an_authority_and_never_an_account_of_the_machine(
    late: Timeline, dondoc: Dondoc, given: tuple[str, ...], named: str, unnamed: str
) -> None:
    """Without --by the mail said that "root" chases."""
    id = late.obligation("d1")
    dondoc("chase", id, *given, "--yes", *AT)
    with writing(late.engine) as session:
        notice = session.scalars(select(Notice).where(col(Notice.rung) == CHASE)).first()
        assert notice is not None
        mail = drawn_mail(session, late.settings, notice, at("2024-02-19 09:00:00"))
        query = select(col(AuditEntry.actor)).where(col(AuditEntry.action) == "chase")
        audited = session.scalars(query).all()
    assert mail is not None
    account = getpass.getuser()
    assert named in mail.text
    assert not any(word in mail.text + mail.subject for word in (account, unnamed))
    assert audited == (["Nam <nam@p.example>"] if "--by" in given else [f"{account} (shell)"])


def chased(world: Timeline, unit: str) -> list[tuple[int, str, str]]:
    lines = world.ledger(world.obligation(unit))
    return [(number, state, who) for rung, number, state, who in lines if rung == "@chase"]


def test_a_branch_or_one_report_is_chased_alone(late: Timeline, dondoc: Dondoc) -> None:
    branch = dondoc("chase", "--branch", "d2", "--plan", "thang", "--dry-run", "--json", *AT).json
    assert {line["unit"] for line in branch["notices"]} == {"d2"}
    march = late.obligation("d1", "2024-03")
    one = dondoc("chase", march, "--dry-run", "--json", *AT).json  # it need not be overdue
    assert {line["period"] for line in one["notices"]} == {"2024-03"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "whom to chase?"),
        (("--plan", "thang"), "whom to chase?"),
        (("1", "--overdue"), "not both"),
        (("999",), "no obligation 999"),
        (("--branch", "nowhere"), "no unit 'nowhere'"),
    ],
)
def test_a_chase_must_mean_somebody(
    late: Timeline, dondoc: Dondoc, arguments: tuple[str, ...], words: str
) -> None:
    assert words in dondoc("chase", *arguments, "--yes", *AT).refusal


def test_what_is_filed_is_not_chased(late: Timeline, dondoc: Dondoc) -> None:
    id = late.file("d1", "2024-02-19 08:00:00")
    assert "cannot chase" in dondoc("chase", id, "--yes", *AT).refusal


def test_an_edited_ladder_shows_first_what_it_sends(late: Timeline, dondoc: Dondoc, tmp_path: Path) -> None:
    path = tmp_path / "edited.yaml"
    path.write_text(
        "slug: default\nrungs:\n"
        "  - {id: overdue, at: +1wd, audience: [clerk, head]}\n"
        "  - {id: new, at: +3wd, audience: [superior-head]}\n",
        encoding="utf-8",
    )
    foreseen = dondoc("ladder", "load", path, "--dry-run", "--json", *AT).json
    assert "+ new: +3wd 08:00 superior-head until submitted" in foreseen["rungs"]
    assert {(each["at"], each["rung"]) for each in foreseen["more"]} == {
        ("2024-02-21T08:00:00+07:00", "new"),
        ("2024-03-20T08:00:00+07:00", "new"),
    }
    assert "five-before" in {each["rung"] for each in foreseen["fewer"]}
    refused = dondoc("ladder", "load", path, *AT)
    assert (refused.code, "add --yes" in refused.err) == (1, True)
    assert "five-before" in dondoc("ladder", "show").out
    assert "loaded" in dondoc("ladder", "load", path, "--yes", *AT).err
    assert "five-before" not in dondoc("ladder", "show").out


def test_queued_notices_of_a_rung_switched_off_are_counted_first(
    late: Timeline, dondoc: Dondoc, tmp_path: Path
) -> None:
    late.tick("2024-02-19 08:00:00")
    path = tmp_path / "edited.yaml"
    path.write_text("slug: default\nrungs:\n  - {id: x, at: +30wd, audience: clerk}\n", encoding="utf-8")
    assert dondoc("ladder", "load", path, "--yes", "--json", *AT).json["silenced"] == 4
    assert {state for _, _, state, _ in late.ledger(late.obligation("d1"))} <= {"cancelled", "superseded"}
