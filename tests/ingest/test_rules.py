from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.language import LANGUAGES, translate
from citycore.model import Quality
from citycore.wire import encode, encode_array
from ingest.model import Checked, Datastream, Family, Received, Thing
from ingest.rules import Checker
from ingest.settings import IngestSettings

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
NOW_MICROSECONDS = int(NOW.timestamp()) * 1_000_000
SETTINGS = IngestSettings()
DATASTREAMS = {
    "pm2_5": Datastream(1, "ug/m3", Family.MEASUREMENT, "keep_first"),
    "weather": Datastream(2, "1", Family.CATEGORY, "keep_first"),
    "location": Datastream(3, "deg", Family.POSITION, "keep_last"),
}
TOPIC = "falaj/v1/city/station"


def check(payload: bytes, *, topic: str = TOPIC, retained: bool = False, **policies: Any) -> Checked:
    thing = Thing(
        policies.get("takes_receive_time", False),
        policies.get("zone"),
        policies.get("ignores_retained", False),
        DATASTREAMS,
    )
    message = Received(topic, payload, NOW_MICROSECONDS, retained, (1, 1))
    return Checker({TOPIC: thing}, SETTINGS).check([message])


def reasons(checked: Checked) -> list[str]:
    return [rejection.reason for rejection in checked.rejections]


def test_every_kind_of_result_becomes_a_row_of_its_family() -> None:
    checked = check(encode(NOW, {"pm2_5": 12.5, "weather": "dust"}, location=(58.4, 23.6)))
    assert {family: rows.results.tolist() for family, rows in checked.rows.items()} == {
        Family.MEASUREMENT: [12.5],
        Family.CATEGORY: ["dust"],
        Family.POSITION: [[58.4, 23.6]],
    }
    assert checked.rows[Family.MEASUREMENT].times.tolist() == [NOW_MICROSECONDS]
    assert checked.rejections == []
    assert checked.values == 3


def test_one_value_alone_and_arrays_are_read() -> None:
    one = b'{"phenomenon_time":"2026-11-24T18:00:00Z","observed_property":"pm2_5","result":7,"unit":"\xc2\xb5g/m^3"}'
    assert check(one).rows[Family.MEASUREMENT].results.tolist() == [7.0]
    many = encode_array([(NOW - timedelta(hours=h), {"pm2_5": float(h)}) for h in range(3)])
    assert check(many).rows[Family.MEASUREMENT].results.tolist() == [0.0, 1.0, 2.0]


