"""Rows of a file as the messages they would have been, each made when somebody asks for it.

Only dead letters ask: they hold a refused row as a message of the native format, so that it is
replayed like any other letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Any, overload

import msgspec
import pyarrow as pa

from citycore.clock import EPOCH
from citycore.topics import CODE, Address, build_topic
from ingest.load.model import Chunk, Known
from ingest.load.results import number_of, pair_of
from ingest.model import Family, Received

#: Where a recording keeps the texts of what could not be read.
_STATED = {"phenomenon_time": "stated_time", "result": "stated_result"}
_MICROSECONDS_PER = {"s": 1_000_000.0, "ms": 1_000.0, "us": 1.0, "ns": 0.001}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows come from: the source that the operator named, if any, and the load's name."""

    source: str | None
    worker: str

    def topic(self, thing: str | None, known: Known | None) -> str:
        """The topic that a thing's message would have; no device's where the row does not say it."""
        source = known.address.source if known is not None else self.source
        if source is not None and thing is not None and CODE.fullmatch(thing) is not None:
            return build_topic(Address(source, thing))
        return f"load/{self.worker}"


class HistoryRows(Sequence[Received]):
    """The rows of a chunk, and after them its malformed lines as they stand in the file."""

    def __init__(
        self, chunk: Chunk, known: Mapping[str, Known | None], origin: Origin, received_microseconds: int
    ) -> None:
        self._chunk = chunk
        self._known = known
        self._origin = origin
        self._received_microseconds = received_microseconds

    def __len__(self) -> int:
        return len(self._chunk) + len(self._chunk.malformed)

    @overload
    def __getitem__(self, index: int) -> Received: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Received]: ...
    def __getitem__(self, index: int | slice) -> Received | Sequence[Received]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if index < len(self._chunk):
            thing = self._value("thing", index)
            known = self._known.get(thing) if isinstance(thing, str) else None
            topic = self._origin.topic(thing if isinstance(thing, str) else None, known)
            payload = msgspec.json.encode(self._message(index, known))
        else:
            topic = self._origin.topic(None, None)
            payload = self._chunk.malformed[index - len(self._chunk)].text.encode()
        return Received(topic, payload, self._received_microseconds, retained=False, ticket=(0, 0))

    def _message(self, row: int, known: Known | None) -> dict[str, Any]:
        message = {
            name: self._value(name, row)
            for name in ("phenomenon_time", "observed_property", "result", "unit")
            if name in self._chunk.columns
        }
        datastream = known.thing.datastreams.get(str(message["observed_property"])) if known else None
        if datastream is not None and isinstance(message["result"], str):
            message["result"] = _of_family(message["result"], datastream.family)
        return {name: value for name, value in message.items() if value is not None}

    def _value(self, name: str, row: int) -> str | float | None:
        return stated_at(self._chunk, name, row)


def stated_at(chunk: Chunk, name: str, row: int) -> str | float | None:
    """One value as the file states it: of a time or number that could not be read, its text."""
    stated = chunk.columns.get(_STATED.get(name, ""))
    if stated is not None and stated[row].is_valid:
        return str(stated[row])
    return value_at(chunk.columns[name], row)


def _of_family(text: str, family: Family) -> Any:
    """What the text says, as a message says it; the text itself where it says nothing of the kind."""
    if family is Family.POSITION:
        return pair_of(text) or text
    number = number_of(text) if family is Family.MEASUREMENT else None
    return number if number is not None and isfinite(number) else text


def value_at(column: Any, row: int) -> str | float | None:
    """One value as JSON can hold it."""
    scalar = column[row]
    if not scalar.is_valid:
        return None
    if pa.types.is_timestamp(column.type):
        return _time_at(scalar.value, column.type)
    value = scalar.as_py()
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return str(value)


def _time_at(count: int, kind: Any) -> str:
    try:
        moment = EPOCH + timedelta(microseconds=count * _MICROSECONDS_PER[kind.unit])
    except OverflowError:
        return f"{count} {kind.unit} since 1970"
    return moment.isoformat() if kind.tz is not None else moment.replace(tzinfo=None).isoformat()
