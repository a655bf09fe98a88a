"""From columns to entities: instants as PostgreSQL sends them, commas, and what is written a part at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_api.serving import turns
from hub_api.serving.instants import FIRST, LAST
from hub_api.standards.sensorthings import expanding
from hub_api.standards.sensorthings.columns import NULL, dumped, instants, spans, times
from hub_api.standards.sensorthings.shaping import NOTHING, Piece, entities_of
from tests.hub_api.sensorthings.test_expanding import Ask

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.tuples(
    st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)),
    st.sampled_from([1, 1_000, 1_000_000]),
).map(lambda one: one[0].replace(tzinfo=UTC, microsecond=one[0].microsecond // one[1] * one[1]))
OPTIONAL = st.one_of(st.none(), MOMENTS)
ENDLESS = {"infinity": (b"\x7f" + b"\xff" * 7, LAST), "-infinity": (b"\x80" + bytes(7), FIRST)}


def sent(moment: datetime | None) -> bytes | None:
    """As ``timestamptz_send`` gives it: microseconds since 2000."""
    if moment is None:
        return None
    return ((moment - EPOCH) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)


def told_alone(moment: datetime | None) -> bytes:
    """Without microseconds where there are none."""
    is_whole = moment is not None and moment.microsecond % 1000 == 0 != moment.microsecond
    return dumped(moment).replace(b'000Z"', b'Z"') if is_whole else dumped(moment)


@given(st.lists(OPTIONAL, min_size=1, max_size=20))
def test_a_column_of_instants_is_told_as_each_of_them(moments: list[datetime | None]) -> None:
    assert instants([sent(one) for one in moments]) == [told_alone(one) for one in moments]


@given(st.lists(st.tuples(OPTIONAL, OPTIONAL), min_size=1, max_size=20))
def test_ends_of_times_and_spans(pairs: list[tuple[datetime | None, datetime | None]]) -> None:
    def told(start: datetime, end: datetime) -> bytes:
        return b"%b/%b" % (told_alone(start)[:-1], told_alone(end)[1:])

    starts, ends = ([sent(one) for one in column] for column in zip(*pairs, strict=True))
    assert times(starts, ends) == [
        told(start, end) if start and end else told_alone(start) for start, end in pairs
    ]
    assert spans(starts, ends) == [
        told(start, max(start, end)) if start and end else NULL for start, end in pairs
    ]


@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_told_as_the_last_that_can_be_said(name: str) -> None:
    raw, expected = ENDLESS[name]
    assert instants([raw, None]) == [dumped(expected), NULL]


ID: Piece = (b',"id":%b', [b"1", b"2"])
SOME: Piece = (b"%b", [b',"a":1', b""])
ALL: Piece = (b',"b":null', None)
PIECES = {
    "nothing": ([], ["{}", "{}"]),
    "nothing slow yet": ([ID, NOTHING], ['{"id":1}', '{"id":2}']),
    "the same in all": ([ALL], ['{"b":null}', '{"b":null}']),
    "some behind": ([ID, SOME, ALL], ['{"id":1,"a":1,"b":null}', '{"id":2,"b":null}']),
    "some first": ([SOME, ID], ['{"a":1,"id":1}', '{"id":2}']),
    "some alone": ([SOME], ['{"a":1}', "{}"]),
}


@pytest.mark.parametrize("name", PIECES)
def test_commas_between_members(name: str) -> None:
    pieces, expected = PIECES[name]
    assert entities_of(pieces, 2) == [one.encode() for one in expected]


def test_a_page_in_parts_is_the_same_page(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (
        "/Things?$expand=Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc),Thing),Locations",
        "/Datastreams?$expand=ObservedProperty,Observations($top=2;$count=true)",
        "/Datastreams?$select=phenomenonTime,resultTime",
    )
    whole: list[Any] = [ask(one) for one in asked]
    assert [len(one["value"]) for one in whole] >= [2, 3, 3]
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    monkeypatch.setattr(expanding, "AT_ONCE", 1)
    monkeypatch.setattr(expanding, "SLOW_AT_ONCE", 2)
    monkeypatch.setattr(turns, "BYTES_AT_ONCE", 100)
    assert [orjson.dumps(ask(one)) for one in asked] == [orjson.dumps(one) for one in whole]
