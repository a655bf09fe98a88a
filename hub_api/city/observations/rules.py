"""Which series answers a question, where a page goes on, how a window is cut, how long it may be kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from citycore.clock import CITY_ZONE, day_start
from citycore.model import ResultType
from hub_api.city.observations.model import BUCKET_SECONDS, OF_DAYS, Bucket, Order, Reading, Series
from hub_api.city.selection.model import Selection
from hub_api.serving.errors import invalid
from hub_api.serving.formats import EXTENSIONS, Format
from hub_api.serving.settings import ServingSettings
from hub_api.serving.several import DATASTREAM_MAX

#: Instants are stored in microseconds, so the next possible one is this much later.
RESOLUTION = timedelta(microseconds=1)
BINARY_FORMATS: frozenset[Format] = frozenset({"parquet", "geoparquet", "arrow"})
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
#: A part of a window aims at a few more rows than are wanted, so that one is enough as a rule.
MARGIN = 1.25
#: A part that held too few rows is followed by one that is so many times longer.
GROWTH_MIN, GROWTH_MAX = 2.0, 16.0
PART_MIN, PART_MAX = timedelta(seconds=1), timedelta(days=3660)

#: The buckets, finest first, and what they hold.
COARSER: tuple[tuple[Bucket, Series], ...] = (
    ("PT15M", "statistics"),
    ("PT1H", "statistics"),
    ("P1D", "daily"),
    ("P1W", "period"),
    ("P1M", "period"),
    ("P1Y", "period"),
)

Position = tuple[datetime, int]


def series_of(result_types: Collection[ResultType], bucket: Bucket, zone_count: int = 1) -> Series | None:
    """The series to read, or None: buckets exist for measurements only."""
    if bucket != "raw":
        named: Series = "statistics"
        if bucket == "P1D":
            named = "daily" if zone_count <= 1 else "zoned"
        if bucket in OF_DAYS:
            named = "period" if zone_count <= 1 else "zoned_period"
        return named if set(result_types) <= {"measurement"} else None
    kinds = sorted(set(result_types))
    if len(kinds) > 1:
        return "mixed"
    return kinds[0] if kinds else "measurement"


def after_position(
    start: datetime | None, end: datetime | None, position: datetime, order: Order
) -> tuple[datetime | None, datetime | None]:
    """The rest of ``[start, end)`` once the row at ``position`` has been served."""
    return (_limited(position, RESOLUTION), end) if order == "asc" else (start, position)


def from_position(
    start: datetime | None, end: datetime | None, position: datetime, order: Order
) -> tuple[datetime | None, datetime | None]:
    """The rest of ``[start, end)`` with the instant ``position``, at which other rows may be left; all of it where that lies before."""
    if order == "asc":
        return (position if start is None else max(start, position)), end
    until = _limited(position, RESOLUTION)
    return start, (until if end is None else min(end, until))


def known_moment(reading: Reading, after: Position | None, newest: datetime | None) -> datetime | None:
    """An instant with a row from which a page goes on, if that is known without looking.

    A cursor's row was there; and raw values that are read backwards from now begin with the newest.
    """
    if after is not None:
        return after[0]
    begins_with_newest = reading.order == "desc" and reading.is_raw and reading.end is None
    is_within = newest is not None and (reading.start is None or newest >= reading.start)
    return newest if begins_with_newest and is_within else None


def position_text(moment: datetime) -> str:
    """An instant as a cursor keeps it, exact to the microsecond."""
    return moment.astimezone(UTC).isoformat()


def position_of(text: str, number: int | None = None) -> str:
    """What a cursor keeps of a row: its instant, and its datastream where there are several."""
    return text if number is None else f"{text} {number}"


def read_position(kept: str) -> Position:
    """``InvalidParameters`` for what is no such text."""
    text, _, number = kept.partition(" ")
    try:
        moment, datastream = datetime.fromisoformat(text), int(number or 0)
    except ValueError:
        raise invalid("cursor", "bad_cursor") from None
    if moment.tzinfo is None or not 0 <= datastream <= DATASTREAM_MAX:
        raise invalid("cursor", "bad_cursor")
    return moment, datastream


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a window, and what is left of it afterwards (None: nothing)."""

    start: datetime
    end: datetime
    rest: tuple[datetime | None, datetime | None] | None


def cut_part(
    start: datetime | None, end: datetime | None, near: datetime, length: timedelta, order: Order
) -> Part:
    """The part of ``[start, end)`` that begins (or, newest first, ends) with the instant ``near``."""
    if order == "asc":
        until = _limited(near, length)
        if end is not None and until >= end:
            return Part(near, end, None)
        return Part(near, until, (until, end) if until < LATEST else None)
    since = _limited(near, -length)
    after = near if near == LATEST else near + RESOLUTION
    if start is not None and since <= start:
        return Part(start, after, None)
    return Part(since, after, (start, since) if since > EARLIEST else None)


