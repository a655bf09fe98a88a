"""Columns checked at once give what messages checked one by one give."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.model import Quality
from citycore.quality import read_tests
from citycore.topics import Address
from ingest.load.columns import plain
from ingest.load.model import Chunk, Known, Malformed, Prepared
from ingest.load.received import Origin
from ingest.load.rules import Checker
from ingest.load.times import read_times, to_utc
from ingest.model import Datastream, Family, Received, Thing
from ingest.quality import evaluate
from ingest.rules import Checker as MessageChecker
from ingest.settings import IngestSettings

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
NOW_MICROSECONDS = int(NOW.timestamp()) * 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SETTINGS = IngestSettings()
#: Clocks go back on 25 October 2026 at 03:00 and go forward on 29 March at 02:00.
BERLIN = ZoneInfo("Europe/Berlin")
TESTS = read_tests({"sentinel": {"values": [85]}, "spike": {"suspect": 6, "fail": 15}})
DATASTREAMS = {
    "pm2_5": Datastream(1, "ug/m3", Family.MEASUREMENT, "keep_first"),
    "no2": Datastream(2, "ug/m3", Family.MEASUREMENT, "keep_last", 0.0, 1_000.0),
    "weather": Datastream(3, "1", Family.CATEGORY, "keep_first"),
    "location": Datastream(4, "deg", Family.POSITION, "keep_first"),
    "air_temperature": Datastream(
        5, "Cel", Family.MEASUREMENT, "keep_first", -90.0, 65.0, -273.15, quality_tests=TESTS
    ),
}
THINGS: dict[str, Known | None] = {
    "plain": Known(Address("s", "plain"), Thing(False, None, False, DATASTREAMS)),
    "local": Known(Address("s", "local"), Thing(False, BERLIN, False, DATASTREAMS)),
    "nowhere": None,
}
Row = tuple[str | None, str | None, Any, Any]


def local(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001 (local times are what is tested)


def chunk_of(rows: Sequence[Row], malformed: Sequence[Malformed] = (), **more: Any) -> Chunk:
    names = ("thing", "observed_property", "phenomenon_time", "result")
    arrays = {
        name: column if isinstance(column, pa.Array) else pa.array(column, pa.string())
        for name, column in zip(names, map(list, zip(*rows, strict=True)), strict=True)
    }
    arrays |= more
    lines = np.arange(2, 2 + len(rows), dtype=np.int64)
    columns = {name: plain(name, column) for name, column in arrays.items()}
    return Chunk(columns, lines, malformed, 1 + len(rows), 1.0)


def prepare(chunk: Chunk) -> Prepared:
    return Checker(chunk, THINGS, SETTINGS, NOW_MICROSECONDS, Origin("s", "load-1")).prepare(1)


def refusals(rows: Sequence[Row], **more: Any) -> dict[int, str]:
    return {r.message: r.reason for r in prepare(chunk_of(rows, **more)).checked.rejections}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("nowhere", "pm2_5", "2026-01-01T00:00:00Z", "1"), "unknown_thing"),
        ((None, "pm2_5", "2026-01-01T00:00:00Z", "1"), "unknown_thing"),
        (("plain", "radon", "2026-01-01T00:00:00Z", "1"), "unknown_property"),
        (("plain", None, "2026-01-01T00:00:00Z", "1"), "unknown_property"),
        (("plain", "pm2_5", None, "1"), "missing_time"),
        (("plain", "pm2_5", "2026-01-01", "1"), "unreadable_payload"),
        (("plain", "pm2_5", "2026-13-01T00:00:00Z", "1"), "unreadable_payload"),
        (("plain", "pm2_5", "2026-01-01T00:00:00", "1"), "naive_time"),
        (("plain", "pm2_5", "1999-12-31T23:59:59Z", "1"), "clock_unset"),
        (("plain", "pm2_5", "2026-11-24T18:05:01Z", "1"), "clock_ahead"),
        (("plain", "pm2_5", "9999-12-31T00:00:00Z", "1"), "clock_ahead"),
        (("plain", "pm2_5", "2026-01-01T00:00:00Z", "1,5"), "wrong_type"),
        (("plain", "pm2_5", "2026-01-01T00:00:00Z", "1_000"), "wrong_type"),
        (("plain", "pm2_5", "2026-01-01T00:00:00Z", "inf"), "non_finite"),
        (("plain", "pm2_5", "2026-01-01T00:00:00Z", "1e999"), "non_finite"),
        (("plain", "pm2_5", "2026-01-01T00:00:00Z", "-1.7976931348623157e308"), "not_physical"),
        (("plain", "pm2_5", "2026-01-01T00:00:00Z", "5e-324"), "not_physical"),
        (("plain", "location", "2026-01-01T00:00:00Z", "[5e-324, 1]"), "not_physical"),
        (("plain", "air_temperature", "2026-01-01T00:00:00Z", "-273.2"), "not_physical"),
        (("plain", "location", "2026-01-01T00:00:00Z", "[" * 5_000), "wrong_type"),
        (("plain", "pm2_5", "2016-12-31T23:59:60Z", "1"), "leap_second"),
        (("plain", "pm2_5", "2016-12-31 23:59:60.25+04:00", "1"), "leap_second"),
        (("plain", "pm2_5", "2016-12-31T23:60:00Z", "1"), "unreadable_payload"),
        (("plain", "weather", "2026-01-01T00:00:00Z", "x" * 1_001), "wrong_type"),
        (("plain", "location", "2026-01-01T00:00:00Z", "58.4 23.6"), "wrong_type"),
        (("plain", "location", "2026-01-01T00:00:00Z", "[58.4, 95]"), "wrong_type"),
        (("nowhere", "pm2_5", "2026-01-01T00:00:00Z", None), "unknown_thing"),
        (("plain", "pm2_5", "2099-01-01T00:00:00Z", None), "clock_ahead"),
    ],
)
@pytest.mark.parametrize("neighbours", [0, 2])
def test_each_refusal_alone_and_in_company(row: Row, reason: str, neighbours: int) -> None:
    good: Row = ("plain", "pm2_5", "2026-01-01T00:00:00Z", "1")
    assert refusals([row, *[good] * neighbours]) == {0: reason}


@pytest.mark.parametrize("name", ["pm2_5", "weather", "location"])
def test_a_row_that_lacks_its_result_is_missing(name: str) -> None:
    time = "2026-01-01T00:00:00Z"
    prepared = prepare(chunk_of([("plain", name, time, None), ("plain", "pm2_5", time, "1")]))
    assert (prepared.missing.tolist(), prepared.checked.rejections) == ([2], [])
    assert (prepared.checked.values, prepared.checked.messages) == (1, 1)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("2026-01-01T04:00:00+04:00", 0),
        ("2026-01-01 00:00:00Z", 0),
        ("2026-01-01t00:00:00z", 0),
        ("2026-01-01T04+04", 0),
        ("2026-01-01T00:00:00.123456Z", 123_456),
        ("2026-01-01T00:00:00.123456789Z", 123_456),
    ],
)
@pytest.mark.parametrize("company", [[], ["rubbish"]])
def test_times_mean_the_same_in_any_company(text: str, microseconds: int, company: list[str]) -> None:
    times = read_times(pa.array([text, *company]))
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    assert (times.microseconds[0], bool(times.naive[0])) == (start + microseconds, False)
    assert times.unreadable.tolist() == [False, *[True] * len(company)]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_of_every_unit(unit: str) -> None:
    column = pa.array([datetime(2026, 1, 1, tzinfo=UTC), None], pa.timestamp(unit, "Asia/Muscat"))
    times = read_times(column)
    assert times.microseconds[0] == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    assert (times.missing.tolist(), times.naive.any()) == ([False, True], False)


def test_seconds_beyond_any_calendar_are_a_wrong_clock() -> None:
    for count, reason in ((2**62, "clock_ahead"), (-(2**62), "clock_unset")):
        times = pa.array([count], pa.timestamp("s", "UTC"))
        assert refusals([("plain", "pm2_5", "", "1")], phenomenon_time=times) == {0: reason}


def test_an_hour_that_occurs_twice_is_suspect() -> None:
    rows: list[Row] = [
        ("local", "pm2_5", f"2026-10-25T0{hour}:30:00", "1") for hour in (1, 2, 3)
    ]  # fmt: skip
    some = prepare(chunk_of(rows)).checked.rows[Family.MEASUREMENT]
    assert some.qualities.tolist() == [Quality.NOT_EVALUATED, Quality.SUSPECT, Quality.NOT_EVALUATED]
    hours = [(EPOCH + timedelta(microseconds=int(time))).hour for time in some.times]
    assert hours == [23, 0, 2]


@given(
    st.lists(
        st.datetimes(local(2026, 1, 1), local(2026, 12, 31))
        | st.datetimes(local(2026, 10, 25, 1), local(2026, 10, 25, 4))
        | st.datetimes(local(2026, 3, 29, 1), local(2026, 3, 29, 4)),
        min_size=1,
    )
)
def test_local_times_become_what_python_says(stated: list[datetime]) -> None:
    stated_local = np.array([(moment - local(1970, 1, 1)) // timedelta(microseconds=1) for moment in stated])
    utc, certain = to_utc(stated_local, BERLIN)
    for moment, time, is_certain in zip(stated, utc, certain, strict=True):
        first, last = (moment.replace(tzinfo=BERLIN, fold=fold) for fold in (0, 1))
        assert EPOCH + timedelta(microseconds=int(time)) == first.astimezone(UTC)
        assert is_certain == (first.utcoffset() == last.utcoffset())


@pytest.mark.parametrize(
    ("stated", "result", "kept"),
    [(1, -5.0, 4), (2, -5.0, 4), (3, 1_000.5, 4), (4, 1e50, 4), (9, -5.0, 9), (1, 0.0, 1), (3, 1_000.0, 3)],
)
def test_outside_of_the_bounds_a_row_is_bad_whatever_it_says(stated: int, result: float, kept: int) -> None:
    chunk = chunk_of(
        [("plain", "no2", "2026-01-01T00:00:00Z", ""), ("plain", "pm2_5", "2026-01-01T00:00:00Z", "")],
        result=pa.array([result, -1e50]),
        quality=pa.array([stated, 1]),
    )
    some = prepare(chunk).checked.rows[Family.MEASUREMENT]
    assert dict(zip(some.datastream_ids.tolist(), some.qualities.tolist(), strict=True)) == {1: 1, 2: kept}


def test_what_cannot_be_is_refused_by_the_unit_of_the_datastream_and_named_as_the_file_states_it() -> None:
    time = "2026-01-01T00:00:00Z"
    rows: list[Row] = [("plain", "air_temperature", time, text) for text in ("-1", "0", "400", "300")]
    checked = prepare(chunk_of(rows, unit=pa.array(["K"] * 4))).checked
    assert [(r.message, r.reason, r.detail) for r in checked.rejections] == [
        (0, "not_physical", "air_temperature: -1")
    ]
    some = checked.rows[Family.MEASUREMENT]
    assert dict(zip(some.messages.tolist(), some.results.tolist(), strict=True)) == pytest.approx(
        {1: -273.15, 2: 126.85, 3: 26.85}
    )
    assert [flag.test for flag in checked.flags] == ["gross_range", "gross_range"]
    assert checked.values == 4


def test_the_first_of_one_key_stays_first() -> None:
    time = "2026-01-01T00:00:00Z"
    rows: list[Row] = [
        ("plain", "no2", time, "3"),
        ("plain", "pm2_5", time, "1"),
        ("plain", "pm2_5", time, "2"),
    ]
    some = prepare(chunk_of(rows)).checked.rows[Family.MEASUREMENT]
    assert some.datastream_ids.tolist() == [1, 1, 2]
    assert some.results.tolist() == [1.0, 2.0, 3.0]
    assert some.messages.tolist() == [1, 2, 0]


def test_a_letter_is_the_message_that_the_row_would_have_been() -> None:
    time = datetime(2099, 1, 1, tzinfo=UTC)
    chunk = chunk_of(
        [("plain", "pm2_5", "", ""), ("elsewhere", "pm2_5", "", "")],
        [Malformed(9, "rubbish", "1 column")],
        phenomenon_time=pa.array([time, time], pa.timestamp("ms", "UTC")),
        result=pa.array([12.5, float("nan")]),
        unit=pa.array(["ug/m3", None]),
    )
    prepared = prepare(chunk)
    first, second, third = (prepared.checked.received[n] for n in range(3))
    assert first.topic == "falaj/v1/s/plain"
    assert json.loads(first.payload) == {
        "phenomenon_time": "2099-01-01T00:00:00+00:00", "observed_property": "pm2_5", "result": 12.5,
        "unit": "ug/m3",
    }  # fmt: skip
    assert second.topic == "falaj/v1/s/elsewhere"
    assert (third.topic, third.payload) == ("load/load-1", b"rubbish")
    assert prepared.lines.tolist() == [2, 3, 9]
    assert prepared.checked.values == 3


texts = st.sampled_from(
    ["2026-01-01T00:00:00Z", "2026-10-25T02:30:00", "2026-01-01T00:00:00+04:00", "1970-01-01T00:00:00Z",
     "2099-01-01T00:00:00Z", "2026-06-01T12:00:00.5Z"]
)  # fmt: skip
results = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-300.0, 100.0)
    | st.sampled_from([85.0, "dust", "[58.4, 23.6]"])
)
rows = st.tuples(
    st.sampled_from(["plain", "local", "nowhere"]),
    st.sampled_from([*DATASTREAMS, "radon"]),
    texts | st.none(),
    results,
)
units = st.sampled_from([None, "ug/m3", "µg/m³", "mg/m3", "1", "deg", "Cel", "K"])


@given(st.lists(st.tuples(rows, units), min_size=1, max_size=30))
def test_columns_are_checked_as_messages_are(given_rows: list[tuple[Row, str | None]]) -> None:
    """The same values by MQTT, one message a row: the same rows, and the same refusals."""
    as_text: list[Row] = [
        (thing, name, time, result if isinstance(result, str) else repr(result))
        for (thing, name, time, result), _ in given_rows
    ]
    unit_column = pa.array([unit for _, unit in given_rows], pa.string())
    ours = prepare(chunk_of(as_text, unit=unit_column)).checked
    theirs = MessageChecker(
        {f"falaj/v1/s/{code}": known.thing if known else None for code, known in THINGS.items()}, SETTINGS
    ).check([message(row, unit) for row, unit in given_rows])
    assert {r.message: r.reason for r in ours.rejections} == {r.message: r.reason for r in theirs.rejections}
    assert ours.policies.items() >= theirs.policies.items()
    assert ours.quality_tests.items() >= theirs.quality_tests.items()
    assert sorted(ours.flags) == sorted(theirs.flags)
    for checked in (ours, theirs):
        if (rows_of := checked.rows.get(Family.MEASUREMENT)) is not None:
            checked.flags = evaluate(rows_of, checked.quality_tests, {}).flags
    assert sorted(ours.flags) == sorted(theirs.flags)
    assert set(ours.rows) == set(theirs.rows)
    for family, some in ours.rows.items():
        assert as_tuples(some) == as_tuples(theirs.rows[family])


def message(row: Row, unit: str | None) -> Received:
    thing, name, time, result = row
    if name == "location" and isinstance(result, str) and result.startswith("["):
        result = json.loads(result)
    if name == "weather" and not isinstance(result, str):
        result = repr(result)  # a text file cannot say it otherwise
    body = {"phenomenon_time": time, "observed_property": name, "result": result, "unit": unit}
    payload = json.dumps({key: value for key, value in body.items() if value is not None})
    return Received(f"falaj/v1/s/{thing}", payload.encode(), NOW_MICROSECONDS, False, (0, 0))


def as_tuples(some: Any) -> list[tuple[Any, ...]]:
    columns = (some.messages, some.datastream_ids, some.times, some.qualities, some.results)
    return sorted(zip(*(column.tolist() for column in columns), strict=True), key=lambda row: row[0])
