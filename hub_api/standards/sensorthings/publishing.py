"""Each new observation at the broker: ``v1.1/Observations`` and ``v1.1/Datastreams(7)/Observations``, as a GET of it tells it.

A thread of its own follows the ledger, so that what ingest stores waits for nothing here. A step is published when the broker has
acknowledged all of it; then comes the next. What is too much for one step (after the broker or the database was away) is
left out, counted and logged. One process of the hub publishes. Nobody does while devices of a source send on such topics: ingest
would take what the hub says for what a device says.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any, Final

import orjson
import paho.mqtt.client as mqtt
import psycopg
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode
from prometheus_client import CollectorRegistry, Counter, Gauge
from psycopg import sql
from psycopg.types.json import set_json_loads

from citycore.broker.connecting import end_connection, sign_in
from citycore.broker.rights import SENSORTHINGS
from citycore.errors import FalajError
from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import Connection, connect
from citycore.topics import overlap
from hub_api.city.stream.repository import QUERIES as LEDGER
from hub_api.serving.instants import bound_instants
from hub_api.standards.sensorthings.model import ENTITIES, QUERIES, ROOT, relation
from hub_api.standards.sensorthings.settings import PublishingSettings
from hub_api.standards.sensorthings.shaping import Shaping
from hub_api.standards.sensorthings.syntax.options import Options

log = structlog.get_logger()

OF_ALL: Final = "v1.1/Observations"
OF_ONE: Final = "v1.1/Datastreams({datastream})/Observations"
_QOS: Final = 1
_STEP_SECONDS: Final = 0.1
_ACKNOWLEDGEMENT_SECONDS: Final = 0.002


class Publisher:
    """``start`` it with the application; it does nothing where ``hub_url`` is not set."""

    def __init__(
        self,
        store: StoreSettings,
        broker: BrokerSettings,
        settings: PublishingSettings,
        metrics: CollectorRegistry,
    ) -> None:
        self._store, self._broker, self.settings = store, broker, settings
        self.published = Counter(
            "falaj_api_sta_mqtt_published",
            "Observations that the broker has taken, as SensorThings has them",
            registry=metrics,
        )
        self.left_out = Counter(
            "falaj_api_sta_mqtt_left_out",
            "Observations that were not published: too many at once, or too long",
            registry=metrics,
        )
        self.is_publishing = Gauge(
            "falaj_api_sta_mqtt_publishing", "Whether this process publishes observations", registry=metrics
        )
        self._shaping = Shaping(ENTITIES["Observation"], Options(), f"{settings.hub_url}{ROOT}")
        self._stopping = Event()
        self._thread: Thread | None = None
        #: Messages to the broker over the present client, and what it has answered.
        self._sent = self._acknowledged = 0
        self._position: str | None = None
        self._trouble: str | None = None

    def start(self) -> None:
        if self.settings.hub_url is not None:
            self._thread = Thread(target=self._run, name="sensorthings-publishing", daemon=True)
            self._thread.start()

    async def close(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._publish_while_alone()
            except (psycopg.Error, FalajError) as error:
                self._note("sensorthings_publishing_away", str(error))
            self.is_publishing.set(0)
            self._stopping.wait(self.settings.poll_seconds)

    def _note(self, event: str, trouble: str) -> None:
        """Say what is wrong once."""
        if trouble != self._trouble:
            log.warning(event, reason=trouble)
        self._trouble = trouble

    def _publish_while_alone(self) -> None:
        with connect(self._store.read_url, self._store, "falaj-api-sta-mqtt", autocommit=True) as connection:
            bound_instants(connection)
            set_json_loads(orjson.loads, connection)
            while not _is_alone(connection):
                self._position = None  # what was until now, another process has published
                if self._stopping.wait(self.settings.check_seconds):
                    return
            while self._is_refused():
                if self._stopping.wait(self.settings.check_seconds):
                    return
            client = self._client()
            try:
                self._follow(connection, client)
            finally:
                end_connection(client)

    def _is_refused(self) -> bool:
        """Whether devices of a source send on topics of the standard. What comes meanwhile is never published."""
        name = "falaj-api-sta-mqtt-sources"
        with connect(self._store.registry_url, self._store, name, autocommit=True) as connection:
            rows = _rows(connection, QUERIES["sources_with_topics"])
        owners = [code for code, filters in rows if any(overlap(each, SENSORTHINGS) for each in filters)]
        if owners:
            self._position = None
            trouble = f"devices of {', '.join(owners[:10])} send on {SENSORTHINGS}"
            self._note("sensorthings_publishing_refused", trouble)
        return bool(owners)

    def _client(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        sign_in(client, self._broker)
        client.connect_timeout = self._broker.connect_timeout_seconds
        client.reconnect_delay_set(1, self._broker.reconnect_delay_seconds_max)
        client.max_inflight_messages_set(self.settings.unacknowledged_max)
        client.on_connect, client.on_publish = self._on_connect, self._on_publish
        self._sent = self._acknowledged = 0
        client.connect_async(self._broker.host, self._broker.port, self._broker.keepalive_seconds)
        client.loop_start()
        return client

    def _on_connect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._note("sensorthings_publishing_refused", f"the broker: {reason}")

    def _on_publish(
        self, _client: mqtt.Client, _data: Any, _number: int, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._note("sensorthings_publishing_refused", f"the broker: {reason}")
        self._acknowledged += 1  # of the client's one thread

    def _follow(self, connection: Connection, client: mqtt.Client) -> None:
        connection.execute(LEDGER["listen"])
        if self._position is None:
            self._position = str(_rows(connection, LEDGER["position"])[0][0])
        log.info("sensorthings_publishing")
        self._trouble = None
        self.is_publishing.set(1)
        checked_at = time.monotonic()
        while not self._stopping.is_set():
            if time.monotonic() - checked_at >= self.settings.check_seconds:
                if self._is_refused():
                    return
                checked_at = time.monotonic()
            self._step(connection, client)
            if list(connection.notifies(timeout=min(1.0, self.settings.poll_seconds), stop_after=1)):
                self._stopping.wait(self.settings.gather_seconds)

    def _step(self, connection: Connection, client: mqtt.Client) -> None:
        settings = self.settings
        asked = {"position": self._position, "until": None, "batches": settings.batches_max + 1}
        now, is_foreign, batches, count = _rows(connection, LEDGER["fresh_batches"], asked)[0]
        if not is_foreign and (count > settings.rows_max or len(batches) > settings.batches_max):
            self._leave_out(count, "too many at once")
        elif not is_foreign and batches:
            try:
                found = self._found(connection, batches)
            except psycopg.DataError as error:
                self._leave_out(count, str(error))
            else:
                self._publish(client, found)
        self._position = str(now)

    def _leave_out(self, count: int, reason: str) -> None:
        self.left_out.inc(count)
        log.warning("sensorthings_publishing_left_out", observations_at_least=count, reason=reason)

    def _found(self, connection: Connection, batches: Sequence[int]) -> Sequence[tuple[Any, ...]]:
        statement = sql.SQL(QUERIES["of_batches"]).format(
            columns=sql.SQL(", ").join(self._shaping.columns), source=relation(ENTITIES["Observation"])
        )
        asked = {"batches": batches, "rows": self.settings.rows_max}
        return connection.execute(statement, asked).fetchall()

    def _publish(self, client: mqtt.Client, rows: Sequence[tuple[Any, ...]]) -> None:
        """Until the broker has all of it, or the hub stops. Where the connection breaks, paho sends again."""
        size = self.settings.unacknowledged_max
        for begin in range(0, len(rows), size):
            some = rows[begin : begin + size]
            taken = 0
            for row, payload in zip(some, self._shaping.entities(some), strict=True):
                if len(payload) > self._broker.message_bytes_max:  # the broker would end the connection
                    self._leave_out(1, f"{self._shaping.id_of(row)} is too long for a message")
                    continue
                for topic in (OF_ALL, OF_ONE.format(datastream=row[0])):
                    # Without a connection it waits in paho, and goes out when there is one.
                    client.publish(topic, payload, qos=_QOS)
                    self._sent += 1
                taken += 1
            while self._acknowledged < self._sent:
                if self._stopping.wait(
                    _STEP_SECONDS if not client.is_connected() else _ACKNOWLEDGEMENT_SECONDS
                ):
                    return
            self.published.inc(taken)


def _is_alone(connection: Connection) -> bool:
    return bool(_rows(connection, QUERIES["publish_alone"])[0][0])


def _rows(connection: Connection, query: Any, parameters: Any = None) -> list[tuple[Any, ...]]:
    return connection.execute(query, parameters).fetchall()
