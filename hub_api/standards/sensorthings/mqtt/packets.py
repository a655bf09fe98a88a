"""Packets of MQTT 3.1.1 as bytes, those that a server reads and writes. Pure. Source: OASIS MQTT 3.1.1, chapters 2 and 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

CONNACK, PUBLISH, PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGRESP = 2, 3, 4, 5, 7, 9, 11, 13
#: Protocol names and levels that are understood: 3.1 and 3.1.1.
_PROTOCOLS: Final = {("MQIsdp", 3), ("MQTT", 4)}
#: From this level on a packet has properties, and this reason says that the version is not spoken.
_WITH_PROPERTIES: Final = 5
_UNSUPPORTED_VERSION: Final = 0x84
_LENGTH_BYTES_MAX: Final = 4
REFUSED_SUBSCRIPTION: Final = 0x80
_NUMBER_MAX: Final = 0xFFFF
_QOS_MAX: Final = 2


class Kind(IntEnum):
    """What a client sends."""

    CONNECT = 1
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    UNSUBSCRIBE = 10
    PINGREQ = 12
    DISCONNECT = 14


class Connected(IntEnum):
    """What a client hears when it connects."""

    ACCEPTED = 0
    WRONG_PROTOCOL = 1
    WRONG_NAME = 2
    UNAVAILABLE = 3
    WRONG_SECRET = 4
    NOT_AUTHORIZED = 5


class PacketInvalid(Exception):
    """What no client of the protocol sends; its connection ends."""


class ProtocolUnknown(Exception):
    """A version of the protocol that is not spoken here; ``level`` is its number."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.level = level


@dataclass(frozen=True, slots=True)
class Connect:
    """``password`` is a text, since no secret here is anything else."""

    client_id: str
    keep_alive: int
    is_clean: bool
    username: str | None
    password: str | None


@dataclass(frozen=True, slots=True)
class Publish:
    """``number`` is 0 at QoS 0."""

    topic: str
    payload: bytes
    qos: int
    number: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Filters with the QoS that is asked for."""

    number: int
    filters: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    number: int
    filters: tuple[str, ...]


class _Bytes:
    """What is left of a packet."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._place = 0

    def take(self, count: int) -> bytes:
        end = self._place + count
        if end > len(self._body):
            raise PacketInvalid
        piece, self._place = self._body[self._place : end], end
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def field(self) -> bytes:
        return self.take(self.number())

    def text(self) -> str:
        try:
            text = self.field().decode("utf-8")
        except UnicodeDecodeError as error:
            raise PacketInvalid from error
        if "\0" in text:
            raise PacketInvalid
        return text

    def rest(self) -> bytes:
        return self.take(len(self._body) - self._place)

    @property
    def is_more(self) -> bool:
        return self._place < len(self._body)


def length_of(given: Sequence[int]) -> int | None:
    """The length of what follows, out of the bytes that tell it; None while they go on."""
    if given[-1] & 0x80:
        if len(given) == _LENGTH_BYTES_MAX:
            raise PacketInvalid
        return None
    return sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(given))


def read_connect(body: bytes) -> Connect:
    """:class:`ProtocolUnknown` for other versions."""
    left = _Bytes(body)
    protocol = (left.text(), left.byte())
    if protocol not in _PROTOCOLS:
        raise ProtocolUnknown(protocol[1])
    flags, keep_alive = left.byte(), left.number()
    client_id = left.text()
    if flags & 0x04:  # a will: nobody publishes here but the hub
        left.field()
        left.field()
    username = left.text() if flags & 0x80 else None
    password = left.text() if flags & 0x40 else None
    return Connect(client_id, keep_alive, bool(flags & 0x02), username, password)


def read_publish(flags: int, body: bytes) -> Publish:
    left = _Bytes(body)
    qos = flags >> 1 & 3
    topic = left.text()
    if qos > _QOS_MAX or not topic or "+" in topic or "#" in topic:
        raise PacketInvalid
    number = left.number() if qos else 0
    if qos and not number:
        raise PacketInvalid
    return Publish(topic, left.rest(), qos, number)


def read_subscribe(body: bytes) -> Subscribe:
    left = _Bytes(body)
    number, filters = left.number(), []
    while left.is_more:
        filters.append((left.text(), left.byte()))
    if not filters or any(qos > _QOS_MAX for _, qos in filters):
        raise PacketInvalid
    return Subscribe(number, tuple(filters))


def read_unsubscribe(body: bytes) -> Unsubscribe:
    left = _Bytes(body)
    number, filters = left.number(), []
    while left.is_more:
        filters.append(left.text())
    if not filters:
        raise PacketInvalid
    return Unsubscribe(number, tuple(filters))


def read_number(body: bytes) -> int:
    return _Bytes(body).number()


def packet(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    length, left = bytearray(), len(body)
    while True:
        left, byte = left >> 7, left & 0x7F
        length.append(byte | (0x80 if left else 0))
        if not left:
            return bytes((kind << 4 | flags,)) + bytes(length) + body


def connack(code: Connected) -> bytes:
    return packet(CONNACK, bytes((0, code)))


def refused_protocol(level: int) -> bytes:
    """CONNACK for a version that is not spoken here, in the form that its clients read: MQTT 5 has reasons of its own and properties
    (3.2.2.2 of its text), of which there are none.
    """
    if level < _WITH_PROPERTIES:
        return connack(Connected.WRONG_PROTOCOL)
    return packet(CONNACK, bytes((0, _UNSUPPORTED_VERSION, 0)))


def acknowledged(kind: int, number: int) -> bytes:
    """PUBACK, PUBREC, PUBCOMP or UNSUBACK."""
    return packet(kind, number.to_bytes(2, "big"))


def suback(number: int, granted: Sequence[int]) -> bytes:
    return packet(SUBACK, number.to_bytes(2, "big") + bytes(granted))


def publish(topic: bytes, payload: bytes, number: int = 0) -> bytes:
    """At QoS 1 with a number, else at QoS 0."""
    head = len(topic).to_bytes(2, "big") + topic
    if not number:
        return packet(PUBLISH, head + payload)
    return packet(PUBLISH, head + number.to_bytes(2, "big") + payload, 0b0010)


def next_number(number: int) -> int:
    return number % _NUMBER_MAX + 1
