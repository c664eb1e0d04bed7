"""Reports by link and signed in: handing in, looking, reviewing, deciding; the unit's own pages."""

from __future__ import annotations

from tests.web.access.row import EVERYBODY, SIGNED_IN, Row

LINK, VIEW, OWN = "/o/{id}/{expiry}/{signature}", "/v/{id}/{expiry}/{signature}", "/obligations/{id}"
COPY = "/c/{id}/{expiry}/{signature}"
# Alice is x1's clerk, Bob heads the recipient, Carol monitors the plan, Dave may do what anybody may.
SEERS = frozenset({"alice", "bob", "carol", "dave"})
FILERS = frozenset({"alice", "dave"})
REVIEWERS = frozenset({"bob", "dave"})
DECIDERS = frozenset({"bob", "carol", "dave"})
DOCUMENT = "documents/{document}"
FORM, OWN_FORM = "/attachments/{file}", "/attachments/{attachment}"


def own(method: str, tail: str, opens: frozenset[str], at: str = "{x1}") -> Row:
    return Row(method=method, path=f"{OWN}{tail}", at=f"/obligations/{at}{tail}", opens=opens)


def link(method: str, tail: str, at: str = "{x1-link}", path: str = LINK) -> Row:
    """For every holder of the link, signed in or not, under any account."""
    return Row(method=method, path=f"{path}{tail}", at=f"{path[:3]}{at}{tail}", opens=EVERYBODY)


ROWS = [
    # What a mail program has left of a link, and of one that sets a password: a page of advice, not found.
    *(
        Row(method="GET", path=path, at=at, opens=frozenset())
        for path, at in (
            ("/o/{rest:path}", "/o/1"),
            ("/v/{rest:path}", "/v/1"),
            ("/c/{rest:path}", "/c/1"),
            ("/u/{rest:path}", "/u/1"),
            ("/reset", "/reset"),
            ("/reset/", "/reset/"),
        )
    ),
    link("GET", ""),
    link("GET", "", "{x1-view}", VIEW),
    link("GET", "/receipt", "{filed-link}"),
    link("GET", f"/{DOCUMENT}", "{filed-link}"),
    link("GET", f"/{DOCUMENT}", "{filed-view}", VIEW),
    # What is for information opens once it is filed.
    link("GET", "", "{filed-copy}", COPY),
    link("GET", f"/{DOCUMENT}", "{filed-copy}", COPY),
    link("POST", "/file"),
    link("POST", "/withdraw"),
    link("POST", "/acknowledge"),
    link("POST", "/extension"),
    link("POST", "/new"),
    Row(method="GET", path="/u/{id}/{expiry}/{signature}", at="/u/{contact-link}", opens=EVERYBODY),
    Row(method="POST", path="/u/{id}/{expiry}/{signature}", at="/u/{contact-link}", opens=EVERYBODY),
    own("GET", "", SEERS),
    own("GET", "/receipt", SEERS, "{filed}"),
    own("GET", f"/{DOCUMENT}", SEERS, "{filed}"),
    *(
        Row(method="GET", path=f"{path}{FORM}", at=f"{path[:3]}{at}{OWN_FORM}", opens=EVERYBODY)
        for path, at in ((LINK, "{x1-link}"), (VIEW, "{x1-view}"), (COPY, "{filed-copy}"))
    ),
    Row(method="GET", path=f"{OWN}{FORM}", at=f"/obligations/{{x1}}{OWN_FORM}", opens=SEERS),
    # A reload after a refused form leads back to the page.
    *(link("GET", f"/{action}") for action in ("file", "withdraw", "acknowledge", "extension")),
    *(own("GET", f"/{action}", SEERS) for action in ("file", "withdraw", "acknowledge", "extension")),
    *(own("GET", f"/{action}", SEERS) for action in ("accept", "return", "decide", "close", "undo")),
    own("POST", "/file", FILERS),
    own("POST", "/withdraw", FILERS),
    own("POST", "/acknowledge", FILERS),
    own("POST", "/extension", FILERS),
    own("POST", "/accept", REVIEWERS),
    own("POST", "/return", REVIEWERS),
    own("POST", "/decide", DECIDERS),
    own("POST", "/close", DECIDERS),
    own("POST", "/undo", DECIDERS),
    Row(method="GET", path="/mine", opens=SIGNED_IN),
    Row(method="GET", path="/year", opens=SIGNED_IN),
    Row(method="GET", path="/month", opens=SIGNED_IN),
    Row(method="GET", path="/month", at="/month?unit=x1&month=2024-02", opens=SEERS),
    Row(method="GET", path="/month", at="/month?branch=d1", opens=SEERS),
    Row(method="GET", path="/month", at="/month?plan=p-2024", opens=SIGNED_IN),
    Row(method="GET", path="/month", at="/month?person=alice@p.gov.vn", opens=frozenset({"alice", "dave"})),
    Row(method="GET", path="/year", at="/year?unit=x1", opens=SEERS),
]
