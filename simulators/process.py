"""The running simulation: the present at each thing's interval, and in its pauses a past, as fast as it is accepted."""

from __future__ import annotations

import contextlib
import heapq
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import structlog

from citycore.clock import Clock
from citycore.settings import BrokerSettings
from simulators.calendar import DAY_SECONDS, MUSCAT_OFFSET_SECONDS
from simulators.city import DEFAULT_SEED, City, Scenario, SimulatedThing, build_city
from simulators.faults import Fault, buffered_messages, message_of, with_faults
from simulators.noise import chance, key_of
from simulators.pilot import build_pilot
from simulators.publisher import Publisher, Stopped
from simulators.settings import SimulatorsSettings
from simulators.signals import Reading, readings, results

log = structlog.get_logger()

HOUR_SECONDS = 3_600
#: So many hours of the city are computed at once: few calls, and little memory.
HOURS_AT_ONCE = 6
#: How long the past waits for acknowledgements before it looks again.
TURN_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to play. ``speed`` shortens the waiting between messages; instants stay the present ones."""

    seed: int = DEFAULT_SEED
    speed: float = 1.0
    scenario: Scenario = Scenario.CALM
    faults: tuple[Fault, ...] = ()
    backfill_days: int = 0
    things_max: int | None = None
    #: Play the things of the demo's pilot instead of the city's.
    is_pilot: bool = False


def play(
    plan: Plan,
    broker: BrokerSettings,
    *,
    clock: Clock,
    stopping: Callable[[], bool],
    limits: SimulatorsSettings | None = None,
) -> int:
    """Publish until ``stopping``; the number of acknowledged messages.

    :class:`~citycore.errors.BrokerUnavailable` if the broker does not answer at the start.
    """
    limits = limits or SimulatorsSettings()
    now = clock()
    city = staged_city(plan, now)
    # A simulation waits for its broker for as long as it is away.
    patient = limits.model_copy(update={"replay_silence_seconds_max": math.inf})
    with Publisher(broker, patient, stopping=stopping) as publisher:
        log.info("simulation_started", things=len(city.things), seed=plan.seed, scenario=str(plan.scenario))
        past = Past(publisher, past_messages(plan, city, now, limits), limits) if plan.backfill_days else None
        with contextlib.suppress(Stopped):
            _play_live(publisher, plan, city, clock, limits, past)
        if not publisher.drain(limits.stop_seconds_max):
            log.warning("stopped_unacknowledged", messages=publisher.unacknowledged)
        log.info("simulation_stopped", acknowledged=publisher.acknowledged)
    return publisher.acknowledged


def staged_city(plan: Plan, now: datetime) -> City:
    """The plan's city: its scenario begins now, and its things are no more than it allows.

    When they are limited, every kind keeps its share.
    """
    city = build_city(plan.seed)
    things = build_pilot(plan.seed) if plan.is_pilot else city.things
    if plan.things_max is not None and plan.things_max < len(things):
        kept = np.linspace(0, len(things) - 1, plan.things_max).round().astype(int)
        things = tuple(things[position] for position in kept)
    return replace(city, things=things, scenario=plan.scenario, scenario_at=now.timestamp())


def history(city: City, days: int, now: datetime, readings_max: int | None = None) -> Iterator[Reading]:
    """Every reading of the last ``days`` days before ``now``, at the instants at which the things would have
    sent them: hour by hour, thing by thing.

    A thing that reports so often that it would be more than ``readings_max`` begins later, with a whole day.
    """
    end = math.ceil(now.timestamp())
    firsts = [_first_of_past(thing, days, end, readings_max) for thing in city.things]
    first_hour = int(min(firsts, default=end)) // HOUR_SECONDS
    for hour in range(first_hour, -(-end // HOUR_SECONDS), HOURS_AT_ONCE):
        computed = [
            _by_hour(
                thing, city, max(first, hour * HOUR_SECONDS), min(end, (hour + HOURS_AT_ONCE) * HOUR_SECONDS)
            )
            for thing, first in zip(city.things, firsts, strict=True)
        ]
        for number in range(hour, hour + HOURS_AT_ONCE):
            for of_thing in computed:
                yield from of_thing.get(number, ())


def _first_of_past(thing: SimulatedThing, days: int, end: int, readings_max: int | None) -> float:
    """Since when a thing has a past: whole days of Muscat, as far as its interval allows."""
    if readings_max is not None:
        days = min(days, max(1, readings_max * thing.interval_seconds // DAY_SECONDS))
    midnight = (end + MUSCAT_OFFSET_SECONDS) // DAY_SECONDS * DAY_SECONDS - MUSCAT_OFFSET_SECONDS
    return midnight - days * DAY_SECONDS


def _by_hour(thing: SimulatedThing, city: City, start: float, end: float) -> dict[int, list[Reading]]:
    """The readings in ``[start, end)`` at the thing's own instants, by Unix hour."""
    step = float(thing.interval_seconds)
    instants = np.arange(_first_due(city.seed, thing, step, start - 1), end, step)
    found: dict[int, list[Reading]] = {}
    for reading in readings(thing, instants, city) if len(instants) else ():
        found.setdefault(int(reading.phenomenon_time.timestamp()) // HOUR_SECONDS, []).append(reading)
    return found


def past_messages(
    plan: Plan, city: City, now: datetime, limits: SimulatorsSettings
) -> Iterator[tuple[str, bytes]]:
    """The past as devices send it that were away: what lies side by side of one thing is one message."""
    stream = history(city, plan.backfill_days, now, limits.past_readings_max)
    return buffered_messages(with_faults(stream, plan.faults, plan.seed), limits.past_message_instants_max)


class Past:
    """Messages of the past, published while the present waits for its next instant."""

    def __init__(
        self, publisher: Publisher, messages: Iterator[tuple[str, bytes]], limits: SimulatorsSettings
    ) -> None:
        self._publisher = publisher
        self._messages = messages
        self._window = limits.past_unacknowledged_messages_max
        self._started = time.monotonic()
        #: How much had been published when the last of the past was.
        self._published: int | None = None
        self.is_over = False
        log.info("backfill_started")

    def advance(self, seconds: float) -> None:
        """Publish what the window allows, or spend these few seconds on the connection."""
        publisher = self._publisher
        if self._published is not None:
            publisher.wait(seconds)
            # The broker acknowledges in the order of publishing.
            if publisher.published - publisher.unacknowledged >= self._published:
                self._finish()
        elif publisher.unacknowledged >= self._window:
            publisher.wait(seconds)
        elif (message := next(self._messages, None)) is None:
            self._published = publisher.published
        else:
            publisher.publish(*message)

    def _finish(self) -> None:
        self.is_over = True
        seconds = time.monotonic() - self._started
        log.info("backfill_finished", messages=self._published, seconds=round(seconds, 1))


def _play_live(  # noqa: PLR0913, PLR0917  # the two that play, and what they need
    publisher: Publisher,
    plan: Plan,
    city: City,
    clock: Clock,
    limits: SimulatorsSettings,
    past: Past | None,
) -> None:
    """Everything once, so that nobody waits for the first values; then each thing at its interval.

    The stream never ends by itself; it is :class:`Stopped` from within.
    """
    log.info("live_started", speed=plan.speed)

    def wait(until: datetime) -> None:
        while (left := (until - clock()).total_seconds()) > 0.0 and past is not None and not past.is_over:
            past.advance(min(left, TURN_SECONDS))
        publisher.wait(max(0.0, left))

    stream = live(city, plan.speed, clock(), limits.interval_seconds_min, wait)
    for reading in with_faults(stream, plan.faults, plan.seed):
        publisher.publish(*message_of(reading))


def live(
    city: City,
    speed: float,
    start: datetime,
    interval_seconds_min: float,
    wait: Callable[[datetime], None],
) -> Iterator[Reading]:
    """Readings from ``start`` on, each after ``wait(instant)`` returned: never one of the future.

    A thing's instants lie at whole multiples of its interval after a phase of its own. If the
    broker was away, the instants missed meanwhile follow, because they can be computed still.
    """
    schedule: list[tuple[float, int]] = []
    steps = [max(thing.interval_seconds / speed, interval_seconds_min) for thing in city.things]
    now = math.ceil(start.timestamp())
    for number, thing in enumerate(city.things):
        schedule.append((_first_due(city.seed, thing, steps[number], now), number))
    heapq.heapify(schedule)
    wait(datetime.fromtimestamp(now, UTC))
    for thing in city.things:
        yield results(thing, datetime.fromtimestamp(now, UTC), city)
    while schedule:
        due, number = schedule[0]
        instant = datetime.fromtimestamp(round(due, 3), UTC)
        wait(instant)
        yield results(city.things[number], instant, city)
        heapq.heapreplace(schedule, (due + steps[number], number))


def _first_due(seed: int, thing: SimulatedThing, step: float, now: float) -> float:
    phase = chance(key_of(seed, "phase", thing.code)) * step
    phase = math.floor(phase) if step >= 1.0 else phase
    return (math.floor((now - phase) / step) + 1) * step + phase
