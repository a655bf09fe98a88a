"""What a decoder is given, and what it gives back.

A decoder is a pure function: it opens nothing, reads no clock, and what its format has to remember between two
messages it keeps in the :class:`Memory` that it is handed. It raises :class:`Unreadable` where the payload is
not of its format, and never anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from citycore.wire import Message


class Unreadable(Exception):
    """The payload is not a message of the format; ``reason`` is a dead-letter reason, ``detail`` says where."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


class AlertLimits(NamedTuple):
    """How much the service alerts of one feed may hold."""

    alerts_max: int = 500
    informed_max: int = 100
    periods_max: int = 10
    languages_max: int = 3
    header_characters_max: int = 250
    description_characters_max: int = 1_000


class Limits(NamedTuple):
    """How much one message may hold."""

    instants_max: int = 1_000
    results_max: int = 1_000
    text_characters_max: int = 1_000
    service_alerts: AlertLimits = AlertLimits()


class Memory(Protocol):
    """What a source's format remembers, by key (at most 500 characters): values of JSON."""

    def get(self, key: str) -> Any:
        """The value, or None."""

    def put(self, key: str, value: Any) -> None:
        """Keep it; None forgets it. It is written with the batch that the message is in."""


class Arrival(NamedTuple):
    """A message on its way to a decoder."""

    #: Below the namespace of the source, so as the format itself has it; empty for what came by HTTP.
    topic: str
    payload: bytes
    memory: Memory
    limits: Limits = Limits()
    #: How raw bytes are read, as the source declares it.
    codec: Mapping[str, Any] | None = None
    #: When it came, with its offset: for formats that state times relative to now.
    received: datetime | None = None


class Reading(NamedTuple):
    """One instant of one thing.

    ``thing`` is what the device calls itself; None where only the topic can tell. Results have the code of an observed
    property as their key where the format fixes the meaning, and the name as sent elsewhere; ``PROPERTY/SENSOR``, for example
    ``air_temperature/bmp280``, where one thing has two sensors of a property. Units are UCUM codes where the format
    fixes them, and as sent elsewhere. A time without an offset stands for the zone of the source; no time means that
    the message states none.
    """

    thing: str | None
    message: Message
    #: The names of results that stand for "no value", as the format or the table of the source says.
    missing: frozenset[str] = frozenset()
    #: By name of a result the sensor or format that it is of, where codes for "no value" are known of it.
    models: Mapping[str, str] = MappingProxyType({})


class Refusal(NamedTuple):
    """A value that is not one, for a reason that only the format knows; ``reason`` is that of a dead letter."""

    name: str
    reason: str
    detail: str


class Request(NamedTuple):
    """A message to the device, below the namespace of its source, that ingest publishes at a bounded rate.

    Asking twice does no harm: where a request is left out, the next message of the device gives rise to it again.
    """

    topic: str
    payload: bytes


class Remark(StrEnum):
    """What a message is for that holds no value and yet is in order."""

    CONFIGURATION = "configuration"
    COMMAND = "command"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class ServiceAlert:
    """What riders are to know, as a feed says it; lists and texts as JSON has them."""

    alert: str
    active_periods: list[dict[str, str | None]]
    informed: list[dict[str, Any]]
    informed_left_out: int
    cause: str
    effect: str
    severity: str
    header: list[dict[str, str | None]]
    description: list[dict[str, str | None]]
    url: list[dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class ServiceAlerts:
    """The alerts of one feed: all that there are if it ``is_whole``, else what changed. ``stated_at`` is None where it does not say."""

    stated_at: datetime | None
    alerts: tuple[ServiceAlert, ...]
    is_whole: bool
    deleted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decoded:
    """All that is in a message: nothing that it holds is left out without a word.

    A message without readings and refusals has a remark.
    """

    readings: list[Reading] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    remark: Remark | None = None
    requests: list[Request] = field(default_factory=list)
    service_alerts: ServiceAlerts | None = None


@dataclass(frozen=True, slots=True)
class Decoder:
    """A format. ``topics`` are the filters of the topics that its devices use of their own accord, for a new source."""

    code: str
    #: The format's proper name, the same in every language.
    name: str
    decode: Callable[[Arrival], Decoded]
    topics: tuple[str, ...] = ()
