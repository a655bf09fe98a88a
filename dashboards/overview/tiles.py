"""The tiles of the overview: one number a property, what it stands for, and how old it is.

Pure: from readings to :class:`Tile` values, and from those to HTML.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise
from statistics import median
from typing import Literal
from urllib.parse import quote

from citycore.language import isolate
from citycore.limits.model import Level, Limit
from dashboards.changes import Direction
from dashboards.language import Words, number_text
from dashboards.limits import Judged, drawn_limit, for_mean, judged
from dashboards.model import Hour, Latest, Name
from dashboards.rules import Condition, Reading

Aggregate = Literal["median", "total", "highest"]

#: The tiles in reading order: what a typical sensor reads, how many spaces are left in all,
#: and how high the highest wadi stands (the one that matters).
TILES: tuple[tuple[str, Aggregate], ...] = (
    ("pm2_5", "median"),
    ("pm10", "median"),
    ("no2", "median"),
    ("o3", "median"),
    ("air_temperature", "median"),
    ("vehicle_flow", "median"),
    ("free_spaces", "total"),
    ("water_level", "highest"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """``value`` is in ``unit``. When nothing is fresh it is what was heard last, and SILENT says so."""

    observed_property: str
    name: Name
    unit: str
    aggregate: Aggregate
    condition: Condition
    value: float | None
    used: tuple[int, ...]
    newest: datetime | None
    flagged: int
    simulated: bool
    spark: tuple[float | None, ...] = ()
    spark_count: int = 0
    #: The level of its line's end, or the limit that judges none of its values; None without any limit.
    judged: Judged | Limit | None = None


def build_tile(name: Name, unit: str, aggregate: Aggregate, readings: Sequence[Reading]) -> Tile:
    """The tile of one property from its readings; there must be one at least."""
    fresh = _numbers(readings, Condition.FRESH, unit)
    shown = fresh or _numbers(readings, Condition.SILENT, unit)
    stands = Condition.FRESH if fresh else Condition.SILENT if shown else Condition.NEVER
    return Tile(
        observed_property=next(iter(shown)).observed_property if shown else "",
        name=name,
        unit=shown[0].unit if shown else unit,
        aggregate=aggregate,
        condition=stands,
        value=combine(aggregate, [_number(row) for row in shown]) if shown else None,
        used=tuple(row.datastream for row in shown),
        newest=max((row.phenomenon_time for row in shown), default=None),
        flagged=sum(reading.condition is Condition.FLAGGED for reading in readings),
        simulated=any(row.simulated for row in shown),
    )


def combine(aggregate: Aggregate, values: Sequence[float]) -> float:
    """Many sensors' values as one."""
    if aggregate == "total":
        return sum(values)
    return max(values) if aggregate == "highest" else median(values)


def with_spark(tile: Tile, series: Sequence[Sequence[Hour]], start: datetime, hours: int) -> Tile:
    """The tile with its hourly line over ``hours`` from ``start``: the tile's aggregate over the series.

    None where no series has the hour; a total also needs all of them, or it would dip for lack of data.
    """
    by_hour: dict[datetime, list[float]] = defaultdict(list)
    for hour in (hour for one in series for hour in one if hour.mean is not None):
        by_hour[hour.bucket_start].append(hour.mean or 0.0)
    needed = len(series) if tile.aggregate == "total" else 1
    line = (by_hour.get(start + timedelta(hours=number), []) for number in range(hours))
    spark = tuple(
        combine(tile.aggregate, values) if len(values) >= max(1, needed) else None for values in line
    )
    return replace(tile, spark=spark, spark_count=len(series))


def with_level(tile: Tile, limits: Sequence[Limit]) -> Tile:
    """The tile with the level of its newest mean, by the limits of its property. A total is no concentration."""
    if tile.aggregate == "total" or tile.condition is not Condition.FRESH:
        return tile
    limit = for_mean(limits)
    if limit is not None:
        return replace(tile, judged=judged(tile.spark, tile.unit, limit))
    return replace(tile, judged=drawn_limit(limits))


def tiles_html(
    tiles: Iterable[Tile],
    words: Words,
    now: datetime,
    before: str = "",
    changed: Mapping[str, Direction] | None = None,
) -> str:
    """A list of tiles; style in ``style.css``. ``before`` are items of the list that stand first, ``changed`` marks properties."""
    marks = changed or {}
    items = before + "".join(tile_html(tile, words, now, marks.get(tile.observed_property)) for tile in tiles)
    return f'<ul class="falaj-tiles" dir="{words.direction}" lang="{words.language}">{items}</ul>'


def tile_html(tile: Tile, words: Words, now: datetime, changed: Direction | None = None) -> str:
    """One tile. Stale is grey and said; without a value there is a dash, never a zero."""
    return (
        f'<li class="falaj-tile falaj-{tile.condition}">'
        f'<div class="falaj-tile-name">{escape(tile.name.text(words.language))}</div>'
        f'<div class="falaj-tile-value">{_value_html(tile, words)}{changed_html(changed, words)}{_chips_html(tile, words)}</div>'
        f"{_level_html(tile, words)}"
        f"{spark_html(tile, words)}"
        f'<div class="falaj-tile-note">{"".join(f"<span>{escape(note)}</span>" for note in notes(tile, words, now))}</div>'
        "</li>"
    )


