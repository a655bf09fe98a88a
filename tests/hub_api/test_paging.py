from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_api.serving.errors import InvalidParameters
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
