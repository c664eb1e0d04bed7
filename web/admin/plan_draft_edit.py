"""Correcting a card of a draft: the fields of the form for plans, beside the document.

The whole draft is the form; the page shows one duty of it, or the head. What is wrong may be saved as well,
so that nothing typed is lost; it cannot be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from models.yaml_document import Value, read_yaml, write_yaml
from reporting.drafts.cards import Card, CardState, DraftContent
from reporting.drafts.changes import corrected
from reporting.drafts.store import KeptDraft, change_draft, find_draft
from reporting.plans.form import FormBlock, edited, filled_form
from reporting.plans.form_words import Lens
from reporting.units.search import code_names
from web.admin.draft_form import values_of
from web.admin.plan_draft import HEAD, marked_draft
from web.admin.plan_form import TypedPlan, form_choices, shown_form, typed
from web.admin.plan_form_check import FormCheck, check_form
from web.auth import OwnForm
from web.form_values import RowId
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin/plan-drafts", dependencies=[OwnForm], include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Editing:
    """One card, or the head, of a draft in the form."""

    draft: KeptDraft
    card: str
    number: int
    source: Value
    typed: TypedPlan

    @property
    def prefix(self) -> str:
        """How the names of its inputs begin."""
        return f"duties.{self.number}." if self.number >= 0 else ""

    @property
    def seen(self) -> str:
        """A token of what is edited, as it was when the form was opened."""
        content = self.draft.content
        what: object = content.head if self.number < 0 else content.card(self.card).duty
        return sha256(repr(what).encode()).hexdigest()

    def problems(self, check: FormCheck) -> bool:
        if self.number >= 0:
            return any(name.startswith(self.prefix) for name in check.problems)
        return any(not name.startswith("duties.") for name in check.problems)


def _opened(session: Session, page: Page, id: int, card: str, given: TypedPlan | None = None) -> Editing:
    draft = find_draft(session, id)
    cards = _in_form(draft.content, card)
    number = -1 if card == HEAD else next(at for at, each in enumerate(cards) if each.id == card)
    source = values_of(draft.content.plan(cards))
    form = filled_form(source, Lens(page.language, code_names(session)))
    form.texts["scope.all"] = ""  # a draft that names no scope has not decided for all units
    if given is not None:
        _put(form, given.form, number)
    path = f"/admin/plan-drafts/{id}/edit/{card}"
    text = write_yaml(draft.content.plan(cards))
    opened = TypedPlan(
        form=form,
        source=text,
        deed=given.deed if given else "",
        chosen=given.chosen if given else {},
        place=path,
    )
    return Editing(draft=draft, card=card, number=number, source=source, typed=opened)


def _in_form(content: DraftContent, card: str) -> list[Card]:
    """The cards that may be loaded, with the one that is corrected."""
    if card != HEAD:
        content.card(card)
    return [each for each in content.cards if each.id == card or each.state in STANDING]


STANDING = (CardState.OPEN, CardState.ACCEPTED)


def _put(form: FormBlock, given: FormBlock, number: int) -> None:
    """What was typed, in the place of what the draft has."""
    if number < 0:
        form.texts |= given.texts
    elif given.below:
        form.below[number] = given.below[0]


@router.get("/{id}/edit/{card}")
def edit(page: AdminPage, id: RowId, card: str) -> Response:
    with page.reading() as session:
        editing = _opened(session, page, id, card)
    return _show(page, editing)


async def typed_card(request: Request) -> tuple[TypedPlan, str]:
    """The form, and the token of what it was opened on."""
    given = await request.form()
    return await typed(request), str(given.get("seen", ""))


TypedCard = Annotated[tuple[TypedPlan, str], Depends(typed_card)]


@router.post("/{id}/edit/{card}")
def save(page: AdminPage, id: RowId, card: str, given: TypedCard) -> Response:
    """Do what the button says, or save it; `accept` accepts it too if nothing is wrong."""
    with page.reading() as session:
        editing = _opened(session, page, id, card, given[0])
        deed = editing.typed.deed
        if deed.startswith(("add ", "remove ", "up ", "down ")):
            edited(editing.typed.form, deed)
            return _show(page, editing)
        check = check_form(session, page, editing.typed.form, editing.source, editing.typed.chosen)
    if given[1] != editing.seen:
        return _show(page, editing, 409, stale=True)
    if deed == "look" or (deed != "keep" and editing.problems(check)):
        return _show(page, editing, 200 if deed == "look" else 422, all_wrong=True)
    before, after = _before(page, id, card), _plan(check)

    def change(content: DraftContent) -> None:
        _save(content, editing, before, after)

    with page.writing() as session:
        change_draft(session, id, change, page.now, page.actor)
    return redirect(f"/admin/plan-drafts/{id}#card-{card}")


def _before(page: Page, id: int, card: str) -> dict[str, Any]:
    """The plan as the form has it where nothing is typed: with codes for the names of units."""
    with page.reading() as session:
        opened = _opened(session, page, id, card)
        return _plan(check_form(session, page, opened.typed.form, opened.source, {}))


def _plan(check: FormCheck) -> dict[str, Any]:
    plan = read_yaml(check.text.encode(), "plan.yaml").value
    assert isinstance(plan, dict)
    return plan


def _save(content: DraftContent, editing: Editing, before: dict[str, Any], after: dict[str, Any]) -> None:
    if editing.number < 0:
        content.head = {key: value for key, value in after.items() if key != "duties"}
        return
    card, number = content.card(editing.card), editing.number
    corrected(card, after["duties"][number], before["duties"][number], editing.draft.document.text)
    if editing.typed.deed != "keep":
        card.state = CardState.ACCEPTED


def _show(
    page: Page, editing: Editing, status: int = 200, *, all_wrong: bool = False, stale: bool = False
) -> Response:
    typed = editing.typed
    with page.reading() as session:
        found = check_form(session, page, typed.form, editing.source, typed.chosen)
        choices = form_choices(session, page)
    shown = shown_form(page, typed, found, all_wrong=all_wrong) | choices
    wrong = shown["wrong"]
    assert isinstance(wrong, dict)
    own = {
        name: texts for name, texts in wrong.items() if editing.number < 0 or name.startswith(editing.prefix)
    }
    return page.show(
        "admin/plan_draft_edit.html",
        status,
        **{**shown, "wrong": own},
        draft=editing.draft,
        card=editing.card,
        number=editing.number,
        prefix=editing.prefix,
        seen=editing.seen,
        stale=stale,
        pieces_of_text=marked_draft(editing.draft, (), only=editing.card),
    )
