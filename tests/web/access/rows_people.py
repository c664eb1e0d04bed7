"""The people who may sign in; where an administrator of a branch ends, test_people.py tells."""

from __future__ import annotations

from tests.reporting.world import World
from tests.web.access.row import ADMINISTRATORS, Row
from tests.web.cast import id_of

HERS = "/admin/people/{alice}"
ROLE = {"role": "clerk", "unit": "x2"}
ROWS = [
    Row(method="GET", path="/admin/people", opens=ADMINISTRATORS),
    Row(method="GET", path="/admin/contact-accounts", opens=ADMINISTRATORS),
    Row(method="POST", path="/admin/contact-accounts", opens=ADMINISTRATORS),
    Row(method="GET", path="/admin/people/new", opens=ADMINISTRATORS),
    Row(
        method="POST",
        path="/admin/people",
        opens=ADMINISTRATORS,
        form={"address": "new@p.gov.vn", "name": "N", **ROLE},
    ),
    Row(method="GET", path="/admin/people/{id}", at=HERS, opens=ADMINISTRATORS),
    Row(
        method="POST",
        path="/admin/people/{id}/grants",
        at=f"{HERS}/grants",
        opens=ADMINISTRATORS,
        form=ROLE,
    ),
    # Hers is the first role that was given.
    Row(
        method="POST",
        path="/admin/people/{id}/grants/{grant_id}/end",
        at=f"{HERS}/grants/1/end",
        opens=ADMINISTRATORS,
    ),
    Row(
        method="POST",
        path="/admin/people/{id}/contacts/end",
        at=f"{HERS}/contacts/end",
        opens=ADMINISTRATORS,
    ),
    Row(method="POST", path="/admin/people/{id}/close", at=f"{HERS}/close", opens=ADMINISTRATORS),
    Row(method="POST", path="/admin/people/{id}/reopen", at=f"{HERS}/reopen", opens=ADMINISTRATORS),
    Row(method="POST", path="/admin/people/{id}/password", at=f"{HERS}/password", opens=ADMINISTRATORS),
    Row(method="GET", path="/admin/people/{id}/erase", at=f"{HERS}/erase", opens=ADMINISTRATORS),
    Row(method="POST", path="/admin/people/{id}/erase", at=f"{HERS}/erase", opens=ADMINISTRATORS),
    Row(
        method="POST",
        path="/admin/people/{id}/second-factor/remove",
        at=f"{HERS}/second-factor/remove",
        opens=ADMINISTRATORS,
    ),
    Row(
        method="POST",
        path="/admin/people/{id}/end-sessions",
        at=f"{HERS}/end-sessions",
        opens=ADMINISTRATORS,
    ),
]


def prepare(world: World) -> dict[str, str]:
    """Her account's id."""
    return {"alice": str(id_of(world.engine, "alice@p.gov.vn"))}
