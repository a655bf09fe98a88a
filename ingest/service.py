"""The loop of one worker: take a batch, check it, write it until it is committed, acknowledge it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import psycopg
import structlog

from citycore.errors import StoreUnavailable
from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import Connection, connect
from citycore.topics import Address
from ingest.allowances import NOTHING_BEYOND, Allowances, Weighed
from ingest.comparing import Comparing
from ingest.decoders.model import Decoded
from ingest.decoding import Formats, address_of
from ingest.guard import Guard
from ingest.inbox import Inbox
from ingest.metrics import Metrics
from ingest.model import Checked, Family, Received, Route
from ingest.names import Names
from ingest.notes import is_credential, recents, remembered
from ingest.polls import Polls
from ingest.posts import alongside_of, apart, tell
from ingest.quality import Recent, evaluate
from ingest.registry import LISTENS, Registry, hear
from ingest.repository import find_unaccepted, report, sign_off
from ingest.row_posts import RowPost
from ingest.rules import Checker
from ingest.sessions import Session, open_session, report_session
from ingest.settings import IngestSettings
from ingest.strangers import Strangers
from ingest.subscriber import TAKEOVER_HINT, Subscriber
from ingest.writer import Batch, Writer

log = structlog.get_logger()

_IDLE_SECONDS = 0.5
Outcome = TypeVar("Outcome")
FindSession = Callable[[Connection, IngestSettings], Session]


@dataclass(slots=True)
class _Report:
    """What the database was told last of the session."""

    at: float = -math.inf
    is_connected: bool = False
    takeovers: int = 0


class Ingest:
    """One ingest worker. ``run`` works until ``stop`` is called from anywhere."""

    def __init__(
        self,
        broker: BrokerSettings,
        store: StoreSettings,
        settings: IngestSettings,
        metrics: Metrics,
        *,
        find_session: FindSession = open_session,
    ) -> None:
        """``find_session`` tells under which name this worker goes to the broker, and for what."""
        self._settings = settings
        self._broker = broker
        self._store = store
        self._metrics = metrics
        self._find_session = find_session
        #: Known once the database has told the session.
        self._subscriber: Subscriber | None = None
        self._session = Session("")
        self._allowances = Allowances(settings)
        self._strangers = Strangers(
            settings.unknown_topic_letters_max, settings.unknown_topic_letters_per_second_max
        )
        self._guard = Guard(broker, settings)
        self._report = _Report()
        self._registry = Registry(settings.registry_age_seconds_max)
        self._formats = Formats(settings)
        #: By datastream, the unit in which its results came last, where that is not its own.
        self._sent_units: dict[int, str] = {}
        #: The things that the batch in hand names in other formats.
        self._named: set[Address] = set()
        self._writer = Writer(self._connect, settings.worker)
        self._polls = Polls(self.inbox, settings)
        self._in_hand = 0
        self._credentials: set[tuple[str, str, bytes]] = set()
        self._comparing = Comparing(settings)
        self._is_alone = not settings.is_shared
        #: By datastream, what tests of quality compare the next result with, and that of the batch in hand: of a lone worker.
        self._recents: dict[int, Recent | None] = {}
        self._seen: dict[int, Recent] = {}
        self._request_at = 0.0
        self._report_at = time.monotonic()
        self._stopping = threading.Event()
        self._store_answers = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def not_ready(self) -> dict[str, str]:
        """What is missing, by component; empty when messages flow."""
        missing = {}
        subscriber = self._subscriber
        if subscriber is None or not subscriber.connected:
            is_taken_over = subscriber is not None and subscriber.is_taken_over
            missing["broker"] = TAKEOVER_HINT if is_taken_over else "not connected"
        if not self._store_answers.is_set():
            missing["store"] = "does not answer"
        return missing

    def run(self) -> None:
        """Receive and store until stopped; what is not committed by then stays with the broker."""
        subscriber = self._connect_to_broker()
        if subscriber is None:
            self._writer.close()
            return
        self._metrics.in_flight.set_function(lambda: len(subscriber.inbox) + self._in_hand)
        self._metrics.inbox_bytes.set_function(lambda: subscriber.inbox.payload_bytes)
        self._metrics.broker_drops.set_function(lambda: subscriber.broker_drops)
        self._metrics.qos0_drops.set_function(lambda: subscriber.qos0_drops)
        self._metrics.takeovers.set_function(self._takeovers)
        try:
            while not self._stopping.is_set():
                is_idle = not self._take_and_handle(subscriber)
                if is_idle or time.monotonic() >= self._report_at:
                    self._heal()
                self._tell(subscriber)
        finally:
            self._guard.stop()
            self._polls.stop()
            subscriber.stop()
            self._sign_off()
            self._writer.close()

    def retire(self) -> bool:
        """Store what this worker's session still holds and end the session; whether that was done.

        For a worker that does not come back: the broker would hoard its share, and at last throw it away.
        """
        subscriber, emptied, self._is_alone = self._connect_to_broker(), False, False  # others work beside it
        if subscriber is None:
            self._writer.close()
            return emptied
        end = time.monotonic() + self._settings.drain_seconds_max
        try:
            while not self._stopping.is_set() and time.monotonic() < end:
                if self._take_and_handle(subscriber):
                    end = time.monotonic() + self._settings.drain_seconds_max
                elif subscriber.takeovers:
                    break  # it is in use: somebody works under this name
                elif subscriber.connected and self._in_hand == 0:
                    emptied = True
                    break
        finally:
            subscriber.stop(end_session=emptied)
            if emptied:
                self._sign_off()
            self._writer.close()
        return emptied

    def _connect_to_broker(self) -> Subscriber | None:
        """Begin to listen, once the database has told as whom; None if stopped before."""
        session = self._persist(lambda: self._find_session(self._writer.connection(), self._settings))
        if session is None:
            return None
        self._session = session
        self._subscriber = Subscriber(self._broker, self._settings, session)
        self._subscriber.start()
        return self._subscriber

    def _tell(self, subscriber: Subscriber) -> None:
        """Tell the database how the session fares, at once what changed; what fails is told the next time."""
        told, is_connected = self._report, subscriber.connected
        is_due = time.monotonic() - told.at >= self._settings.report_seconds
        if not is_due and (is_connected, self._takeovers()) == (told.is_connected, told.takeovers):
            return
        try:
            self._guard.tend(self._writer.connection())
            if self._settings.polls:
                self._polls.tend(self._registry.sources(self._writer.connection).values())
            takeovers = self._takeovers()
            report_session(
                self._writer.connection(),
                self._settings.worker,
                self._session,
                is_connected=is_connected,
                taken_over=takeovers - told.takeovers,
            )
        except (psycopg.Error, StoreUnavailable) as error:
            self._failed(error)
            return
        self._report = _Report(time.monotonic(), is_connected, takeovers)

    def _takeovers(self) -> int:
        return self._guard.takeovers + (self._subscriber.takeovers if self._subscriber else 0)

    def _take_and_handle(self, subscriber: Subscriber) -> bool:
        """Handle the next batch; False if none came for a while."""
        received = subscriber.inbox.take(
            self._settings.batch_messages_max, self._settings.batch_delay_seconds_max, _IDLE_SECONDS
        )
        for batch in apart(received):
            self._handle(subscriber, batch)
        return bool(received)

    def _handle(self, subscriber: Subscriber, received: list[Received]) -> None:
        began = time.perf_counter()
        self._in_hand = len(received)
        # Once, however often the database fails meanwhile: what was weighed is spent.
        weighed = self._persist(lambda: self._weigh(received))
        checked = None if weighed is None else self._persist(lambda: self._check(received, weighed))
        if checked is None:
            return
        batch = Batch(checked, alongside_of(received))
        writing = time.perf_counter()
        account = self._persist(lambda: self._writer.write(batch))
        if account is None:
            return
        self._comparing.end()
        committed = time.perf_counter()
        subscriber.acknowledge(received)
        tell(checked, batch.fates, batch.unheard)
        self._recents |= self._seen
        self._formats.keep(checked.notes.memory)
        self._request(subscriber, checked)
        self._in_hand = 0
        oldest = min(message.received_microseconds for message in received)
        lag_seconds = max(0.0, time.time() - oldest / 1_000_000)
        self._metrics.count(account, checked.rejections)
        self._metrics.note(checked.notes)
        self._metrics.time(account, time.perf_counter() - began, committed - writing, lag_seconds)
        log.debug("batch_written", rows=account.stored, lag_seconds=round(lag_seconds, 3))

    def may_send(self, source: str, user: str, secret_digest: bytes) -> bool:
        """Whether a credential of the source counts; asked on a connection of its own, from any thread.

        One that counts is believed until the registry changes; ``StoreUnavailable`` without the database.
        """
        if (source, user, secret_digest) in self._credentials:
            return True
        with connect(self._store.ingest_url, self._store, f"{self._settings.worker}-posts") as connection:
            is_known = is_credential(connection, source, user, secret_digest)
        if is_known:
            self._credentials.add((source, user, secret_digest))
        return is_known

    def inbox(self) -> Inbox | None:
        """Where messages wait, once there is one."""
        return None if self._subscriber is None else self._subscriber.inbox

    def _request(self, subscriber: Subscriber, checked: Checked) -> None:
        """Publish what formats ask for; what goes beyond the rate is asked for again when it is missed again."""
        now = time.monotonic()
        for topic, payload in checked.notes.requests:
            if now >= self._request_at:
                self._request_at = now + self._settings.request_interval_seconds
                subscriber.publish(topic, payload)

    def _weigh(self, received: list[Received]) -> Weighed:
        """Which of these messages come of sources that are not accepted and send too much."""
        connection_of = self._writer.connection
        if self._registry.accepts_all(connection_of):
            return NOTHING_BEYOND
        if type(post := received[0].post) is RowPost:
            code = find_unaccepted(connection_of(), post.numbers)
            source = None if code is None else self._registry.sources(connection_of).get(code)
            return self._allowances.weigh(received, lambda _: source)
        return self._allowances.weigh(
            received, lambda message: self._registry.source_of(connection_of, message.topic)
        )

    def _check(self, received: list[Received], weighed: Weighed = NOTHING_BEYOND) -> Checked:
        self._hear_of_changes()
        if type(post := received[0].post) is RowPost:
            if weighed.messages:
                return post.refuse(received[0], weighed)
            known = self._registry.datastreams(self._writer.connection, post.numbers)
            checked = post.check(known, received[0], self._settings)
            self._evaluate(checked)
            return checked
        beyond = weighed.messages
        topics = {message.topic for number, message in enumerate(received) if number not in beyond}
        checked = self._check_once(received, topics, weighed)
        unknown = [r for r in checked.rejections if r.reason == "unknown_property"]
        if unknown:
            # The datastream may have been registered since; look again before refusing it.
            named = {received[rejection.message].topic for rejection in unknown}
            self._registry.forget(named, self._named)
            checked = self._check_once(received, topics, weighed)
        for unit in checked.notes.units:
            self._sent_units[unit.datastream_id] = unit.sent_unit
        self._evaluate(checked)
        return self._strangers.apply(checked)

    def _evaluate(self, checked: Checked) -> None:
        """Flag what tests of quality find; what they saw counts once the batch is stored."""
        self._seen, rows = {}, checked.rows.get(Family.MEASUREMENT)
        if rows is None or not checked.quality_tests:
            return
        looking_back = {number: tests for number, tests in checked.quality_tests.items() if tests.looks_back}
        if looking_back and not self._is_alone:
            found = self._comparing.compare(self._writer.connection(), rows, checked.quality_tests)
            checked.flags += found.flags
            notes = checked.notes
            notes.late_flags, notes.undue_flags, notes.passed = found.late, found.undue, found.passed
            return
        unknown = {number: tests for number, tests in looking_back.items() if number not in self._recents}
        if unknown:
            connection = self._writer.connection()
            with connection.transaction():
                self._recents |= recents(connection, unknown, self._settings.quality_rows_max)
        evaluation = evaluate(rows, checked.quality_tests, self._recents)
        checked.flags += evaluation.flags
        checked.notes.late_flags = evaluation.late
        self._seen = evaluation.recents

    def _check_once(self, received: list[Received], topics: set[str], weighed: Weighed) -> Checked:
        connection_of = self._writer.connection
        targets = self._registry.resolve(connection_of, topics)
        others = None
        if any(type(target) is Route for target in targets.values()):
            others = self._formats.decode(received, targets, self._load_memory, weighed.messages)
            self._named = {
                address_of(target, reading)
                for number, decoded in others.decoded.items()
                if isinstance(decoded, Decoded) and type(target := targets[received[number].topic]) is Route
                for reading in decoded.readings
            }
            others.things = self._registry.find(connection_of, self._named)
        names = Names(self._registry.aliases, self._sent_units)
        return Checker(targets, self._settings, others, names).check(received, weighed)

    def _load_memory(self, source_id: int, key: str) -> object:
        connection = self._writer.connection()
        with connection.transaction():
            return remembered(connection, source_id, key)

    def _hear_of_changes(self) -> None:
        """Where the registry changed, or another worker noted something, look everything up anew."""
        connection = self._writer.connection()
        if not self._is_alone:
            hear(connection)
        heard = {notice.pid for notice in connection.notifies(timeout=0)}
        if heard - {connection.info.backend_pid}:
            self._registry.forget_all()
            self._formats.forget()
            self._sent_units.clear()
            self._credentials.clear()

    def _persist(self, work: Callable[[], Outcome]) -> Outcome | None:
        """Do it, waiting out every transient failure of the database; None only when stopped.

        Meanwhile nothing is acknowledged, so the broker sends no more than its window and
        keeps the rest.
        """
        delay = self._settings.retry_delay_seconds_min
        while True:
            try:
                outcome = work()
            except (psycopg.Error, StoreUnavailable) as error:
                self._failed(error)
                if self._stopping.wait(delay):
                    return None
                delay = min(delay * 2, self._settings.retry_delay_seconds_max)
                continue
            self._healed()
            return outcome

    def _failed(self, error: Exception) -> None:
        self._metrics.retries.inc()
        if self._store_answers.is_set():
            log.warning("store_failed", error=(str(error).strip().splitlines() or [repr(error)])[0])
            self._store_answers.clear()

    def _healed(self) -> None:
        if not self._store_answers.is_set():
            log.info("store_answers")
            self._store_answers.set()

    def _heal(self) -> None:
        """Notice whether the database went away or came back, and note that this worker is at work."""
        try:
            self._hear_of_changes()
            connection = self._writer.connection()
            if time.monotonic() >= self._report_at:
                report(connection, self._settings.worker)
                self._report_at = time.monotonic() + self._settings.report_seconds
            else:
                connection.execute("SELECT 1")
            connection.commit()
        except (psycopg.Error, StoreUnavailable) as error:
            self._failed(error)
        else:
            self._healed()

    def _sign_off(self) -> None:
        """Say that this worker is gone in order. Without the database its silence says so."""
        if self._store_answers.is_set():
            with suppress(psycopg.Error, StoreUnavailable):
                sign_off(self._writer.connection(), self._settings.worker)
                self._writer.connection().commit()

    def _connect(self) -> Connection:
        connection = connect(self._store.ingest_url, self._store, self._settings.worker)
        seconds = self._settings.lock_timeout_seconds
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
        for listen in LISTENS:
            connection.execute(listen)
        connection.commit()
        self._registry.forget_all()  # what was announced while nobody listened
        return connection