def _limited(moment: datetime, step: timedelta) -> datetime:
    try:
        return moment + step
    except OverflowError:
        return LATEST if step > timedelta(0) else EARLIEST


def part_length(rows_wanted: int, rows_per_second: float) -> timedelta:
    """How long a part must be to hold the wanted rows, if values come as expected."""
    seconds = MARGIN * rows_wanted / rows_per_second if rows_per_second > 0 else PART_MAX.total_seconds()
    return max(PART_MIN, min(PART_MAX, timedelta(seconds=min(seconds, PART_MAX.total_seconds()))))


def longer(length: timedelta, rows_wanted: int, rows_found: int) -> timedelta:
    """The length of the next part, after one that held too few rows."""
    growth = min(GROWTH_MAX, max(GROWTH_MIN, rows_wanted / max(1, rows_found)))
    return min(PART_MAX, length * growth)


def estimated_rows(
    reading: Reading, spans: Mapping[int, tuple[datetime, datetime]], interval_seconds_assumed: int
) -> int:
    """About how many rows a window holds, from the intervals at which values are expected.

    ``spans``: the first and the newest instant of each datastream that has observations.
    """
    total = 0.0
    for one in reading.selection.datastreams:
        if one.number not in spans:
            continue
        first, newest = spans[one.number]
        start = first if reading.start is None else max(first, reading.start)
        end = newest if reading.end is None else min(newest, reading.end)
        step = one.interval_seconds or interval_seconds_assumed
        if reading.bucket != "raw":
            step = max(step, BUCKET_SECONDS[reading.bucket])
        if end >= start:
            total += (end - start).total_seconds() / step + 1
    return round(total)


def rows_max(chosen: Format, settings: ServingSettings) -> int:
    """The rows that one export may have; in binary they cost less."""
    if chosen == "xlsx":
        return settings.export_sheet_rows_max
    return settings.export_binary_rows_max if chosen in BINARY_FORMATS else settings.export_rows_max


def cheaper(
    reading: Reading, chosen: Format, cost: Callable[[Reading], int], settings: ServingSettings
) -> dict[str, str | None] | None:
    """What to change so that a question fits: the format, else the bucket; None if neither helps.

    ``cost`` estimates the rows of a reading.
    """
    if cost(reading) <= rows_max("parquet", settings) and chosen not in BINARY_FORMATS:
        return {"f": "parquet", "bom": None, "header": None, "trailer": None}
    if reading.series != "measurement":
        return None
    for bucket, series in COARSER:
        if cost(replace(reading, bucket=bucket, series=series)) <= rows_max(chosen, settings):
            return {"bucket": bucket, "quality": None}
    return None


def is_closed(end: datetime | None, now: datetime, settings: ServingSettings) -> bool:
    """Whether a window ended so long ago that nothing is expected to come."""
    return end is not None and end <= now - timedelta(seconds=settings.closed_after_seconds)


def cache_control(reading: Reading, now: datetime, settings: ServingSettings) -> str:
    """How long an answer may be kept: a closed window long, statistics until the next bucket begins."""
    if is_closed(reading.end, now, settings):
        return f"public, max-age={settings.closed_cache_seconds}, immutable"
    seconds = settings.live_cache_seconds
    if not reading.is_raw:
        seconds = max(seconds, min(int(_seconds_left(reading, now)), settings.bucket_cache_seconds_max))
    return f"public, max-age={seconds}"


def _seconds_left(reading: Reading, now: datetime) -> float:
    """Until the next bucket begins; where days are of several zones, the next of any. Weeks, months and years change with their
    days.
    """
    if reading.bucket != "P1D" and reading.bucket not in OF_DAYS:
        width = BUCKET_SECONDS[reading.bucket]
        return width - now.timestamp() % width
    zones = [ZoneInfo(name) for name in reading.selection.zones] or [CITY_ZONE]
    tomorrows = [day_start(now.astimezone(zone).date() + timedelta(days=1), zone) for zone in zones]
    return (min(tomorrows) - now).total_seconds()


def file_name(selection: Selection, bucket: Bucket, chosen: Format) -> str:
    """What a browser saves an export as; codes hold no character that a header cannot."""
    stem = "observations"
    if selection.is_one:
        one = selection.datastreams[0]
        stem = f"{one.thing}-{one.observed_property}"
    label = "-simulated" if any(one.simulated for one in selection.datastreams) else ""
    return f"{stem}-{bucket.lower()}{label}.{EXTENSIONS[chosen]}"