def test_a_time_with_an_offset_is_the_same_instant() -> None:
    checked = check(b'{"phenomenon_time":"2026-11-24T22:00:00+04:00","results":{"pm2_5":1}}')
    assert checked.rows[Family.MEASUREMENT].times.tolist() == [NOW_MICROSECONDS]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "unreadable_payload"),
        (b"\xff\xfe", "unreadable_payload"),
        (b"[]", "unreadable_payload"),
        (b"{}", "unreadable_payload"),
        (b"12.5", "unreadable_payload"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{}}', "unreadable_payload"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":1},"typo":1}', "unreadable_payload"),
        (b'{"phenomenon_time":"yesterday","results":{"pm2_5":1}}', "unreadable_payload"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":NaN}}', "unreadable_payload"),
        (b'{"results":{"pm2_5":1}}', "missing_time"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00","results":{"pm2_5":1}}', "naive_time"),
        (b'{"phenomenon_time":"1970-01-01T00:33:28Z","results":{"pm2_5":1}}', "clock_unset"),
        (b'{"phenomenon_time":"2099-01-01T00:00:00Z","results":{"pm2_5":1}}', "clock_ahead"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm10":1}}', "unknown_property"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":"1"}}', "wrong_type"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":true}}', "wrong_type"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":[1]}}', "wrong_type"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"weather":5}}', "wrong_type"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"location":[58]}}', "wrong_type"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","location":[23.6,158.4]}', "wrong_type"),
        (b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":null}}', "missing_result"),
        (
            b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":1},"units":{"pm2_5":"[ppb]"}}',
            "unit_mismatch",
        ),
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_reason(payload: bytes, reason: str) -> None:
    checked = check(payload)
    assert (reasons(checked), checked.rows) == ([reason], {})
    assert checked.values == 1


def test_every_reason_has_a_text_in_both_languages() -> None:
    for language in LANGUAGES:
        for reason in [
            "unknown_topic",
            "unknown_thing",
            "unknown_property",
            "unreadable_payload",
            "too_large",
            "missing_time",
            "naive_time",
            "clock_unset",
            "clock_ahead",
            "wrong_type",
            "non_finite",
            "not_physical",
            "leap_second",
            "missing_result",
            "unit_mismatch",
            "conflicting_result",
            "rejected_by_store",
        ]:
            assert translate(f"dead_letter.{reason}", language)


def test_a_number_beyond_a_double_is_not_finite() -> None:
    payload = b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"pm2_5":1' + b"0" * 400 + b"}}"
    assert reasons(check(payload)) in (["non_finite"], ["unreadable_payload"])


def test_one_wrong_value_leaves_its_neighbours() -> None:
    checked = check(encode(NOW, {"pm2_5": "n/a", "weather": "clear", "nothing": 1.0}))
    assert checked.rows[Family.CATEGORY].results.tolist() == ["clear"]
    assert reasons(checked) == ["wrong_type", "unknown_property"]
    assert checked.values == 3


def test_topics_and_things_are_told_apart() -> None:
    assert reasons(check(b"{}", topic="falaj/v1/city/other")) == ["unknown_thing"]
    assert reasons(check(b"{}", topic="falaj/v1/a/b/c")) == ["unknown_topic"]


@pytest.mark.parametrize(
    ("stated", "quality"),
    [
        ("", Quality.NOT_EVALUATED),
        ('"phenomenon_time":"1970-01-01T00:00:10Z",', Quality.SUSPECT),
        ('"phenomenon_time":"2026-11-24T18:00:00",', Quality.SUSPECT),
    ],
)
def test_a_source_may_take_the_time_of_arrival_and_a_wrong_clock_is_flagged(
    stated: str, quality: Quality
) -> None:
    checked = check(b"{" + stated.encode() + b'"results":{"pm2_5":1}}', takes_receive_time=True)
    rows = checked.rows[Family.MEASUREMENT]
    assert (rows.times.tolist(), rows.qualities.tolist()) == ([NOW_MICROSECONDS], [quality])


def test_a_naive_time_is_read_in_the_declared_zone_and_flagged_where_it_is_ambiguous() -> None:
    zone = ZoneInfo("Europe/London")
    clear = check(b'{"phenomenon_time":"2026-07-01T12:00:00","results":{"pm2_5":1}}', zone=zone)
    twice = check(b'{"phenomenon_time":"2026-10-25T01:30:00","results":{"pm2_5":1}}', zone=zone)
    rows = clear.rows[Family.MEASUREMENT]
    assert rows.times.tolist() == [int(datetime(2026, 7, 1, 11, tzinfo=UTC).timestamp()) * 1_000_000]
    assert rows.qualities.tolist() == [Quality.NOT_EVALUATED]
    assert twice.rows[Family.MEASUREMENT].qualities.tolist() == [Quality.SUSPECT]


def test_retained_messages_follow_the_source_s_policy() -> None:
    payload = encode(NOW, {"pm2_5": 1.0})
    assert check(payload, retained=True).values == 1
    assert check(payload, retained=True, ignores_retained=True).values == 0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*DATASTREAMS, "other"]), json_values, min_size=1, max_size=4))
def test_every_value_ends_in_exactly_one_place(results: dict[str, Any]) -> None:
    checked = check(msgspec.json.encode({"phenomenon_time": NOW, "results": results}))
    assert checked.values == len(results)


@given(st.binary(max_size=200))
def test_no_payload_breaks_the_check(payload: bytes) -> None:
    checked = check(payload)
    assert checked.values >= 1
    assert Counter(reasons(checked)).total() + sum(len(rows) for rows in checked.rows.values()) >= 1
