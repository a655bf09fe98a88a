"""``CreateObservations``: many observations in one request, each with an outcome of its own. Pure, but for the limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from citycore.errors import FalajError
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, EntityMissing, WritingConflict
from hub_api.standards.sensorthings.writing.model import Row, Span, Stream, Writer
from hub_api.standards.sensorthings.writing.observations import CONFLICTING, THERE, Columns, row_of
from hub_api.standards.sensorthings.writing.rights import check_observations, key_of
from hub_api.standards.sensorthings.writing.rules import ID, id_text
from hub_api.standards.sensorthings.writing.settings import WritingSettings
from hub_api.standards.sensorthings.writing.times import read_time

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
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


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
                value = row[place] if isinstance(row, list) and len(row) > place else None
                if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
                    found.add(value)
    return found


@dataclass(slots=True)
class Rows:
    """Rows of all blocks in their order: those to store, and what stands against the others."""

    columns: Columns = field(default_factory=Columns)
    #: By place among all rows, that among the columns, or what is wrong.
    outcomes: list[int | FalajError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are checked against, read before."""

    writer: Writer
    streams: Mapping[int, Stream]
    features: set[int]
    now: int


def check_rows(blocks: Sequence[Block], known: Known) -> Rows:
    """Rows for ingest; one that is wrong stands alone."""
    done = Rows()
    for number, block in enumerate(blocks):
        try:
            stream = _stream(block, known, f"[{number}]")
        except FalajError as error:
            done.outcomes += [error] * len(block.rows)
            continue
        _take(done, block, stream, known, f"[{number}].dataArray")
    return done


def _stream(block: Block, known: Known, where: str) -> Stream:
    if block.fault is not None:
        raise block.fault
    stream = known.streams.get(key_of("Datastream", block.datastream))
    if stream is None:
        raise EntityInvalid(where, "no_such_entity", entity="Datastream", id=block.datastream)
    check_observations(known.writer, stream)
    return stream


def _take(done: Rows, block: Block, stream: Stream, known: Known, where: str) -> None:
    columns, outcomes = done.columns, done.outcomes
    is_plain = (
        block.names == ("phenomenonTime", "result")
        and stream.since is None
        and stream.result_type == "measurement"
        and stream.observation_type.endswith("OM_Measurement")
    )
    if is_plain and (plain := _plain(block.rows)) is not None:
        first = len(columns.times)
        columns.ids += [stream.datastream_id] * len(block.rows)
        columns.times += plain[0]
        columns.results += plain[1]
        outcomes += range(first, len(columns.times))
        return
    for number, values in enumerate(block.rows):
        try:
            _check_length(values, len(block.names), f"{where}[{number}]")
            named = dict(zip(block.names, values, strict=True))
            columns.add(_row(named, stream, known, number, f"{where}[{number}]"))
            outcomes.append(len(columns.times) - 1)
        except EntityInvalid as error:
            outcomes.append(error)


def _plain(rows: list[Any]) -> tuple[list[int], list[float]] | None:
    """Times and results of rows that are all an instant of UTC and a number, as nearly all are; None for others."""
    if {*map(type, rows)} != {list} or {*map(len, rows)} != {2}:
        return None
    texts, results = [row[0] for row in rows], [row[1] for row in rows]
    if {*map(type, texts)} != {str} or not {*map(type, results)} <= {int, float}:
        return None
    if not all(map(_INSTANT.fullmatch, texts)):
        return None
    try:
        times = np.array([text[:-1] for text in texts], dtype="datetime64[us]")
    except ValueError:  # a day that is in no calendar
        return None
    return times.astype(np.int64).tolist(), results


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
    if feature is not None and (not isinstance(feature, int) or feature not in known.features):
        raise EntityInvalid(where, "no_such_entity", entity="FeatureOfInterest", id=feature)
    if not isinstance(values.get("parameters"), (dict, type(None))):
        raise EntityInvalid(f"{where}.parameters", "not_an_object")
    return row_of(values, stream, feature, known.now + number, f"{where}.result")


def answer(rows: Rows, fates: Sequence[str], root: str) -> tuple[list[str], list[tuple[int, FalajError]]]:
    """As the standard has it: for each row its address or ``error``; and what stands against those, by place."""
    links, faults = [], []
    ids, times = rows.columns.ids, rows.columns.times
    for place, outcome in enumerate(rows.outcomes):
        if isinstance(outcome, int):
            fate = fates[outcome]
            id_ = f"{ids[outcome]}-{times[outcome]}"
            if fate in THERE:
                links.append(f"{root}/Observations('{id_}')")
                continue
            error: FalajError = (
                WritingConflict("conflicting", id=id_) if fate == CONFLICTING else EntityInvalid("", fate)
            )
        else:
            error = outcome
        links.append("error")
        faults.append((place, error))
    return links, faults
