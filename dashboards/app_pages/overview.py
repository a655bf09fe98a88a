"""Is the city all right? Tiles, map and table of the newest values of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import NoneType

import streamlit as st

from citycore.clock import CITY_ZONE, system_clock
from citycore.errors import FalajError
from citycore.intervals import floor_hour
from citycore.limits.model import Limit
from dashboards import air, client, limits, page, rules
from dashboards.charts import Drawn, forecast_chart
from dashboards.language import Words, number_text
from dashboards.maps import View, map_chart
from dashboards.model import Hour, Latest, Name, ObservedProperty, Place, Thing
from dashboards.settings import dashboard_settings
from dashboards.state import ANY, State
from dashboards.tables import LATEST_COLUMNS, LATEST_SHOWN, csv_bytes, html_table, latest_cells, latest_rows
from dashboards.tiles import TILES, Aggregate, Tile, build_tile, tiles_html, with_level, with_spark

LIMITS = dashboard_settings()


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page shows of one place, at one instant."""

    things: Sequence[Thing]
    rows: Sequence[Latest]
    places: Sequence[Place]
    properties: Sequence[ObservedProperty]
    now: datetime
    limits: limits.Known
    air: air.Air | None
    #: Keys of the texts that say what could not be read of limits and air quality.
    unread: Sequence[str]

    def limits_of(self, code: str, unit: str) -> list[Limit]:
        """Those of a property that hold today, the first to ask first."""
        return limits.of_property(self.limits, code, unit, self.now.astimezone(CITY_ZONE).date())


def load(state: State, now: datetime) -> Scene:
    """The things of the place that speak now, and their newest values."""
    places, live = client.places(), rules.live_sources(client.sources())
    codes = rules.covered_places(state.place, places)
    things = rules.things_within(client.things(), codes, live)
    properties = [one for one in client.observed_properties() if _observes(things, one.code)]
    rows = rules.latest_of(client.latest(), things)
    known, worst, unread = _judging(frozenset(thing.code for thing in things), now)
    return Scene(things, rows, places, properties, now, known, worst, unread)


def _judging(things: frozenset[str], now: datetime) -> tuple[limits.Known, air.Air | None, Sequence[str]]:
    """Limits and air quality; a page stands without them, too. One that hangs is not waited for twice."""
    try:
        known = client.known_limits()
    except FalajError:
        return limits.Known(), None, ["limits.unavailable"]
    try:
        return known, air.worst(client.air_quality(), things, known, now), []
    except FalajError:
        return known, None, ["air_quality.unavailable"]


def _observes(things: Sequence[Thing], code: str) -> bool:
    return any(code in thing.observed_properties for thing in things)


def tiles(scene: Scene) -> list[Tile]:
    """A tile for every property of ``TILES`` that something here observes."""
    known = {one.code: one for one in scene.properties}
    made = []
    for code, aggregate in TILES:
        if code in known:
            made.append(_tile(scene, known[code], aggregate))
    return made


def _tile(scene: Scene, shown: ObservedProperty, aggregate: Aggregate) -> Tile:
    readings = rules.readings(scene.things, scene.rows, shown.code, scene.now, LIMITS)
    tile = build_tile(shown.name, shown.unit, aggregate, readings)
    drawn, start = sorted(tile.used)[: LIMITS.sparkline_datastreams_max], _spark_start(scene)
    series = [client.hours(datastream, start, floor_hour(scene.now)) for datastream in drawn]
    sparkled = with_spark(tile, series, start, LIMITS.sparkline_hours)
    return with_level(sparkled, scene.limits_of(shown.code, tile.unit))


def _spark_start(scene: Scene) -> datetime:
    return floor_hour(scene.now) - timedelta(hours=LIMITS.sparkline_hours)


