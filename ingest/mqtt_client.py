"""paho's client for a stream of messages: it reads and acknowledges many at once.

paho takes a packet out of the socket with four system calls, and makes five objects of it. Here one call takes what has
come, up to 64 KiB, and a PUBLISH as most are (QoS 0 or 1, no properties) is read at once. Whatever else comes, and
whatever is odd, paho itself reads.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.exception import MalformedPacket

_READ_BYTES = 65_536
#: MQTT 5, section 1.5.5: a length has four bytes at most.
_LENGTH_BYTES_MAX = 4
#: PUBLISH, and of its flags the two bits of the QoS without the lower one: QoS 0 and 1 (section 3.3.1).
_PUBLISH_MASK, _PUBLISH = 0xF4, 0x30


class Publication(NamedTuple):
    """A message as it came. ``packet_id`` is 0 where nothing is to be acknowledged (QoS 0)."""

    topic: bytes
    payload: bytes
    qos: int
    is_retained: bool
    packet_id: int


class Client(mqtt.Client):
    """MQTT 5. ``take`` is called in the network thread with all messages that were read at once, in their order."""

    def __init__(self, client_id: str, take: Callable[[list[Publication]], None]) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True
        )
        self.take: Callable[[list[Publication]], None] | None = take
        self.on_message = self._take_one
        #: The beginning of a packet whose rest has not come yet.
        self._begun = b""

    def acknowledge(self, packet_ids: list[int]) -> None:
        """Acknowledge many messages with one write.

        paho's own ``ack`` wakes the network thread and makes a system call for each. PUBACK without properties is
        four bytes (section 3.4).
        """
        packets = b"".join(b"\x40\x02" + packet_id.to_bytes(2, "big") for packet_id in packet_ids)
        if packets:
            self._packet_queue(mqtt.PUBACK, packets, mid=0, qos=0)

    def reconnect(self) -> MQTTErrorCode:
        self._begun = b""
        return super().reconnect()

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:  # noqa: ARG002 -- paho does not heed it either
        """Read what has come. Called by paho where there is something to read."""
        if self._sock is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        try:
            received = self._sock_recv(_READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        if not received:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_bytes_received = monotonic()
        outcome = self._read(self._begun + received if self._begun else received)
        return self._loop_rc_handle(outcome) if outcome > 0 else outcome

    def _read(self, data: bytes) -> MQTTErrorCode:
        """Take all packets that are whole, and keep the rest."""
        position, found = 0, list[Publication]()
        while (frame := _frame(data, position)) is not None:
            body, end = frame
            header, position = data[position], end
            publication = (
                _publication(header, data, body, end) if header & _PUBLISH_MASK == _PUBLISH else None
            )
            if publication is not None:
                found.append(publication)
                continue
            self._hand_over(found)
            found = []
            outcome = self._handle(header, data[body:end]) if end else MQTTErrorCode.MQTT_ERR_PROTOCOL
            if outcome > 0 or self._sock is None:
                return outcome
        self._begun = data[position:]
        self._hand_over(found)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _hand_over(self, found: list[Publication]) -> None:
        if found and self.take is not None:
            self.take(found)

    def _handle(self, header: int, body: bytes) -> MQTTErrorCode:
        """Let paho read a packet."""
        self._in_packet = {
            "command": header,
            "have_remaining": 1,
            "remaining_count": [],
            "remaining_mult": 1,
            "remaining_length": len(body),
            "packet": bytearray(body),
            "to_process": 0,
            "pos": 0,
        }
        try:
            return self._packet_handle()
        except MalformedPacket:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL

    def _take_one(self, _client: mqtt.Client, _data: object, message: MQTTMessage) -> None:
        """A message with properties."""
        publication = Publication(
            message._topic,  # noqa: SLF001 -- as it came; ``topic`` raises where it is not UTF-8
            bytes(message.payload),
            message.qos,
            message.retain,
            message.mid,
        )
        self._hand_over([publication])


def _frame(data: bytes, position: int) -> tuple[int, int] | None:
    """Where the body of the packet at a position begins and ends; None if not all of it is there. Ends at 0 if malformed."""
    have = len(data) - position
    if have < 2:
        return None
    length, body = data[position + 1], position + 2
    if length > 127:
        length &= 127
        for number in range(1, _LENGTH_BYTES_MAX + 1):
            if number == _LENGTH_BYTES_MAX:
                return body, 0
            if body >= len(data):
                return None
            byte = data[body]
            body += 1
            length |= (byte & 127) << (7 * number)
            if byte < 128:
                break
    end = body + length
    return (body, end) if end <= len(data) else None


def _publication(header: int, data: bytes, start: int, end: int) -> Publication | None:
    """The message of a PUBLISH of QoS 0 or 1 (section 3.3); None where it has properties, or is odd."""
    if end - start < 2:
        return None
    topic = start + 2
    after = topic + (data[start] << 8 | data[start + 1])
    qos = header >> 1 & 1
    properties = after + 2 * qos
    if properties >= end or data[properties]:
        return None
    packet_id = data[after] << 8 | data[after + 1] if qos else 0
    return Publication(data[topic:after], data[properties + 1 : end], qos, bool(header & 1), packet_id)
