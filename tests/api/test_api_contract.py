"""The interface keeps what its own description promises, whatever it is asked."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi import checks
from served import TOKEN, Service

EXAMPLES = 12


@pytest.fixture
def engine_name() -> str:
    """SQLite is enough here: the answers are the same on both."""
    return "sqlite"


@pytest.mark.parametrize("may_write", [False, True])
def test_answers_are_as_described(request: pytest.FixtureRequest, may_write: bool) -> None:
    service: Service = request.getfixturevalue("writable" if may_write else "service")
    headers = {"Authorization": f"Bearer {TOKEN}"} if may_write else {}
    contract = schemathesis.openapi.from_url(f"{service.base}/openapi.json")
    paths = []
    for operation in contract.get_all_operations():
        described = operation.ok()
        if may_write and described.method.upper() != "POST":
            continue
        paths.append(described.path)

        @given(case=described.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def keeps_it(case: schemathesis.Case) -> None:
            # A cursor is text to the description, but not any text is one.
            case.call_and_validate(
                headers=headers, excluded_checks=[checks.positive_data_acceptance]
            )

        keeps_it()
    assert ("/api/articles" in paths) is not may_write
    assert len(paths) >= (2 if may_write else 14)
