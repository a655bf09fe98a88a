"""The native message format, version 1: what a device publishes to ``falaj/v1/SOURCE/THING``.

Three shapes, one JSON document each (``docs/native-format.md`` and its JSON Schema are
generated from and tested against this module):

* many values of one instant: ``{"phenomenon_time": …, "results": {"pm2_5": 12.3, …}}``
* one value: ``{"phenomenon_time": …, "observed_property": "pm2_5", "result": 12.3}``
* an array of either.

``location`` (``[longitude, latitude]``, WGS 84) is the position of a moving thing and is
stored as an observation of the property ``location``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

#: The observed property under which positions of moving things are kept.
LOCATION = "location"


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One instant of one thing. Results stay untyped here: ingest checks each on its own,
    so that one wrong value does not take its neighbours with it.
    """

    phenomenon_time: datetime | None = None
    results: dict[str, Any] | None = None
    observed_property: str | None = None
    result: Any = None
    units: dict[str, str] | None = None
    unit: str | None = None
    location: tuple[float, float] | None = None


_encoder = msgspec.json.Encoder()


def encode(
    phenomenon_time: datetime | None,
    results: Mapping[str, float | str],
    *,
    units: Mapping[str, str] | None = None,
    location: tuple[float, float] | None = None,
) -> bytes:
    """A message of many values as compact JSON."""
    return _encoder.encode(_message(phenomenon_time, results, units, location))


def encode_array(moments: Sequence[tuple[datetime | None, Mapping[str, float | str]]]) -> bytes:
    """Several instants of one thing in one message."""
    return _encoder.encode([_message(time, results, None, None) for time, results in moments])


def _message(
    phenomenon_time: datetime | None,
    results: Mapping[str, float | str],
    units: Mapping[str, str] | None,
    location: tuple[float, float] | None,
) -> Message:
    return Message(
        phenomenon_time=phenomenon_time,
        results=dict(results) if results else None,
        units=dict(units) if units else None,
        location=location,
    )
