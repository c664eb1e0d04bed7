"""The API fuzzed from its own description: nothing breaks it, and it answers as it says it does.

On SQLite and PostgreSQL, because the two refuse different things. Bounded, and the same each time.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from schemathesis import BaseSchema, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine

from tests.reporting.world import World
from tests.web.cast import api_token, open_accounts

pytestmark = pytest.mark.postgresql  # the two refuse different things

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 6}


@pytest.fixture
def described(app: FastAPI, world: World, engine: Engine) -> tuple[BaseSchema, dict[str, str]]:
    """The description, and the headers of one who may do everything."""
    world.open()
    world.submit("x2", "2024-02", "2024-02-08 09:00")
    open_accounts(engine)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    return schema, {"Authorization": f"Bearer {api_token(engine, 'dave', '2024-02-10 09:00')}"}


@pytest.mark.parametrize("mode", EXAMPLES, ids=lambda mode: mode.value)
def test_nothing_breaks_it(described: tuple[BaseSchema, dict[str, str]], mode: GenerationMode) -> None:
    schema, headers = described
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) == 24
    for operation in operations:
        _fuzz(operation, headers, mode)


def _fuzz(operation: Any, headers: dict[str, str], mode: GenerationMode) -> None:
    @bounds(
        max_examples=EXAMPLES[mode],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    run()
