"""What a message holds, put together by thing and instant while it is read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citycore.missing_codes import is_known
from citycore.wire import Message
from ingest.decoders.model import Decoded, Limits, Reading, Refusal, Remark, Unreadable
from ingest.decoders.reading import DEPTH_MAX, UNREADABLE, shown

#: How a longitude and a latitude beside each other are called.
PAIRS = (("longitude", "latitude"), ("lon", "lat"), ("lng", "lat"), ("Longitude", "Latitude"))


class Gathering:
    """The values of one message. What is refused does not take its neighbours with it."""

    def __init__(self, limits: Limits, model: str | None = None) -> None:
        """``model`` is the sensor or format whose codes for "no value" hold for all of the message."""
        self.limits = limits
        self.model = model
        self._instants: dict[tuple[str | None, datetime | None], Instant] = {}
        self._refusals: list[Refusal] = []

    def at(self, thing: str | None, time: datetime | None) -> Instant:
        """What the message says of a thing at an instant."""
        key = (thing, time)
        instant = self._instants.get(key)
        if instant is None:
            if len(self._instants) >= self.limits.instants_max:
                raise Unreadable("too_large", f"more than {self.limits.instants_max} instants in one message")
            instant = self._instants[key] = Instant(self)
        return instant

    def name_model(self, said: Any) -> None:
        """What a message calls its device; a name of which no codes are known says nothing."""
        if type(said) is str and is_known(said):
            self.model = said

    def _models(self, instant: Instant) -> Mapping[str, str]:
        return (
            {**dict.fromkeys(instant.results, self.model), **instant.models} if self.model else instant.models
        )

    def refuse(self, name: str, reason: str, detail: str) -> None:
        if len(self._refusals) >= self.limits.results_max:
            raise Unreadable("too_large", f"more than {self.limits.results_max} values that are refused")
        self._refusals.append(Refusal(shown(name), reason, detail))

    def refuse_part(self, name: str, error: Unreadable) -> None:
        """A part of the message that is unreadable, while the others are not."""
        if error.reason == "too_large":
            raise error
        self.refuse(name, error.reason, error.detail)

    def decoded(self, remark: Remark | None = None) -> Decoded:
        """All of it. A message with neither a value nor a refusal is ``remark``, or no message of the format."""
        readings = [
            Reading(
                thing,
                Message(
                    phenomenon_time=time,
                    results=instant.results or None,
                    units=instant.units or None,
                    location=instant.location,
                ),
                frozenset(instant.missing),
                self._models(instant),
            )
            for (thing, time), instant in self._instants.items()
            if instant.results or instant.location is not None
        ]
        if readings or self._refusals:
            return Decoded(readings, self._refusals)
        if remark is None:
            raise Unreadable(UNREADABLE, "the message holds no value")
        return Decoded(remark=remark)


class Instant:
    """What a message says of one thing at one instant."""

    __slots__ = ("gathering", "location", "missing", "models", "results", "units")

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.results: dict[str, Any] = {}
        self.units: dict[str, str] = {}
        self.location: tuple[float, float] | None = None
        #: The names of results that stand for "no value".
        self.missing: set[str] = set()
        #: By name of a result, of which sensor it is.
        self.models: dict[str, str] = {}

    def add(self, name: str, value: Any, unit: str | None = None) -> None:
        """One value. Booleans become ``true`` and ``false``; formats with words of their own give those."""
        kind = type(value)
        if kind is bool:
            value, unit = ("true" if value else "false"), None
        elif kind is dict or kind is list:
            self.gathering.refuse(name, "wrong_type", shown(value))
            return
        results = self.results
        if name in results:
            if results[name] != value or self.units.get(name) != unit:
                self.gathering.refuse(name, "doubled_key", f"two values at one instant: {shown(value)}")
            return
        if len(results) >= self.gathering.limits.results_max:
            raise Unreadable(
                "too_large", f"more than {self.gathering.limits.results_max} results in one instant"
            )
        results[name] = value
        if unit is not None and kind is not str:
            self.units[name] = unit

    def add_all(self, prefix: str, value: Any, suffix: str = "", depth: int = DEPTH_MAX) -> None:
        """A value, or the members of an object, their names joined by dots. Null states that there is none."""
        if value is None:
            return
        if type(value) is not dict or not depth:
            self.add(prefix + suffix, value)
            return
        for key, member in value.items():
            self.add_all(f"{prefix}.{key}" if prefix else key, member, suffix, depth - 1)

    def place(self, longitude: Any, latitude: Any) -> None:
        """A position."""
        if type(longitude) not in (int, float) or type(latitude) not in (int, float):
            self.gathering.refuse("location", "wrong_type", shown((longitude, latitude)))
        elif self.location is None:
            self.location = (longitude, latitude)
        elif self.location != (longitude, latitude):
            self.gathering.refuse("location", "doubled_key", "two positions at one instant")