def notes(tile: Tile, words: Words, now: datetime) -> list[str]:
    """What stands under the number: of how many, how old, what the line is, what was left out."""
    if tile.newest is None:
        return [words("tile.never")]
    count = len(tile.used)
    what = (
        words("tile.one")
        if count == 1
        else words(f"tile.{tile.aggregate}", things=words.counted("things", count))
    )
    age = "tile.newest" if tile.condition is Condition.FRESH else "tile.stale_detail"
    if tile.flagged:
        what = words("tile.with_flagged", what=what, count=isolate(str(tile.flagged)))
    lines = [what, words(age, ago=words.ago(now - tile.newest))]
    if any(value is not None for value in tile.spark):
        lines.append(words("tile.spark", things=words.counted("things", tile.spark_count)))
    return [*lines, *_judgement(tile, words)]


def _judgement(tile: Tile, words: Words) -> list[str]:
    """Whose limit judges which mean, or that it judges no value shown here."""
    if isinstance(tile.judged, Judged):
        value = words.value(tile.judged.value, tile.judged.unit)
        return [words("limits.judged", value=value, **words.limit(tile.judged.limit))]
    return [words("limits.not_judged", **words.limit(tile.judged))] if tile.judged is not None else []


def _level_html(tile: Tile, words: Words) -> str:
    if not isinstance(tile.judged, Judged):
        return ""
    return level_html(tile.judged.level, words, words.limit(tile.judged.limit)["averaging"])


def level_html(level: Level, words: Words, of: str = "") -> str:
    """A level as a word with its mark; ``of`` says which mean it is the level of."""
    mark = f'<span class="falaj-mark" style="background:{level.colour}"></span>'
    mean = f'<span class="falaj-unit">{escape(of)}</span>' if of else ""
    return f'<div class="falaj-level">{mark}<span>{escape(words.text(level.name))}</span>{mean}</div>'


def changed_html(changed: Direction | None, words: Words) -> str:
    """An arrow with its word for screen readers, that fades after a few seconds where motion is welcome."""
    if changed is None:
        return ""
    arrow, text = ("▲" if changed == "up" else "▼"), escape(words(f"changed_{changed}"))
    return f'<span class="falaj-changed" role="img" aria-label="{text}" title="{text}">{arrow}</span>'


WIDTH, HEIGHT, MARGIN = 200.0, 36.0, 3.0
#: Water and, for what is stale, slate: 3:1 on light and on dark pages.
SPARK_FRESH, SPARK_STALE = "#1789a0", "#87949a"


def spark_html(tile: Tile, words: Words) -> str:
    """The last hours as a picture with its words; empty with fewer than two values.

    A picture in a data address, because the page's sanitiser takes SVG elements out.
    """
    values = [value for value in tile.spark if value is not None]
    if len(values) < 2:
        return '<div class="falaj-spark"></div>'
    low, high = (words.value(edge, tile.unit) for edge in (min(values), max(values)))
    picture = f"data:image/svg+xml,{quote(spark_svg(tile))}"
    return f'<img class="falaj-spark" alt="{escape(words("tile.spark_alt", low=low, high=high))}" src="{picture}">'


def spark_svg(tile: Tile) -> str:
    """The hours as a line from left to right; hours without data are gaps."""
    values = [value for value in tile.spark if value is not None]
    low, high = _scale(values)
    points = [_point(tile.spark, place, low, high) for place in range(len(tile.spark))]
    lines = "".join(
        f'<path d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in run)}" vector-effect="non-scaling-stroke"/>'
        for run in _runs(points)
    )
    stroke = SPARK_FRESH if tile.condition is Condition.FRESH else SPARK_STALE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'preserveAspectRatio="none" fill="none" stroke="{stroke}" stroke-width="2" '
        f'stroke-linejoin="round" stroke-linecap="round">{lines}</svg>'
    )


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """The values' range, but never less than a twentieth of them: noise must not look like news."""
    low, high = min(values), max(values)
    missing = max(0.0, max(abs(low), abs(high)) / 20 - (high - low))
    return low - missing / 2, high + missing / 2


def _point(spark: Sequence[float | None], place: int, low: float, high: float) -> tuple[float, float] | None:
    value = spark[place]
    if value is None:
        return None
    share = 0.5 if high == low else (value - low) / (high - low)
    return place * WIDTH / max(1, len(spark) - 1), HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The unbroken stretches of two points or more."""
    runs: list[list[tuple[float, float]]] = []
    for before, here in pairwise([None, *points]):
        if here is not None:
            if before is None:
                runs.append([])
            runs[-1].append(here)
    return [run for run in runs if len(run) > 1]


def _value_html(tile: Tile, words: Words) -> str:
    if tile.value is None:
        return f'<span class="falaj-number">{words("none")}</span>'
    return (
        f'<bdi dir="ltr" class="falaj-number">{number_text(tile.value)}</bdi>'
        f'<span class="falaj-unit">{escape(words.unit(tile.unit))}</span>'
    )


def _chips_html(tile: Tile, words: Words) -> str:
    chips = []
    if tile.condition is Condition.SILENT:
        chips.append(f'<span class="falaj-chip falaj-chip-stale">{words("tile.stale")}</span>')
    if tile.simulated:
        chips.append(f'<span class="falaj-chip">{words("simulated_short")}</span>')
    return f'<span class="falaj-chips">{"".join(chips)}</span>'


def _numbers(readings: Iterable[Reading], stands: Condition, unit: str) -> list[Latest]:
    """The numeric values in this condition that share one unit: the property's own, or else the commonest."""
    rows = [
        one.latest
        for one in readings
        if one.latest is not None and one.condition is stands and isinstance(one.latest.result, (int, float))
    ]
    units = Counter(row.unit for row in rows)
    chosen = unit if unit in units or not units else units.most_common(1)[0][0]
    return [row for row in rows if row.unit == chosen]


def _number(row: Latest) -> float:
    assert isinstance(row.result, (int, float)), "only numeric rows are combined"
    return float(row.result)
