"""Who may open pages that serve administrators of a branch as well."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from reporting.rights import Person
from web.who import require

AnyAdministrator = Annotated[Person, Depends(require(lambda person: person.administers))]
"""Of the whole installation, or of some unit and its branch."""
