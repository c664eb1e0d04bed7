"""`dondoc plan draft --replay`: documents of drafts that somebody has decided about, read again.

Says what would come out otherwise than when they were drafted, and whether that is what the person made of
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlmodel import Session

from cli.console.context import open_context, print_json, say
from cli.console.speech import language, ngettext, t
from documents.draft import draft
from documents.reading import read_document
from documents.review import review_json
from documents.selectors import KnownUnit, Units
from messages.catalogue import NP_, translate
from models.database import reading
from models.errors import InvalidInput
from models.settings import Settings
from reporting.drafts.cards import DraftContent
from reporting.drafts.replay import Difference, Turn, differences, is_corrected
from reporting.drafts.store import KeptDraft, listed_drafts, reading_of
from reporting.files.store import path_of
from reporting.units.hierarchy import hierarchy

TURNS = {
    Turn.RIGHT_NOW: NP_("replay", "now as the person has it"),
    Turn.WRONG_NOW: NP_("replay", "was as the person has it, and is no more"),
    Turn.OTHERWISE: NP_("replay", "another than the person has it"),
}
SHOWN = 60


@dataclass(frozen=True)
class ReplayedCase:
    """A draft read again; `failed` says why it could not be."""

    draft: int
    document: str
    cards: int
    found: tuple[Difference, ...] = ()
    failed: str = ""


def replay(as_json: bool) -> None:
    """Read all of them again; changes nothing."""
    context = open_context()
    with reading(context.engine) as session:
        today = context.now.astimezone(context.settings.zone).date()
        known = hierarchy(session, today).by_code.items()
        units = Units(KnownUnit(code, unit.name) for code, unit in known)
        cases = list(_cases(session, context.settings, units))
    if as_json:
        print_json([asdict(case) for case in cases])
        return
    for case in cases:
        _tell(case)
    text = ngettext("%(number)s draft was read again", "%(number)s drafts were read again", len(cases))
    say(text)


def _cases(session: Session, settings: Settings, units: Units) -> Iterator[ReplayedCase]:
    for kept, _ in reversed(listed_drafts(session)):
        then = reading_of(session, kept.id)
        if is_corrected(then, kept.content):
            yield _case(kept, then, settings, units)


def _case(kept: KeptDraft, then: DraftContent, settings: Settings, units: Units) -> ReplayedCase:
    case = ReplayedCase(kept.id, kept.document.name, len(kept.content.cards))
    try:
        data = path_of(settings, kept.document.original).read_bytes()
        found = review_json(draft(read_document(data, kept.document.name)), units, language())
    except InvalidInput as error:
        return ReplayedCase(case.draft, case.document, case.cards, failed=str(error))
    except OSError:
        return ReplayedCase(
            case.draft, case.document, case.cards, failed=t("its file is gone from the store")
        )
    plans = found["plans"]
    assert isinstance(plans, list)
    plan = plans[kept.number - 1] if kept.number <= len(plans) else {}
    now = DraftContent.model_validate(plan)
    return ReplayedCase(case.draft, case.document, case.cards, tuple(differences(then, kept.content, now)))


def _tell(case: ReplayedCase) -> None:
    if case.failed:
        say(
            t(
                "%(document)s (draft %(draft)s): %(reason)s",
                document=case.document,
                draft=case.draft,
                reason=case.failed,
            )
        )
        return
    if not case.found:
        say(t("%(document)s (draft %(draft)s): as it was", document=case.document, draft=case.draft))
        return
    say(t("%(document)s (draft %(draft)s): otherwise now:", document=case.document, draft=case.draft))
    for each in case.found:
        words = each.words if len(each.words) <= SHOWN else f"{each.words[:SHOWN]}…"
        say(f"  “{words}”")
        turn = translate(language(), TURNS[each.turn])
        say(f"    {each.field}: {each.then or '–'} → {each.now or '–'} ({turn}: {each.person or '–'})")
