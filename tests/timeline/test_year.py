"""A year with random outages, kills and moved deadlines, looked through by a checker that is not the program.

`make attack` does the same with more passes and other seeds. The checker is tested too: by a story that
somebody has tampered with, and by a program that somebody has broken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from models.database import open_engine, writing
from models.ladder_file import read_ladder
from models.notice import Mail
from models.settings import Settings
from notifications.send import SendingCount
from reporting.reminders.ladders import shipped_ladder
from reporting.special_days import add_special_day
from tests.conftest import at
from tests.timeline.harness import CHAIN, Timeline
from tests.timeline.year.checker import Checker
from tests.timeline.year.story import Delivered, Line, Restore, Story
from tests.timeline.year.year import LAST, Year

PASSES_A_DAY = {"sqlite": 1.5, "postgresql": 1.0}
QUARTER = at("2024-03-28 18:00:00")
TWO_MONTHS = at("2024-03-01 18:00:00")
JANUARY = at("2024-01-02 09:00:00")
SEED = 1
SEEDS = range(1, 5)
"""As many lives as a broken program gets to show itself; mostly the first is enough."""
A_DAY = timedelta(days=1)


def lived(
    engine: Engine, settings: Settings, folder: Path, passes: float, last: datetime = LAST, seed: int = SEED
) -> Story:
    world = Timeline(engine, settings, folder, plan=CHAIN, ladder=shipped_ladder())
    return Year(world, seed, passes).live(last)


def test_a_year_of_trouble_loses_nothing_and_sends_nothing_twice(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    story = lived(engine, settings, tmp_path, PASSES_A_DAY[engine.dialect.name])
    assert Checker(story).problems() == []
    assert len(story.delivered) > 300
    rungs = {line.rung for line in story.lines}
    assert rungs >= {"five-before", "last-day", "overdue", "superior", "holding-up", "superior-head"}
    assert rungs >= {"review-slow", "@returned", "@accepted", "@extended", "@done", "@receipt", "@chase"}
    assert sum(not each.certain for each in story.passes) > 10, "the year had its troubles"


@pytest.fixture(scope="module")
def quarter(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A quarter's story; tests change copies of it."""
    folder = tmp_path_factory.mktemp("quarter")
    engine, settings = sqlite(sqlite_template, folder)
    story = lived(engine, settings, folder, 4, QUARTER)
    engine.dispose()
    assert Checker(story).problems() == []
    return story


def sqlite(template: Path, folder: Path) -> tuple[Engine, Settings]:
    path = folder / "dondoc.sqlite3"
    path.write_bytes(template.read_bytes())
    settings = Settings(_env_file=None, home=folder)  # type: ignore[call-arg]
    return open_engine(f"sqlite:///{path}"), settings


def first_reminder(story: Story) -> tuple[Delivered, Line]:
    """The first mail that brought nothing but a first reminder that its server took without doubt."""
    for mail in story.delivered:
        lines = [line for line in story.lines if line.message_id == mail.message_id]
        if mail.certain and [line.rung for line in lines] == ["five-before"]:
            return mail, lines[0]
    raise AssertionError("there is none")


def with_mail(story: Story, mail: Delivered, *mails: Delivered) -> Story:
    """The story with other mails in place of one."""
    place = story.delivered.index(mail)
    delivered = [*story.delivered[:place], *mails, *story.delivered[place + 1 :]]
    return replace(story, delivered=delivered)


def with_line(story: Story, line: Line, *lines: Line) -> Story:
    return replace(story, lines=[*(each for each in story.lines if each is not line), *lines])


def vanished(story: Story) -> Story:
    mail, _ = first_reminder(story)
    return with_mail(story, mail)


def came_again(story: Story) -> Story:
    mail, _ = first_reminder(story)
    return with_mail(story, mail, mail, mail)


def told_again(story: Story) -> Story:
    mail, line = first_reminder(story)
    other = replace(mail, message_id="<other@x>", at=mail.at + A_DAY)
    return with_line(with_mail(story, mail, mail, other), line, line, replace(line, message_id="<other@x>"))


def came_early(story: Story) -> Story:
    mail, line = first_reminder(story)
    sooner = with_mail(story, mail, replace(mail, at=line.moment - A_DAY))
    return with_line(sooner, line, replace(line, planned_at=line.moment - A_DAY))


def went_elsewhere(story: Story) -> Story:
    mail, line = first_reminder(story)
    wrong = "frank@d2.example"
    return with_line(with_mail(story, mail, replace(mail, address=wrong)), line, replace(line, address=wrong))


def from_nowhere(story: Story) -> Story:
    mail, _ = first_reminder(story)
    return with_mail(story, mail, mail, replace(mail, message_id="<nobody@x>"))


