"""The native format (``docs/native-format.md``): bytes to messages, or the reason why not. Pure."""

from __future__ import annotations

import re

import msgspec

from citycore.topics import CODE
from citycore.wire import Message
from ingest.decoders.model import Arrival, Decoded, Decoder, Reading, Remark, Unreadable
from ingest.decoders.reading import read_json

_decoder = msgspec.json.Decoder(Message | list[Message])
#: RFC 3339 has a 61st second; the clocks of this hub, of Python and of PostgreSQL have not.
LEAP_SECOND = re.compile(r"\d\d:?\d\d:?60([.,]\d+)?\s*(z|[+-]\d\d(:?\d\d)?)?", re.IGNORECASE | re.ASCII)
_LEAP_SECOND_SENT = re.compile(rb'"phenomenon_time"\s*:\s*"([^"]{0,30}\d\d:\d\d:60(?:[.,Zz+-][^"]{0,30})?)"')
#: The topic below a thing that says whether it is connected, and what it says.
CONNECTION = "connection"
_CONNECTIONS = (b"online", b"offline")
_NO_TIME = "Invalid RFC3339"


def decode(payload: bytes, instants_max: int) -> list[Message]:
    """The messages in a payload, at least one; :class:`Unreadable` otherwise."""
    try:
        decoded = _decoder.decode(payload)
    except msgspec.DecodeError as error:
        if str(error).startswith(_NO_TIME) and (sent := _LEAP_SECOND_SENT.search(payload)) is not None:
            raise Unreadable("leap_second", sent[1].decode("utf-8", "replace")) from error
        raise Unreadable("unreadable_payload", str(error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable("unreadable_payload", "the payload is not UTF-8") from error
    except RecursionError as error:
        raise Unreadable("unreadable_payload", "arrays or objects lie too deep in one another") from error
    # A key that stands twice shows as one key too many; what else shows so is looked at closely and let through.
    if isinstance(decoded, list):
        messages, keys = decoded, sum(map(_keys_of, decoded))
    else:
        messages, keys = [decoded], _keys_of(decoded)
    if payload.count(b'":') != keys:
        read_json(payload)
    if not messages:
        raise Unreadable("unreadable_payload", "the array is empty")
    if len(messages) > instants_max:
        raise Unreadable("too_large", f"more than {instants_max} instants in one message")
    return messages


def _keys_of(message: Message) -> int:
    """How many keys a message has at least, if none of them is null."""
    count = (
        (message.phenomenon_time is not None)
        + (message.observed_property is not None)
        + (message.result is not None)
        + (message.unit is not None)
        + (message.location is not None)
    )
    if message.results is not None:
        count += 1 + len(message.results)
    return count if message.units is None else count + 1 + len(message.units)


def _decode_arrival(arrival: Arrival) -> Decoded:
    if is_connection(arrival.topic):
        if not arrival.payload:  # what the broker kept is removed
            return Decoded(remark=Remark.STATUS)
        return Decoded([Reading(None, Message(results={CONNECTION: _connection(arrival.payload)}))])
    messages = decode(arrival.payload, arrival.limits.instants_max)
    return Decoded([Reading(None, message) for message in messages])


def is_connection(topic: str) -> bool:
    """Whether below the namespace of its source a topic is that of a thing's connection: ``THING/connection``."""
    thing, _, rest = topic.partition("/")
    return rest == CONNECTION and CODE.fullmatch(thing) is not None


def _connection(payload: bytes) -> str:
    """What a thing, or the broker by its last will, says there."""
    if payload not in _CONNECTIONS:
        raise Unreadable("unreadable_payload", "neither online nor offline")
    return payload.decode("ascii")


#: Its messages need no :class:`Reading`: ingest calls :func:`decode` itself, because most messages are of this format.
DECODER = Decoder("native", "Falaj", _decode_arrival)
