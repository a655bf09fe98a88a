"""The running simulation: a past as fast as it is accepted, then the present at each thing's interval."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import structlog

from citycore.clock import Clock
from citycore.intervals import floor_hour
from citycore.settings import BrokerSettings
from simulators.city import DEFAULT_SEED, City, Scenario, SimulatedThing, build_city
from simulators.faults import Fault, message_of, with_faults
from simulators.noise import chance, key_of
from simulators.pilot import build_pilot
from simulators.publisher import Publisher, Stopped
from simulators.settings import SimulatorsSettings
from simulators.signals import Reading, readings, results

log = structlog.get_logger()

HOUR_SECONDS = 3_600.0


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
    city = staged_city(plan, clock())
    # A simulation waits for its broker for as long as it is away.
    patient = limits.model_copy(update={"replay_silence_seconds_max": math.inf})
    with Publisher(broker, patient, stopping=stopping) as publisher:
        log.info("simulation_started", things=len(city.things), seed=plan.seed, scenario=str(plan.scenario))
        try:
            if plan.backfill_days:
                _backfill(publisher, plan, city, clock)
            _play_live(publisher, plan, city, clock, limits)
        except Stopped:
            pass
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


def history(city: City, days: int, now: datetime) -> Iterator[Reading]:
    """One reading of every thing at every full hour of the last ``days`` days up to now, in order of time."""
    last = floor_hour(now)
    first = last - timedelta(days=days) + timedelta(hours=1)
    hours = np.arange(first.timestamp(), last.timestamp() + 1.0, HOUR_SECONDS)
    for start in range(0, len(hours), 24):
        of_day = [readings(thing, hours[start : start + 24], city) for thing in city.things]
        for of_hour in zip(*of_day, strict=True):
            yield from of_hour


def _backfill(publisher: Publisher, plan: Plan, city: City, clock: Clock) -> None:
    started = time.monotonic()
    log.info("backfill_started", days=plan.backfill_days)
    _publish(publisher, plan, history(city, plan.backfill_days, clock()))
    publisher.drain()
    seconds = time.monotonic() - started
    log.info("backfill_finished", messages=publisher.acknowledged, seconds=round(seconds, 1))


def _play_live(
    publisher: Publisher, plan: Plan, city: City, clock: Clock, limits: SimulatorsSettings
) -> None:
    """Everything once, so that nobody waits for the first values; then each thing at its interval.

    The stream never ends by itself; it is :class:`Stopped` from within.
    """
    log.info("live_started", speed=plan.speed)

    def wait(until: datetime) -> None:
        publisher.wait(max(0.0, (until - clock()).total_seconds()))

    _publish(publisher, plan, live(city, plan.speed, clock(), limits.interval_seconds_min, wait))


def _publish(publisher: Publisher, plan: Plan, stream: Iterable[Reading]) -> None:
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
