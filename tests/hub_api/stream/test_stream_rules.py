"""Events, filters, positions and the buffer of a listener: pure."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic_core import PydanticCustomError

from hub_api.city.stream.model import Row
from hub_api.city.stream.rules import (
    POSITION_CHARACTERS_MAX,
    checked_position,
    gap,
    observation_events,
    select,
)
from hub_api.city.stream.service import Listener

ROWS = [
    Row("air-01", "pm2_5", "matrah", "simulator", b'{"n":1}'),
    Row("air-02", "pm2_5", None, "simulator", b'{"n":2}'),
    Row("air-01", "pm10", "matrah", "recorded", b'{"n":3}'),
]


@pytest.mark.parametrize("text", ["10:20:", "10:20:10,14,19", "7:7:"])
def test_positions(text: str) -> None:
    assert checked_position(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "10", "10:9:", "0:9:", "10:20:20", "10:20:9", "10:20:14,12", "10:20:,", "1:2:x", "9" * 20 + ":" + "9" * 20 + ":",
     "1:9:" + ",".join("1" * POSITION_CHARACTERS_MAX), "1:2:\n"],
)  # fmt: skip
def test_what_is_no_position(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        checked_position(text)


def test_filters_are_all_true_at_once() -> None:
    nothing = dict.fromkeys(("thing", "observed_property", "place", "source"))
    assert select(ROWS, nothing) == ROWS
    assert select(ROWS, nothing | {"thing": "air-01", "source": "simulator"}) == ROWS[:1]
    assert select(ROWS, nothing | {"place": "seeb"}) == []


def test_only_the_last_event_of_a_step_carries_the_position() -> None:
    events = list(observation_events(ROWS, "7:7:", 2))
    assert events[0] == b'event: observations\ndata: {"data":[{"n":1},{"n":2}]}\n\n'
    assert events[1] == b'event: observations\nid: 7:7:\ndata: {"data":[{"n":3}]}\n\n'
    assert list(observation_events([], "7:7:", 2)) == []


def test_a_gap_says_so_in_both_languages() -> None:
    name, place, data, *_ = gap("7:7:").decode().splitlines()
    assert (name, place) == ("event: gap", "id: 7:7:")
    assert set(json.loads(data.removeprefix("data: "))["detail"]) == {"en", "ar"}


def test_a_listener_keeps_order_and_is_bounded() -> None:
    async def work() -> None:
        listener = Listener({}, "7:7:", 10, "reader")
        listener.put([b"12345", b"67890"])
        assert (listener.take(), listener.take(), listener.take()) == (b"12345", b"67890", None)
        assert not listener.wake.is_set()
        listener.put([b"12345", b"67890", b"!"])
        assert (listener.take(), listener.ending) == (None, "too_slow")
        assert listener.wake.is_set()
        listener.put([b"1"])
        assert listener.take() is None, "nothing follows the end"

    asyncio.run(work())
