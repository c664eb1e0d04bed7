"""The words a duty was drafted from: what a plan file may say of them, and when it must."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from models.plan_files.plan import PlanFile
from models.vocabulary import Provenance
from tests.models.test_plan_file import PLAN

DOCUMENT = {"name": "letter.docx", "sha256": "a" * 64}
CLAUSE = {
    "quote": "Sở Y tế gửi báo cáo trước ngày 18 hằng tháng",
    "line": 6,
    "fields": {"due": {"how": "read", "rule": "day", "quote": "trước ngày 18 hằng tháng", "line": 6}},
}


def plan(clause: Any, **changes: Any) -> PlanFile:
    content = {**deepcopy(PLAN), **changes}
    if clause is not None:
        content["duties"][0]["clause"] = clause
    return PlanFile.model_validate(content)


def test_a_duty_may_quote_its_words() -> None:
    [duty] = plan(CLAUSE, document=DOCUMENT).duties
    assert duty.clause is not None
    assert (duty.clause.line, duty.clause.fields["due"].how) == (6, Provenance.READ)


def test_a_plan_of_a_document_quotes_each_duty() -> None:
    with pytest.raises(ValidationError, match="quote"):
        plan(None, document=DOCUMENT)
    assert plan(None).document is None


@pytest.mark.parametrize(
    "clause",
    [
        {**CLAUSE, "quote": ""},
        {**CLAUSE, "line": 0},
        {**CLAUSE, "quote": "a" * 4001},
        {**CLAUSE, "fields": {"due": {"how": "guessed"}}},
        {**CLAUSE, "fields": {"colour": {"how": "read"}}},
    ],
)
def test_a_clause_is_held_to_its_form(clause: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        plan(clause, document=DOCUMENT)
