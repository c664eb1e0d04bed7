"""What a person does on the review of a draft: decide about cards, merge them, mark a missing duty, say which
plan the document changes, load, or remove the draft.

Every deed is a form of its own, so that the page works with a keyboard and without scripts.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from documents.review import card_of_words
from documents.selectors import KnownUnit, Units
from models.errors import InvalidInput
from models.plan_files.plan import PlanFile
from reporting.drafts.amend import amend, stand_alone
from reporting.drafts.cards import CardState, DraftContent
from reporting.drafts.changes import add_card, line_span, merge, tidy_span
from reporting.drafts.store import change_draft, find_draft, remove_draft
from reporting.plans.loading import current_plan_file, duty_ids, find_plan
from reporting.units.hierarchy import hierarchy
from web.admin.draft_form import draft_form
from web.admin.plan_draft import show_review
from web.admin.plan_upload import PlanUpload, preview_page
from web.auth import OwnForm
from web.form_values import RowId, cut, field_day, typed_day
from web.page import AdminPage, redirect

router = APIRouter(prefix="/admin/plan-drafts", dependencies=[OwnForm], include_in_schema=False)
DECISIONS = {
    "accept": CardState.ACCEPTED,
    "leave-out": CardState.LEFT_OUT,
    "no-duty": CardState.NO_DUTY,
    "open": CardState.OPEN,
}


class Deed(BaseModel):
    """What a button of a card says."""

    do: str = ""
    card: str = ""
    into: str = ""


@router.post("/{id}/cards")
def decide(page: AdminPage, id: RowId, form: Annotated[Deed, Form()]) -> Response:
    """Decide about a card, and go on to the next that is open."""

    def change(content: DraftContent) -> None:
        if form.do == "accept-all":
            content.accept_all()
        elif form.do == "merge":
            merge(content, form.card, form.into)
        elif form.do in DECISIONS:
            content.decide(form.card, DECISIONS[form.do])

    try:
        with page.writing() as session:
            change_draft(session, id, change, page.now, page.actor)
            content = find_draft(session, id).content
    except InvalidInput as error:
        return show_review(page, id, 422, page.say(error))
    return redirect(f"/admin/plan-drafts/{id}#{_next(content, form)}")


def _next(content: DraftContent, form: Deed) -> str:
    """The next card to be decided about, from the one that was; else where the draft is checked."""
    ids = [card.id for card in content.cards]
    at = ids.index(form.card) if form.card in ids else 0
    if form.do in ("open", "merge"):
        return f"card-{form.into if form.do == 'merge' else form.card}"
    rest = content.cards[at:] + content.cards[:at]
    return next((f"card-{card.id}" for card in rest if card.state is CardState.OPEN), "load")


class MarkedWords(BaseModel):
    """Words by their lines, or, from a script, by their place in the text."""

    first: Annotated[str, cut(9)] = ""
    last: Annotated[str, cut(9)] = ""
    start: Annotated[str, cut(9)] = ""
    end: Annotated[str, cut(9)] = ""

    def span(self, text: str) -> tuple[int, int]:
        """Raises `InvalidInput`."""
        if self.start and self.end:
            return tidy_span(text, _number(self.start), _number(self.end))
        first = _number(self.first)
        return line_span(text, first, _number(self.last) or first)


def _number(text: str) -> int:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() else 0


@router.post("/{id}/add")
def add(page: AdminPage, id: RowId, form: Annotated[MarkedWords, Form()]) -> Response:
    """A card of the marked words, with what the rules read in them; its fields come next."""
    with page.reading() as session:
        draft = find_draft(session, id)
        known = [KnownUnit(code, each.name) for code, each in hierarchy(session, page.today).by_code.items()]
        taken = duty_ids(session, draft.content.amends) if draft.content.amends else []
    try:
        start, end = form.span(draft.document.text)
    except InvalidInput as error:
        return show_review(page, id, 422, page.say(error))
    issued = typed_day(str(draft.content.head.get("issued_on", "")))
    card = card_of_words(draft.document.text, start, end, issued, Units(known))
    added = ""

    def change(content: DraftContent) -> None:
        nonlocal added
        added = add_card(content, card, taken).id

    with page.writing() as session:
        change_draft(session, id, change, page.now, page.actor)
    return redirect(f"/admin/plan-drafts/{id}/edit/{added}")


class Amending(BaseModel):
    """Which loaded plan the document changes, and whether it takes its place."""

    slug: Annotated[str, cut(100)] = ""
    part: Annotated[str, cut(9)] = ""


@router.post("/{id}/amend")
def change_of(page: AdminPage, id: RowId, form: Annotated[Amending, Form()]) -> Response:
    with page.writing() as session:
        old, taken = _loaded(session, form.slug)

        def change(content: DraftContent) -> None:
            if old is None:
                stand_alone(content)
            else:
                amend(content, old, taken, whole=not form.part)

        change_draft(session, id, change, page.now, page.actor)
    return redirect(f"/admin/plan-drafts/{id}#card-plan")


def _loaded(session: Session, slug: str) -> tuple[PlanFile | None, list[str]]:
    if not slug:
        return None, []
    return current_plan_file(session, find_plan(session, slug)), duty_ids(session, slug)


@router.post("/{id}/check")
def check(page: AdminPage, id: RowId) -> Response:
    """The preview of the plan that the accepted cards make, if nothing in them is wrong."""
    with page.reading() as session:
        draft = find_draft(session, id)
        accepted = draft.content.in_state(CardState.ACCEPTED)
        form = draft_form(session, page, draft.content, accepted) if accepted else None
    if form is None:
        return show_review(page, id, 422, page.t("No duty is accepted yet; accept those that are right."))
    if form.check.problems:
        wrong = page.t("Something is still to be corrected before the plan can be loaded; it stands in red.")
        return show_review(page, id, 422, wrong)
    return preview_page(page, PlanUpload(text=form.check.text, since=field_day(page.today)))


@router.post("/{id}/remove")
def remove(page: AdminPage, id: RowId, sure: Annotated[str, Form()] = "") -> Response:
    """Remove the draft, and its document where nothing else is of it."""
    if not sure:
        return show_review(page, id, 422, page.t("Tick the box beside the button to remove the draft."))
    with page.writing() as session:
        remove_draft(session, id)
    return redirect("/admin/plans")


@router.get("/{id}/cards")
@router.get("/{id}/add")
@router.get("/{id}/amend")
@router.get("/{id}/check")
@router.get("/{id}/remove")
def again(page: AdminPage, id: RowId) -> Response:
    """Where a reload, or the other language, leads."""
    return redirect(f"/admin/plan-drafts/{id}")
