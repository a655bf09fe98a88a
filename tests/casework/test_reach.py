"""Reach: a number with its medium, its source and its day, entered by those who lead, beside support and never in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.reach.model import PACKAGE, Measure, Medium, NewReach
from casework.reach.service import wrong_reach
from casework.reach.settings import ReachSettings
from casework.workflow.wording import Label

TODAY = date(2026, 11, 24)
SAID = NewReach(
    medium=Medium.INSTAGRAM, measure=Measure.LIKES, number=4_600, source="https://example.om/p/1", counted_on=TODAY
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"number": -1}, "number"),
        ({"source": ""}, "source"),
        ({"source": "javascript:alert(1)"}, "source"),
        ({"counted_on": date(2026, 11, 25)}, "counted_on"),
    ],
)
def test_the_limits_of_reach(change: dict[str, Any], field: str | None) -> None:
    found = next(wrong_reach(replace(SAID, **change), ReachSettings(), TODAY), None)
    expected = None if field is None else Label(PACKAGE, f"field.{field}")
    assert (None if found is None else found.details["field"]) == expected
