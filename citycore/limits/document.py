"""A table of limits as it is written: TOML, and what can be wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, NoReturn

import msgspec
from msgspec import Meta

from citycore.language import LANGUAGES
from citycore.limits.errors import LimitTableInvalid
from citycore.limits.model import (
    Averaging,
    Band,
    Group,
    Level,
    Limit,
    LimitTable,
    Origin,
    Statistic,
    Texts,
)
from citycore.units import is_unit, normalise_unit

Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Words = Annotated[str, Meta(min_length=1, max_length=500)]
Count = Annotated[int, Meta(ge=1, le=200)]
Celsius = Annotated[int, Meta(ge=-50, le=60)]
Written = Annotated[dict[Literal["en", "ar"], Words], Meta(min_length=len(LANGUAGES))]
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class LevelEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Code
    colour: str
    name: Written
    advice: dict[Group, Written] = {}


class BandEntry(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"low": "from"}
):
    """``from`` stands in a first band alone: the others begin where the one before them ends."""

    level: Code
    low: float | None = None
    up_to: float | None = None
    index: tuple[int, int] | None = None


class LimitEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    observed_property: Code
    averaging: Averaging
    unit: Words
    bands: Annotated[list[BandEntry], Meta(min_length=1, max_length=50)]
    statistic: Statistic = "mean"
    reference_celsius: Celsius | None = None
    step: Annotated[float, Meta(gt=0)] | None = None
    exceedances_per_year: Count | None = None
    since: date | None = None
    until: date | None = None


class TableEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Code
    name: Written
    authority: Written
    reference: Words
    levels: Annotated[list[LevelEntry], Meta(min_length=1, max_length=50)]
    url: Annotated[str, Meta(pattern="^https?://[^ ]{1,480}$")] | None = None
    since: date | None = None
    until: date | None = None
    limits: Annotated[list[LimitEntry], Meta(max_length=1000)] = []


def read_table(text: str, *, is_shipped: bool = False) -> LimitTable:
    """The table of a text; :class:`LimitTableInvalid` says where it is wrong, and what belongs there."""
    try:
        entry = msgspec.convert(tomllib.loads(text), TableEntry)
    except tomllib.TOMLDecodeError as error:
        _wrong("", f"this is no TOML: {error}")
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at ")
        _wrong(where.rpartition("$")[2].strip("`."), reason)
    origin = Origin(
        code=entry.code,
        name=_texts(entry.name),
        authority=_texts(entry.authority),
        reference=entry.reference,
        url=entry.url,
        is_shipped=is_shipped,
    )
    levels = {level.code: level for level in _levels(entry.levels)}
    limits = tuple(_limit(f"limits[{n}]", each, entry, origin, levels) for n, each in enumerate(entry.limits))
    _check_twice(limits)
    return LimitTable(origin=origin, levels=tuple(levels.values()), limits=limits, text=text)


def _texts(written: dict[Literal["en", "ar"], str]) -> Texts:
    return {language: written[language] for language in LANGUAGES}


def _levels(entries: Sequence[LevelEntry]) -> Iterator[Level]:
    seen: set[str] = set()
    for rank, entry in enumerate(entries):
        where = f"levels[{rank}]"
        if entry.code in seen:
            _wrong(f"{where}.code", f"there are two levels {entry.code!r}")
        if not _COLOUR.fullmatch(entry.colour):
            _wrong(f"{where}.colour", "a colour as #a6cee3, in small letters")
        seen.add(entry.code)
        advice = {group: _texts(words) for group, words in entry.advice.items()}
        yield Level(code=entry.code, rank=rank, colour=entry.colour, name=_texts(entry.name), advice=advice)


def _limit(
    where: str, entry: LimitEntry, table: TableEntry, origin: Origin, levels: dict[str, Level]
) -> Limit:
    unit = normalise_unit(entry.unit)
    if not is_unit(unit):
        _wrong(f"{where}.unit", f"{entry.unit!r} is no unit of UCUM")
    since, until = entry.since or table.since, entry.until or table.until
    if since is not None and until is not None and since >= until:
        _wrong(where, f"since ({since}) does not lie before until ({until})")
    return Limit(
        origin=origin,
        observed_property=entry.observed_property,
        averaging=entry.averaging,
        statistic=entry.statistic,
        unit=unit,
        reference_celsius=entry.reference_celsius,
        step=entry.step,
        exceedances_per_year=entry.exceedances_per_year,
        since=since,
        until=until,
        bands=tuple(_bands(where, entry, levels)),
    )


def _bands(where: str, entry: LimitEntry, levels: dict[str, Level]) -> Iterator[Band]:
    low, rank = entry.bands[0].low, -1
    for number, band in enumerate(entry.bands):
        here = f"{where}.bands[{number}]"
        level = levels.get(band.level)
        if level is None:
            _wrong(f"{here}.level", f"there is no level {band.level!r}: {', '.join(levels)}")
        if level.rank < rank:
            _wrong(f"{here}.level", f"{band.level!r} is better than the level of the band before")
        if number and band.low is not None:
            _wrong(f"{here}.from", "only a first band says where it begins")
        if band.up_to is None and number + 1 < len(entry.bands):
            _wrong(f"{here}.up_to", "only the last band has no end")
        if band.up_to is not None and low is not None and band.up_to < low:
            _wrong(f"{here}.up_to", f"{band.up_to:g} lies below {low:g}, where the band begins")
        if band.index is not None and band.index[0] > band.index[1]:
            _wrong(f"{here}.index", "the first number is the larger one")
        rank = level.rank
        yield Band(level=level, low=low, high=band.up_to, index=band.index)
        if band.up_to is not None:
            # The next multiple of the step, so that an index runs from there; without one the same bound.
            low = band.up_to if entry.step is None else round(band.up_to + entry.step, 10)


def _check_twice(limits: Sequence[Limit]) -> None:
    seen: set[tuple[object, ...]] = set()
    for number, limit in enumerate(limits):
        key = (limit.observed_property, limit.averaging, limit.statistic, limit.since)
        if key in seen:
            _wrong(f"limits[{number}]", "this property, averaging period and statistic stand here twice")
        seen.add(key)


def _wrong(where: str, reason: str) -> NoReturn:
    raise LimitTableInvalid(where=where or "-", reason=reason)
