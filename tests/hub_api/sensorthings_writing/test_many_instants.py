"""Times of many rows, read at once as each is alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.times import read_instant, read_instants

MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1))  # noqa: DTZ001  # Hypothesis wants it so


def alone(texts: list[str]) -> list[int] | None:
    try:
        return [read_instant("", text) for text in texts]
    except EntityInvalid:
        return None


def together(texts: list[str]) -> list[int] | None:
    found = read_instants(texts)
    return None if found is None else found.tolist()


@given(
    st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(["seconds", "milliseconds", "microseconds"])
)
def test_many_instants_are_what_each_is_alone(moments: list[datetime], precision: str) -> None:
    texts = [one.isoformat(timespec=precision).replace("+00:00", "Z") for one in moments]
    assert together(texts) == alone(texts)


@given(
    st.lists(MOMENTS.map(lambda one: one.isoformat(timespec="seconds")[:19] + "Z"), min_size=1, max_size=3),
    st.integers(0, 19),
    st.characters(),
)
def test_what_is_no_instant_is_never_one_among_many(texts: list[str], place: int, character: str) -> None:
    broken = [texts[0][:place] + character + texts[0][place + 1 :], *texts[1:]]
    found = together(broken)
    assert found is None or found == alone(broken)


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-02-29T00:00:00Z"],
        ["2026-13-01T00:00:00Z"],
        ["2026-01-01T24:00:00Z"],
        ["2026-01-01T00:00:60Z"],
        ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z"],
        ["2026-01-01T00:00:00Z2026", "-01-01T00:00:00Z"],
        ["2026-01-01T00:00:00+"],
        ["٢026-01-01T00:00:00Z"],
        ["2026-01-01T00:00:00.1234567Z"],
        [""],
    ],
)
def test_others_are_left_to_be_read_one_by_one(texts: list[str]) -> None:
    assert read_instants(texts) is None
