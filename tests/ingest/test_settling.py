"""Days of vehicles are matched once what is read in has come to rest."""

from __future__ import annotations

import pytest

from ingest.transport.settling import Settling


@pytest.mark.parametrize(
    ("looks", "over"),
    [
        ([(0, None), (20, None)], [True, True]),
        ([(0, 7), (20, 7)], [False, True]),
        ([(0, 7), (20, 9), (40, 12), (60, 12)], [False, False, False, True]),
        # What never rests is worked through all the same, and then waited for anew.
        ([(0, 1), (20, 2), (60, 3), (80, 4), (100, 4)], [False, False, True, False, True]),
        # All was done, and something new has come.
        ([(0, 1), (20, 1), (40, None), (60, 5), (80, 5)], [False, True, True, False, True]),
        # An older note that failed and came back is the newest again: nothing new.
        ([(0, 3), (20, 3), (40, 3)], [False, True, True]),
    ],
)
def test_when_changes_have_come_to_rest(looks: list[tuple[float, int | None]], over: list[bool]) -> None:
    settling = Settling(seconds_max=60)
    assert [settling.is_over(newest, now) for now, newest in looks] == over
