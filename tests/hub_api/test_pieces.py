"""How a window is cut where the store has let go of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from citycore.archive.place import PartFile
from hub_api.city.observations.pieces import Gone, Piece, pieces, sliced

START = datetime(2026, 3, 1, 20, tzinfo=UTC)


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def gone(name: str, begin: int, end: int, rows: int = 10) -> Gone:
    return Gone(PartFile("port", "air", date(2026, 3, 2), name, 1, b""), hour(begin), hour(end), rows)


def told(found: list[Piece]) -> list[tuple[int | None, int | None, str]]:
    def number(at: datetime | None) -> int | None:
        return None if at is None else round((at - START) / timedelta(hours=1))

    return [(number(one.start), number(one.end), "".join(sorted(one.paths))) for one in found]


@pytest.mark.parametrize(
    ("start", "end", "parts", "expected"),
    [
        (0, 48, [], [(0, 48, "")]),
        (None, None, [("a", 0, 24)], [(None, 0, ""), (0, 24, "a"), (24, None, "")]),
        (6, 12, [("a", 0, 24)], [(6, 12, "a")]),
        (0, 48, [("a", 0, 24), ("b", 24, 48)], [(0, 24, "a"), (24, 48, "b")]),
        # Days that lie in one file are one piece, but not across a day that is in the store.
        (0, 96, [("m", 0, 24), ("m", 24, 48), ("m", 72, 96)], [(0, 48, "m"), (48, 72, ""), (72, 96, "m")]),
        # Days of two zones.
        (0, 30, [("a", 0, 24), ("b", 6, 30)], [(0, 6, "a"), (6, 24, "ab"), (24, 30, "b")]),
    ],
)
def test_a_window_in_pieces(
    start: int | None,
    end: int | None,
    parts: list[tuple[str, int, int]],
    expected: list[tuple[int | None, int | None, str]],
) -> None:
    window = [None if at is None else hour(at) for at in (start, end)]
    some = [gone(*part) for part in parts]
    assert told(pieces(window[0], window[1], some, "asc")) == expected
    assert told(pieces(window[0], window[1], some, "desc")) == expected[::-1]


@pytest.mark.parametrize(("rows", "count"), [(10, 1), (11, 2), (95, 10)])
def test_a_piece_of_many_rows_is_sliced(rows: int, count: int) -> None:
    whole = Piece(hour(0), hour(24), (gone("a", 0, 24, rows),))
    found = sliced(whole, 10)
    assert len(found) == count
    assert (found[0].start, found[-1].end) == (whole.start, whole.end)
    assert all(before.end == after.start for before, after in pairwise(found))