def miscounted(story: Story) -> Story:
    mail, _ = first_reminder(story)
    return with_mail(story, mail, replace(mail, subject="[Đôn đốc] Còn 99 ngày: Báo cáo tháng"))


def silent(story: Story) -> Story:
    mail, _ = first_reminder(story)
    return with_mail(story, mail, replace(mail, obligations=frozenset()))


def dated_otherwise(story: Story) -> Story:
    entry = max(story.entries, key=lambda each: each.obligation)
    assert entry.deadline is not None
    wrong = replace(entry, deadline=entry.deadline + A_DAY)
    return replace(story, entries=[wrong if each is entry else each for each in story.entries])


def gone_from_the_calendar(story: Story) -> Story:
    last = max(story.events, key=lambda each: each.day)
    return replace(story, events=[each for each in story.events if each is not last])


def told_by_a_life_before(story: Story) -> Story:
    restore = Restore(backup=JANUARY, lost_until=JANUARY, at=JANUARY)
    return replace(story, restores=[restore], lives=[replace(story, restores=[], lives=[])])


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (vanished, "lost"),
        (came_again, "double"),
        (told_again, "double"),
        (came_early, "early"),
        (went_elsewhere, "misdirected"),
        (from_nowhere, "unknown"),
        (silent, "unknown"),
        (miscounted, "untrue"),
        (dated_otherwise, "wrong: the deadline"),
        (gone_from_the_calendar, "wrong"),
        (told_by_a_life_before, "double"),
    ],
)
def test_the_checker_sees_what_does_not_fit(
    quarter: Story, tamper: Callable[[Story], Story], found: str
) -> None:
    problems = Checker(tamper(quarter)).problems()
    assert any(problem.startswith(found) for problem in problems), problems


@pytest.mark.parametrize(("settled", "is_wrong"), [(True, False), (False, True)])
def test_only_what_was_settled_meanwhile_may_be_missing_from_a_copy(
    quarter: Story, settled: bool, is_wrong: bool
) -> None:
    mail, line = first_reminder(quarter)
    other = replace(line, obligation=10**6, cancelled=settled)
    first = replace(mail, obligations=mail.obligations | {other.obligation})
    story = with_line(with_mail(quarter, mail, first, replace(mail, at=mail.at + A_DAY)), line, line, other)
    assert bool(list(Checker(story).unknown())) == is_wrong


class ForgetsTheMailOfTheDay(Timeline):
    """After each pass the mails of the day count as mails of another."""

    def send(self, when: str | datetime) -> SendingCount:
        count = super().send(when)
        with writing(self.engine) as session:
            session.execute(update(Mail).values(day=date(2000, 1, 1)))
        return count


class KnowsNoTet(Timeline):
    """Counts the holidays of February 2024 as working days."""

    def __init__(self, engine: Engine, settings: Settings, folder: Path, **more: Any) -> None:
        super().__init__(engine, settings, folder, **more)
        with writing(engine) as session:
            for number in range(8, 15):
                add_special_day(
                    session, date(2024, 2, number), True, "no Tết", at("2024-01-02 09:00"), "Dave"
                )


SHIPPED = (files("plans") / "ladders" / "default.yaml").read_text(encoding="utf-8")
SPEAKS_A_DAY_EARLY = SHIPPED.replace("five-before, at: -5wd", "five-before, at: -6wd")
LEAVES_THE_MONITOR_OUT = SHIPPED.replace("[superior-clerk, monitor]", "[superior-clerk]")


@pytest.mark.parametrize(
    ("program", "ladder", "found"),
    [
        pytest.param(Timeline, SPEAKS_A_DAY_EARLY, "early or late", id="speaks a day early"),
        pytest.param(ForgetsTheMailOfTheDay, SHIPPED, "double", id="forgets the mail of the day"),
        pytest.param(KnowsNoTet, SHIPPED, "early or late", id="knows no Tết"),
        pytest.param(Timeline, LEAVES_THE_MONITOR_OUT, "lost", id="leaves the monitor out"),
    ],
)
def test_the_checker_sees_a_program_that_is_broken(
    sqlite_template: Path, tmp_path: Path, program: type[Timeline], ladder: str, found: str
) -> None:
    seen: list[str] = []
    for seed in SEEDS:
        engine, settings = sqlite(sqlite_template, tmp_path)
        world = program(engine, settings, tmp_path, plan=CHAIN, ladder=read_ladder(ladder, "ladder.yaml"))
        seen += Checker(Year(world, seed, 3).live(TWO_MONTHS)).problems()
        engine.dispose()
        if any(problem.startswith(found) for problem in seen):
            return
    raise AssertionError(seen[:20])
