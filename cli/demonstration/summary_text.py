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
from cli.context import day_text
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
from models.vocabulary import Audience, Level, NoticeKind, NoticeState, say
from reporting.rates.rates import FORMULAS, FORMULAS_VI
from reporting.reminders.ledger import reason_words

WORDS: dict[str, tuple[str, str]] = {
    "title": (
        "Tường trình: một năm thực hiện chế độ báo cáo theo {plan} (mô phỏng)",
        "Account: a year of reporting under {plan} (simulated)",
    ),
    "span": (
        "Từ {first} đến {last}, mỗi ngày một lượt chạy lúc 08:00 ({passes} lượt), số gieo {seed}.",
        "From {first} to {last}, one pass a day at 08:00 ({passes} passes), seed {seed}.",
    ),
    "as of": ("Số liệu tính đến {at}.", "Figures as of {at}."),
    "who owed what": (
        "Ai phải nộp gì, đã nộp thế nào (số báo cáo)",
        "Who owed what, and what was filed (in reports)",
    ),
    "period": ("kỳ", "period"),
    "stage": ("chặng", "stage"),
    "last day": ("ngày cuối", "last day"),
    "expected": ("phải nộp", "expected"),
    "filed": ("đã nộp", "filed"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("muộn", "late"),
    "overdue": ("quá hạn", "overdue"),
    "rates": ("Tỷ lệ theo cấp", "Rates by level"),
    "completion": ("hoàn thành", "completion"),
    "reporting": ("đã nộp %", "reporting"),
    "on_time_of_expected": ("đúng hạn %", "on time"),
    "on_time_of_filed": ("đúng hạn/nộp", "on time/filed"),
    "original_on_time": ("hạn gốc %", "original"),
    "median_days_late": ("ngày muộn", "days late"),
    "median_review_days": ("ngày tiếp nhận", "review days"),
    "all": ("tất cả", "all"),
    "n/a": ("không có", "n/a"),
    "mails": ("Thư nhắc: gửi ai, vì sao", "Mails: to whom, and why"),
    "mails sent": (
        "{mails} thư cho {people} người; mỗi người mỗi ngày nhiều nhất một thư tổng hợp.",
        "{mails} mails to {people} people; one digest a person a day.",
    ),
    "busiest day": ("Nhiều nhất là ngày {day}: {mails} thư.", "Most went out on {day}: {mails}."),
    "why": ("vì sao", "why"),
    "whose level": ("cấp của người nhận", "recipient's level"),
    "to whom": ("gửi ai", "to whom"),
    "notices": ("lượt nhắc", "notices"),
    "in mails": ("trong số thư", "in mails"),
    "ledger": ("Sổ nhắc việc: {states}.", "The ledger: {states}."),
    "decisions": ("Nộp, tiếp nhận, gia hạn (mọi kế hoạch)", "Handed in and decided (all plans)"),
    "what was decided": (
        "{submissions} lần nộp ({files} tệp); tiếp nhận {accepted}, trả lại {returned}; "
        "gia hạn: đồng ý {extensions_granted}, không đồng ý {extensions_refused}, chưa quyết định "
        "{extensions_undecided}; miễn {waived}; xác nhận đã biết {acknowledged}.",
        "{submissions} submissions ({files} files); {accepted} accepted, {returned} returned; extensions: "
        "{extensions_granted} granted, {extensions_refused} refused, {extensions_undecided} undecided; "
        "{waived} waived; {acknowledged} acknowledged.",
    ),
    "worst branch": ("Nhánh yếu nhất, và ai làm chậm", "The worst branch, and who held it up"),
    "worst is": (
        "{name} ({unit}): đúng hạn {share} (phải nộp {expected}, đã nộp {filed}, muộn {late}, "
        "quá hạn {overdue}).",
        "{name} ({unit}): {share} on time ({expected} expected, {filed} filed, {late} late, "
        "{overdue} overdue).",
    ),
    "held up by": (
        "  {name} ({unit}) làm chậm báo cáo tháng của nhánh {times} lần: {periods}",
        "  {name} ({unit}) held up the branch's monthly report {times}×: {periods}",
    ),
    "held up by nobody": (
        "  Không đơn vị cấp dưới nào làm chậm.",
        "  No unit below held it up.",
    ),
    "no branch": ("Chưa có nhánh nào để so sánh.", "There is no branch to compare yet."),
    "open": ("Còn mở ở cuối", "Open at the end"),
    "what is open": (
        "{overdue} báo cáo quá hạn chưa nộp; {awaiting_acceptance} đã nộp, chờ tiếp nhận; "
        "{returned_and_not_mended} bị trả lại, chưa nộp lại; {waived} được miễn.",
        "{overdue} overdue and not filed; {awaiting_acceptance} filed and not yet accepted; "
        "{returned_and_not_mended} returned and not mended; {waived} waived.",
    ),
    "longest overdue": ("Quá hạn lâu nhất:", "The longest overdue:"),
    "number": ("số", "id"),
    "unit": ("đơn vị", "unit"),
    "duty": ("nhiệm vụ", "duty"),
    "days overdue": ("ngày quá hạn", "days overdue"),
    "flow": ("Luồng Prefect", "The Prefect flow"),
    "Received": ("đã nộp đủ (Received)", "Received"),
    "Overdue": ("có báo cáo quá hạn (Overdue)", "Overdue"),
    "Waiting": ("đang chờ (Waiting)", "Waiting"),
    "flow ran": ("{flow} đã chạy thật một lần: {state}.", "{flow} ran once for real: {state}."),
    "no flow": ("Không chạy (--no-flow).", "Not run (--no-flow)."),
    "where": ("Kết quả ở đâu", "Where the results are"),
    "mailbox": ("hộp thư", "mailbox"),
    "calendar": ("lịch của ngày {day}", "calendar of {day}"),
    "events": ("{number} mục", "{number} events"),
    "plans": ("Các kế hoạch đã nạp", "The plans that are loaded"),
    "plan": ("kế hoạch", "plan"),
    "no_deadline": ("không thời hạn", "no deadline"),
    "not_counted": ("không tính", "not counted"),
    "database": ("cơ sở dữ liệu", "database"),
    "sign-ins": (
        "đăng nhập (năm người dùng và mật khẩu; dondoc serve mở trang)",
        "signing in (five people and their password; dondoc serve opens the pages)",
    ),
    "this account": ("tường trình này", "this account"),
    "try": ("Thử tiếp", "Try next"),
}
"""Vietnamese first, English second; `{…}` are filled in."""


WIDTH = 118
COUNTS = ("expected", "filed", "on_time", "late", "overdue")
RATES = ("completion", "reporting", "on_time_of_expected", "on_time_of_filed", "original_on_time")
MEDIANS = ("median_days_late", "median_review_days")
MOST_REASONS = 6

_Span = TypedDict("_Span", {"from": date, "to": date})


class Account(_Span, PlanAccount):
    """The whole account, as JSON and as text."""

    seed: int
    as_of: datetime
    plan_number: str | None
    mails: MailAccount
    decisions: dict[str, int]
    results: Results
    passes: int
    flow: FlowResult | None


def account_text(account: Account, language: Language) -> str:
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
        return WORDS[key][self.language == "en"].format(**values)

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
            table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
        self._console.print(table)

    def head(self, account: Account) -> None:
        self.line(self.word("title", plan=account["plan_number"]))
        first, last = day_text(account["from"]), day_text(account["to"])
        self.line(self.word("span", first=first, last=last, passes=account["passes"], seed=account["seed"]))
        self.line(self.word("as of", at=f"{account['as_of']:%d/%m/%Y %H:%M}"))

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
        formulas = FORMULAS_VI if self.language == "vi" else FORMULAS
        for name in (*RATES, *MEDIANS):
            self.line(f"  {self.word(name)} = {formulas[name]}")

    def _level(self, level: str) -> str:
        return self.word("all") if level == "all" else say(Level(level), self.language)

    def _rates(self, row: Figures) -> list[object]:
        shares = [self.share(row[name]) for name in RATES]
        return [row["expected"], *shares, *(self.number(row[name]) for name in MEDIANS)]

    def share(self, value: float | None) -> str:
        """A share rounded down, so that 100% means all."""
        return self.word("n/a") if value is None else f"{self.number(int(1000 * value) / 10)}%"

    def number(self, value: float | None) -> str:
        """A number with one decimal, after a comma in Vietnamese."""
        if value is None:
            return self.word("n/a")
        return f"{value:.1f}".replace(".", "," if self.language == "vi" else ".")

    def mails(self, mails: MailAccount) -> None:
        self.title("mails")
        self.line(self.word("mails sent", mails=mails["mails"], people=mails["people"]))
        if mails["most_in_a_day"]:
            most = mails["most_in_a_day"]
            self.line(self.word("busiest day", mails=most["mails"], day=day_text(most["day"])))
        headings = map(self.word, ("why", "whose level", "to whom", "notices", "in mails"))
        self.table(list(headings), map(self._notices, mails["by_kind_and_level"]), left=3)
        states = mails["notices"].items()
        counts = "; ".join(f"{say(NoticeState(state), self.language)}: {number}" for state, number in states)
        self.line(self.word("ledger", states=counts))
        for row in mails["not_sent_because"][:MOST_REASONS]:
            state = say(NoticeState(row["state"]), self.language)
            self.line(f"  {row['notices']:>6}  {state}: {reason_words(row['reason'], self.language)}")

    def _notices(self, row: KindCount) -> list[object]:
        kind, audience = NoticeKind(row["kind"]), Audience(row["audience"])
        words = [say(kind, self.language), self._level(row["level"]), say(audience, self.language)]
        return [*words, row["notices"], row["mails"]]

    def decisions(self, decisions: dict[str, int]) -> None:
        self.title("decisions")
        self.line(self.word("what was decided", **decisions))

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
        return [row["id"], unit, row["duty"], self.period(row["period"]), row["days"]]

    def flow(self, flow: FlowResult | None) -> None:
        self.title("flow")
        if flow is None:
            self.line(self.word("no flow"))
            return
        self.line(self.word("flow ran", flow=flow["flow"], state=self.known(flow["state"])))
        for stage in flow["stages"]:
            self.line(f"  {stage['stage']}: {self.known(stage['state'])}; {stage['message']}")

    def known(self, state: str) -> str:
        """A run's state with the name that Prefect's pages show; one of Prefect's own unchanged."""
        return self.word(state) if state in WORDS else state

    def results(self, results: Results) -> None:
        self.title("where")
        self.line(f"  {self.word('mailbox')}: {results['mailbox']}/*.eml")
        written = self.word("calendar", day=day_text(results["feeds_as_of"]))
        for feed in results["feeds"]:
            events = self.word("events", number=feed["events"])
            self.line(f"  {written}: {feed['file']} ({feed['name']}; {events})")
        self.line(f"  {self.word('database')}: {results['database']}")
        self.line(f"  {self.word('this account')}: {results['account']}")
        self.line(f"  {self.word('sign-ins')}: {results['sign_ins']}")
        self.title("try")
        for command in results["try"]:
            self.line(f"  {command}")
