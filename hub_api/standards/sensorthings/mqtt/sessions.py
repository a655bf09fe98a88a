"""One client: MQTT 3.1.1, a session for as long as its connection lasts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, Protocol

import structlog
from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from citycore.errors import FalajError
from citycore.errors import Kind as ErrorKind
from hub_api.serving.hub import Hub
from hub_api.serving.limits.gate import Gate
from hub_api.standards.sensorthings.errors import NothingThere
from hub_api.standards.sensorthings.mqtt import packets
from hub_api.standards.sensorthings.mqtt.packets import Connected, Kind, PacketInvalid, ProtocolUnknown
from hub_api.standards.sensorthings.mqtt.settings import MqttSettings
from hub_api.standards.sensorthings.mqtt.topics import PREFIX, Topic, read_topic
from hub_api.standards.sensorthings.resources import resource_of
from hub_api.standards.sensorthings.service import Reader
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax.paths import parse_path
from hub_api.standards.sensorthings.writing.access import known_writer
from hub_api.standards.sensorthings.writing.addresses import Address, address_of
from hub_api.standards.sensorthings.writing.errors import BodyTooLarge, EntityInvalid, WriterUnknown
from hub_api.standards.sensorthings.writing.model import Writer
from hub_api.standards.sensorthings.writing.rules import read_json
from hub_api.standards.sensorthings.writing.service import Writing

log = structlog.get_logger()
#: A client has its keep-alive and half of it again.
_PATIENCE: Final = 1.5
_EXACTLY_ONCE: Final = 2
#: What may be stored when it is sent again.
_LATER: Final = frozenset(
    {ErrorKind.UNAVAILABLE, ErrorKind.TIMED_OUT, ErrorKind.TOO_MANY, ErrorKind.INTERNAL}
)
#: Messages of QoS 2 that a client has sent and not ended.
_OPEN_MAX: Final = 1_000


class Endpoint(Protocol):
    """What a session has to do with."""

    settings: MqttSettings
    reading: SensorThingsSettings
    hub: Hub
    writing: Writing
    gate: Gate
    root: str
    sessions: set[Session]
    addresses: Counter[str]
    clients: Gauge
    created: Metric
    refused: Metric

    def subscribe(self, session: Session, topic: Topic) -> bool:
        """False where there are too many topics."""

    def unsubscribe(self, session: Session, texts: Iterable[str]) -> None:
        """What it was not subscribed to as well."""


async def serve(endpoint: Endpoint, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, until it ends."""
    session = Session(endpoint, reader, writer)
    try:
        await session.run()
    except (PacketInvalid, ProtocolUnknown, TimeoutError, OSError, asyncio.IncompleteReadError):
        pass  # it ends
    finally:
        session.leave()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


