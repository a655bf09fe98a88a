"""From a seed to faults with their instants. Pure.

Faults of one component never overlap; faults of different components may, so that the broker
can die while the database is away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple

from stack.chaos.settings import ChaosSettings


class Component(StrEnum):
    DATABASE = "database"
    INGEST = "ingest"
    BROKER = "broker"


class FaultKind(StrEnum):
    DATABASE_CRASHED = "database_crashed"
    BACKEND_KILLED = "backend_killed"
    DATABASE_FROZEN = "database_frozen"
    CONNECTIONS_CUT = "connections_cut"
    DISK_FULL = "disk_full"
    LOCK_HELD = "lock_held"
    DEADLOCK = "deadlock"
    SERIALIZATION = "serialization"
    INGEST_KILLED = "ingest_killed"
    INGEST_FROZEN = "ingest_frozen"
    BROKER_KILLED = "broker_killed"
    BROKER_EMPTIED = "broker_emptied"
    BROKER_RESTARTED = "broker_restarted"
    INGEST_STUCK = "ingest_stuck"
    STRANGERS_HUB = "strangers_hub"

    @property
    def component(self) -> Component:
        if self.value.startswith("ingest"):
            return Component.INGEST
        # While a stranger listens, publishers do not hear that we do not: no fault of the broker meets that one.
        is_brokers = self is FaultKind.STRANGERS_HUB or self.value.startswith("broker")
        return Component.BROKER if is_brokers else Component.DATABASE


class Fault(NamedTuple):
    """``kind`` strikes ``at`` seconds after the start and is mended ``seconds`` later."""

    at: float
    kind: FaultKind
    seconds: float

    @property
    def end(self) -> float:
        return self.at + self.seconds


@dataclass(frozen=True, slots=True)
class Step:
    """An instant of the run: a fault begins, or is mended."""

    at: float
    fault: Fault
    begins: bool


def schedule(
    seed: int, seconds: float, settings: ChaosSettings, kinds: Sequence[FaultKind] = tuple(FaultKind)
) -> tuple[Fault, ...]:
    """The faults of a run, by their beginning; all are mended before its end.

    Kinds come in shuffled rounds, so that each strikes equally often.
    """
    random = Random(seed)  # noqa: S311 (a schedule, not a secret)
    faults: list[Fault] = []
    free_at = dict.fromkeys(Component, 0.0)
    at = 0.0
    for kind in _rounds(random, kinds):
        at += random.uniform(settings.calm_seconds_min, settings.calm_seconds_max)
        lasting = settings.lock_seconds if kind is FaultKind.LOCK_HELD else _lasting(random, settings)
        begin = max(at, free_at[kind.component] + settings.calm_seconds_min)
        if begin + lasting > seconds:
            break
        faults.append(Fault(begin, kind, lasting))
        free_at[kind.component] = begin + lasting
        # One fault in three is still there when the next one, of another component, strikes.
        at = begin + (lasting * random.random() if random.random() < 1 / 3 else lasting)
    return tuple(sorted(faults))


def timeline(faults: Sequence[Fault]) -> list[Step]:
    """Beginnings and ends in the order in which they are due."""
    steps = [Step(fault.at, fault, True) for fault in faults]
    steps += [Step(fault.end, fault, False) for fault in faults]
    return sorted(steps, key=lambda step: (step.at, step.begins))


def _rounds(random: Random, kinds: Sequence[FaultKind]) -> Iterator[FaultKind]:
    while kinds:
        yield from random.sample(list(kinds), len(kinds))


def _lasting(random: Random, settings: ChaosSettings) -> float:
    return random.uniform(settings.fault_seconds_min, settings.fault_seconds_max)
