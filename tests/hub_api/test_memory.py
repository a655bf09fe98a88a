"""What a process remembers stays within its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_api.serving import memory
from hub_api.serving.memory import Memory


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 12)), max_size=40))
def test_the_weight_is_bounded_and_the_newest_stay(kept: list[tuple[int, int]]) -> None:
    known: Memory[int, int] = Memory(10)
    for number, (key, weight) in enumerate(kept):
        known.keep(key, number, 60, weight)
        assert known.recall(key) == (number if weight <= 10 else None)
        last = {name: (place, size) for place, (name, size) in enumerate(kept[: number + 1])}
        held = [size for name, (place, size) in last.items() if known.recall(name) == place]
        assert sum(held) <= 10


def test_the_one_used_longest_ago_goes_first() -> None:
    known: Memory[str, int] = Memory(2)
    known.keep("a", 1, 60)
    known.keep("b", 2, 60)
    known.recall("a")
    known.keep("c", 3, 60)
    assert [known.recall(key) for key in "abc"] == [1, None, 3]


def test_its_time_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(memory.time, "monotonic", lambda: now)
    known: Memory[str, int] = Memory(2)
    known.keep("a", 1, 5)
    known.keep("never", 1, 0)
    assert known.recall("never") is None
    now = 104.9
    assert known.recall("a") == 1
    now = 105.0
    assert known.recall("a") is None
    known.keep("b", 2, 5, weight=2)  # the weight of what ended counts no more
    assert known.recall("b") == 2


def test_what_is_over_does_not_lie_about_until_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(memory.time, "monotonic", lambda: now)
    known: Memory[int, bytes] = Memory(1_000)
    for number in range(5):
        known.keep(number, b"", 30, 100)
    now = 31.0
    known.keep(5, b"", 30, 100)
    assert known._weight == 100
    assert known.recall(5) == b""
