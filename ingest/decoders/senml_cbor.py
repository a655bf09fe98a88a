"""SenML as CBOR (RFC 8428, section 6): labels as numbers, values of all sizes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from math import ldexp
from typing import Any

import cbor2

from ingest.decoders.model import Arrival, Decoded, Decoder, Unreadable
from ingest.decoders.senml_plain import convert_plain
from ingest.decoders.senml_records import readings_of

DEPTH_MAX = 16
#: Decimal fractions and bigfloats beyond these are no measurements; computing them could take hours.
EXPONENT_MAX = 400
MANTISSA_BITS_MAX = 1_024

_LABELS: dict[Any, str] = {
    -1: "bver",
    -2: "bn",
    -3: "bt",
    -4: "bu",
    -5: "bv",
    -6: "bs",
    0: "n",
    1: "u",
    2: "v",
    3: "vs",
    4: "vb",
    5: "s",
    6: "t",
    7: "ut",
    8: "vd",
}


def _fraction(value: Any, _immutable: bool) -> float:
    exponent, mantissa = _parts(value)
    return float(f"{mantissa}e{exponent}")


def _bigfloat(value: Any, _immutable: bool) -> float:
    exponent, mantissa = _parts(value)
    return ldexp(mantissa, exponent)


def _parts(parts: Any) -> tuple[int, int]:
    if not isinstance(parts, list | tuple) or len(parts) != 2 or not all(type(part) is int for part in parts):
        raise ValueError("a fraction is not two integers")
    exponent, mantissa = parts
    if abs(exponent) > EXPONENT_MAX or mantissa.bit_length() > MANTISSA_BITS_MAX:
        raise ValueError("a fraction is out of bounds")
    return exponent, mantissa


def _content(value: Any, _immutable: bool) -> Any:
    return value


def _foreign(_value: Any, _immutable: bool) -> Any:
    raise ValueError("a tag that SenML does not have")


#: Integers beyond 64 bits (2, 3) stay with the library. What builds dates, patterns, references or sets is refused.
_TAGS: dict[int, Any] = {
    **dict.fromkeys(
        (0, 1, 25, 28, 29, 30, 35, 36, 37, 43, 52, 54, 100, 256, 258, 260, 261, 1004, 43000), _foreign
    ),
    4: _fraction,
    5: _bigfloat,
    55799: _content,
}


def _decode(arrival: Arrival) -> Decoded:
    stream = BytesIO(arrival.payload)
    try:
        # RFC 8949: no label twice; the depth that SenML has is 2.
        pack = cbor2.CBORDecoder(
            stream, semantic_decoders=_TAGS, max_depth=DEPTH_MAX, allow_duplicate_keys=False
        ).decode()
    except (cbor2.CBORError, ValueError, ArithmeticError, TypeError, RecursionError, EOFError) as error:
        raise Unreadable("unreadable_payload", f"not CBOR: {str(error)[:200]}") from error
    if stream.read(1):
        raise Unreadable("unreadable_payload", "there are bytes behind the pack")
    if not isinstance(pack, list | tuple):
        raise Unreadable("unreadable_payload", "a SenML pack is an array of records")
    records = [_record(record) for record in pack]
    plain = convert_plain(records, arrival.limits, arrival.received)
    return readings_of(records, arrival.limits, arrival.received) if plain is None else plain


def _record(record: Any) -> Any:
    if type(record) is not dict and not isinstance(record, Mapping):
        return record
    try:
        return {_LABELS[label]: value for label, value in record.items()}
    except KeyError:
        return {_LABELS.get(label, label): value for label, value in record.items()}


DECODER = Decoder("senml_cbor", "SenML (CBOR)", _decode)
