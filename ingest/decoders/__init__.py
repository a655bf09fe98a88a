"""Formats of messages, by name: those that ship, and those of plug-ins (entry points ``falaj.decoders``).

A decoder is loaded when a source needs it first.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from ingest.decoders.model import Decoder

GROUP = "falaj.decoders"
#: Each is a module of this package that has a ``DECODER``.
BUILT_IN = (
    "native",
    "senml",
    "senml_cbor",
    "sensorthings",
    "sparkplug_b",
    "things_stack",
    "chirpstack",
    "thingsboard",
    "ngsi",
    "sensor_community",
    "tasmota",
    "shelly",
    "zigbee2mqtt",
    "home_assistant",
    "owntracks",
    "csv_line",
    "raw_bytes",
    "json_fields",
    "gtfs_realtime",
)


def known() -> tuple[str, ...]:
    """The codes of all decoders, those of plug-ins last."""
    plugged = sorted(point.name for point in entry_points(group=GROUP) if point.name not in BUILT_IN)
    return (*BUILT_IN, *plugged)


@cache
def find_decoder(code: str) -> Decoder | None:
    """The decoder of this name, or None where there is none or its plug-in does not load."""
    if code in BUILT_IN:
        decoder = import_module(f"ingest.decoders.{code}").DECODER
        assert isinstance(decoder, Decoder)
        return decoder
    for point in entry_points(group=GROUP):
        if point.name == code:
            loaded = point.load()
            return loaded if isinstance(loaded, Decoder) else None
    return None
