"""`dondoc plan`: check plan files, load them, and look at the plans there are.

A changed file shows its difference before it is taken. Checking needs no database; where there is one, the
units that a plan names are checked too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session

from calendars.periods import Language
from calendars.zone import local_date
from cli import plan_draft
from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    JsonOption,
    YesOption,
    acting,
    day_text,
    open_context,
    print_json,
    print_list,
    read_date,
    read_instant,
    require_yes,
    say,
)
from cli.console.speech import figure, language, language_there_is, ngettext, pt, refused, speak, t
from cli.plan_lines import outline_lines
from messages.catalogue import N_, Plural
from messages.counted import REPORTS
from models.database import open_engine, reading, require_revision, writing
from models.errors import DatabaseNotReady, InputErrors
from models.plan import Plan
from models.plan_files.plan import PlanFile
from models.settings import Settings, load_settings
from reporting.mail_ceiling import MailReach, agree, reach
from reporting.opening.adoption import Adoption, adoption
from reporting.opening.retirement import foresee_retirement, retire_plan
from reporting.plans.checking import CheckedPlan, check_plans
from reporting.plans.loading import (
    PlanChange,
    PlanOutcome,
    current_plan_file,
    editions,
    find_plan,
    foresee_plan,
    load_plan,
    loaded_plans,
)
from reporting.plans.outline import plan_outline
from reporting.plans.reading import ReadPlan, read_plans
from reporting.special_days import working_days


@contextmanager
def session_if_any(settings: Settings) -> Iterator[Session | None]:
    """A session that reads, or None where no database is ready; none is made for a check."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield None
        return
    engine = open_engine(settings.database)
    try:
        if _is_ready(engine):
            with reading(engine) as session:
                yield session
        else:
            yield None
    finally:
        engine.dispose()


def _is_ready(engine: Engine) -> bool:
    try:
        require_revision(engine)
    except DatabaseNotReady as error:
        say(t("units are not checked: %(why)s", why=refused(error)))
        return False
    return True


def say_warnings(checked: Sequence[CheckedPlan]) -> None:
    """Warnings and hints for people, a line each."""
    for each in checked:
        for warning in each.warnings:
            kind = t("hint") if warning.is_hint else t("warning")
            say(f"{each.read.document.name}: {kind}: {warning.text(language())}")


app = typer.Typer(help="Plans: check and load plan files, look at plans.", no_args_is_help=True)

FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE", help="Plan files.")]
SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help="Slug of the plan.")]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="Day from which a change holds, also for what is opened and lies ahead. Default: today.",
    ),
]
LangOption = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        metavar="LANG",
        callback=language_there_is,
        help="Language: %(languages)s. Default: as of all commands.",
    ),
]
TrackFromOption = Annotated[
    str | None,
    typer.Option(
        "--track-from",
        metavar="DATE",
        help="Track the plan from this day on: what was due before is neither counted nor reminded of.",
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


def _speaking(lang: Language | None, settings: Settings, as_json: bool) -> Language:
    """The command's own `--lang` before all others; documents keep to the settings."""
    if lang is not None:
        speak(lang)
    return lang or (settings.language if as_json else language())


NO_ERRORS = Plural(
    "%(file)s: no errors, %(number)s warning or hint", "%(file)s: no errors, %(number)s warnings and hints"
)
UNITS_UNKNOWN = Plural(
    "%(file)s: no errors, %(number)s warning or hint, units not checked (none are loaded)",
    "%(file)s: no errors, %(number)s warnings and hints, units not checked (none are loaded)",
)


@app.command()
def check(
    files: FilesArgument,
    track_from: TrackFromOption = None,
    lang: LangOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check plan files: errors with file, line and remedy; warnings about dates and units."""
    settings = load_settings()
    words = _speaking(lang, settings, as_json)
    now = read_instant(at, settings)
    today = local_date(now, settings.zone)
    try:
        plans = _tracked(read_plans(files), track_from)
        with session_if_any(settings) as session:
            checked = check_plans(session, plans, today)
            plans = [each.read for each in checked]
            taken_over = [] if session is None else _adoptions(session, plans, now, settings.zone)
    except InputErrors as error:
        if not as_json:
            raise
        print_json({"ok": False, "errors": error.errors, "plans": []})
        raise typer.Exit(1) from error
    if as_json:
        found = [each.as_json(words) for each in checked]
        for shown, adopted in zip(found, taken_over, strict=False):
            shown["adoption"] = adopted.as_json()
        print_json({"ok": True, "errors": [], "plans": found})
        return
    say_warnings(checked)
    for read, adopted in zip(plans, taken_over, strict=False):
        for line in adopted.lines(words):
            say(f"{read.document.name}: {line}")
    for each in checked:
        text = NO_ERRORS if each.units_checked else UNITS_UNKNOWN
        say(t(text, file=each.read.document.name, number=len(each.warnings)))


def _adoptions(session: Session, plans: Sequence[ReadPlan], now: datetime, zone: ZoneInfo) -> list[Adoption]:
    days, today = working_days(session), local_date(now, zone)
    changes = (foresee_plan(session, each.plan, today, now, zone) for each in plans)
    return [adoption(session, change, days, now, zone) for change in changes]


app.add_typer(plan_draft.app)


@app.command()
def load(
    files: FilesArgument,
    from_: FromOption = None,
    track_from: TrackFromOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    by: ByOption = None,
    lang: LangOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load plan files: all of them or none. A changed one shows its difference first.

    Whether a pass may mail as many people as the plans reach is asked, where that is more than its ceiling.
    """
    words = _speaking(lang, load_settings(), as_json)
    plans = _tracked(read_plans(files), track_from)
    context = open_context(at)
    first = context.today if from_ is None else read_date(from_)
    with writing(context.engine) as session:
        plans = [each.read for each in check_plans(session, plans, context.today)]
        shown = [_show_change(session, context, read, first, words, as_json) for read in plans]
        reached = reach(session, context.settings, [read.plan for read in plans], context.today)
        _say_reach(reached, yes or dry_run)
        if not dry_run:
            agree(session, reached, context.now, acting(by))
            for read in plans:
                load_plan(session, read.plan, context.now, acting(by), first, context.settings.zone)
    if as_json:
        print_json({"dry_run": dry_run, "plans": shown})
    elif dry_run:
        say(t("nothing was changed (--dry-run)"))


def _say_reach(reached: MailReach, yes: bool) -> None:
    """Ask whether so many people may be mailed; where a setting forbids it, say so."""
    if not reached.is_above:
        return
    told = t(
        "these plans reach %(people)s people, more than the %(most)s whom a pass may mail",
        people=figure(reached.people),
        most=figure(reached.most),
    )
    if reached.is_set:
        say(t("%(told)s; raise DONDOC_MAIL_CEILING, or it sends nothing", told=told))
        return
    say(told)
    require_yes(yes, t("May a pass mail as many?"))


def _tracked(plans: Sequence[ReadPlan], track_from: str | None) -> list[ReadPlan]:
    """The plans with the day from which they are tracked, where it is said beside the files."""
    if track_from is None:
        return list(plans)
    day = read_date(track_from)
    return [replace(read, plan=read.plan.model_copy(update={"track_from": day})) for read in plans]


def _show_change(
    session: Session, context: Context, read: ReadPlan, applies_from: date, words: Language, quiet: bool
) -> dict[str, object]:
    """Print what loading the file would change, and return it for JSON."""
    now, zone, days = context.now, context.settings.zone, working_days(session)
    change = foresee_plan(session, read.plan, applies_from, now, zone)
    differences, taken_over = change.differences(days, words), adoption(session, change, days, now, zone)
    if not quiet:
        print(_headline(change))
        for line in (*differences, *taken_over.lines(words)):
            print(f"  {line}")
    return {
        "slug": change.slug,
        "outcome": change.outcome.value,
        "version": change.version,
        "applies_from": change.applies_from,
        "differences": differences,
        "adoption": taken_over.as_json(),
    }


def _headline(change: PlanChange) -> str:
    match change.outcome:
        case PlanOutcome.ADDED:
            return ngettext(
                "%(plan)s: added, %(number)s duty",
                "%(plan)s: added, %(number)s duties",
                len(change.new.duties),
                plan=change.slug,
            )
        case PlanOutcome.UNCHANGED:
            return t("%(plan)s: unchanged", plan=change.slug)
    day = day_text(change.applies_from)
    text = N_("%(plan)s: version %(version)s, holds from %(day)s")
    return t(text, plan=change.slug, version=change.version, day=day)


@app.command()
def diff(
    files: FilesArgument,
    from_: FromOption = None,
    track_from: TrackFromOption = None,
    lang: LangOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what loading plan files would change."""
    words = _speaking(lang, load_settings(), as_json)
    plans = _tracked(read_plans(files), track_from)
    context = open_context(at)
    first = context.today if from_ is None else read_date(from_)
    with reading(context.engine) as session:
        plans = [each.read for each in check_plans(session, plans, context.today)]
        shown = [_show_change(session, context, read, first, words, as_json) for read in plans]
    if as_json:
        print_json(shown)


@app.command(name="list")
def list_(as_json: JsonOption = False) -> None:
    """List the plans there are."""
    context = open_context()
    with reading(context.engine) as session:
        rows = [(current_plan_file(session, plan), plan) for plan in loaded_plans(session)]
    names = (t("slug"), pt("document", "number"), pt("heading", "title"))
    columns = (*names, pt("day", "from"), pt("day", "to"), t("duties"), pt("heading", "version"))
    print_list(rows, as_json, lambda row: _json(*row), columns, lambda row: _cells(*row))


def _cells(plan: PlanFile, row: Plan) -> list[object]:
    first, last = day_text(plan.in_force.first), day_text(plan.in_force.last)
    title = t("%(title)s (a request outside any plan)", title=plan.title) if row.ad_hoc else plan.title
    return [plan.slug, plan.number, title, first, last, len(plan.duties), row.version]


def _json(plan: PlanFile, row: Plan) -> dict[str, object]:
    return {
        "slug": plan.slug,
        "number": plan.number,
        "title": plan.title,
        "issuer": plan.issuer,
        "issued_on": plan.issued_on,
        "from": plan.in_force.first,
        "to": plan.in_force.last,
        "monitor": plan.monitor,
        "duties": len(plan.duties),
        "version": row.version,
        "ad_hoc": row.ad_hoc,
    }


@app.command()
def show(
    slug: SlugArgument, lang: LangOption = None, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Show a plan: its duties, who reports to whom, the due rules in words, the next dates."""
    context = open_context(at)
    words = _speaking(lang, context.settings, as_json)
    with reading(context.engine) as session:
        plan = find_plan(session, slug)
        content, versions = current_plan_file(session, plan), editions(session, plan)
        days, zone = working_days(session), context.settings.zone
        outline = plan_outline(content, versions, context.today, days, zone, words)
        outline["version"] = plan.version
    if as_json:
        print_json(outline)
        return
    for line in outline_lines(outline):
        print(line)


@app.command()
def retire(
    slug: SlugArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why the plan holds no more.")],
    document: Annotated[
        str, typer.Option("--document", metavar="NUMBER", help="Number of the document that says so.")
    ] = "",
    yes: YesOption = False,
    by: ByOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Retire a plan: what lies ahead and is not filed is cancelled, what was due before stays owed.

    All history stays. Loading the plan's file again brings it back.
    """
    context = open_context(at)
    with reading(context.engine) as session:
        count = foresee_retirement(session, slug, context.now)
    ahead, owed = t(REPORTS, number=count.cancelled), t(REPORTS, number=count.owed)
    say(
        t(
            "%(plan)s: cancelled ahead: %(ahead)s; due and still owed: %(owed)s",
            plan=slug,
            ahead=ahead,
            owed=owed,
        )
    )
    require_yes(yes, t("retire plan %(plan)s?", plan=slug))
    with writing(context.engine) as session:
        count = retire_plan(session, slug, reason, context.now, acting(by), document)
    if as_json:
        print_json(asdict(count))
    say(t("plan %(plan)s is retired", plan=slug))


@app.command()
def schema(as_json: JsonOption = False) -> None:
    """Print the JSON Schema of plan files, for editors; it is JSON with --json and without."""
    document = PlanFile.model_json_schema(by_alias=True)
    print_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **document})
