"""Runs of a plan's chain at several instants, and what each asks of Prefect's API, a line a run.

python -m tests.flows.requests_of_a_run PLAN INSTANT…
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import httpx

from flows.reporting_chain import reporting_chain

asked: list[str] = []


def note(response: httpx.Response) -> None:
    """A server that is busy is asked again; only what was answered counts."""
    if response.status_code < 500:
        asked.append(f"{response.request.method}:{response.request.url.path}")


def let_note(kind: Any) -> None:
    """Let this kind of client note what it asked; the request goes out as it would."""
    send = kind.send

    def sending(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        response: httpx.Response = send(client, request, **options)
        note(response)
        return response

    kind.send = sending


def main(plan: str, instants: list[str]) -> None:
    let_note(httpx.Client)
    for text in instants:
        asked.clear()
        state: Any = reporting_chain(plan, datetime.fromisoformat(text), return_state=True)
        assert state.is_completed(), state.message
        print(*asked)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
