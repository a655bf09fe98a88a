"""What the rows of a file say, as a digest: the same in whatever pieces, another after any change."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from citycore.archive.parts import RowsDigest, by_type, read_all

COUNT = 12
#: A file that an earlier version wrote of ``rows()`` with ``FLAGS``, and the digest that it noted.
EARLIER = Path(__file__).parent / "baseline/part.parquet"
EARLIER_DIGEST = "0c620bea7af98b0a4e02a9b5fd9ef30df0a3a57142f61f919cacc1544fe07004"
FLAGS = [(3, "spike", 3, 7), (8, "spike", 4, 8), (8, "stuck", 3, 9)]


def rows(begin: int = 0, end: int = COUNT, **changes: tuple[int, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "datastream": np.repeat(np.array([3, 5, 9], dtype=np.int32), 4),
        "phenomenon_time": np.tile(np.arange(4, dtype=np.int64), 3),
        "quality": np.array([1, 1, 2, 2] * 3, dtype=np.int16),
        "batch": np.arange(COUNT, dtype=np.int64),
        "result": np.array([0.5] * 4 + [np.nan] * 8),
        "result_text": [None] * 4 + ["dust", "", "غبار", "dust"] + [None] * 4,
        "longitude": np.array([np.nan] * 8 + [58.4] * 4),
        "latitude": np.array([np.nan] * 8 + [23.6] * 4),
    }
    for name, (place, value) in changes.items():
        whole[name][place] = value
    return {name: column[begin:end] for name, column in whole.items()}


def digest(*pieces: dict[str, Any], flags: list[Any] | None = None) -> bytes:
    found = RowsDigest()
    for piece in pieces:
        found.add(piece, flags or [])
    return found.digest()


@given(st.lists(st.integers(0, COUNT), max_size=4))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), COUNT]
    assert digest(*(rows(begin, end) for begin, end in pairwise(edges))) == digest(rows())


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("datastream", 0, 2), ("datastream", 4, 3), ("phenomenon_time", 7, 9), ("quality", 5, 3), ("quality", 11, 9), ("batch", 2, 7),
        ("result", 3, 0.25), ("result_text", 5, "x"), ("result_text", 6, None), ("longitude", 9, 58.5), ("latitude", 8, 23.5),
    ],
)  # fmt: skip
def test_any_change_is_noticed(name: str, place: int, value: object) -> None:
    assert digest(rows(**{name: (place, value)})) != digest(rows())


def test_flags_count() -> None:
    flag = (3, "spike", 3, 7)
    assert digest(rows(), flags=[flag]) != digest(rows())
    for other in ((4, "spike", 3, 7), (3, "flat_line", 3, 7), (3, "spike", 4, 7), (3, "spike", 3, 8)):
        assert digest(rows(), flags=[other]) != digest(rows(), flags=[flag])


def test_a_file_of_an_earlier_version_says_what_it_said() -> None:
    found = RowsDigest()
    with parquet.ParquetFile(EARLIER) as file:
        for piece, flags in read_all(file, 0, COUNT):
            found.add(piece, flags)
    assert found.digest().hex() == EARLIER_DIGEST == digest(rows(), flags=FLAGS).hex()


def test_what_a_row_is() -> None:
    assert {kind: places.tolist() for kind, places in by_type(rows()).items()} == {
        "measurement": [0, 1, 2, 3], "category": [4, 5, 6, 7], "position": [8, 9, 10, 11],
    }  # fmt: skip
