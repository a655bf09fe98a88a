"""The values of the write path, in the order in which they arise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from math import inf
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from citycore.model import ConflictPolicy, Quality, ResultType
from citycore.quality import QualityTests
from ingest.decoders.model import ServiceAlerts
from ingest.outcomes import Post

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: The property under which formats say whether a thing is online.
CONNECTION = "connection"


class Received(NamedTuple):
    """A message as it came. ``ticket`` is what the subscriber needs to acknowledge it.

    ``post`` is there where it came by HTTP, and somebody waits for what becomes of it.
    """

    topic: str
    payload: bytes
    received_microseconds: int
    retained: bool
    ticket: tuple[int, int]
    post: Post | None = None


class Family(IntEnum):
    """The three tables of observations."""

    MEASUREMENT = 0
    CATEGORY = 1
    POSITION = 2


FAMILY_OF: dict[ResultType, Family] = {
    "measurement": Family.MEASUREMENT,
    "category": Family.CATEGORY,
    "position": Family.POSITION,
}


class Datastream(NamedTuple):
    """What ingest must know of a datastream.

    A measurement outside of the bounds is flagged; one outside of what is possible is none.
    """

    datastream_id: int
    unit: str
    family: Family
    conflict_policy: ConflictPolicy
    lower_bound: float = -inf
    upper_bound: float = inf
    lowest_possible: float = -inf
    highest_possible: float = inf
    #: The unit in which its results came last.
    sent_unit: str | None = None
    #: Tests of quality beside the bounds (docs/quality.md).
    quality_tests: QualityTests | None = None
    #: Of one that says yes or no, the words for what codecs and platforms send instead: 0, 1, ``true`` and ``false``.
    words: Mapping[Any, str] | None = None

    def within(self, given: int = Quality.NOT_EVALUATED) -> int:
        """The flag of a result that no test of bounds speaks against: where there are bounds, it has passed one."""
        is_bounded = self.lower_bound > -inf or self.upper_bound < inf
        return Quality.GOOD if is_bounded and given == Quality.NOT_EVALUATED else given


class Meaning(NamedTuple):
    """What a name as sent means in a source: the datastream, and the unit where the message states none."""

    datastream: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """How the messages of a source are read.

    ``mapping`` has names as sent; None for those that are known and not wanted.
    """

    source_id: int
    code: str
    decoder: str
    takes_receive_time: bool
    zone: ZoneInfo | None
    ignores_retained: bool
    topic_filters: tuple[str, ...] = ()
    mapping: Mapping[str, Meaning | None] = field(default_factory=dict)
    codec: Mapping[str, Any] | None = None
    #: Whether the hub's staff has accepted it; what has not been accepted may send only so much.
    is_accepted: bool = True


class Route(NamedTuple):
    """Where a message of another format belongs: its source, and its topic as the format has it."""

    source: Source
    topic: str


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Measurements that a thing sends together.

    ``columns``: of each the datastream's id, its bounds, what is possible at all, and the flag of what lies within bounds.
    """

    datastreams: tuple[Datastream, ...]
    count: int
    columns: NDArray[np.float64]

    @classmethod
    def of(cls, datastreams: Sequence[Datastream]) -> Layout:
        rows = [
            (
                each.datastream_id,
                each.lower_bound,
                each.upper_bound,
                each.lowest_possible,
                each.highest_possible,
                each.within(),
            )
            for each in datastreams
        ]
        return cls(tuple(datastreams), len(rows), np.array(rows, dtype=np.float64).T)


@dataclass(frozen=True, slots=True)
class Thing:
    """A registered thing with its source's policies.

    Its datastreams by observed property, or by ``PROPERTY/SENSOR`` where a sensor is named.
    """

    takes_receive_time: bool
    zone: ZoneInfo | None
    ignores_retained: bool
    datastreams: dict[str, Datastream]
    thing_id: int = 0
    mapping: Mapping[str, Meaning | None] = field(default_factory=dict)
    #: Longitude and latitude of where it stands, if it is fixed.
    place: tuple[float, float] | None = None
    #: By their names, what is known of results that come together; filled by :mod:`ingest.plain`.
    layouts: dict[tuple[str, ...], Layout | None] = field(default_factory=dict, compare=False, repr=False)


class Flag(NamedTuple):
    """Which test found an observation suspect or bad, and which result that was: there may be two for one instant."""

    datastream_id: int
    time: int
    test: str
    quality: int
    result: float


class Passed(NamedTuple):
    """A stored observation that was compared with another for the first time, and nothing was found."""

    datastream_id: int
    time: int


class SentUnit(NamedTuple):
    """From when on results of a datastream came in another unit, and what made them the datastream's."""

    datastream_id: int
    since_microseconds: int
    sent_unit: str
    factor: float
    shift: float
    convention: str | None


class Connected(NamedTuple):
    """What was said of a thing's connection."""

    thing_id: int
    is_connected: bool
    since_microseconds: int
    reason: str


class Excess(NamedTuple):
    """Messages of a source beyond what it may send, which nobody has looked at."""

    messages: int = 0
    payload_bytes: int = 0


