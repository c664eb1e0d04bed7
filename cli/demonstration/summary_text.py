"""The account as people read it: plain text in Vietnamese or English, for the terminal and a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from typing import TypedDict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from calendars.periods import Language, Period
from calendars.zone import HCM
from cli.console.context import day_text
from cli.demonstration.results import Results
from cli.demonstration.summary import (
    Figures,
    KindCount,
    LongestOverdue,
    MailAccount,
    OpenAccount,
    PlanAccount,
    StageFigures,
    WorstBranch,
)
from cli.flows import FlowResult
from messages.catalogue import N_, NP_, Plural, translate
from messages.counted import EVENTS, FILES, MAILS, PASSES, PEOPLE, SUBMISSIONS
from messages.formats import moment_text, number_text, percent_text
from models.vocabulary import Audience, Level, NoticeKind, NoticeState, say
from reporting.chain.tables import state_words
from reporting.rates.rates import formulas
from reporting.reminders.ledger import reason_words

WORDS: dict[str, str] = {
    "title": N_("Account: a year of reporting under %(plan)s (simulated)"),
    "span": N_("From %(first)s to %(last)s, one pass a day at 08:00 (%(passes)s), seed %(seed)s."),
    "as of": N_("Figures as of %(at)s."),
    "who owed what": N_("Who owed what, and what was filed (in reports)"),
    "period": N_("period"),
    "stage": N_("stage"),
    "last day": N_("last day"),
    "expected": N_("expected"),
    "filed": N_("filed"),
    "on_time": N_("on time"),
    "late": N_("late"),
    "overdue": N_("overdue"),
    "rates": N_("Rates by level"),
    "completion": N_("completion"),
    "reporting": N_("reporting"),
    "on_time_of_expected": NP_("summary text", "on time"),
    "on_time_of_filed": N_("on time/filed"),
    "original_on_time": N_("original"),
    "median_days_late": N_("days late"),
    "median_review_days": N_("review days"),
    "all": N_("all"),
    "n/a": N_("n/a"),
    "mails": N_("Mails: to whom, and why"),
    "mails sent": N_("%(mails)s to %(people)s; one digest a person a day."),
    "busiest day": N_("Most went out on %(day)s: %(mails)s."),
    "why": N_("why"),
    "whose level": N_("recipient's level"),
    "to whom": N_("to whom"),
    "notices": N_("notices"),
    "in mails": N_("in mails"),
    "ledger": N_("The ledger: %(states)s."),
    "decisions": N_("Handed in and decided (all plans)"),
    "what was decided": N_(
        "%(submissions)s (%(files)s); %(accepted)s accepted, "
        "%(returned)s returned; extensions: %(extensions_granted)s granted, "
        "%(extensions_refused)s refused, %(extensions_undecided)s undecided; "
        "%(waived)s waived; %(acknowledged)s acknowledged."
    ),
    "worst branch": N_("The worst branch, and who held it up"),
    "worst is": N_(
        "%(name)s (%(unit)s): %(share)s on time (%(expected)s expected, "
        "%(filed)s filed, %(late)s late, %(overdue)s overdue)."
    ),
    "held up by": N_("  %(name)s (%(unit)s) held up the branch's monthly report %(times)s×: %(periods)s"),
    "held up by nobody": N_("  No unit below held it up."),
    "no branch": N_("There is no branch to compare yet."),
    "open": N_("Open at the end"),
    "what is open": N_(
        "%(overdue)s overdue and not filed; %(awaiting_acceptance)s filed and "
        "not yet accepted; %(returned_and_not_mended)s returned and not "
        "corrected; %(waived)s waived."
    ),
    "longest overdue": N_("The longest overdue:"),
    "number": N_("id"),
    "unit": N_("unit"),
    "duty": N_("duty"),
    "days overdue": N_("days overdue"),
    "flow": N_("The Prefect flow"),
    "flow ran": N_("%(flow)s ran once for real: %(state)s."),
    "no flow": N_("Not run (--no-flow)."),
    "where": N_("Where the results are"),
    "mailbox": N_("mailbox"),
    "calendar": N_("calendar of %(day)s"),
    "plans": N_("The plans that are loaded"),
    "plan": N_("plan"),
    "no_deadline": N_("no deadline"),
    "not_counted": N_("not counted"),
    "database": N_("database"),
    "sign-ins": N_("signing in (five people and their password; dondoc serve opens the pages)"),
    "this account": N_("this account"),
    "try": N_("Try next"),
}

WIDTH = 118
COUNTS = ("expected", "filed", "on_time", "late", "overdue")
RATES = ("completion", "reporting", "on_time_of_expected", "on_time_of_filed", "original_on_time")
MEDIANS = ("median_days_late", "median_review_days")
MOST_REASONS = 6

_Span = TypedDict("_Span", {"from": date, "to": date})


class YearAccount(_Span, PlanAccount):
    """The whole account, as JSON and as text."""

    seed: int
    as_of: datetime
    plan_number: str | None
    mails: MailAccount
    decisions: dict[str, int]
    results: Results
    passes: int
    flow: FlowResult | None


def account_text(account: YearAccount, language: Language) -> str:
    """The whole account, ending with a line end."""
    writer = _SummaryWriter(language)
    writer.head(account)
    writer.stages(account["stages"])
    writer.rates(account["rates"])
    writer.mails(account["mails"])
    writer.decisions(account["decisions"])
    writer.plans(account["plans"])
    writer.worst(account["worst_branch"])
    writer.open(account["open"])
    writer.flow(account["flow"])
    writer.results(account["results"])
    return writer.text


class _SummaryWriter:
    """Writes section after section; all words come from `WORDS`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._console = Console(file=StringIO(), width=WIDTH, highlight=False, color_system=None)

    @property
    def text(self) -> str:
        file = self._console.file
        written = file.getvalue() if isinstance(file, StringIO) else ""
        return "\n".join(line.rstrip() for line in written.splitlines()) + "\n"

    def word(self, key: str, **values: object) -> str:
        shown = {name: self._shown(value) for name, value in values.items()}
        return translate(self.language, WORDS[key], **shown)

    def counted(self, things: Plural, number: int) -> str:
        return translate(self.language, things, number=number)

    def _shown(self, value: object) -> str:
        """A count as the language writes it, anything else as it is."""
        if isinstance(value, int):
            return number_text(value, self.language)
        return "" if value is None else str(value)

    def line(self, text: str = "") -> None:
        self._console.print(Text(text), soft_wrap=True)

    def title(self, key: str, **values: object) -> None:
        self.line()
        self.line(self.word(key, **values).upper())

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> None:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for number, heading in enumerate(headings):
            table.add_column(heading, justify="left" if number < left else "right", no_wrap=number >= left)
        for row in rows:
            table.add_row(*(Text(self._shown(cell)) for cell in row))
        self._console.print(table)

    def head(self, account: YearAccount) -> None:
        self.line(self.word("title", plan=account["plan_number"]))
        first, last = day_text(account["from"]), day_text(account["to"])
        run = {"passes": self.counted(PASSES, account["passes"]), "seed": str(account["seed"])}
        self.line(self.word("span", first=first, last=last, **run))
        self.line(self.word("as of", at=moment_text(account["as_of"], HCM, self.language)))

    def stages(self, stages: Sequence[StageFigures]) -> None:
        self.title("who owed what")
        headings = [self.word("period"), self.word("stage"), self.word("last day")]
        for duty in dict.fromkeys(stage["duty"] for stage in stages):
            rows = [stage for stage in stages if stage["duty"] == duty]
            self.line()
            self.line(f"{rows[0]['title']} ({duty})")
            self.table([*headings, *map(self.word, COUNTS)], map(self._stage, rows), left=2)

    def _stage(self, row: StageFigures) -> list[object]:
        figures: Mapping[str, object] = row
        last_day = day_text(row["last_day"])
        return [self.period(row["period"]), row["stage_name"], last_day, *(figures[name] for name in COUNTS)]

    def period(self, period: str) -> str:
        return Period.parse(period).label(self.language)

    def rates(self, rates: dict[str, Figures]) -> None:
        self.title("rates")
        headings = ["", *map(self.word, ("expected", *RATES, *MEDIANS))]
        self.table(headings, ([self._level(level), *self._rates(row)] for level, row in rates.items()))
        computed = formulas(self.language)
        for name in (*RATES, *MEDIANS):
            self.line(f"  {self.word(name)} = {computed[name]}")

    def _level(self, level: str) -> str:
        return self.word("all") if level == "all" else say(Level(level), self.language)

    def _rates(self, row: Figures) -> list[object]:
        shares = [self.share(row[name]) for name in RATES]
        return [row["expected"], *shares, *(self.number(row[name]) for name in MEDIANS)]

    def share(self, value: float | None) -> str:
        """A share rounded down, so that 100% means all."""
        return self.word("n/a") if value is None else percent_text(int(1000 * value) / 1000, self.language)

    def number(self, value: float | None) -> str:
        """A number with one decimal."""
        return self.word("n/a") if value is None else number_text(value, self.language, decimals=1)

    def mails(self, mails: MailAccount) -> None:
        self.title("mails")
        self.line(
            self.word(
                "mails sent",
                mails=self.counted(MAILS, mails["mails"]),
                people=self.counted(PEOPLE, mails["people"]),
            )
        )
        if mails["most_in_a_day"]:
            most = mails["most_in_a_day"]
            self.line(self.word("busiest day", mails=most["mails"], day=day_text(most["day"])))
        headings = map(self.word, ("why", "whose level", "to whom", "notices", "in mails"))
        self.table(list(headings), map(self._notices, mails["by_kind_and_level"]), left=3)
        states = mails["notices"].items()
        counts = "; ".join(
            f"{say(NoticeState(state), self.language)}: {self._shown(number)}" for state, number in states
        )
        self.line(self.word("ledger", states=counts))
        for row in mails["not_sent_because"][:MOST_REASONS]:
            state = say(NoticeState(row["state"]), self.language)
            self.line(
                f"  {self._shown(row['notices']):>6}  {state}: {reason_words(row['reason'], self.language)}"
            )

    def _notices(self, row: KindCount) -> list[object]:
        kind, audience = NoticeKind(row["kind"]), Audience(row["audience"])
        words = [say(kind, self.language), self._level(row["level"]), say(audience, self.language)]
        return [*words, row["notices"], row["mails"]]

    def decisions(self, decisions: dict[str, int]) -> None:
        self.title("decisions")
        handed_in = {
            "submissions": self.counted(SUBMISSIONS, decisions["submissions"]),
            "files": self.counted(FILES, decisions["files"]),
        }
        self.line(self.word("what was decided", **decisions | handed_in))

    def plans(self, plans: dict[str, Figures]) -> None:
        self.title("plans")
        names = (*COUNTS, "no_deadline", "not_counted")
        rows = ([slug, *(row[name] for name in names)] for slug, row in plans.items())
        self.table([self.word("plan"), *map(self.word, names)], rows)

    def worst(self, worst: WorstBranch | None) -> None:
        self.title("worst branch")
        if worst is None:
            self.line(self.word("no branch"))
            return
        figures: Mapping[str, object] = worst
        self.line(self.word("worst is", share=self.share(worst["on_time_of_expected"] or 0), **figures))
        for each in worst["held_up_by"]:
            periods = ", ".join(map(self.period, each["periods"]))
            self.line(self.word("held up by", **{**each, "periods": periods}))
        if not worst["held_up_by"]:
            self.line(self.word("held up by nobody"))

    def open(self, still: OpenAccount) -> None:
        self.title("open")
        self.line(self.word("what is open", **still))
        if still["longest_overdue"]:
            self.line(self.word("longest overdue"))
        headings = map(self.word, ("number", "unit", "duty", "period", "days overdue"))
        self.table(list(headings), map(self._open, still["longest_overdue"]), left=4)

    def _open(self, row: LongestOverdue) -> list[object]:
        unit = f"{row['name']} ({row['unit']})"
        return [str(row["id"]), unit, row["title"], self.period(row["period"]), row["days"]]

    def flow(self, flow: FlowResult | None) -> None:
        self.title("flow")
        if flow is None:
            self.line(self.word("no flow"))
            return
        self.line(self.word("flow ran", flow=flow["flow"], state=state_words(flow["state"], self.language)))
        for stage in flow["stages"]:
            state = state_words(stage["state"], self.language)
            self.line(f"  {stage['stage']}: {state}; {stage['message']}")

    def results(self, results: Results) -> None:
        self.title("where")
        self.line(f"  {self.word('mailbox')}: {results['mailbox']}/*.eml")
        written = self.word("calendar", day=day_text(results["feeds_as_of"]))
        for feed in results["feeds"]:
            events = self.counted(EVENTS, feed["events"])
            self.line(f"  {written}: {feed['file']} ({feed['unit']}; {events})")
        self.line(f"  {self.word('database')}: {results['database']}")
        self.line(f"  {self.word('this account')}: {results['account']}")
        self.line(f"  {self.word('sign-ins')}: {results['sign_ins']}")
        self.title("try")
        for command in results["try"]:
            self.line(f"  {command}")
