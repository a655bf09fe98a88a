"""``CreateObservations``: many observations in one request, each with an outcome of its own. Pure, but for the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from citycore.errors import FalajError
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, EntityMissing, WritingConflict
from hub_api.standards.sensorthings.writing.model import Row, Span, Stream, Writer
from hub_api.standards.sensorthings.writing.observations import CONFLICTING, THERE, WHOLE_MAX, Columns, row_of
from hub_api.standards.sensorthings.writing.rights import check_observations, key_of
from hub_api.standards.sensorthings.writing.rules import ID, check_nesting, id_text
from hub_api.standards.sensorthings.writing.settings import WritingSettings
from hub_api.standards.sensorthings.writing.times import read_instants, read_time

#: What a component may be called, and as which property it counts.
_COMPONENTS = {
    "phenomenonTime": "phenomenonTime",
    "result": "result",
    "resultTime": "resultTime",
    "validTime": "validTime",
    "resultQuality": "resultQuality",
    "parameters": "parameters",
    "FeatureOfInterest/id": "feature",
    "FeatureOfInterest/@iot.id": "feature",
}
_TIMES = frozenset({"phenomenonTime", "resultTime", "validTime"})
#: Instead of a datastream, where no observation is.
_NONE = -1


@dataclass(slots=True)
class Block:
    """Rows of one datastream, with the names of their columns; ``fault`` stands against all of them."""

    datastream: str
    names: tuple[str, ...]
    rows: list[Any]
    fault: FalajError | None = None


def read_blocks(content: Any, settings: WritingSettings) -> list[Block]:
    """:class:`EntityInvalid` where the whole is none; what is wrong with one block stands in it."""
    if not isinstance(content, list):
        raise EntityInvalid("", "data_array")
    blocks, count = [], 0
    for number, each in enumerate(content):
        where = f"[{number}]"
        if not isinstance(each, dict) or not isinstance(each.get("dataArray"), list):
            raise EntityInvalid(where, "data_array")
        count += len(each["dataArray"])
        if count > settings.rows_max:
            raise EntityInvalid("", "too_many_rows", maximum=settings.rows_max)
        blocks.append(_block(where, each))
    return blocks


def _block(where: str, content: Mapping[str, Any]) -> Block:
    components, datastream = content.get("components"), content.get("Datastream")
    check_nesting([components, datastream])
    if not isinstance(components, list) or not isinstance(datastream, dict):
        raise EntityInvalid(where, "data_array")
    for each in components:
        if not isinstance(each, str) or each not in _COMPONENTS:
            raise EntityInvalid(f"{where}.components", "unknown_component", given=each)
    if "result" not in components:
        raise EntityInvalid(f"{where}.components", "no_result_component")
    names = tuple(_COMPONENTS[each] for each in components)
    if len(set(names)) < len(names):
        raise EntityInvalid(f"{where}.components", "component_twice")
    block = Block("", names, content["dataArray"])
    try:
        block.datastream = id_text(f"{where}.Datastream.{ID}", datastream.get(ID))
        key_of("Datastream", block.datastream)
    except (EntityInvalid, EntityMissing) as error:
        block.fault = error
    return block


def datastreams_of(blocks: Sequence[Block]) -> set[int]:
    return {key_of("Datastream", block.datastream) for block in blocks if block.fault is None}


def features_of(blocks: Sequence[Block]) -> set[int]:
    """The features of interest that rows name."""
    found: set[int] = set()
    for block in blocks:
        if "feature" in block.names:
            place = block.names.index("feature")
            for row in block.rows:
                value = _number(row[place]) if isinstance(row, list) and len(row) > place else None
                if value is not None:
                    found.add(value)
    return found


def silent_of(blocks: Sequence[Block]) -> set[int]:
    """The datastreams of which rows do not say what they are of."""
    found: set[int] = set()
    for block in blocks:
        if block.fault is None:
            place = block.names.index("feature") if "feature" in block.names else None
            if place is None or any(
                isinstance(row, list) and len(row) > place and row[place] is None for row in block.rows
            ):
                found.add(key_of("Datastream", block.datastream))
    return found


def _number(given: Any) -> int | None:
    """The number of a feature."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 10:
        given = int(given)
    is_number = isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**31
    return given if is_number else None


