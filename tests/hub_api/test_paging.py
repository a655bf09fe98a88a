from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_api.serving.errors import InvalidParameters
from hub_api.serving.lists.keys import RowKey
from hub_api.serving.paging import Cursors, cut_page, question

CURSORS = Cursors(b"key")
positions = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.integers(
    0, 2**63 - 1
)


@given(st.text(), positions)
def test_a_cursor_reads_back_what_was_written(asked: str, position: str | int) -> None:
    cursor = CURSORS.write(asked, position)
    if isinstance(position, str):
        assert CURSORS.read(asked, cursor, str) == position
        kind: type[str | int] = int
    else:
        assert CURSORS.read(asked, cursor, int) == position
        kind = str
    with pytest.raises(InvalidParameters):
        CURSORS.read(asked, cursor, kind)


@given(positions, st.data())
def test_an_altered_cursor_is_refused(position: str | int, data: st.DataObject) -> None:
    cursor = CURSORS.write("/v1/things", position)
    place = data.draw(st.integers(0, len(cursor) - 2))  # the last character may hold unused bits
    other = data.draw(st.sampled_from("ABCabc019-_").filter(lambda letter: letter != cursor[place]))
    with pytest.raises(InvalidParameters):
        CURSORS.read("/v1/things", cursor[:place] + other + cursor[place + 1 :], type(position))


@given(st.text(max_size=200))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameters):
        CURSORS.read("/v1/things", text, str)


def test_a_cursor_belongs_to_its_question_and_key() -> None:
    cursor = CURSORS.write(question("/v1/things", {"kind": "bus"}), "bus-07")
    with pytest.raises(InvalidParameters):
        CURSORS.read(question("/v1/things", {"kind": "car"}), cursor, str)
    with pytest.raises(InvalidParameters):
        Cursors(b"other").read(question("/v1/things", {"kind": "bus"}), cursor, str)


def test_what_no_row_can_be_after_is_refused_though_it_is_sealed() -> None:
    for position in ("a\0b", -1, 2**63):
        with pytest.raises(InvalidParameters):
            CURSORS.read("/p", CURSORS.write("/p", position), type(position))


def test_the_question_is_its_filters_not_how_they_are_read() -> None:
    assert question("/p", {"a": "1", "b": "2"}) == question("/p", {"b": "2", "limit": "9", "a": "1"})
    assert question("/p", {"a": "1"}) != question("/q", {"a": "1"})


@given(st.lists(st.integers(), unique=True).map(sorted), st.integers(1, 20))
def test_pages_together_are_the_whole_list(rows: list[int], limit: int) -> None:
    seen: list[int] = []
    position: int | None = None
    while True:
        rest = [row for row in rows if position is None or row > position]
        page, key = cut_page(rest[: limit + 1], limit, lambda row: row)
        assert len(page) <= limit
        seen.extend(page)
        if key is None:
            break
        position = int(key)
    assert seen == rows


AT = datetime(2026, 11, 24, 20, 0, 0, 5, tzinfo=timezone(timedelta(hours=4)))


@pytest.mark.parametrize(
    ("parts", "values"),
    [
        ((datetime.fromisoformat,), (AT,)),
        ((datetime.fromisoformat, int), (AT, 7)),
        ((datetime.fromisoformat, UUID), (AT.astimezone(UTC), UUID(int=3))),
        ((datetime.fromisoformat, str), (AT, "")),
        ((datetime.fromisoformat, str), (AT, "spike  test ")),
        ((str, datetime.fromisoformat), ("a place with spaces", AT)),
        ((str, date.fromisoformat), ("", date(2026, 11, 24))),
    ],
)
def test_a_key_of_several_columns_reads_back(parts: Any, values: tuple[Any, ...]) -> None:
    key = RowKey(parts)
    assert key.read(key.write(*values)) == values
    assert key.read(None) == (None,) * len(values)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((datetime.fromisoformat, int), ""),
        ((datetime.fromisoformat, int), "2026-11-24T20:00Z"),
        ((datetime.fromisoformat, int), "2026-11-24T20:00Z seven"),
        ((datetime.fromisoformat, int), "2026-11-24T20:00Z " + "7" * 5_000),
        ((datetime.fromisoformat, int), "yesterday 7"),
        ((datetime.fromisoformat, UUID), "2026-11-24T20:00Z 7"),
        ((str, date.fromisoformat), "dataset/2026-11-24"),
        ((str, date.fromisoformat), "2026-11-24"),
        ((datetime.fromisoformat,), "0"),
    ],
)
def test_a_key_that_no_row_has_is_refused(parts: tuple[Callable[[str], Any], ...], text: str) -> None:
    with pytest.raises(InvalidParameters):
        RowKey(parts).read(text)
