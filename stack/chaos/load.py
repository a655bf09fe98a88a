"""The known set of messages: number n of a seed is always the same bytes. Pure.

Most messages are new. A small share repeats an earlier message, contradicts one (same thing
and time, other results), or cannot be stored at all. Results are multiples of 1/8 or 1/1024,
so that what is read back is equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citycore.model import (
    ConflictPolicy,
    DatastreamDescription,
    ResultType,
    SourceDescription,
    SourceKind,
    ThingDescription,
)
from citycore.topics import Address, build_topic
from citycore.wire import LOCATION, encode
from stack.chaos.account import Letter, Table, keys_of

SOURCE = "chaos"
THINGS = 20
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=5)
#: How far back a repeated or contradicted message lies: beyond everything unacknowledged.
BACK = 2_000
TEXTS = ("clear", "dust", "fog", "rain", "storm")

DATASTREAMS: tuple[tuple[str, ConflictPolicy, ResultType], ...] = (
    ("pm2_5", "keep_first", "measurement"),
    ("no2", "keep_last", "measurement"),
    ("o3", "quarantine", "measurement"),
    ("relative_humidity", "keep_first", "measurement"),
    ("weather", "keep_first", "category"),
    (LOCATION, "keep_last", "position"),
)


class Kind(IntEnum):
    NEW = 0
    DUPLICATE = 1
    CONFLICT = 2
    UNREADABLE = 3
    UNKNOWN_THING = 4
    CLOCK_1970 = 5
    CLOCK_2099 = 6
    NAIVE_TIME = 7
    #: Only its first result is refused; its neighbours are stored.
    WRONG_TYPE = 8
    #: A number that no sensor can mean, such as the largest double; likewise.
    ABSURD = 9


#: The reason that the dead letter of such a message has.
REASONS: Mapping[Kind, str] = {
    Kind.CONFLICT: "conflicting_result",
    Kind.UNREADABLE: "unreadable_payload",
    Kind.UNKNOWN_THING: "unknown_thing",
    Kind.CLOCK_1970: "clock_unset",
    Kind.CLOCK_2099: "clock_ahead",
    Kind.NAIVE_TIME: "naive_time",
    Kind.WRONG_TYPE: "wrong_type",
    Kind.ABSURD: "not_physical",
}
#: What devices send for "no data", or when their memory is broken; several of them in every hour.
ABSURD_NUMBERS = (
    b"1.7976931348623157e308",
    b"1e308",
    b"-1e308",
    b"-1.7976931348623157e308",
    b"1e101",
    b"5e-324",
)
#: Kinds of which the first result is refused and the others are stored.
_IN_PART = (Kind.WRONG_TYPE, Kind.ABSURD)
_LATER = {Kind.DUPLICATE, Kind.CONFLICT}
_MALFORMED = tuple(kind for kind in Kind if kind > Kind.CONFLICT)


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of all messages; the rest is new."""

    duplicate: float = 0.01
    conflict: float = 0.01
    malformed: float = 0.02


def describe() -> tuple[SourceDescription, list[ThingDescription]]:
    """The source and its things, to be registered before anything is published."""
    source = SourceDescription(code=SOURCE, kind=SourceKind.SIMULATED, name_en="Chaos", name_ar="فوضى")
    datastreams = tuple(
        DatastreamDescription(observed_property=code, conflict_policy=policy, result_type=result_type)
        for code, policy, result_type in DATASTREAMS
    )
    return source, [
        ThingDescription(
            code=f"t{n}", kind="device", name_en=f"Device {n}", name_ar=f"جهاز {n}", datastreams=datastreams
        )
        for n in range(THINGS)
    ]


