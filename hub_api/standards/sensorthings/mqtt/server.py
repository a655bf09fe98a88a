"""The endpoint: who is connected, what each subscribes to, and what they are sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client import Counter as Metric
from psycopg import sql
from starlette.datastructures import State

from citycore.settings import StoreSettings
from hub_api.serving.hub import Hub
from hub_api.serving.limits.gate import Gate
from hub_api.standards.sensorthings.columns import dumped
from hub_api.standards.sensorthings.model import ENTITIES, QUERIES, ROOT, relation
from hub_api.standards.sensorthings.mqtt.feed import Feed
from hub_api.standards.sensorthings.mqtt.sessions import Session, serve
from hub_api.standards.sensorthings.mqtt.settings import MqttSettings
from hub_api.standards.sensorthings.mqtt.topics import Change, Telling, Topic
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Shaping
from hub_api.standards.sensorthings.syntax.options import Options
from hub_api.standards.sensorthings.writing.service import Writing

log = structlog.get_logger()
#: Changes that wait to be told. More come only when clients are slower than what is written, which then waits.
_WAITING_MAX: Final = 10_000


@dataclass(slots=True)
class _Audience:
    topic: Topic
    sessions: set[Session] = field(default_factory=set)


class Endpoint:
    """One per application; it does nothing where no port is set."""

    def __init__(
        self,
        settings: MqttSettings,
        state: State,
        store: StoreSettings,
        metrics: CollectorRegistry,
    ) -> None:
        """``state`` is the application's."""
        self.settings = settings
        self.reading: SensorThingsSettings = state.sensorthings
        self.hub: Hub = state.hub
        self.writing: Writing = state.sensorthings_writing
        self.gate: Gate = state.gate
        self.root = f"{settings.hub_url}{ROOT}"
        self.sessions: set[Session] = set()
        self.addresses: Counter[str] = Counter()
        self.clients = Gauge(
            "falaj_api_sta_mqtt_clients", "Clients of SensorThings over MQTT", registry=metrics
        )
        self.sent = Metric(
            "falaj_api_sta_mqtt_sent", "Messages that were sent to clients of SensorThings", registry=metrics
        )
        self.created = Metric(
            "falaj_api_sta_mqtt_created",
            "Observations that clients of SensorThings sent by MQTT",
            registry=metrics,
        )
        self.refused = Metric(
            "falaj_api_sta_mqtt_refused",
            "Messages of clients of SensorThings that were not stored",
            registry=metrics,
        )
        self.left_out = Metric(
            "falaj_api_sta_mqtt_untold",
            "Observations that no client was told of, being too many at once",
            registry=metrics,
        )
        self._audiences: dict[str, _Audience] = {}
        self._waiting: asyncio.Queue[Sequence[Change] | Sequence[int]] = asyncio.Queue(_WAITING_MAX)
        self._feed = Feed(store, settings, self.tell, self._tell_batches)
        self._server: asyncio.Server | None = None
        self._teller: asyncio.Task[None] | None = None
        self._shaping = Shaping(ENTITIES["Observation"], Options(), self.root)

    @property
    def is_on(self) -> bool:
        return self.settings.port is not None

    @property
    def is_listening(self) -> bool:
        """Whether what is written will be told."""
        return self._feed.is_listening.is_set()

    async def start(self) -> None:
        if self.settings.port is None:
            return
        self._feed.start(asyncio.get_running_loop())
        self._teller = asyncio.create_task(self._run())
        self._server = await asyncio.start_server(
            lambda reader, writer: serve(self, reader, writer),
            self.settings.host,
            self.settings.port,
            limit=65_536,
            reuse_port=True,  # several processes of the API; each hears of all that is written
        )

    async def close(self) -> None:
        if self._server is None or self._teller is None:
            return
        self._server.close()
        for session in [*self.sessions]:
            session.end()
        self._teller.cancel()
        with suppress(asyncio.CancelledError):
            await self._teller
        await self._feed.close()

    def subscribe(self, session: Session, topic: Topic) -> bool:
        """False where there are too many topics."""
        known = self._audiences.get(topic.text)
        if known is None:
            if len(self._audiences) >= self.settings.topics_max:
                return False
            known = self._audiences[topic.text] = _Audience(topic)
        known.sessions.add(session)
        return True

    def unsubscribe(self, session: Session, texts: Iterable[str]) -> None:
        for text in texts:
            known = self._audiences.get(text)
            if known is not None:
                known.sessions.discard(session)
                if not known.sessions:
                    del self._audiences[text]

    def tell(self, changes: Sequence[Change]) -> None:
        """What was written; of the loop's own thread."""
        if self._waiting.full():
            self._leave_out(len(changes))
        else:
            self._waiting.put_nowait(changes)

    def _tell_batches(self, batches: Sequence[int], count: int) -> None:
        if not any(each.topic.entity == "Observation" for each in self._audiences.values()):
            return
        if not batches or self._waiting.full():
            self._leave_out(count)
        else:
            self._waiting.put_nowait(batches)

    def _leave_out(self, count: int) -> None:
        self.left_out.inc(count)
        log.warning("sensorthings_mqtt_left_out", at_least=count)

    async def _run(self) -> None:
        while True:
            what = await self._waiting.get()
            try:
                if isinstance(what[0], Change):
                    await self._tell_all([each for each in what if isinstance(each, Change)])
                else:
                    await self._tell_rows([each for each in what if isinstance(each, int)])
            except Exception as error:  # noqa: BLE001 (the database is away, or one change cannot be told; the next ones are)
                self._leave_out(len(what))
                log.warning("sensorthings_mqtt_untold", reason=str(error), error=type(error).__name__)

    async def _tell_all(self, changes: Sequence[Change]) -> None:
        left = self.settings.questions_max
        for change in changes:
            audiences = [each for each in self._audiences.values() if each.topic.wants(change)]
            telling = Telling(self.hub, self.reading, self.root, self.hub.clock())
            for audience in audiences[: max(0, left)]:
                found = await telling.document(audience.topic, change)
                if found is not None:
                    self._send(audience, dumped(found))
            if len(audiences) > left:
                log.warning("sensorthings_mqtt_left_out", questions=len(audiences) - left)
            left -= len(audiences)

    async def _tell_rows(self, batches: Sequence[int]) -> None:
        """New observations: most topics are about all, or about those of a datastream, and ask the database nothing more."""
        audiences = [each for each in self._audiences.values() if each.topic.entity == "Observation"]
        if not audiences:
            return
        statement = sql.SQL(QUERIES["of_batches"]).format(
            columns=sql.SQL(", ").join(self._shaping.columns), source=relation(ENTITIES["Observation"])
        )
        asked = {"batches": list(batches), "rows": self.settings.rows_max}
        rows = await self.hub.database.fetch(statement.as_bytes(None), asked)
        simple = [each for each in audiences if _is_simple(each.topic)]
        others = [each for each in audiences if not _is_simple(each.topic)]
        left = self.settings.questions_max
        for row, payload in zip(rows, self._shaping.entities(rows), strict=True):
            for audience in simple:
                if audience.topic.datastream in {None, row[0]}:
                    self._send(audience, payload)
            change = Change("Observation", (row[0], row[1]))
            telling = Telling(self.hub, self.reading, self.root, self.hub.clock())
            for audience in others[: max(0, left)]:
                left -= 1
                found = await telling.document(audience.topic, change)
                if found is not None:
                    self._send(audience, dumped(found))

    def _send(self, audience: _Audience, payload: bytes) -> None:
        for session in [*audience.sessions]:
            session.send(audience.topic.text, payload)
            self.sent.inc()


def _is_simple(topic: Topic) -> bool:
    """About all observations, or those of one datastream, with all that they have."""
    is_about = topic.is_plain or topic.datastream is not None
    return is_about and not topic.resource.tail and not topic.options.written
