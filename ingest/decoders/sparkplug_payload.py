"""The payload of Sparkplug B on the wire: its messages by field number, and the values of its types. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from citycore.clock import EPOCH
from ingest.decoders.float32 import shortest_decimal
from ingest.decoders.model import Unreadable

#: The most metrics of one message, and so of one birth that is remembered.
METRICS_MAX = 5_000

INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 = range(1, 9)
FLOAT, DOUBLE, BOOLEAN, STRING, DATE_TIME, TEXT, UUID = range(9, 16)
BITS = {INT8: 8, INT16: 16, INT32: 32, INT64: 64, UINT8: 8, UINT16: 16, UINT32: 32, UINT64: 64}
_SIGNED = frozenset({INT8, INT16, INT32, INT64})
_FOREIGN = {
    16: "a data set",
    17: "bytes",
    18: "a file",
    19: "a template",
    20: "a property set",
    21: "property sets",
}
_ARRAYS = range(22, 35)

_PACKAGE = "falaj.sparkplug"
_Field = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
    "float": _Field.TYPE_FLOAT,
    "double": _Field.TYPE_DOUBLE,
    "bool": _Field.TYPE_BOOL,
    # Texts too: only what is used is checked to be UTF-8. What is refused anyway is not parsed any deeper.
    "bytes": _Field.TYPE_BYTES,
}
_MESSAGES = {
    "Payload": "1 uint64 timestamp, 2 *Metric metrics, 3 uint64 seq, 4 bytes uuid, 5 bytes body",
    "Metric": "1 bytes name, 2 uint64 alias, 3 uint64 timestamp, 4 uint32 datatype, 5 bool is_historical, "
    "6 bool is_transient, 7 bool is_null, 9 Properties properties, 10 uint32 int_value, 11 uint64 long_value, "
    "12 float float_value, 13 double double_value, 14 bool boolean_value, 15 bytes string_value, "
    "16 bytes bytes_value, 17 bytes dataset_value, 18 bytes template_value",
    "Properties": "1 *bytes keys, 2 *Property values",
    "Property": "1 uint32 type, 2 bool is_null, 3 uint32 int_value, 4 uint64 long_value, 8 bytes string_value",
}


class NotStorable(Exception):
    """A value that cannot be stored; the reason of the refusal, and what is the case."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


def _build() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="falaj_sparkplug.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields.split(", "):
            number, kind, called = field.split()
            label = _Field.LABEL_REPEATED if kind.startswith("*") else _Field.LABEL_OPTIONAL
            added = message.field.add(name=called, number=int(number), label=label)
            kind = kind.lstrip("*")
            if kind in _TYPES:
                added.type = _TYPES[kind]
            else:
                added.type, added.type_name = _Field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


Payload = _build()


def read_payload(data: bytes) -> Any:
    """The message; :class:`Unreadable` if it is none."""
    try:
        payload = Payload.FromString(data)
    except (DecodeError, RecursionError) as error:
        raise Unreadable("unreadable_payload", "the payload is not that of Sparkplug B") from error
    if payload.HasField("uuid") and payload.uuid == b"SPBV1.0_COMPRESSED":
        raise Unreadable(
            "unreadable_payload", "the payload is compressed; switch compression off at the node"
        )
    if len(payload.metrics) > METRICS_MAX:
        raise Unreadable("too_large", f"more than {METRICS_MAX} metrics in one message")
    return payload


def rebirth(milliseconds: int | None) -> bytes:
    """The command that asks a node for its births."""
    payload = Payload()
    if milliseconds is not None:
        payload.timestamp = milliseconds
    payload.metrics.add(name=b"Node Control/Rebirth", datatype=BOOLEAN, boolean_value=True)
    data: bytes = payload.SerializeToString()
    return data


def time_of(milliseconds: int) -> datetime:
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise NotStorable("missing_time", f"{milliseconds} ms is no time") from error


def text_of(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotStorable("wrong_type", "a text is not UTF-8") from error


def properties_of(metric: Any) -> dict[str, Any]:
    """The texts and whole numbers among the properties of a metric."""
    if not metric.HasField("properties"):
        return {}
    found: dict[str, Any] = {}
    for key, value in zip(metric.properties.keys, metric.properties.values, strict=False):
        if value.HasField("string_value"):
            found[key.decode("utf-8", "replace")] = value.string_value.decode("utf-8", "replace")
        elif value.HasField("int_value"):
            found[key.decode("utf-8", "replace")] = value.int_value
        elif value.HasField("long_value"):
            found[key.decode("utf-8", "replace")] = value.long_value
    return found


def value_of(metric: Any, datatype: int) -> Any:
    """A number or text; :class:`NotStorable` otherwise. A truth value is the text true or false, as in all formats."""
    if metric.is_null:
        raise NotStorable("missing_result", "the value is null")
    if datatype in _FOREIGN or datatype in _ARRAYS:
        what = _FOREIGN.get(datatype, "an array")
        raise NotStorable(
            "unsupported_value", f"the value is {what}; send each number as a metric of its own"
        )
    if datatype in BITS:
        return _whole(metric, datatype)
    if not datatype:
        return _untyped(metric)
    for field in _FIELDS.get(datatype, ()):
        if metric.HasField(field):
            return _read(metric, field, datatype)
    raise NotStorable("wrong_type", f"the value is not of its type, {datatype}")


#: Where the values of each type stand; some clients send every number in the widest field.
_FIELDS = {
    FLOAT: ("float_value", "double_value"),
    DOUBLE: ("double_value", "float_value"),
    BOOLEAN: ("boolean_value",),
    DATE_TIME: ("long_value",),
    **dict.fromkeys((STRING, TEXT, UUID), ("string_value",)),
}
_ALL_FIELDS = ("int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value")


def _read(metric: Any, field: str, datatype: int) -> Any:
    value = getattr(metric, field)
    if field == "float_value":
        return shortest_decimal(value)
    if field == "string_value":
        return text_of(value)
    if field == "boolean_value":
        return "true" if value else "false"
    return time_of(value).isoformat() if datatype == DATE_TIME else value


def _whole(metric: Any, datatype: int) -> int:
    raw = metric.int_value if metric.HasField("int_value") else None
    if raw is None and metric.HasField("long_value"):
        raw = metric.long_value
    if raw is None:
        raise NotStorable("wrong_type", f"the value is not of its type, {datatype}")
    bits = BITS[datatype]
    if datatype in _SIGNED:  # two's complement, of its own width or of the field's
        raw &= (1 << bits) - 1
        return int(raw - (1 << bits) if raw >> bits - 1 else raw)
    if raw >> bits:
        raise NotStorable("wrong_type", f"{raw} has more than {bits} bits")
    return int(raw)


def _untyped(metric: Any) -> Any:
    for field in _ALL_FIELDS:
        if metric.HasField(field):
            return _read(metric, field, 0)
    raise NotStorable("missing_result", "the metric has no value")
