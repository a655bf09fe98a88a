"""Evaluates rules over what is committed: exactly once, in the order of phenomenon times.

States, events, deliveries and the cursor are committed together, and what is remembered in the process changes only
afterwards. So a process that is killed anywhere has raised nothing, or all of it, and the next one goes on there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from citycore.alerts.document import plain
from citycore.alerts.model import IDLE, Event, Sample, State
from citycore.alerts.rules import Watch, exceedance, silence, step, told_at
from citycore.alerts.settings import AlertSettings
from citycore.store.connections import Connection
from citycore.store.rows import only_row, rows_of
from ingest.alerts.anomalies import Seen, samples_of, told_of
from ingest.alerts.subjects import QUERIES, Watched, Watchlist, watchlist
from ingest.alerts.telling import body_of

Key = tuple[str, str]
#: Beyond the end of an index it is higher than any number.
BEYOND = 501.0


@dataclass(frozen=True, slots=True)
class _Remembered:
    state: State = IDLE
    #: The newest instant that was looked at, of what has no datastream of its own.
    newest_at: datetime | None = None


@dataclass(slots=True)
class _Round:
    """What one transaction changes, and what is remembered if it commits."""

    states: dict[Key, _Remembered] = field(default_factory=dict)
    positions: dict[int, tuple[datetime, float | None]] = field(default_factory=dict)
    opened: dict[Key, UUID | None] = field(default_factory=dict)
    raised: int = 0
    #: Alerts that are raised or cleared, in their order: one of a rule and subject is open at a time.
    changes: list[tuple[Literal["raise", "clear"], dict[str, Any]]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Evaluator:
    """One for a connection that leads; ``refresh`` after changes of rules and of the registry."""

    connection: Connection
    settings: AlertSettings
    watched: Watchlist = field(default_factory=Watchlist, init=False)
    _receivers: set[str] = field(default_factory=set, init=False)
    _registry: Any = field(default=None, init=False)
    _states: dict[Key, _Remembered] = field(default_factory=dict, init=False)
    _positions: dict[int, tuple[datetime, float | None]] = field(default_factory=dict, init=False)
    _open: dict[Key, UUID] = field(default_factory=dict, init=False)
    _anomaly_run: str | None = field(default=None, init=False)

    def lead(self) -> bool:
        """Whether this connection is the one that evaluates."""
        (is_ours,) = self.connection.execute(QUERIES["lead"]).fetchone() or (False,)
        return bool(is_ours)

    def refresh(self, now: datetime) -> None:
        """Read rules, subjects and what is remembered of them; what nobody watches any more is cleared."""
        with self.connection.transaction():
            self.connection.execute(QUERIES["begin"])
            self._registry = self.connection.execute(QUERIES["registry"]).fetchone()
            self.watched, self._anomaly_run = watchlist(self.connection), None
            self._receivers = {code for code, _ in self.connection.execute(QUERIES["receivers"]).fetchall()}
            self._states = {
                (rule, subject): _Remembered(State(is_raised, since), newest_at)
                for rule, subject, is_raised, since, newest_at in self.connection.execute(
                    QUERIES["states"]
                ).fetchall()
            }
            self._open = {
                (rule, subject): alert_id
                for rule, subject, alert_id in self.connection.execute(QUERIES["open"]).fetchall()
            }
            rows = self.connection.execute(QUERIES["positions"], {"datastreams": self.watched.datastreams})
            self._positions = {number: (at, value) for number, at, value in rows.fetchall()}
            self._let_go(now)

    def refresh_if_registry_changed(self, now: datetime) -> None:
        if self.connection.execute(QUERIES["registry"]).fetchone() != self._registry:
            self.refresh(now)

    def _let_go(self, now: datetime) -> None:
        known = self.watched.known
        for key in [key for key in self._open if key not in known]:
            values = {"alert_id": self._open.pop(key), "at": now, "value": None, "event": "cleared"}
            self.connection.execute(QUERIES["clear"], values)
            self.connection.execute(QUERIES["note"], values)
        for rule, subject in [key for key in self._states if key not in known]:
            del self._states[rule, subject]
            self.connection.execute(QUERIES["forget_state"], {"rule": rule, "subject": subject})

    def evaluate(self, now: datetime) -> int:
        """Look at what was committed since the last time; the number of batches, 0 when there is nothing new."""
        made = _Round()
        with self.connection.transaction():
            batches = self._take_batches()
            if batches and self.watched.by_datastream:
                parameters = {
                    "batches": batches,
                    "since": now - timedelta(seconds=self.settings.event_age_seconds_max),
                    "datastreams": self.watched.datastreams,
                }
                rows = self.connection.execute(QUERIES["observations"], parameters).fetchall()
                for number, at, value in rows:
                    self._observe(made, number, at, value, now)
            self._write(made)
        self._remember(made)
        return len(batches)

    def look(self, now: datetime) -> int:
        """Look for what is missing, new forecasts, anomalies and indices; the number of alerts raised."""
        made = _Round()
        with self.connection.transaction():
            self._look_for_missing(made, now)
            self._look_at_forecasts(made, now)
            run = self._look_at_anomalies(made, now)
            self._look_at_indices(made, now)
            self._write(made)
        self._remember(made)
        self._anomaly_run = run
        return made.raised

    def _take_batches(self) -> Sequence[int]:
        """New ones, or those that had to wait; the cursor moves with what is done with them."""
        (position, _) = self.connection.execute(QUERIES["cursor"]).fetchone() or (None, 0)
        reached, is_ahead, batches = self.connection.execute(
            QUERIES["fresh_batches"], {"position": position}
        ).fetchone() or (position, False, [])
        if batches or is_ahead:
            self.connection.execute(QUERIES["advance"], {"position": reached})
        most = {"batches_max": self.settings.batches_max}
        waiting = [number for (number,) in self.connection.execute(QUERIES["take_backlog"], most).fetchall()]
        if waiting or len(batches) > self.settings.batches_max:
            # In their order: what waited comes first.
            now_taken = batches[: self.settings.batches_max - len(waiting)]
            self.connection.execute(QUERIES["postpone"], {"batches": batches[len(now_taken) :]})
            return [*sorted(waiting), *now_taken]
        return list(batches)

    def _observe(self, made: _Round, number: int, at: datetime, value: float | None, now: datetime) -> None:
        newest = made.positions.get(number) or self._positions.get(number)
        if newest is not None and at <= newest[0]:
            return  # what is late changes nothing any more
        previous_at, previous_value = newest or (None, None)
        sample = Sample(at, value, previous_at, previous_value)
        for watched in self.watched.by_datastream[number]:
            self._step(made, watched, sample, now)
        made.positions[number] = (at, value)

    def _step(self, made: _Round, watched: Watched, sample: Sample, now: datetime) -> None:
        before = self._recall(made, watched.key)
        state, events = step(watched.watch, before.state, sample)
        if events or state != before.state:
            made.states[watched.key] = _Remembered(state, before.newest_at)
            self._happen(made, watched, events, now)

    def _look_for_missing(self, made: _Round, now: datetime) -> None:
        (account,) = self.connection.execute(QUERIES["account"]).fetchone() or (None,)
        allowed = timedelta(seconds=self.settings.account_seconds_max)
        judged_at = now if account is None else min(now, account + allowed)
        for watched in self.watched.missing:
            before = self._recall(made, watched.key)
            newest = self._positions.get(watched.subject.datastream_id or 0)
            since = watched.since if newest is None else newest[0]
            state, events = silence(watched.watch, before.state, since, judged_at)
            if events:
                made.states[watched.key] = _Remembered(state)
                self._happen(made, watched, events, now)

    def _look_at_forecasts(self, made: _Round, now: datetime) -> None:
        (_, after) = self.connection.execute(QUERIES["cursor"]).fetchone() or (None, 0)
        (newest,) = self.connection.execute(QUERIES["newest_forecast"]).fetchone() or (0,)
        if newest <= after:
            return
        parameters = {
            "after": after,
            "since": now - timedelta(seconds=self.settings.event_age_seconds_max),
            "datastreams": list(self.watched.by_forecast),
        }
        rows = self.connection.execute(QUERIES["forecasts"], parameters).fetchall()
        for number, issued_at, hours in issues(rows):
            for watched in self.watched.by_forecast[number]:
                self._foresee(made, watched, issued_at, hours, now)
        self.connection.execute(QUERIES["advance_forecasts"], {"forecast_id": newest})

    def _foresee(
        self,
        made: _Round,
        watched: Watched,
        issued_at: datetime,
        hours: Sequence[tuple[datetime, Sequence[float]]],
        now: datetime,
    ) -> None:
        expected_at, probability = foreseen(watched.watch, hours)
        before = self._recall(made, watched.key)
        state, events = step(watched.watch, before.state, Sample(issued_at, probability))
        told = tuple(Event(each.happening, each.at, each.value, expected_at) for each in events)
        made.states[watched.key] = _Remembered(state, issued_at)
        self._happen(made, watched, told, now)

    def _look_at_anomalies(self, made: _Round, now: datetime) -> str | None:
        """Up to which run of nowcasts, which notes anomalies, that is done."""
        if not self.watched.by_anomaly:
            return None
        run = only_row(self.connection, str, QUERIES["anomaly_run"])
        if run == self._anomaly_run:
            return run
        since = now - timedelta(seconds=self.settings.event_age_seconds_max)
        parameters = {"since": since, "datastreams": list(self.watched.by_anomaly)}
        for one in rows_of(self.connection, Seen, QUERIES["anomalies"], parameters):
            for watched in self.watched.by_anomaly[one.datastream_id]:
                for sample in samples_of(one):
                    self._find_odd(made, watched, one, sample, now)
        return run

    def _find_odd(self, made: _Round, watched: Watched, one: Seen, sample: Sample, now: datetime) -> None:
        before = self._recall(made, watched.key)
        if before.newest_at is not None and sample.at < before.newest_at:
            return
        is_old = sample.at <= now - timedelta(seconds=self.settings.event_age_seconds_max)
        was_over = one.ended_at is not None and one.ended_at <= watched.since
        if not before.state.is_raised and (is_old or was_over):
            return  # nobody is told any more that it began
        state, events = step(watched.watch, before.state, sample)
        made.states[watched.key] = _Remembered(state, sample.at)
        self._happen(made, watched, told_of(one, events), now)

    def _look_at_indices(self, made: _Round, now: datetime) -> None:
        indices = sorted({index for index, _ in self.watched.by_index})
        if not indices:
            return
        since = now - timedelta(seconds=self.settings.event_age_seconds_max)
        rows = self.connection.execute(
            QUERIES["air_quality"], {"since": since, "indices": indices}
        ).fetchall()
        for index, thing_id, at, *figures in rows:
            for watched in self.watched.by_index.get((index, thing_id), ()):
                before = self._recall(made, watched.key)
                if before.newest_at is not None and at <= before.newest_at:
                    continue
                state, events = step(watched.watch, before.state, Sample(at, number_of(*figures)))
                made.states[watched.key] = _Remembered(state, at)
                self._happen(made, watched, events, now)

    def _recall(self, made: _Round, key: Key) -> _Remembered:
        return made.states.get(key) or self._states.get(key) or _Remembered()

    def _happen(self, made: _Round, watched: Watched, events: Iterable[Event], now: datetime) -> None:
        for event in events:
            alert_id = self._note(made, watched, event)
            if alert_id is None:
                continue
            rule = watched.watch.rule
            for code in rule.notify:
                if code not in self._receivers:
                    continue
                delivery_id = uuid4()
                made.deliveries.append(
                    {
                        "delivery_id": delivery_id,
                        "alert_id": alert_id,
                        "event": event.happening,
                        "receiver": code,
                        "body": body_of(delivery_id, alert_id, rule, watched.subject, event),
                        "due_at": told_at(rule, now),
                    }
                )

    def _note(self, made: _Round, watched: Watched, event: Event) -> UUID | None:
        """The alert that it belongs to; None for a clearing of what is not open."""
        key, rule = watched.key, watched.watch.rule
        opened = made.opened[key] if key in made.opened else self._open.get(key)
        values: dict[str, Any] = {"at": event.at, "value": event.value}
        if event.happening == "raised":
            if opened is not None:
                return None
            opened = uuid4()
            made.raised += 1
            made.opened[key] = opened
            subject = watched.subject
            made.changes.append(
                (
                    "raise",
                    {
                        **values,
                        "alert_id": opened,
                        "rule": rule.code,
                        "subject": subject.key,
                        "thing_id": subject.thing_id,
                        "datastream_id": subject.datastream_id,
                        "document": Jsonb(plain(rule)),
                        "severity": rule.severity,
                        "is_public": rule.is_public,
                        "expected_at": event.expected_at,
                    },
                )
            )
        else:
            if opened is None:
                return None
            made.opened[key] = None
            made.changes.append(("clear", {**values, "alert_id": opened}))
        made.notes.append({**values, "alert_id": opened, "event": event.happening})
        return opened

    def _write(self, made: _Round) -> None:
        with self.connection.cursor() as cursor:
            for statement, values in made.changes:
                cursor.execute(QUERIES[statement], values)
            if made.notes:
                cursor.executemany(QUERIES["note"], made.notes)
            if made.deliveries:
                cursor.executemany(QUERIES["deliver"], made.deliveries)
            kept, forgotten = [], []
            for (rule, subject), one in made.states.items():
                values = {"rule": rule, "subject": subject, "newest_at": one.newest_at}
                if one.state == IDLE and one.newest_at is None:
                    forgotten.append(values)
                else:
                    state = {"is_raised": one.state.is_raised, "since": one.state.since}
                    kept.append({**values, **state})
            if kept:
                cursor.executemany(QUERIES["keep_state"], kept)
            if forgotten:
                cursor.executemany(QUERIES["forget_state"], forgotten)
            if made.positions:
                numbers = sorted(made.positions)
                cursor.execute(
                    QUERIES["keep_positions"],
                    {
                        "datastreams": numbers,
                        "times": [made.positions[number][0] for number in numbers],
                        "values": [made.positions[number][1] for number in numbers],
                    },
                )

    def _remember(self, made: _Round) -> None:
        self._states |= made.states
        self._positions |= made.positions
        for key, alert_id in made.opened.items():
            if alert_id is None:
                self._open.pop(key, None)
            else:
                self._open[key] = alert_id


def issues(
    rows: Iterable[tuple[Any, ...]],
) -> list[tuple[int, datetime, list[tuple[datetime, Sequence[float]]]]]:
    """Forecasts in their order: of which datastream, when issued, and their hours."""
    found: dict[int, tuple[int, datetime, list[tuple[datetime, Sequence[float]]]]] = {}
    for forecast_id, number, issued_at, hour, bounds in rows:
        found.setdefault(forecast_id, (number, issued_at, []))[2].append((hour, bounds))
    return list(found.values())


def foreseen(
    watched: Watch, hours: Sequence[tuple[datetime, Sequence[float]]]
) -> tuple[datetime | None, float]:
    """The first hour that is as probable as the rule wants, else the most probable one, and its probability."""
    told = [(exceedance(bounds, watched.above, watched.below), hour) for hour, bounds in hours]
    for probability, hour in told:
        if probability > watched.high:
            return hour, max(probability for probability, _ in told)
    return None, max((probability for probability, _ in told), default=0.0)


def number_of(value: int | None, level_rank: int | None, is_beyond: bool) -> float | None:
    """An index as a number: its value, or the rank of its level where it has none."""
    if is_beyond:
        return BEYOND
    return value if value is not None else level_rank