def show_facts(scene: Scene, words: Words) -> None:
    """As of when, how many are silent, and whether any of it is simulated."""
    counted = rules.silence(scene.things, scene.rows, scene.now, LIMITS)
    total = words.counted("things", counted.total)
    if counted.silent:
        heard = words("some_silent", silent=counted.silent, things=total)
    else:
        heard = words("all_heard", total=counted.total) if counted.total else words("no_things")
    badges = (
        [page.badge(words("simulated"), words("simulated_help"))]
        if any(t.simulated for t in scene.things)
        else []
    )
    refreshes = words("refreshes", seconds=LIMITS.refresh_seconds)
    page.show_line(words, [words("as_of", clock=words.clock(scene.now)), heard, refreshes], badges)
    for key in scene.unread:
        page.show_hint(words, words(key))
    if scene.limits.left_out:
        page.show_hint(words, words("limits.left_out", count=scene.limits.left_out))


def show_map(scene: Scene, state: State, words: Words) -> None:
    """The map of one property beside its table, then the file and the call behind both."""
    known = {one.code: one for one in scene.properties if _drawable(scene, one.code)}
    if not known:
        return
    codes = list(known)
    wanted = state.observed_property if state.observed_property in known else _first(codes)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(words("overview.map"), width="content", anchor=False)
        with st.container(width=280):
            chosen = page.choose(
                words("overview.property"),
                codes,
                "observed_property",
                wanted,
                lambda code: known[code].name.text(words.language),
            )
    readings = _ranked(rules.readings(scene.things, scene.rows, chosen, scene.now, LIMITS))
    left, right = st.columns(2, gap="medium")
    with left:
        _draw(readings, scene, state, known[chosen], words)
    with right:
        _list(readings, scene, words)
    show_hours(scene, known[chosen], words)
    _offer(readings, scene, state, chosen, words)


def show_hours(scene: Scene, shown: ObservedProperty, words: Words) -> None:
    """The last hours of the property on the map, as its tile combines them, with the bounds that lie near."""
    tile = _tile(scene, shown, dict(TILES).get(shown.code, "median"))
    start = _spark_start(scene)
    hours = [Hour(start + timedelta(hours=number), mean) for number, mean in enumerate(tile.spark)]
    means = [hour.mean for hour in hours if hour.mean is not None]
    if not means:
        return
    limit = None
    if tile.aggregate != "total":
        limit = limits.drawn_limit(scene.limits_of(shown.code, tile.unit))
    drawn = Drawn(hours, None, tile.unit, limit)
    name = shown.name.text(words.language)
    st.subheader(words("limits.chart", name=name), anchor=False)
    low, high = (number_text(edge) for edge in (min(means), max(means)))
    st.altair_chart(
        forecast_chart(drawn, words, page.current_palette()),
        width="stretch",
        alt=words("limits.chart_alt", name=name, low=low, high=high),
    )
    hints = [words("tile.spark", things=words.counted("things", tile.spark_count))]
    if limit is not None:
        hints += [words("limits.lines_hint" if drawn.lines() else "limits.lines_none", **words.limit(limit))]
        hints += (
            [words("limits.lines_longer")]
            if drawn.lines() and limit.averaging not in limits.OF_A_VALUE
            else []
        )
    page.show_hint(words, " · ".join(hints))


def _ranked(readings: Sequence[rules.Reading]) -> list[rules.Reading]:
    """The highest fresh values first, what is not fresh last."""

    def rank(reading: rules.Reading) -> tuple[bool, float]:
        result = reading.latest.result if reading.latest is not None else 0.0
        number = float(result) if isinstance(result, (int, float)) else 0.0
        return reading.condition is not rules.Condition.FRESH, -number

    return sorted(readings, key=rank)


def _draw(
    readings: Sequence[rules.Reading], scene: Scene, state: State, shown: ObservedProperty, words: Words
) -> None:
    codes = rules.covered_places(state.place, scene.places)
    outlines = [
        one for one in scene.places if _outlined(one, scene.places) and (not codes or one.code in codes)
    ]
    name = shown.name.text(words.language)
    unit = words.unit(next((one.latest.unit for one in readings if one.latest), shown.unit))
    limit = _limit_of(readings, scene, shown)
    view = View(readings, outlines, f"{name} ({unit})" if unit else name, scene.now, limit)
    silent = sum(one.condition is not rules.Condition.FRESH for one in readings)
    things = words.counted("things", len(readings))
    st.altair_chart(
        map_chart(view, words, page.current_palette()),
        width="stretch",
        alt=words("overview.map_alt", things=things, name=name, silent=silent),
    )
    hints = _hints(readings, words, outlined=bool(outlines))
    if limit is not None:
        hints.insert(0, words("limits.map_hint", **words.limit(limit)))
    elif found := scene.limits_of(shown.code, shown.unit):
        hints.insert(0, words("limits.not_judged", **words.limit(found[0])))
    page.show_hint(words, " · ".join(hints))


