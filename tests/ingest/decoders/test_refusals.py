"""What is refused, why, and that what stands beside it is kept."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.decoders.model import Limits, Unreadable
from tests.ingest.decoders.rows import decoded, said

AT = "2026-05-01T04:00:00+00:00"


@pytest.mark.parametrize(
    ("code", "topic", "payload", "reason"),
    [
        ("thingsboard", "", b'{"a":1,"a":2}', "doubled_key"),
        ("thingsboard", "", b'{"x":{"b":1,"b" : 1}}', "doubled_key"),
        ("thingsboard", "", b'{"a":NaN}', "non_finite"),
        ("thingsboard", "", b'{"a":[1,-Infinity]}', "non_finite"),
        ("thingsboard", "", b'{"a":1', "unreadable_payload"),
        ("thingsboard", "", b'{"a":"\xff"}', "unreadable_payload"),
        ("thingsboard", "", b"[" * 40 + b"]" * 40, "unreadable_payload"),
        ("thingsboard", "", b"[" * 100_000, "unreadable_payload"),
        ("thingsboard", "", b"", "unreadable_payload"),
        ("thingsboard", "", {str(number): number for number in range(4)}, "too_large"),
        ("thingsboard", "", [{"ts": number, "values": {"a": 1}} for number in range(4)], "too_large"),
        (
            "ngsi",
            "",
            {"id": "a", "type": "T", "dateObserved": "2016-12-31T23:59:60Z", "no2": 1},
            "leap_second",
        ),
        ("ngsi", "", {"type": "T", "no2": 1}, "unreadable_payload"),
        ("sensorthings", "v1.1/Observations", {"result": 1}, "unreadable_payload"),
        ("sensorthings", "", {"phenomenonTime": "2026-05-01T04:00:00Z"}, "unreadable_payload"),
        ("owntracks", "", {"lat": 1, "lon": 2}, "unreadable_payload"),
        ("csv_line", "", "1,2,3", "no_codec"),
        ("csv_line", "", "a,a\n1,2", "doubled_key"),
        ("things_stack", "", {"hello": 1}, "unreadable_payload"),
    ],
)
def test_what_is_no_message_says_why(code: str, topic: str, payload: Any, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decoded(code, payload, topic, limits=Limits(instants_max=3, results_max=3))
    assert refused.value.reason == reason


def test_one_wrong_part_does_not_take_the_others_with_it() -> None:
    entities = [
        {"id": "a", "type": "T", "dateObserved": "yesterday", "no2": 1},
        {"id": "b", "type": "T", "dateObserved": "2026-05-01T04:00:00Z", "no2": 2},
    ]
    assert said("ngsi", entities) == ({("b", AT): {"no2": 2}}, {"entity 0": "unreadable_payload"}, None)
    assert said("thingsboard", {"a": 1, "b": [1], "c": None}) == (
        {(None, None): {"a": 1, "c": None}},
        {"b": "wrong_type"},
        None,
    )


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b'{"a":1e400}', float("inf")),
        (b'{"a":%s}' % (b"9" * 40), int("9" * 40)),
        (b'{"a":%s}' % (b"9" * 5_000), float("inf")),
        (b'{"a":"x\\":y", "b:":1}', 'x":y'),
    ],
)
def test_numbers_of_any_size_and_texts_like_keys_are_read(payload: bytes, value: Any) -> None:
    assert said("thingsboard", payload).values[None, None]["a"] == value
