"""SenML as JSON: RFC 8428, units of section 12.1 and RFC 8798. Pure.

A pack is an array of records; :mod:`ingest.decoders.senml_records` says what they mean, whatever they are encoded in.
"""

from __future__ import annotations

from ingest.decoders.model import Arrival, Decoded, Decoder, Unreadable
from ingest.decoders.reading import UNREADABLE, read_json
from ingest.decoders.senml_plain import decode_plain
from ingest.decoders.senml_records import readings_of


def decode(arrival: Arrival) -> Decoded:
    plain = decode_plain(arrival.payload, arrival.limits, arrival.received)
    if plain is not None:
        return plain
    records = read_json(arrival.payload)
    if type(records) is not list:
        raise Unreadable(UNREADABLE, "the payload is no array of records")
    return readings_of(records, arrival.limits, arrival.received)


DECODER = Decoder("senml", "SenML", decode)
