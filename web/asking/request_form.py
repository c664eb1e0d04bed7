"""The form of a request as it comes, what is wrong in it, and what it wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel

from models.text import clean_line, clean_lines
from reporting.asking.ad_hoc import LONGEST_TITLE, AdHocDraft
from reporting.asking.choice import Askable, AskableUnit
from reporting.asking.requests import RequestDraft
from reporting.asking.whom import Whom
from reporting.units.search import unit_search
from web.asking.fault_words import DUE, WHOM
from web.clerk.report_form import too_long
from web.form_values import cut
from web.page import Page

MOST_LISTED = 200
"""Units that the form lists whole; of more it lists those that are looked for."""
LONGEST_NUMBER, LONGEST_NOTE = 80, 2000
ALL, BRANCH, UNITS = "all", "branch", "units"
Wish = RequestDraft | AdHocDraft


class RequestForm(BaseModel):
    """What is asked (a duty of a plan, or what a unit asks for under a title), of whom, by when; `seen` is a
    digest of what the preview showed, `show` the person whose mail it shows."""

    plan: Annotated[str, cut(200)] = ""
    duty: Annotated[str, cut(200)] = ""
    issuer: Annotated[str, cut(200)] = ""
    title: Annotated[str, cut(1000)] = ""
    due: Annotated[str, cut(1000)] = ""
    whom: str = ""
    branch: Annotated[str, cut(200)] = ""
    unit: list[str] = []
    find: Annotated[str, cut(100)] = ""
    number: Annotated[str, cut(1000)] = ""
    note: Annotated[str, cut(10_000)] = ""
    show: str = ""
    seen: str = ""
    step: str = ""

    @property
    def is_ad_hoc(self) -> bool:
        return bool(self.issuer)

    def problems(self, page: Page) -> dict[str, str]:
        """What is missing or too long, by field."""
        found = {
            "title": too_long(self.title, LONGEST_TITLE, page),
            DUE: "" if self.due.strip() else page.t("Say by when it is to be handed in."),
            WHOM: self._whom_problem(page),
            "number": too_long(self.number, LONGEST_NUMBER, page),
            "note": too_long(clean_lines(self.note), LONGEST_NOTE, page),
        }
        if self.is_ad_hoc and not clean_line(self.title):
            found["title"] = page.t("Say what is asked for.")
        return {name: words for name, words in found.items() if words}

    def _whom_problem(self, page: Page) -> str:
        if self.whom == UNITS:
            return "" if self.unit else page.t("Choose at least one unit.")
        if self.whom == BRANCH and not self.branch:
            return page.t("Choose a unit with all below it.")
        if self.whom not in (ALL, BRANCH):
            return page.t("Say who is asked.")
        if self.unit:
            return page.t("Units are ticked below: choose “Units by name”, or take the ticks away.")
        return ""

    def wish(self) -> Wish:
        """Raises `InvalidInput`."""
        whom = Whom(
            units=tuple(dict.fromkeys(self.unit)) if self.whom == UNITS else (),
            branch=self.branch if self.whom == BRANCH else None,
        )
        texts = {"due": clean_line(self.due), "number": self.number, "note": self.note}
        if self.is_ad_hoc:
            everybody = Whom(branch=self.issuer) if self.whom == ALL else whom
            return AdHocDraft(issuer=self.issuer, title=self.title, whom=everybody, **texts)
        return RequestDraft(plan=self.plan, duty=self.duty, title=self.title, whom=whom, **texts)

    def listed(self, askable: Askable, page: Page) -> Sequence[AskableUnit]:
        """The units that the form offers by name: all if they are few, else those looked for and chosen."""
        if len(askable.units) <= MOST_LISTED:
            return askable.units
        by_code = {each.code: each for each in askable.units}
        with page.reading() as session:
            hits = unit_search(session, page.today).hits(self.find)
        fit = [by_code[hit.unit.code] for hit in hits if hit.unit.code in by_code]
        kept = [by_code[code] for code in self.unit if code in by_code]
        return list(dict.fromkeys([*kept, *fit[:MOST_LISTED]]))
