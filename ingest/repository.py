"""The statements of the write path, values in, values out. It never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, LiteralString, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from numpy.typing import NDArray

from citycore.clock import moment_at
from citycore.quality import QualityTests, read_tests
from citycore.store.binary import (
    POSTGRES_EPOCH_MICROSECONDS,
    ArrayParameter,
    ArrayParameterDumper,
    copy_stream,
    float8_array,
    int2_array,
    int4_array,
    int8_array,
    timestamptz_array,
)
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.topics import Address
from citycore.units import bounds_in
from citycore.vocabulary import answers_of
from ingest.arrange import DirtyHours
from ingest.model import (
    FAMILY_OF,
    Account,
    Datastream,
    Family,
    Int64s,
    Meaning,
    Received,
    Rejection,
    Rows,
    Source,
    Thing,
)

QUERIES = load_queries("ingest")
log = structlog.get_logger()
#: Chunks of ``observations`` are this wide or four times so, and begin at multiples of that since 1970.
_SLICE_MICROSECONDS = 7 * 86_400 * 1_000_000
DETAIL_CHARACTERS_MAX = 1_000


class _Statements(NamedTuple):
    stored: LiteralString
    replace: LiteralString
    latest: LiteralString


_STATEMENTS = {
    Family.MEASUREMENT: _Statements(
        QUERIES["stored_measurements"], QUERIES["replace_measurements"], QUERIES["latest_measurements"]
    ),
    Family.CATEGORY: _Statements(
        QUERIES["stored_categories"], QUERIES["replace_categories"], QUERIES["latest_categories"]
    ),
    Family.POSITION: _Statements(
        QUERIES["stored_positions"], QUERIES["replace_positions"], QUERIES["latest_positions"]
    ),
}


def prepare(connection: Connection) -> None:
    """Teach a new connection our binary arrays."""
    connection.adapters.register_dumper(ArrayParameter, ArrayParameterDumper)


def find_sources(connection: Connection) -> dict[str, Source]:
    """Every source by its code."""
    found = {}
    for row in connection.execute(QUERIES["all_sources"]).fetchall():
        source_id, code, decoder, time_policy, zone, retained_policy, filters, mapping, codec, accepted = row
        found[code] = Source(
            source_id,
            code,
            decoder,
            time_policy == "receive_time",
            ZoneInfo(zone) if zone else None,
            retained_policy == "ignore",
            tuple(filters),
            {name: _meaning(meaning) for name, meaning in mapping.items()},
            codec,
            accepted,
        )
    return found


def find_unaccepted(connection: Connection, datastreams: Sequence[int]) -> str | None:
    """The code of a source that is not accepted and has one of these datastreams, if there is one."""
    with connection.transaction():
        row = connection.execute(QUERIES["unaccepted_of"], {"datastreams": list(datastreams)}).fetchone()
    return None if row is None else str(row[0])


def _meaning(meaning: Any) -> Meaning | None:
    if not isinstance(meaning, dict):
        return None
    sensor = meaning.get("sensor")
    code = str(meaning.get("observed_property"))
    return Meaning(f"{code}/{sensor}" if sensor else code, meaning.get("unit"))


def find_aliases(connection: Connection) -> dict[str, str]:
    """Codes of observed properties by their other names."""
    return dict(connection.execute(QUERIES["aliases"]).fetchall())


def find_things(
    connection: Connection, sources: Mapping[str, Source], addresses: Iterable[Address]
) -> dict[Address, Thing]:
    """The registered things of these addresses; absent ones are absent."""
    wanted = list(addresses)
    rows = connection.execute(
        QUERIES["things_by_address"],
        {"sources": [a.source for a in wanted], "things": [a.thing for a in wanted]},
    ).fetchall()
    found: dict[Address, Thing] = {}
    for source_code, name, thing_id, longitude, latitude, *of_datastream in rows:
        address, source = Address(source_code, name), sources.get(source_code)
        if source is None:  # registered since the sources were read
            continue
        thing = found.get(address)
        if thing is None:
            thing = found[address] = Thing(
                source.takes_receive_time,
                source.zone,
                source.ignores_retained,
                {},
                thing_id,
                source.mapping,
                None if longitude is None else (longitude, latitude),
            )
        datastream_id, observed_property, sensor, *row = of_datastream
        if datastream_id is not None:
            key = f"{observed_property}/{sensor}" if sensor else observed_property
            thing.datastreams[key] = datastream_of(observed_property, (datastream_id, *row))
    return found


def datastream_of(observed_property: str, row: Sequence[Any]) -> Datastream:
    """``row`` has the columns of ``things_by_address`` from the datastream's own on."""
    datastream_id, unit, result_type, conflict_policy, own_unit, *limits, sent_unit, quality_tests, models = (
        row
    )
    lower, upper, lowest, highest = limits
    return Datastream(
        datastream_id,
        unit,
        FAMILY_OF[result_type],
        conflict_policy,
        *bounds_in(unit, own_unit, lower, upper, observed_property),
        *bounds_in(unit, own_unit, lowest, highest, observed_property),
        sent_unit,
        _tests_of(datastream_id, quality_tests, observed_property, unit, models),
        answers_of(observed_property),
    )