class Session:
    """What a client subscribes to, and what it sends."""

    def __init__(
        self, endpoint: Endpoint, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._endpoint, self._reader, self._writer = endpoint, reader, writer
        peer = writer.get_extra_info("peername")
        self._host = str(peer[0]) if peer else ""
        self._patience: float = endpoint.settings.connect_seconds_max
        #: None of a client that only reads.
        self._who: Writer | None = None
        #: By topic, the QoS.
        self._topics: dict[str, int] = {}
        self._number = 0
        self._open: set[int] = set()
        self._is_counted = False
        #: Who calls itself what: the user, or where there is none the address, and the client's id.
        self.name: tuple[str, str] | None = None

    async def run(self) -> None:
        if not await self._connect():
            return
        while True:
            kind, flags, body = await self._packet()
            match kind:
                case Kind.SUBSCRIBE:
                    self._subscribe(body)
                case Kind.UNSUBSCRIBE:
                    asked = packets.read_unsubscribe(body)
                    for each in asked.filters:
                        self._topics.pop(each, None)
                    self._endpoint.unsubscribe(self, asked.filters)
                    self._write(packets.acknowledged(packets.UNSUBACK, asked.number))
                case Kind.PUBLISH:
                    await self._published(packets.read_publish(flags, body))
                case Kind.PUBREL:
                    number = packets.read_number(body)
                    self._open.discard(number)
                    self._write(packets.acknowledged(packets.PUBCOMP, number))
                case Kind.PINGREQ:
                    self._write(packets.packet(packets.PINGRESP))
                case Kind.PUBACK:
                    pass
                case _:
                    return
            await self._writer.drain()

    def end(self) -> None:
        self._writer.close()

    def leave(self) -> None:
        endpoint = self._endpoint
        endpoint.unsubscribe(self, self._topics)
        endpoint.sessions.discard(self)
        endpoint.clients.set(len(endpoint.sessions))
        if self._is_counted:
            self._is_counted = False
            endpoint.addresses[self._host] -= 1
            if not endpoint.addresses[self._host]:
                del endpoint.addresses[self._host]

    def send(self, topic: str, payload: bytes) -> None:
        """To this client, unless it takes too long over what was sent before."""
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > self._endpoint.settings.waiting_bytes_max:
            log.warning("sensorthings_mqtt_slow", host=self._host)
            self._writer.transport.abort()
            return
        number = 0
        if self._topics.get(topic):
            self._number = number = packets.next_number(self._number)
        self._write(packets.publish(topic.encode(), payload, number))

    def _write(self, data: bytes) -> None:
        self._writer.write(data)

    async def _packet(self) -> tuple[int, int, bytes]:
        """Kind, flags and what is behind them."""
        async with asyncio.timeout(self._patience):
            first = (await self._reader.readexactly(1))[0]
            told: list[int] = []
            while (length := None if not told else packets.length_of(told)) is None:
                told.append((await self._reader.readexactly(1))[0])
            if length > self._endpoint.settings.packet_bytes_max:
                raise PacketInvalid
            return first >> 4, first & 0x0F, await self._reader.readexactly(length)

    async def _connect(self) -> bool:
        endpoint, settings = self._endpoint, self._endpoint.settings
        is_full = len(endpoint.sessions) >= settings.clients_max
        if is_full or endpoint.addresses[self._host] >= settings.clients_of_address_max:
            return False
        endpoint.addresses[self._host] += 1
        self._is_counted = True
        endpoint.sessions.add(self)
        endpoint.clients.set(len(endpoint.sessions))
        kind, _, body = await self._packet()
        if kind != Kind.CONNECT:
            return False
        try:
            asked = packets.read_connect(body)
        except ProtocolUnknown as unknown:
            self._write(packets.refused_protocol(unknown.level))
            return False
        code = await self._identify(asked)
        if code is Connected.ACCEPTED and asked.client_id:
            self._take_over((asked.username or self._host, asked.client_id))
        self._write(packets.connack(code))
        await self._writer.drain()
        self._patience = asked.keep_alive * _PATIENCE or settings.idle_seconds_max
        return code is Connected.ACCEPTED

    def _take_over(self, name: tuple[str, str]) -> None:
        """Who connects again is one client (MQTT-3.1.4-2), but nobody ends the connection of another user or address by its id."""
        for other in self._endpoint.sessions:
            if other.name == name:
                other.end()
        self.name = name

    async def _identify(self, asked: packets.Connect) -> Connected:
        """Whoever brings nothing reads; whoever brings something writes by it."""
        endpoint = self._endpoint
        if not asked.client_id and not asked.is_clean:
            return Connected.WRONG_NAME
        if asked.username is None and asked.password is None:
            return Connected.ACCEPTED
        given = (asked.username or "", asked.password or "")
        registry = endpoint.writing.registry
        try:
            self._who = await known_writer(endpoint.hub, endpoint.gate, registry, given, self._host)
        except WriterUnknown:
            return Connected.WRONG_SECRET
        except FalajError:
            return Connected.UNAVAILABLE
        return Connected.ACCEPTED

    def _subscribe(self, body: bytes) -> None:
        endpoint = self._endpoint
        asked = packets.read_subscribe(body)
        granted = []
        for text, qos in asked.filters:
            topic = read_topic(text, endpoint.reading)
            is_many = text not in self._topics and len(self._topics) >= endpoint.settings.topics_of_client_max
            if topic is None or is_many or not endpoint.subscribe(self, topic):
                granted.append(packets.REFUSED_SUBSCRIPTION)
                continue
            self._topics[text] = min(qos, 1)
            granted.append(min(qos, 1))
        self._write(packets.suback(asked.number, granted))

    async def _published(self, message: packets.Publish) -> None:
        """It is acknowledged when it is stored, or when it is certain that it never will be."""
        if message.qos < _EXACTLY_ONCE or message.number not in self._open:
            await self._create(message)
        if message.qos == 1:
            self._write(packets.acknowledged(packets.PUBACK, message.number))
        elif message.qos:
            if len(self._open) >= _OPEN_MAX:
                raise PacketInvalid
            self._open.add(message.number)
            self._write(packets.acknowledged(packets.PUBREC, message.number))

    async def _create(self, message: packets.Publish) -> None:
        endpoint = self._endpoint
        try:
            if self._who is None:
                raise WriterUnknown
            address = await self._address(message.topic)
            if len(message.payload) > endpoint.writing.settings.body_bytes_max:
                raise BodyTooLarge("too_large", maximum=endpoint.writing.settings.body_bytes_max)
            await endpoint.writing.create(self._who, address, read_json(message.payload))
            endpoint.created.inc()
        except FalajError as error:
            if error.kind in _LATER:
                raise PacketInvalid from error  # unacknowledged, so that the client sends it again
            endpoint.refused.inc()
            log.info("sensorthings_mqtt_refused", topic=message.topic[:200], reason=str(error)[:500])

    async def _address(self, topic: str) -> Address:
        """Where observations are made: ``v1.1/Observations``, or those of an entity."""
        endpoint = self._endpoint
        path = topic.removeprefix(PREFIX)
        segments = parse_path(path, endpoint.reading)
        if path == topic or not segments:
            raise NothingThere("no_segment", piece=topic)
        resource = resource_of(segments)
        reader = Reader(endpoint.hub, endpoint.reading, endpoint.root, path, endpoint.hub.clock())
        address = await address_of(resource, reader.id_at)
        if address is None or address.id is not None or address.entity.name != "Observation":
            raise EntityInvalid("", "mqtt_observations")
        return address
