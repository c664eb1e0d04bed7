"""`dondoc demo`: a province's reporting year lived through with a simulated clock, and the account of it."""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import typer
from sqlalchemy import Engine

from cli.console.context import JsonOption, day_text, print_json, read_date
from cli.console.help import command
from cli.console.speech import language, t
from cli.demonstration.home import ACCOUNT, prepare_home
from cli.demonstration.progress import ProgressDisplay
from cli.demonstration.results import example_units, results
from cli.demonstration.run import FIRST_DAY, LAST_DAY, Year
from cli.demonstration.summary import PLAN, decision_account, mail_account, plan_account
from cli.demonstration.summary_text import YearAccount, account_text
from cli.feed import write_whole
from cli.flows import FlowResult, run_flow, stages_said
from flows.prefect_server import TemporaryServer, prefect_server
from models.database import open_engine, reading
from models.errors import InvalidInput
from models.settings import Settings, load_settings, with_own_key
from reporting.plans.loading import find_plan

SEED = 2024
STARTED_BEFORE = timedelta(days=150)
"""Prefect's server needs ten seconds to start, so it starts while the year goes by; but it is never idle, and
for the whole year it would take a fifth of the work."""


@command
def demo(
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same year.")] = SEED,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Simulate until this day. Default: 01/02/2025."),
    ] = None,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="Load the four-level exercise plan as well.")
    ] = False,
    no_flow: Annotated[
        bool, typer.Option("--no-flow", help="Leave out the Prefect flow at the end (it takes seconds).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fill DONDOC_HOME with a reporting year of Cà Mau (01/CTr-UBND, 2024) and print the account.

    The database must be empty or an earlier demo's, which starts over. Mails go to a local mailbox,
    whatever mail server the settings name.
    """
    settings = with_own_key(load_settings())
    gc.freeze()  # what is loaded stays for the year: each collection would walk through all of it
    engine = open_engine(settings.database)
    year = Year(engine, settings, seed, _last_day(until), exercise)
    try:
        prepare_home(settings, engine, seed)
        with ExitStack() as stack:
            prefect = None if no_flow else _Prefect(settings, stack, year.last - STARTED_BEFORE)
            account = _live(year, settings, engine, prefect)
    finally:
        engine.dispose()
    text = _said(account, settings)
    write_whole(settings.home / ACCOUNT, text.encode())
    if as_json:
        print_json(account)
    else:
        sys.stdout.write(text)


def _said(account: YearAccount, settings: Settings) -> str:
    """The account as text in the language of the command line."""
    flow = account["flow"]
    if flow is None:
        return account_text(account, language())
    engine = open_engine(settings.database)
    try:
        stages = stages_said(engine, settings, flow, account["as_of"])
    finally:
        engine.dispose()
    return account_text({**account, "flow": {**flow, "stages": stages}}, language())


def _last_day(until: str | None) -> date:
    day = LAST_DAY if until is None else read_date(until)
    if not FIRST_DAY < day <= LAST_DAY:
        raise InvalidInput(
            t(
                "--until %(day)s: name a day from %(first)s to %(last)s",
                day=day_text(day),
                first=day_text(FIRST_DAY + timedelta(days=1)),
                last=day_text(LAST_DAY),
            )
        )
    return day


@dataclass
class _Prefect:
    """Starts Prefect's server when `day` has come; it stops with the stack."""

    settings: Settings
    stack: ExitStack
    day: date
    server: TemporaryServer | None = None

    def start(self, day: date) -> None:
        if self.server is None and day >= self.day:
            self.server = self.stack.enter_context(prefect_server(self.settings, may_start=True))


def _live(year: Year, settings: Settings, engine: Engine, prefect: _Prefect | None) -> YearAccount:
    with ProgressDisplay(FIRST_DAY, year.last, language()) as shown:

        def progress(day: date, loaded: str) -> None:
            shown.day(day, loaded)
            if prefect is not None:
                prefect.start(day)

        year.live(progress)
        flow = None
        if prefect is not None and prefect.server is not None:
            shown.say("flow")
            # A year of periods takes ten seconds to mirror, and `dondoc serve` does it when it starts.
            flow = run_flow(prefect.server, PLAN, year.end, settings.zone, mirrors=False)
        shown.say("account")
        return _account(year, settings, engine, flow)


def _account(year: Year, settings: Settings, engine: Engine, flow: FlowResult | None) -> YearAccount:
    """The figures, all read from the database as of the last pass, and the calendar files."""
    at = year.end
    with reading(engine) as session:
        reports = plan_account(session, settings, at)
        examples = example_units(session, reports, year.last)
        return {
            "seed": year.seed,
            "from": FIRST_DAY,
            "to": year.last,
            "as_of": at,
            "plan_number": find_plan(session, PLAN).number,
            **reports,
            "mails": mail_account(session, year.last),
            "decisions": decision_account(session),
            "results": results(settings, year.feeds, year.calendar_day, examples, at),
            "passes": (year.last - FIRST_DAY).days + 1,
            "flow": flow,
        }
