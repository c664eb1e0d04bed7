"""`dondoc plan draft --replay`: what a person corrected is a case, read again after an upgrade."""

from __future__ import annotations

import json

import pytest

from reporting.drafts.cards import Card, DraftContent
from reporting.drafts.replay import differences
from tests.cli.conftest import Dondoc


def content(due: str, *, state: str = "open", told: bool = True, added: bool = False) -> DraftContent:
    """A draft of one card, due then; `told` says that the due date is as it was read."""
    fields = {"due": {"how": "read"}} if told else {}
    every = {"every": {"how": "read"}, "from": {"how": "read"}, "to": {"how": "read"}, "via": {"how": "read"}}
    duty = {
        "id": "a",
        "every": "month",
        "clause": {"quote": "Báo cáo hằng tháng.", "fields": {**every, **fields}},
        "chain": [{"due": due}],
    }
    return DraftContent(
        cards=[Card.model_validate({"id": "a", "duty": duty, "state": state, "is_added": added})]
    )


@pytest.mark.parametrize(
    ("person", "now", "turns"),
    [
        (content("before 18"), content("before 18"), []),
        (content("by 18", told=False), content("by 18"), [("due", "right-now")]),
        (content("before 18"), content("by 18"), [("due", "wrong-now")]),
        (content("by 19", told=False), content("by 18"), [("due", "otherwise")]),
        (content("before 18"), DraftContent(), [("duty", "wrong-now")]),
        (content("before 18", state="no-duty"), DraftContent(), [("duty", "right-now")]),
    ],
    ids=["as it was", "as corrected", "was right", "neither", "gone", "rightly gone"],
)
def test_what_comes_out_otherwise_is_told(
    person: DraftContent, now: DraftContent, turns: list[tuple[str, str]]
) -> None:
    found = differences(content("before 18"), person, now)
    assert [(each.field, str(each.turn)) for each in found] == turns


def test_a_duty_that_a_person_added_is_found_now() -> None:
    found = differences(DraftContent(), content("before 18", added=True), content("before 18"))
    assert [(each.field, str(each.turn)) for each in found] == [("duty", "right-now")]


def test_without_drafts_nothing_is_read(dondoc: Dondoc) -> None:
    done = dondoc("plan", "draft", "--replay", "--json")
    assert (done.code, json.loads(done.out)) == (0, [])
    assert dondoc("plan", "draft").code != 0
