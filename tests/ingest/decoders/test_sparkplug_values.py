"""Values of Sparkplug B: all types, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.decoders.sparkplug_payload import (
    BOOLEAN,
    DATE_TIME,
    DOUBLE,
    FLOAT,
    INT8,
    INT16,
    INT32,
    INT64,
    STRING,
    UINT8,
    UINT32,
    UINT64,
)
from tests.ingest.decoders.arrivals import Kept
from tests.ingest.decoders.sparkplug_messages import BORN, PM, message, milliseconds, send


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ({"datatype": INT8, "int_value": 251}, -5),
        ({"datatype": INT8, "int_value": 2**32 - 5}, -5),
        ({"datatype": INT16, "int_value": 65_531}, -5),
        ({"datatype": INT32, "int_value": 2**32 - 5}, -5),
        ({"datatype": INT32, "long_value": 2**64 - 5}, -5),
        ({"datatype": INT64, "long_value": 2**64 - 5}, -5),
        ({"datatype": UINT8, "int_value": 251}, 251),
        ({"datatype": UINT32, "long_value": 2**32 - 1}, 2**32 - 1),
        ({"datatype": UINT64, "long_value": 2**64 - 1}, 2**64 - 1),
        ({"datatype": FLOAT, "float_value": 23.1}, 23.1),
        ({"datatype": DOUBLE, "double_value": 0.1}, 0.1),
        ({"datatype": DOUBLE, "float_value": 0.1}, 0.1),
        ({"datatype": BOOLEAN, "boolean_value": False}, "false"),
        ({"datatype": STRING, "string_value": "مفتوح".encode()}, "مفتوح"),
        ({"datatype": DATE_TIME, "long_value": milliseconds(BORN)}, "2026-01-01T00:00:00+00:00"),
        ({"double_value": 5.5}, 5.5),
    ],
)
def test_values_of_all_types(metric: dict[str, Any], value: Any) -> None:
    decoded = send(Kept(), "NBIRTH", message({"name": "a", **metric}))

    assert decoded.readings[1].message.results == {"a": value}


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ({"datatype": FLOAT, "is_null": True}, "missing_result"),
        ({"datatype": 0}, "missing_result"),
        ({"datatype": 16, "dataset_value": b"\x08\x02"}, "unsupported_value"),
        ({"datatype": 17, "bytes_value": b"abc"}, "unsupported_value"),
        ({"datatype": 19, "template_value": b""}, "unsupported_value"),
        ({"datatype": 31, "bytes_value": b"abc"}, "unsupported_value"),
        ({"datatype": 99, "bytes_value": b"abc"}, "wrong_type"),
        ({"datatype": FLOAT, "string_value": b"5"}, "wrong_type"),
        ({"datatype": UINT8, "int_value": 256}, "wrong_type"),
        ({"datatype": STRING, "string_value": b"\xff"}, "wrong_type"),
        ({"datatype": FLOAT, "float_value": 1.0, "timestamp": 2**63}, "missing_time"),
        ({"datatype": FLOAT, "float_value": 1.0, "is_transient": True}, "unsupported_value"),
        ({"datatype": FLOAT, "float_value": 1.0, "properties": {"Quality": 500}}, "bad_quality"),
    ],
)
def test_a_value_that_cannot_be_stored_says_why_and_leaves_its_neighbours(
    metric: dict[str, Any], reason: str
) -> None:
    decoded = send(Kept(), "NBIRTH", message({"name": "a", **metric}, PM))

    assert [(refusal.name, refusal.reason) for refusal in decoded.refusals] == [("a", reason)]
    assert decoded.readings[1].message.results == {"pm2_5": 23.1}
