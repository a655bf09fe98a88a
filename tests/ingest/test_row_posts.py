"""Rows that the API sends, as they are read."""

from __future__ import annotations

from array import array
from typing import Any

import msgspec
import pytest

from ingest.row_posts import read

IDS, TIMES, NUMBERS = (
    array("i", [1, 2]).tobytes(),
    array("q", [5, 6]).tobytes(),
    array("d", [1.5, 2.5]).tobytes(),
)


def body(**other: Any) -> bytes:
    sent = {
        "datastream_ids": IDS,
        "times": TIMES,
        "numbers": NUMBERS,
        "others": {1: "red"},
        "details": [(0, 7)],
    }
    return msgspec.msgpack.encode(sent | other)


def test_what_the_api_sends_is_read() -> None:
    sent = read(body())
    assert (sent.times, sent.others, sent.details[0].phenomenon_end) == (TIMES, {1: "red"}, 7)


@pytest.mark.parametrize(
    "other",
    [
        {"times": b""},
        {"times": TIMES[:8]},
        {"times": TIMES[:15]},
        {"datastream_ids": IDS[:7]},
        {"numbers": NUMBERS + b"x"},
        {"others": {2: "red"}},
        {"others": {-1: "red"}},
        {"details": [(2, 7)]},
        {"times": [5, 6]},
    ],
)
def test_columns_that_do_not_fit_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(msgspec.DecodeError):
        read(body(**other))
