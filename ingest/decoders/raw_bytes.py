"""Raw bytes by a declared codec table (``docs/codecs.md``): LoRaWAN payloads, and any others. Pure."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from citycore.wire import LOCATION, Message
from ingest.decoders.codec_model import Codec, CodecFault, Field, Layout
from ingest.decoders.codec_table import check_codec, compiled
from ingest.decoders.float32 import shortest_decimal
from ingest.decoders.model import Arrival, Decoded, Decoder, Reading, Refusal, Remark, Unreadable

__all__ = ["DECODER", "check_codec", "decode_bytes"]

PAYLOAD_BYTES_MAX = 10_000
VALUES_MAX = 1_000
#: Of a stream; an entry may have no value.
PARTS_MAX = 2_000

#: Value and unit by name. A value is None where the device says that it has none.
Values = dict[str, tuple[Any, str | None]]


class Part(NamedTuple):
    """A part of a payload, from its first byte up to (not including) its end."""

    payload: bytes
    start: int
    end: int


_FLOATS = {
    (2, False): ">e",
    (2, True): "<e",
    (4, False): ">f",
    (4, True): "<f",
    (8, False): ">d",
    (8, True): "<d",
}


def decode_bytes(payload: bytes, port: int | None, codec: Mapping[str, Any]) -> Values:
    """What the bytes hold by the table; :class:`Unreadable` otherwise.

    ``latitude`` and ``longitude`` of one sensor are one value, ``location``: ``(longitude, latitude)``.
    """
    return _decode(payload, port, _ready(codec))


def _ready(codec: Mapping[str, Any]) -> Codec:
    try:
        return compiled(codec)
    except CodecFault as fault:
        raise Unreadable("unreadable_payload", f"the codec of the source: {fault}") from fault


def _decode(payload: bytes, port: int | None, codec: Codec) -> Values:
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise Unreadable("too_large", f"more than {PAYLOAD_BYTES_MAX} bytes")
    layout = _layout(port, codec)
    values: Values = {}
    if layout.kind == "fixed":
        _fixed(payload, layout, values)
    elif layout.kind == "tlv":
        _stream(payload, layout, values)
    elif layout.kind == "flags":
        _flags(payload, layout, values)
    return _with_locations(values)


def _layout(port: int | None, codec: Codec) -> Layout:
    layout = codec.layouts.get(port) or codec.layouts.get(None)
    if layout is None and port is None and len(codec.layouts) == 1:
        return next(iter(codec.layouts.values()))
    if layout is None:
        which = "without a port" if port is None else f"of port {port}"
        raise Unreadable("unreadable_payload", f"the codec has no layout for a message {which}")
    return layout


def _fixed(payload: bytes, layout: Layout, values: Values) -> None:
    if layout.lengths is not None and not layout.lengths[0] <= len(payload) <= layout.lengths[1]:
        raise Unreadable("unreadable_payload", f"{len(payload)} bytes are not as many as the codec says")
    _block(Part(payload, 0, len(payload)), layout.fields, None, values)


def _stream(payload: bytes, layout: Layout, values: Values) -> None:
    assert layout.entries is not None
    end = len(payload)
    _block(Part(payload, 0, end), layout.fields, None, values)
    at, width, parts = layout.start, len(layout.head), 0
    while at < end:
        parts += 1
        if parts > PARTS_MAX:
            raise Unreadable("too_large", f"more than {PARTS_MAX} parts")
        begin = at
        head = dict(zip(layout.head, payload[at : at + width], strict=False))
        if len(head) < width:
            raise Unreadable("unreadable_payload", f"ends within the head at byte {begin}")
        at += width
        entry = layout.entries.get(bytes(head[part] for part in layout.match))
        length = head.get("length")
        if length is not None and at + length > end:
            raise Unreadable(
                "unreadable_payload", f"{length} bytes announced at byte {begin}, {end - at} left"
            )
        if entry is None:
            if layout.unknown == "stop":
                return
            if layout.unknown == "skip" and length is not None:
                at += length
                continue
            code = payload[begin : begin + width].hex()
            raise Unreadable("unreadable_payload", f"the codec has no entry for {code} at byte {begin}")
        sensor = str(head["channel"]) if layout.is_by_channel else entry.sensor
        block_end = end if length is None else at + length
        read = _block(Part(payload, at, block_end), entry.fields, sensor, values)
        at = read if length is None else block_end


def _flags(payload: bytes, layout: Layout, values: Values) -> None:
    assert layout.flags is not None
    end = len(payload)
    _block(Part(payload, 0, end), layout.fields, None, values)
    flags = _raw(Part(payload, 0, end), layout.flags.at or 0, layout.flags)
    if not isinstance(flags, int):
        raise Unreadable("unreadable_payload", "ends before its flags")
    at, seen = layout.start, 0
    for bit, entry in layout.blocks:
        if flags >> bit & 1:
            seen |= 1 << bit
            at = _block(Part(payload, at, end), entry.fields, entry.sensor, values)
    if flags != seen:
        raise Unreadable("unreadable_payload", f"the flags {flags:#x} announce blocks that the codec has not")
    if at < end:
        raise Unreadable("unreadable_payload", f"{end - at} bytes more than the flags announce")


def _block(part: Part, fields: Sequence[Field], sensor: str | None, values: Values) -> int:
    """The end of what was read."""
    _, start, end = part
    cursor = furthest = start
    for field in fields:
        at = cursor if field.at is None else (start if field.at >= 0 else end) + field.at
        raw = _raw(part, at, field)
        if raw is None:
            if field.is_optional:
                continue
            text = f"{field.name or 'what is passed over'} needs bytes {at} to {at + field.size - 1}, there are {end}"
            raise Unreadable("unreadable_payload", text)
        cursor = at + field.size
        furthest = max(furthest, cursor)
        if field.equals is not None and raw != field.equals:
            raise Unreadable("unreadable_payload", f"byte {at} is {raw}, must be {field.equals}")
        if field.name:
            name = field.name if sensor is None or "/" in field.name else f"{field.name}/{sensor}"
            if name in values:
                raise Unreadable("unreadable_payload", f"{name} is there twice, again at byte {at}")
            if len(values) >= VALUES_MAX:
                raise Unreadable("too_large", f"more than {VALUES_MAX} values")
            values[name] = (_value(raw, field), field.unit)
    return furthest


def _raw(part: Part, at: int, field: Field) -> int | float | str | None:
    """As it came; None if the payload does not reach so far."""
    if at < part.start or at + field.size > part.end:
        return None
    data = part.payload[at : at + field.size]
    if field.kind == "u":
        return int.from_bytes(data, "little" if field.is_little else "big")
    if field.kind == "i":
        return int.from_bytes(data, "little" if field.is_little else "big", signed=True)
    if field.kind == "f":
        number: float = struct.unpack(_FLOATS[field.size, field.is_little], data)[0]
        return shortest_decimal(number) if field.size == 4 else number
    if field.kind == "hex":
        return data.hex()
    return data.rstrip(b"\0 ").decode("utf-8", "replace")


def _value(raw: int | float | str, field: Field) -> Any:
    """What the field means; None where the device says that it has no value."""
    if isinstance(raw, str):
        return raw
    is_negative = False
    if isinstance(raw, int):
        is_negative = field.negative_bit is not None and bool(raw >> field.negative_bit & 1)
        if field.bits is not None:
            raw = _bits(raw, field.bits, field.kind == "i")
    if raw in field.missing:
        return None
    if field.is_bcd:
        digits = f"{raw:x}"
        if not digits.isdecimal():
            return None
        raw = int(digits)
    if field.labels is not None:
        return field.labels.get(int(raw), str(raw)) if isfinite(raw) and raw == int(raw) else str(raw)
    value = _computed(raw, field)
    return -value if is_negative else value


def _bits(raw: int, bits: tuple[int, int], is_signed: bool) -> int:
    first, count = bits
    part = raw >> first & ((1 << count) - 1)
    return part - (1 << count) if is_signed and part >> count - 1 else part


def _computed(raw: int | float, field: Field) -> int | float:
    if field.linear is not None:
        return _linear(raw, field.linear)
    if field.formula is None:
        return raw
    try:
        return field.formula.of(raw)
    except ArithmeticError as error:
        raise Unreadable(
            "unreadable_payload", f"the formula of {field.name} has no value for {raw}"
        ) from error


def _linear(raw: int | float, linear: tuple[int, int, int]) -> int | float:
    numerator, addend, denominator = linear
    if isinstance(raw, float):
        return (raw * numerator + addend) / denominator
    value = raw * numerator + addend
    return value if denominator == 1 else value / denominator


def _with_locations(values: Values) -> Values:
    for latitude in [name for name in values if name.partition("/")[0] == "latitude"]:
        _, slash, sensor = latitude.partition("/")
        longitude = f"longitude{slash}{sensor}"
        if longitude in values:
            pair = (values.pop(longitude)[0], values.pop(latitude)[0])
            values[f"{LOCATION}{slash}{sensor}"] = (None if None in pair else pair, None)
    return values


def _decode_arrival(arrival: Arrival) -> Decoded:
    if not arrival.codec:
        raise Unreadable("no_codec", "the source declares no codec for its raw bytes")
    codec = _ready(arrival.codec)
    values = _decode(_plain(arrival.payload, codec.encoding), None, codec)
    results = {name: value for name, (value, _) in values.items() if value is not None}
    refusals = [
        Refusal(name, "missing_result", "the device says that it has no value")
        for name, (value, _) in values.items()
        if value is None
    ]
    if not results:
        return Decoded([], refusals, None if refusals else Remark.STATUS)
    units = {name: unit for name, (_, unit) in values.items() if unit is not None and name in results}
    return Decoded([Reading(None, Message(results=results, units=units or None))], refusals)


def _plain(payload: bytes, encoding: str) -> bytes:
    if encoding == "raw":
        return payload
    try:
        if encoding == "hex":
            return bytes.fromhex(payload.decode("ascii"))
        return base64.b64decode(payload.strip(), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unreadable("unreadable_payload", f"the payload is not {encoding}") from error


DECODER = Decoder("raw_bytes", "Raw bytes", _decode_arrival)
