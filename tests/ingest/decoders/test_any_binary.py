"""Whatever the bytes: readings, refusals, or the reason why it is unreadable. Never another exception."""

from __future__ import annotations

import random

import pytest

from benchmarks.decoders import BINARY, TryOut


@pytest.mark.parametrize("code", BINARY)
def test_any_bytes_have_an_outcome(code: str) -> None:
    chance = random.Random(20_260_101)
    subject = TryOut(code)

    outcomes = {subject.attempt(chance) for _ in range(3_000)}

    assert "readings" in outcomes
    assert "unreadable" in outcomes
    assert not subject.crashes
