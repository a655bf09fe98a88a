"""How the hub is: its components, and of every feed how old its newest values are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from citycore.model import SourceKind


class State(StrEnum):
    """Of a component. ``unknown`` where the database, which would tell, is away or has nothing yet."""

    GOOD = "good"
    LATE = "late"
    BAD = "bad"
    UNKNOWN = "unknown"


class FeedState(StrEnum):
    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"
    NEVER = "never"
    #: A recording: its values are history and neither fresh nor late.
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Feed:
    """One observed property of one source, over all its datastreams. Counts add up to ``datastreams``."""

    source: str
    source_kind: SourceKind
    source_names: tuple[str, str]
    observed_property: str
    property_names: tuple[str, str]
    datastreams: int
    interval_seconds_min: int
    interval_seconds_max: int
    newest_at: datetime | None
    median_at: datetime | None
    oldest_at: datetime | None
    fresh: int
    late: int
    silent: int
    never: int


@dataclass(frozen=True, slots=True)
class Ingest:
    committed_at: datetime | None
    lag_seconds: float | None
    #: How often another client took one of its sessions with the broker over, and when last.
    taken_over_count: int = 0
    taken_over_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feeds:
    """Those that are shown, how many there are in all, and the newest instant of which any has a value."""

    shown: tuple[Feed, ...] = ()
    count: int = 0
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """As the last housekeeping counted them; never their content."""

    open_count: int
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """Quarters, hours, and local days, months and years whose roll-up cannot be computed; their rows hold counts alone."""

    bucket_count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ArchiveParts:
    """What is archived: in all, in the archive alone, and of both what is damaged; since when the first of that is known."""

    part_count: int
    archive_only_count: int
    damaged_count: int
    damaged_since: datetime | None
    #: How many wait for their return to the store, and since when the first of them.
    wanted_count: int
    wanted_since: datetime | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of devices: how many wait for the broker, since when the first of them, and how many it lost or cannot be told of."""

    waiting_count: int
    since: datetime | None
    unknown_count: int


@dataclass(frozen=True, slots=True)
class Failures:
    """What a job of the worker could not do and tries again. ``is_whole``: the job itself is among it."""

    job: str
    count: int
    is_whole: bool
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """When a part last gave an account of itself. The broker's comes through the worker, with what it holds:
    messages for subscribers, and since when it was never seen without any.
    """

    component: str
    instance: str
    reported_at: datetime
    waiting_messages: int | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """What the database said at ``as_of``. ``waiting_since``: the oldest batch without its roll-up."""

    as_of: datetime
    ingest: Ingest
    waiting_since: datetime | None
    dead_letters: DeadLetters
    feeds: Feeds
    signs: tuple[SignOfLife, ...] = ()
    failures: tuple[Failures, ...] = ()
    set_aside: SetAside = SetAside(0, None)
    credentials: Credentials = Credentials(0, None, 0)
    archive: ArchiveParts = ArchiveParts(0, 0, 0, None, 0, None)


@dataclass(frozen=True, slots=True)
class Component:
    name: str
    state: State
    #: Seconds that say more, where there are any: of the newest batch, of the longest waiting one.
    age_seconds: float | None = None
    #: Since its last account of itself; of several workers since the oldest.
    account_age_seconds: float | None = None
    #: Of ingest: what waits for it at the broker, if anybody knows.
    waiting_messages: int | None = None
    #: Of ingest: how long they have waited while nothing was stored.
    stalled_seconds: float | None = None
