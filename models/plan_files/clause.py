"""Where a duty of a plan file comes from: the words of the document, and how each field came.

A file that was drafted from a document names it; then every duty must quote it, so that nothing unquoted is
loaded.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from models.plan_files.stage import PlanPart
from models.vocabulary import Provenance

DraftedField = Literal["title", "every", "due", "from", "to", "via", "final", "event"]
LONGEST_QUOTE = 4000


class FieldSource(PlanPart):
    """How one field came, and the words that say it."""

    how: Provenance = Field(description="read, inherited, assumed or missing")
    rule: str = Field("", max_length=80, description="the rule that found it")
    quote: str = Field("", max_length=LONGEST_QUOTE, description="the words of the document")
    line: int | None = Field(None, ge=1, description="the line they stand on")


class ClauseFile(PlanPart):
    """The words of the document that a duty was drafted from."""

    quote: str = Field(min_length=1, max_length=LONGEST_QUOTE, description="the words of the document")
    line: int | None = Field(None, ge=1, description="the line they stand on")
    page: int | None = Field(None, ge=1, description="the page they stand on")
    document: str = Field(
        "",
        pattern=r"^([0-9a-f]{64})?$",
        description="SHA-256 of the document's text, if it is not the plan's",
    )
    fields: dict[DraftedField, FieldSource] = Field(default_factory=dict, description="how each field came")


class DocumentFile(PlanPart):
    """The document that a plan was drafted from."""

    name: str = Field(max_length=255, description="name of the file")
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$", description="its content's SHA-256")
