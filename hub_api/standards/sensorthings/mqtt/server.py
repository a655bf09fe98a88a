"""The endpoint: who is connected, what each subscribes to, and what they are sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client import Counter as Metric
from psycopg import sql
from starlette.datastructures import State

from citycore.settings import StoreSettings
from hub_api.serving.errors import QueryTooLong
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
        return self._server is not None

    async def start(self) -> None:
        """Where it cannot listen, the log says so, and everything else is served."""
        if self.settings.port is None:
            return
        try:
            self._server = await asyncio.start_server(
                lambda reader, writer: serve(self, reader, writer),
                self.settings.host,
                self.settings.port,
                limit=65_536,
                reuse_port=True,  # several processes of the API; each hears of all that is written
            )
        except OSError as error:
            log.error("sensorthings_mqtt_not_started", port=self.settings.port, reason=str(error))  # noqa: TRY400 (one line)
            return
        self._feed.start(asyncio.get_running_loop())
        self._teller = asyncio.create_task(self._run())

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
        asked = [
            (audience, change)
            for change in changes
            for audience in self._audiences.values()
            if audience.topic.wants(change)
        ]
        # What is cheap first: nobody waits for somebody else's condition.
        await self._ask(sorted(asked, key=lambda one: not one[0].topic.is_plain), len(asked))

    async def _ask(self, asked: Iterable[tuple[_Audience, Change]], count: int) -> None:
        """What costs a question each, of so many; whoever asks for what takes too long is sent away."""
        most = self.settings.questions_max
        tellings: dict[Change, Telling] = {}
        slow: set[str] = set()
        for audience, change in islice(asked, most):
            if audience.topic.text in slow:
                continue
            if change not in tellings:
                tellings[change] = Telling(self.hub, self.reading, self.root, self.hub.clock())
            try:
                async with asyncio.timeout(self.settings.question_seconds_max):
                    found = await tellings[change].document(audience.topic, change)
            except (TimeoutError, QueryTooLong):
                slow.add(audience.topic.text)
                self._send_away(audience)
                continue
            if found is not None:
                self._send(audience, dumped(found))
        if count > most:
            self._leave_out(count - most)

    def _send_away(self, audience: _Audience) -> None:
        log.warning("sensorthings_mqtt_topic_too_slow", topic=audience.topic.text[:200])
        for session in [*audience.sessions]:
            session.end()

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
        for row, payload in zip(rows, self._shaping.entities(rows), strict=True):
            for audience in simple:
                if audience.topic.datastream in {None, row[0]}:
                    self._send(audience, payload)
        changes = (Change("Observation", (row[0], row[1])) for row in rows)
        asked_of = ((audience, change) for change in changes for audience in others)
        await self._ask(asked_of, len(rows) * len(others))

    def _send(self, audience: _Audience, payload: bytes) -> None:
        for session in [*audience.sessions]:
            session.send(audience.topic.text, payload)
            self.sent.inc()


def _is_simple(topic: Topic) -> bool:
    """About all observations, or those of one datastream, with all that they have."""
    is_about = topic.is_plain or topic.datastream is not None
    return is_about and not topic.resource.tail and not topic.options.written