def _limit_of(readings: Sequence[rules.Reading], scene: Scene, shown: ObservedProperty) -> Limit | None:
    """What judges every newest value on the map. Values whose unit it does not know have no level."""
    unit = next((one.latest.unit for one in readings if one.latest), shown.unit)
    return limits.for_value(scene.limits_of(shown.code, unit))


def _hints(readings: Sequence[rules.Reading], words: Words, *, outlined: bool) -> list[str]:
    hints = [words("overview.generalised" if outlined else "overview.no_outlines")]
    if any(one.condition is not rules.Condition.FRESH for one in readings):
        hints.insert(0, words("overview.legend_silent"))
    if unplaced := sum(one.position is None for one in readings):
        hints.append(words("overview.unplaced", things=words.counted("things", unplaced)))
    return hints


def _list(readings: Sequence[rules.Reading], scene: Scene, words: Words) -> None:
    names: dict[str, Name] = {place.code: place.name for place in scene.places}
    shown = readings[: LIMITS.table_rows_max]
    st.html(html_table(words, LATEST_SHOWN, latest_cells(shown, names, words, scene.now)))
    if len(shown) < len(readings):
        page.show_hint(words, words("cut", shown=len(shown), total=len(readings)))


def _offer(readings: Sequence[rules.Reading], scene: Scene, state: State, code: str, words: Words) -> None:
    narrowed = rules.covered_places(state.place, scene.places)
    call = client.latest_url(code, state.place if narrowed else None)
    st.download_button(
        words("download_csv"),
        data=lambda: csv_bytes(LATEST_COLUMNS, latest_rows(readings, code)),
        file_name=f"latest-{code}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    page.show_calls(words, [call])


def _outlined(place: Place, places: Sequence[Place]) -> bool:
    """Only the smallest areas are drawn: one that holds others would cover them."""
    return not any(other.parent == place.code for other in places)


def _drawable(scene: Scene, code: str) -> bool:
    from citycore.wire import LOCATION

    numeric = [row for row in scene.rows if row.observed_property == code]
    return code != LOCATION and all(isinstance(row.result, (int, float, NoneType)) for row in numeric)


def _first(codes: Sequence[str]) -> str:
    """What is drawn before anything was chosen: the first tile's property that is there."""
    return next((code for code, _ in TILES if code in codes), codes[0])


def choose_place(scene: Scene, words: Words, state: State) -> None:
    names = {place.code: place.name.text(words.language) for place in scene.places}
    with st.container(width=280):
        page.choose(
            words("place"),
            [ANY, *sorted(names, key=names.__getitem__)],
            "place",
            state.place,
            lambda code: names.get(code, words("everywhere")),
        )


@st.fragment(run_every=LIMITS.refresh_seconds)
def live() -> None:
    """Everything below the heading: repainted by itself, also after the API was away."""
    state = page.current_state()
    words = Words(state.language)
    try:
        scene = load(state, system_clock())
        made = tiles(scene)
    except FalajError as error:
        page.show_banner(words, error)
        return
    choose_place(scene, words, state)
    show_facts(scene, words)
    if made:
        names = {one.code: one.name for one in scene.properties}
        first = "" if scene.air is None else air.tile_html(scene.air, names, words)
        st.html(tiles_html(made, words, scene.now, first))
    else:
        st.info(words("overview.no_values"))
    show_map(scene, state, words)


WORDS = Words(page.current_state().language)
page.show_heading(WORDS, WORDS("overview.question"))
live()
