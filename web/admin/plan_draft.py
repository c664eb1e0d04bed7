"""The review of a draft: the document with its clauses marked, its duties as cards beside it.

The words of a field light up where its link leads: an address within the page, without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from documents.coverage import Gap, gaps
from documents.duty import Doubt
from documents.words import word_doubt, word_reason
from reporting.drafts.cards import CLAUSE, Card, CardState, DraftContent
from reporting.drafts.store import KeptDraft, find_draft, loaded_from, remarks_of
from reporting.files.store import path_of
from reporting.plans.loading import loaded_plans
from web.admin.coverage_bar import bar_of
from web.admin.draft_form import DraftForm, card_lines, draft_form
from web.admin.marked_text import MarkedPiece, MarkedPlace, marked
from web.auth import OwnForm
from web.clerk.documents import disposition
from web.form_values import RowId
from web.page import AdminPage, Page

router = APIRouter(prefix="/admin/plan-drafts", dependencies=[OwnForm], include_in_schema=False)
STANDING = (CardState.OPEN, CardState.ACCEPTED, CardState.MERGED)
"""States of cards whose words are used."""
HEAD = "plan"
"""In place of a card's id: the head of the plan."""


@dataclass(frozen=True, kw_only=True)
class ShownCard:
    """A card as the page shows it: `lines` are its fields in words, `wrong` is what keeps it from loading."""

    number: int
    card: Card
    lines: Sequence[object]
    doubts: Sequence[str]
    wrong: Sequence[str]
    others: Sequence[tuple[str, str]]
    """Cards with which it may be merged, each with its title."""

    @property
    def anchor(self) -> str:
        return f"card-{self.card.id}"


@router.get("/{id}")
def review(page: AdminPage, id: RowId, done: str = "") -> Response:
    return show_review(page, id, done=done)


def show_review(page: Page, id: int, status: int = 200, wrong: str = "", done: str = "") -> Response:
    with page.reading() as session:
        draft = find_draft(session, id)
        form = draft_form(session, page, draft.content)
        is_loaded = (draft.document.sha256, draft.slug) in loaded_from(session)
        plans = [plan for plan in loaded_plans(session) if plan.retired_at is None and not plan.ad_hoc]
    used = _used(draft.content)
    found = gaps(draft.document.text, used, _passed(draft.content))
    return page.show(
        "admin/plan_draft.html",
        status,
        draft=draft,
        cards=_shown_cards(page, draft.content, form),
        head=form.head_lines({mark.field for mark in draft.content.head_marks}),
        head_wrong=form.wrong_in(""),
        pieces_of_text=marked_draft(draft, found),
        bar=bar_of(draft.document.text, used, [(gap.start, gap.end) for gap in found]),
        lines=draft.document.text.count("\n") + 1,
        plans=[(plan.slug, f"{plan.number} {plan.title}".strip()) for plan in plans],
        gaps=[(each, word_reason(each.reason, page.language)) for each in found],
        remarks=remarks_of(draft.document),
        slug=draft.slug if is_loaded else "",
        wrong=wrong,
        done=done,
    )


def _used(content: DraftContent) -> list[tuple[int, int]]:
    """The places that a duty uses which may still be loaded."""
    marks = [mark for card in content.in_state(*STANDING) for mark in card.marks]
    return [mark.span for mark in (*content.head_marks, *marks)]


def _passed(content: DraftContent) -> list[tuple[int, int, str]]:
    """What was passed over by the rules, and by a person."""
    found = [(each.start, each.end, each.reason) for each in content.passed]
    dropped = content.in_state(CardState.LEFT_OUT, CardState.NO_DUTY)
    return found + [(*mark.span, str(card.state)) for card in dropped for mark in card.marks]


def _shown_cards(page: Page, content: DraftContent, form: DraftForm) -> list[ShownCard]:
    names = [(card.id, str(card.duty.get("title", ""))) for card in content.in_state(*STANDING[:2])]
    return [
        ShownCard(
            number=number,
            card=card,
            lines=card_lines(page, card, form),
            doubts=[word_doubt(doubt, page.language) for doubt in Doubt if doubt in card.doubts],
            wrong=form.wrong_in(card.id),
            others=[each for each in names if each[0] != card.id],
        )
        for number, card in enumerate(content.cards, start=1)
    ]


def marked_draft(draft: KeptDraft, found: Sequence[Gap], only: str = "") -> list[MarkedPiece]:
    """The text with the words of all duties, or of one card, and what no duty uses."""
    places = [
        MarkedPlace(gap.start, gap.end, f"gap-{number}", "gap") for number, gap in enumerate(found, start=1)
    ]
    if not only or only == HEAD:
        places += [
            MarkedPlace(*mark.span, f"words-plan-{mark.field}", "said") for mark in draft.content.head_marks
        ]
    for number, card in enumerate(draft.content.cards, start=1):
        if card.id == only if only else card.state in STANDING:
            places += _places(card, number)
    return marked(draft.document.text, places)


def _places(card: Card, number: int) -> list[MarkedPlace]:
    """Of a field that has words in several places, the first has the anchor."""
    found: dict[str, int] = {}
    places = []
    for mark in card.marks:
        found[mark.field] = count = found.get(mark.field, 0) + 1
        name = f"words-{card.id}-{mark.field}" + (f"-{count}" if count > 1 else "")
        is_clause = mark.field == CLAUSE
        kind = f"clause {card.state}" if is_clause else "said"
        places.append(
            MarkedPlace(mark.start, mark.end, name, kind, str(number), card.id if is_clause else "")
        )
    return places


@router.get("/{id}/document")
def original(page: AdminPage, id: RowId) -> Response:
    """The document as it was sent; browsers save it and never show it."""
    with page.reading() as session:
        document = find_draft(session, id).document
    headers = {
        "Content-Disposition": disposition(document.name),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    path = path_of(page.settings, document.original)
    return FileResponse(path, media_type="application/octet-stream", headers=headers)