def _tests_of(
    datastream_id: int, declared: dict[str, Any], observed_property: str, unit: str, models: Sequence[str]
) -> QualityTests | None:
    try:
        return read_tests(declared, observed_property, unit, models)
    except (
        ValueError
    ) as error:  # the registry refuses such; what a hand wrote into the table must not stop ingest
        log.warning("quality_tests_unreadable", datastream=datastream_id, reason=str(error))
        return None


def next_batch_ids(connection: Connection, count: int) -> list[int]:
    rows = connection.execute(QUERIES["next_batch_ids"], {"count": count}).fetchall()
    return [batch_id for (batch_id,) in rows]


def insert(connection: Connection, rows: Rows, batch_id: int) -> None:
    """Add new rows; ``UniqueViolation`` if a key exists."""
    if rows.family is Family.CATEGORY:
        parameters = _row_parameters(rows) | {"batch_id": batch_id}
        connection.execute(QUERIES["insert_categories"], parameters)
        return
    statement = QUERIES["copy_measurements" if rows.family is Family.MEASUREMENT else "copy_positions"]
    results = [rows.results] if rows.results.ndim == 1 else [rows.results[:, 0], rows.results[:, 1]]
    stream = copy_stream(
        [
            rows.datastream_ids,
            rows.qualities,
            rows.times - POSTGRES_EPOCH_MICROSECONDS,
            *results,
            np.full(len(rows), batch_id, dtype=np.int64),
        ]
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(stream)


def find_stored(connection: Connection, rows: Rows) -> tuple[Int64s, NDArray[Any]]:
    """Positions (from 0) of the rows whose key exists, and the stored results in that order.

    Asked slice by slice: within one chunk a key costs one index look-up, however many
    chunks and rows there are.
    """
    slices = rows.times // _SLICE_MICROSECONDS
    found: list[tuple[Any, ...]] = []
    with connection.cursor(binary=True) as cursor:
        for number in np.unique(slices):
            positions = np.flatnonzero(slices == number)
            cursor.execute(_STATEMENTS[rows.family].stored, _key_parameters(rows.take(positions)))
            found += [(positions[position - 1], *result) for position, *result in cursor.fetchall()]
    known = np.array([row[0] for row in found], dtype=np.int64)
    if rows.family is Family.POSITION:
        return known, np.array([row[1:] for row in found], dtype=np.float64).reshape(len(found), 2)
    kind = object if rows.family is Family.CATEGORY else np.float64
    return known, np.array([row[1] for row in found], dtype=kind)


def replace(connection: Connection, rows: Rows, batch_id: int) -> None:
    """Give rows whose key exists their new results."""
    names = ("longitude", "latitude") if rows.family is Family.POSITION else ("result",)
    results = rows.results.reshape(len(rows), len(names)).tolist()
    with connection.cursor() as cursor:
        cursor.executemany(
            _STATEMENTS[rows.family].replace,
            [
                {
                    "datastream_id": int(rows.datastream_ids[n]),
                    "phenomenon_time": moment_at(int(rows.times[n])),
                    "quality": int(rows.qualities[n]),
                    "batch_id": batch_id,
                    **dict(zip(names, results[n], strict=True)),
                }
                for n in range(len(rows))
            ],
        )


def advance_latest(connection: Connection, rows: Rows, batch_id: int) -> None:
    """``rows`` hold one row a datastream, in the order of their ids."""
    connection.execute(_STATEMENTS[rows.family].latest, _row_parameters(rows) | {"batch_id": batch_id})


def mark_dirty(connection: Connection, dirty: DirtyHours, batch_id: int) -> None:
    connection.execute(
        QUERIES["mark_dirty"],
        {
            "batch_id": batch_id,
            "datastream_ids": int4_array(dirty.datastream_ids),
            "bucket_hours": int4_array(dirty.hours),
            "first_times": int8_array(dirty.firsts),
            "last_times": int8_array(dirty.lasts),
        },
    )


def store_dead_letters(
    connection: Connection, received: Sequence[Received], rejections: Sequence[Rejection], batch_id: int
) -> None:
    """One letter for each message that has rejections that are kept; its reason is that of the first."""
    by_message: dict[int, list[Rejection]] = {}
    for rejection in rejections:
        if rejection.is_kept:
            by_message.setdefault(rejection.message, []).append(rejection)
    # One order for all workers: two that meet the same letters must not wait for each other in a ring.
    letters = sorted(
        ((_digest(received[number]), number, some) for number, some in by_message.items()),
        key=lambda letter: letter[0],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            QUERIES["store_dead_letter"],
            [
                {
                    "digest": digest,
                    "topic": received[number].topic.replace("\0", "\ufffd"),
                    "payload": received[number].payload,
                    "reason": some[0].reason,
                    "detail": detail_of(some),
                    "batch_id": batch_id,
                    "received_at": moment_at(received[number].received_microseconds),
                }
                for digest, number, some in letters
            ],
        )


def count_not_kept(
    connection: Connection, received: Sequence[Received], rejections: Sequence[Rejection]
) -> None:
    """What becomes no letter, by reason, as housekeeping counts what it removes."""
    sizes: dict[str, list[int]] = {}
    for rejection in rejections:
        if not rejection.is_kept:
            sizes.setdefault(rejection.reason, []).append(len(received[rejection.message].payload))
    for reason, of_reason in sorted(sizes.items()):
        connection.execute(
            QUERIES["count_not_kept"],
            {"reason": reason, "letters": len(of_reason), "payload_bytes": sum(of_reason)},
        )


def close_account(
    connection: Connection, account: Account, worker: str, first_received_microseconds: int, batch_id: int
) -> None:
    connection.execute(
        QUERIES["close_account"],
        {
            "batch_id": batch_id,
            "worker": worker,
            "messages": account.messages,
            "received": account.received,
            "stored": account.stored,
            "duplicate": account.duplicate,
            "conflicting": account.conflicting,
            "quarantined": account.quarantined,
            "first_received_at": moment_at(first_received_microseconds),
        },
    )
    connection.execute(QUERIES["announce"], {"batch_id": batch_id})


def find_account(connection: Connection, batch_id: int) -> Account | None:
    """The account of a committed batch, or None if it did not commit."""
    row = connection.execute(QUERIES["account_of_batch"], {"batch_id": batch_id}).fetchone()
    return None if row is None else Account(*row)


def known_workers(connection: Connection) -> list[str]:
    """The names of all workers that ever committed a batch."""
    return [worker for (worker,) in connection.execute(QUERIES["known_workers"]).fetchall()]


def report(connection: Connection, worker: str) -> None:
    """Note that this worker is at work."""
    connection.execute(QUERIES["report"], {"worker": worker})


def sign_off(connection: Connection, worker: str) -> None:
    """Note that nothing is expected of this worker any more."""
    connection.execute(QUERIES["sign_off"], {"worker": worker})


def _digest(received: Received) -> bytes:
    return sha256(received.topic.encode("utf-8", "surrogatepass") + b"\0" + received.payload).digest()


def detail_of(rejections: Sequence[Rejection]) -> str:
    """What a letter says of the rejections of its message; of more than it has room for, first how many there are of each reason."""
    text = "; ".join(f"{rejection.reason}: {rejection.detail}" for rejection in rejections)
    if len(text) > DETAIL_CHARACTERS_MAX:
        counts = Counter(rejection.reason for rejection in rejections)
        text = f"{', '.join(f'{count} × {reason}' for reason, count in counts.most_common())}; {text}"
    return text[:DETAIL_CHARACTERS_MAX].replace("\0", "\ufffd")


def _key_parameters(rows: Rows) -> dict[str, Any]:
    return {
        "datastream_ids": int4_array(rows.datastream_ids),
        "times": timestamptz_array(rows.times),
        "earliest": moment_at(int(rows.times.min())),
        "latest": moment_at(int(rows.times.max())),
    }


_RESULT_PARAMETERS: dict[Family, Callable[[NDArray[Any]], dict[str, Any]]] = {
    Family.MEASUREMENT: lambda results: {"results": float8_array(results)},
    Family.CATEGORY: lambda results: {"results": list(results)},
    Family.POSITION: lambda results: {
        "longitudes": float8_array(results[:, 0]),
        "latitudes": float8_array(results[:, 1]),
    },
}


def _row_parameters(rows: Rows) -> dict[str, Any]:
    return {
        "datastream_ids": int4_array(rows.datastream_ids),
        "qualities": int2_array(rows.qualities),
        "times": timestamptz_array(rows.times),
        **_RESULT_PARAMETERS[rows.family](rows.results),
    }