@dataclass(slots=True)
class Rows:
    """Rows of all blocks in their order: those to store, and what stands against the others."""

    columns: Columns = field(default_factory=Columns)
    #: Of each row of the columns, its place among all.
    places: list[int] = field(default_factory=list)
    #: By place among all rows, what is wrong.
    faults: dict[int, FalajError] = field(default_factory=dict)
    count: int = 0

    def refuse(self, error: FalajError) -> None:
        """The next row."""
        self.faults[self.count] = error
        self.count += 1

    def take(self, row: Row) -> None:
        """The next row."""
        self.columns.add(row)
        self.places.append(self.count)
        self.count += 1

    def take_plain(self, stream: Stream, times: NDArray[np.int64], results: list[float]) -> None:
        """The next rows, all of one datastream."""
        if stream.is_posted:
            self.columns.ahead.add(stream.datastream_id)
        end = self.count + len(times)
        self.columns.add_plain(stream.datastream_id, times, results)
        self.places += range(self.count, end)
        self.count = end


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are checked against, read before."""

    writer: Writer
    streams: Mapping[int, Stream]
    features: set[int]
    now: int
    #: What stands against rows of these datastreams that do not say what they are of.
    nowhere: Mapping[int, FalajError] = field(default_factory=dict)


def check_rows(blocks: Sequence[Block], known: Known) -> Rows:
    """Rows for ingest; one that is wrong stands alone."""
    done = Rows()
    streams = [_stream(block, known, f"[{number}]") for number, block in enumerate(blocks)]
    together = _plain_columns(blocks, streams)
    for number, (block, stream) in enumerate(zip(blocks, streams, strict=True)):
        if isinstance(stream, FalajError):
            for _ in block.rows:
                done.refuse(stream)
        elif number in together:
            done.take_plain(stream, *together[number])
        else:
            _take(done, block, stream, known, f"[{number}].dataArray")
    return done


def _stream(block: Block, known: Known, where: str) -> Stream | FalajError:
    """The datastream of a block, or what stands against all of its rows."""
    if block.fault is not None:
        return block.fault
    stream = known.streams.get(key_of("Datastream", block.datastream))
    if stream is None:
        return EntityInvalid(where, "no_such_entity", entity="Datastream", id=block.datastream)
    try:
        check_observations(known.writer, stream)
    except FalajError as error:
        return error
    return stream if "feature" in block.names else known.nowhere.get(stream.datastream_id, stream)


def _take(done: Rows, block: Block, stream: Stream, known: Known, where: str) -> None:
    check_nesting(block.rows)
    for number, values in enumerate(block.rows):
        try:
            _check_length(values, len(block.names), f"{where}[{number}]")
            named = dict(zip(block.names, values, strict=True))
            row = _row(named, stream, known, number, f"{where}[{number}]")
        except FalajError as error:
            done.refuse(error)
        else:
            done.take(row)


_Plain = tuple[NDArray[np.int64], list[float]]


def _plain_columns(blocks: Sequence[Block], streams: Sequence[Stream | FalajError]) -> dict[int, _Plain]:
    """Times and results by the number of the block, of those whose rows are all an instant of UTC and a number, as nearly all are.

    They are read at once, and block by block only where that fails: a block may have few rows.
    """
    candidates = {
        number: block.rows
        for number, (block, stream) in enumerate(zip(blocks, streams, strict=True))
        if block.rows and isinstance(stream, Stream) and _is_plain(block, stream)
    }
    whole = _plain([row for rows in candidates.values() for row in rows])
    if whole is None:
        return {number: one for number, rows in candidates.items() if (one := _plain(rows)) is not None}
    times, results = whole
    found: dict[int, _Plain] = {}
    begin = 0
    for number, rows in candidates.items():
        end = begin + len(rows)
        found[number] = (times[begin:end], results[begin:end])
        begin = end
    return found


def _is_plain(block: Block, stream: Stream) -> bool:
    return (
        block.names == ("phenomenonTime", "result")
        and stream.since is None
        and stream.result_type == "measurement"
        and stream.observation_type.endswith("OM_Measurement")
    )


def _plain(rows: list[Any]) -> _Plain | None:
    if {*map(type, rows)} != {list} or {*map(len, rows)} != {2}:
        return None
    texts, results = [row[0] for row in rows], [row[1] for row in rows]
    kinds = {*map(type, results)}
    if {*map(type, texts)} != {str} or not kinds <= {int, float}:
        return None
    if int in kinds and (max(results) > WHOLE_MAX or min(results) < -WHOLE_MAX):  # told as they were sent
        return None
    times = read_instants(texts)
    return None if times is None else (times, results)


def _check_length(values: Any, wanted: int, where: str) -> None:
    if not isinstance(values, list) or len(values) != wanted:
        count = len(values) if isinstance(values, list) else 0
        raise EntityInvalid(where, "row_length", count=count, wanted=wanted)


def _row(values: dict[str, Any], stream: Stream, known: Known, number: int, where: str) -> Row:
    for name in _TIMES & values.keys():
        given = values[name]
        values[name] = None if given is None else read_time(f"{where}.{name}", given)
    result_time: Span | None = values.get("resultTime")
    values["resultTime"] = None if result_time is None else result_time.start
    feature = values.pop("feature", None)
    if feature is None and stream.datastream_id in known.nowhere:
        raise known.nowhere[stream.datastream_id]
    if feature is not None and _number(feature) not in known.features:
        raise EntityInvalid(where, "no_such_entity", entity="FeatureOfInterest", id=feature)
    if not isinstance(values.get("parameters"), (dict, type(None))):
        raise EntityInvalid(f"{where}.parameters", "not_an_object")
    return row_of(values, stream, _number(feature), known.now + number, f"{where}.result")


def answer(rows: Rows, others: Mapping[int, str], root: str) -> bytes:
    """As the standard has it: for each row its address or ``error``. ``others`` is what ingest says of those that it has not stored;
    what stands against those that are not there is noted with the other faults.
    """
    ids = np.full(rows.count, _NONE, np.int64)
    times = np.zeros(rows.count, np.int64)
    ids[rows.places] = rows.columns.ids
    times[rows.places] = rows.columns.times
    for number, fate in others.items():
        if fate not in THERE:
            place = rows.places[number]
            id_ = f"{ids[place]}-{times[place]}"
            is_conflict = fate == CONFLICTING
            rows.faults[place] = (
                WritingConflict("conflicting", id=id_) if is_conflict else EntityInvalid("", fate)
            )
            ids[place] = _NONE
    # Of rows that follow each other, and are of one datastream, all that differs is a number.
    bounds = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1).tolist(), rows.count]
    return b"[%b]" % b",".join(
        _told(int(ids[start]), times[start:end], root) for start, end in pairwise(bounds) if end > start
    )


def _told(datastream_id: int, times: NDArray[np.int64], root: str) -> bytes:
    """What is said of these rows, with commas between."""
    if datastream_id == _NONE:
        return b",".join([b'"error"'] * len(times))
    before = orjson.dumps(f"{root}/Observations('{datastream_id}-")[:-1]
    written = orjson.dumps(times, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
    return b"%b%b')\"" % (before, written.replace(b",", b"')\",%b" % before))
