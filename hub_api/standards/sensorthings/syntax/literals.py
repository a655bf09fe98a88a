"""What stands in an expression as it is: times, durations, numbers, texts, geometries."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta

import shapely

from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.syntax.tree import Geometry, Interval, Value

#: Larger numbers are no longer exact in JSON, nor whole numbers for the database.
WHOLE_MAX = 2**63 - 1
_DURATION = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<days>\d{1,7})D)?(?:T(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,10}(?:\.\d{1,9})?)S)?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?P<sign>[+\- ])(?P<hours>\d\d):?(?P<minutes>\d\d)$")
#: So an example of the standard has a point.
_POINT_WITH_COMMA = re.compile(
    r"\s*POINT\s*\(\s*([-+]?[\d.]{1,30})\s*,\s*([-+]?[\d.]{1,30})\s*\)\s*", re.IGNORECASE
)
#: What a shape that no reader can draw would have; a million points take seconds.
GEOMETRY_SHAPES = frozenset(
    {
        "Point",
        "LineString",
        "LinearRing",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
    }
)


def instant(text: str, option: str) -> datetime:
    """An ISO 8601 instant; one without an offset is UTC."""
    written = text.replace(",", ".").upper()
    found = _OFFSET.search(written)
    if found is not None and "T" in written[: found.start()]:
        sign = "-" if found["sign"] == "-" else "+"
        written = f"{written[: found.start()]}{sign}{found['hours']}:{found['minutes']}"
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RequestInvalid(option, "no_instant", piece=text) from None


def interval(text: str, option: str) -> Interval:
    start, _, end = text.partition("/")
    span = Interval(instant(start, option), instant(end, option))
    if span.end < span.start:
        raise RequestInvalid(option, "interval_backwards", piece=text)
    return span


def day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestInvalid(option, "no_date", piece=text) from None


def time_of_day(text: str, option: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise RequestInvalid(option, "no_time", piece=text) from None


def duration(text: str, option: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found[name] for name in ("days", "hours", "minutes", "seconds")):
        raise RequestInvalid(option, "no_duration", piece=text)
    try:
        length = timedelta(
            days=int(found["days"] or 0),
            hours=int(found["hours"] or 0),
            minutes=int(found["minutes"] or 0),
            seconds=float(found["seconds"] or 0),
        )
    except OverflowError:
        raise RequestInvalid(option, "no_duration", piece=text) from None
    return -length if found["sign"] == "-" else length


def number(text: str, option: str) -> int | float:
    bare = text.rstrip("fFdDmMlL") if not text[-1:].isdigit() else text
    if re.fullmatch(r"\d+", bare):
        # Python refuses to read thousands of digits, and so does the database.
        whole = int(bare) if len(bare) <= len(str(WHOLE_MAX)) else WHOLE_MAX + 1
        if whole > WHOLE_MAX:
            raise RequestInvalid(option, "number_too_large", piece=text)
        return whole
    real = float(bare)
    if math.isinf(real):
        raise RequestInvalid(option, "number_too_large", piece=text)
    return real


def quoted(text: str) -> str:
    """What stands between quotes; a doubled quote is one."""
    return text[1:-1].replace("''", "'")


def geometry(text: str, option: str, points_max: int) -> Geometry:
    """Well-known text, with or without ``SRID=4326;``."""
    srid, mark, shape = text.rpartition(";")
    if mark and srid.strip().upper().replace(" ", "") != "SRID=4326":
        raise RequestInvalid(option, "other_srid", piece=srid)
    if found := _POINT_WITH_COMMA.fullmatch(shape):
        shape = f"POINT({found[1]} {found[2]})"
    if shape.count(",") >= points_max:
        raise RequestInvalid(option, "geometry_too_long", maximum=points_max)
    try:
        read = shapely.from_wkt(shape)
    except (shapely.errors.ShapelyError, ValueError):
        raise RequestInvalid(option, "no_geometry", piece=text) from None
    if read.is_empty or read.geom_type not in GEOMETRY_SHAPES:
        raise RequestInvalid(option, "no_geometry", piece=text)
    west, south, east, north = read.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise RequestInvalid(option, "outside_earth", piece=text)
    return Geometry(read.wkt)


def typed(text: str, option: str, points_max: int) -> Value:
    """``duration'PT1H'``, ``geography'POINT(58.4 23.6)'`` and the older spellings of times."""
    kind = re.split("['‘’]", text, maxsplit=1)[0]
    inner = quoted(text.removeprefix(kind))
    match kind.lower():
        case "geography" | "geometry":
            return geometry(inner, option, points_max)
        case "duration":
            return duration(inner, option)
        case "date":
            return day(inner, option)
        case "time" | "timeofday":
            return time_of_day(inner, option)
        case "datetime" | "datetimeoffset":
            return instant(inner, option)
        case _:
            return inner