class Load:
    """Messages 0 … count - 1 of a seed."""

    def __init__(self, seed: int, count: int, shares: Shares | None = None) -> None:
        shares = shares or Shares()
        each = shares.malformed / len(_MALFORMED)
        parts = [shares.duplicate, shares.conflict, *[each] * len(_MALFORMED)]
        drawn = np.random.default_rng(seed).choice(len(Kind), size=count, p=[1 - sum(parts), *parts])
        self.kinds: NDArray[np.int8] = drawn.astype(np.int8)
        later = np.isin(self.kinds, list(_LATER))
        # What is repeated or contradicted must itself be new.
        origin = np.arange(count) - BACK
        self.kinds[later & ((origin < 0) | (self.kinds[origin] != Kind.NEW))] = Kind.NEW

    def __len__(self) -> int:
        return len(self.kinds)

    def message(self, number: int) -> tuple[str, bytes]:
        """Topic and payload."""
        kind = Kind(self.kinds[number])
        if kind is Kind.DUPLICATE:
            return self.message(number - BACK)
        moment = instant(number - BACK if kind is Kind.CONFLICT else number)
        topic = build_topic(Address(SOURCE, f"t{number % THINGS}"))
        results = results_of(number)
        if kind is Kind.UNKNOWN_THING:
            return build_topic(Address(SOURCE, f"stranger{number % 7}")), _payload(moment, results)
        return topic, _spoil(kind, _payload(moment, results), number)

    def values(self) -> int:
        """What the ledger will count as received at least: values, or whole messages where unreadable."""
        return (
            len(self) * len(DATASTREAMS)
            - int((self.kinds == Kind.UNREADABLE).sum()) * (len(DATASTREAMS) - 1)
            - int((self.kinds == Kind.UNKNOWN_THING).sum()) * (len(DATASTREAMS) - 1)
        )

    def letters(self, published: int) -> dict[bytes, Letter]:
        """Every dead letter that the first ``published`` messages have to leave, by digest."""
        letters = (
            Letter(int(number), *self.message(int(number)), REASONS[Kind(self.kinds[number])])
            for number in np.flatnonzero(self.kinds[:published] >= Kind.CONFLICT)
        )
        return {digest(each.topic, each.payload): each for each in letters}

    def rows(self, published: int, ids: Mapping[tuple[str, str], int]) -> dict[ResultType, Table]:
        """What has to be stored after the first ``published`` messages, by result type.

        ``ids`` are the datastreams by thing and observed property.
        """
        tables: dict[ResultType, list[Table]] = {"measurement": [], "category": [], "position": []}
        for column, (code, policy, result_type) in enumerate(DATASTREAMS):
            tables[result_type].append(self._column(column, code, policy, published, ids))
        return {result_type: Table.concatenate(parts) for result_type, parts in tables.items()}

    def _column(
        self,
        column: int,
        code: str,
        policy: ConflictPolicy,
        published: int,
        ids: Mapping[tuple[str, str], int],
    ) -> Table:
        kinds = self.kinds[:published]
        stored = (kinds == Kind.NEW) | (np.isin(kinds, _IN_PART) & (column > 0))
        numbers = np.flatnonzero(stored)
        decisive = numbers.copy()
        if policy == "keep_last":
            conflicts = np.flatnonzero(kinds == Kind.CONFLICT)
            decisive[np.searchsorted(numbers, conflicts - BACK)] = conflicts
        of_thing = np.array([ids[f"t{n}", code] for n in range(THINGS)], dtype=np.int64)
        micros = int(START.timestamp()) * 1_000_000 + numbers // THINGS * int(STEP.total_seconds() * 1e6)
        return Table(keys_of(of_thing[numbers % THINGS], micros), result_column(column, decisive))


def instant(number: int) -> datetime:
    return START + number // THINGS * STEP


def first_number_at(moment: datetime) -> int:
    """The first message of an instant."""
    return (moment - START) // STEP * THINGS


def results_of(number: int) -> list[float | str | tuple[float, float]]:
    """The results of a message in the order of ``DATASTREAMS``; a category is its text."""
    return [
        _position(number)
        if kind == "position"
        else TEXTS[_whole(column, number) % len(TEXTS)]
        if kind == "category"
        else _whole(column, number) / 8
        for column, (_, _, kind) in enumerate(DATASTREAMS)
    ]


def result_column(column: int, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same of many messages at once: ``(n, 1)``, or ``(n, 2)`` for positions.

    A category is its place in ``TEXTS``.
    """
    kind = DATASTREAMS[column][2]
    if kind == "position":
        return np.stack(_position(numbers), axis=1)
    whole = _whole(column, numbers)
    return np.asarray(whole % len(TEXTS) if kind == "category" else whole / 8, dtype=np.float64)[:, None]


def _whole(column: int, number: Any) -> Any:
    """Of a number or an array of them. Differs between a message and the one that contradicts it."""
    return (number * 7 + column * 13) % 997


def _position(number: Any) -> tuple[Any, Any]:
    return 58 + number % 997 / 1024, 23 + number * 3 % 997 / 1024


def digest(topic: str, payload: bytes) -> bytes:
    """The name of a dead letter: the same bytes on the same topic are one."""
    return sha256(topic.encode() + b"\0" + payload).digest()


def _payload(moment: datetime, results: list[float | str | tuple[float, float]]) -> bytes:
    named = dict(zip((code for code, *_ in DATASTREAMS), results, strict=True))
    location = named.pop(LOCATION)
    assert isinstance(location, tuple)
    plain = {code: result for code, result in named.items() if not isinstance(result, tuple)}
    return encode(moment, plain, location=location)


def _spoil(kind: Kind, payload: bytes, number: int) -> bytes:
    """The payload with that kind's defect."""
    head, _, tail = payload.partition(b',"results"')
    match kind:
        case Kind.UNREADABLE:
            return payload[:-1] + str(number).encode()
        case Kind.CLOCK_1970:
            return b'{"phenomenon_time":"1970-01-01T00:00:%02dZ","results"' % (number % 60) + tail
        case Kind.CLOCK_2099:
            return b'{"phenomenon_time":"2099-01-01T00:00:%02dZ","results"' % (number % 60) + tail
        case Kind.NAIVE_TIME:
            return head.replace(b'Z"', b'"') + b',"results"' + tail
        case Kind.WRONG_TYPE | Kind.ABSURD:
            value = tail.split(b",", 1)[0].partition(b'"pm2_5":')[2]
            absurd = ABSURD_NUMBERS[number % len(ABSURD_NUMBERS)]
            other = absurd if kind is Kind.ABSURD else b'"' + value + b'"'
            return payload.replace(b'"pm2_5":' + value, b'"pm2_5":' + other, 1)
        case _:
            return payload
