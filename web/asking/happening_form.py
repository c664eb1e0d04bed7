"""The form with which it is said that an event has happened, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from messages.catalogue import N_
from models.text import clean_lines
from reporting.asking.choice import Askable, AskableUnit
from reporting.asking.happenings import EventDraft, read_moment
from reporting.asking.sayable import Sayable
from reporting.asking.whom import Whom
from web.asking.fault_words import MOMENT, WHOM
from web.asking.request_form import ALL, LONGEST_NOTE, RequestForm
from web.clerk.report_form import too_long
from web.form_values import cut
from web.page import Page

TICKED = N_("Units are ticked below: choose “Units by name”, or take the ticks away.")


class HappeningForm(BaseModel):
    """Which event of which plan, when, to whom; `seen` is a digest of what the preview showed."""

    plan: Annotated[str, cut(200)] = ""
    event: Annotated[str, cut(200)] = ""
    happened: Annotated[str, cut(200)] = ""
    whom: str = ""
    unit: list[str] = []
    find: Annotated[str, cut(100)] = ""
    note: Annotated[str, cut(10_000)] = ""
    seen: str = ""
    step: str = ""

    @classmethod
    def fresh(cls, plan: str, event: str, page: Page) -> Self:
        """The moment is preset to now."""
        return cls(plan=plan, event=event, happened=f"{page.now.astimezone(page.zone):%H:%M %d/%m/%Y}")

    def problems(self, said: Sayable, page: Page) -> dict[str, str]:
        """What is missing or too long, by field."""
        found = {
            MOMENT: "" if self.happened.strip() else page.t("Say when it happened."),
            WHOM: self._whom_problem(said, page),
            "note": too_long(clean_lines(self.note), LONGEST_NOTE, page),
        }
        return {name: words for name, words in found.items() if words}

    def _whom_problem(self, said: Sayable, page: Page) -> str:
        if self.whom == ALL and said.is_whole:
            return page.t(TICKED) if self.unit else ""
        return "" if self.unit else page.t("Choose at least one unit.")

    def draft(self, said: Sayable, zone: ZoneInfo) -> EventDraft:
        """Raises `InvalidInput`."""
        everybody = self.whom == ALL and said.is_whole
        return EventDraft(
            plan=said.plan,
            event=said.event,
            happened_at=read_moment(self.happened, zone),
            whom=Whom(units=() if everybody else tuple(dict.fromkeys(self.unit))),
            note=self.note,
        )

    def listed(self, said: Sayable, page: Page) -> Sequence[AskableUnit]:
        """The units that the form offers by name, as that of a request does."""
        return RequestForm(unit=self.unit, find=self.find).listed(Askable(units=said.units), page)