class Announced(NamedTuple):
    """Service alerts of a feed of a source, which are told apart by the topics that bring them."""

    source_id: int
    topic: str
    stated_at: datetime
    told: ServiceAlerts


@dataclass(slots=True)
class Notes:
    """What a batch says beside observations; it is kept in the batch's transaction."""

    units: list[SentUnit] = field(default_factory=list)
    #: By source and key, what formats remember; None is forgotten.
    memory: dict[tuple[int, str], Any] = field(default_factory=dict)
    connections: dict[int, Connected] = field(default_factory=dict)
    announced: list[Announced] = field(default_factory=list)
    #: What formats want to be published: topic and payload.
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    #: Flags of observations that are stored already.
    late_flags: list[Flag] = field(default_factory=list)
    #: Flags of observations that are stored already, which hold no longer.
    undue_flags: list[Flag] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    #: By the id of a source that is not accepted.
    excesses: Mapping[int, Excess] = field(default_factory=dict)
    #: Values that the source does not want, and messages that hold none and need none.
    ignored_values: int = 0
    remarks: int = 0

    def __bool__(self) -> bool:
        return bool(
            self.units
            or self.memory
            or self.connections
            or self.announced
            or self.late_flags
            or self.undue_flags
            or self.passed
            or self.excesses
        )


@dataclass(frozen=True, slots=True)
class Rejection:
    """One or more values of a message that cannot be stored, and why."""

    message: int
    reason: str
    detail: str
    values: int = 1
    #: Whether it becomes a dead letter; what does not is counted as removed.
    is_kept: bool = True


@dataclass(slots=True)
class Rows:
    """Observations of one family, column by column.

    ``times`` are microseconds since 1970 UTC. ``results`` is float64 ``(n,)`` for
    measurements, object ``(n,)`` for categories, float64 ``(n, 2)`` (longitude, latitude)
    for positions. ``messages`` says which message of the batch a row came from.
    """

    family: Family
    datastream_ids: Int32s
    times: Int64s
    results: NDArray[Any]
    qualities: NDArray[np.int16]
    messages: Int32s

    def __len__(self) -> int:
        return len(self.datastream_ids)

    def take(self, which: NDArray[Any] | slice) -> Rows:
        """The rows at these positions (indices, mask or slice)."""
        return Rows(
            self.family,
            self.datastream_ids[which],
            self.times[which],
            self.results[which],
            self.qualities[which],
            self.messages[which],
        )

    def merged(self, others: Rows) -> Rows:
        """These and others of the same family, in the order of their messages."""
        if not len(others):
            return self
        both = Rows(
            self.family,
            np.concatenate((self.datastream_ids, others.datastream_ids)),
            np.concatenate((self.times, others.times)),
            np.concatenate((self.results, others.results)),
            np.concatenate((self.qualities, others.qualities)),
            np.concatenate((self.messages, others.messages)),
        )
        return both.take(np.argsort(both.messages, kind="stable"))

    def same_results(self, other: NDArray[Any]) -> Mask:
        """Row by row, whether the result equals the other one."""
        equal = np.asarray(self.results == other)
        return np.asarray(equal.all(axis=1) if equal.ndim == 2 else equal, dtype=np.bool_)


@dataclass(slots=True)
class Checked:
    """A batch after decoding and checking: rows to store, and what was refused."""

    received: Sequence[Received]
    rows: dict[Family, Rows]
    rejections: list[Rejection]
    policies: dict[int, ConflictPolicy] = field(default_factory=dict)
    messages: int = 0
    #: When the first of ``received`` arrived, where that is known without looking at each.
    first_received_microseconds: int | None = None
    notes: Notes = field(default_factory=Notes)
    #: Of rows that a test found suspect or bad, which one it was.
    flags: list[Flag] = field(default_factory=list)
    #: Of datastreams in the batch that declare some.
    quality_tests: dict[int, QualityTests] = field(default_factory=dict)

    @property
    def values(self) -> int:
        """What the ledger calls received."""
        return sum(len(rows) for rows in self.rows.values()) + sum(r.values for r in self.rejections)

    @property
    def began_microseconds(self) -> int:
        """When the first message of the batch arrived."""
        if self.first_received_microseconds is not None:
            return self.first_received_microseconds
        return min(message.received_microseconds for message in self.received)


@dataclass(frozen=True, slots=True)
class Account:
    """The outcome of one committed batch; it closes by construction and by a database constraint."""

    messages: int
    received: int
    stored: int
    duplicate: int
    conflicting: int
    quarantined: int

    def __add__(self, other: Account) -> Account:
        return Account(
            self.messages + other.messages,
            self.received + other.received,
            self.stored + other.stored,
            self.duplicate + other.duplicate,
            self.conflicting + other.conflicting,
            self.quarantined + other.quarantined,
        )


NOTHING = Account(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one part of a batch: its account, and which messages hold what is not stored.

    A message stands once for each of its values.
    """

    account: Account
    duplicates: Int32s
    conflicts: Int32s
    rejections: Sequence[Rejection]
