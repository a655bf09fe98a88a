"""The overview below its facts: tiles, open alerts, the map, and the last hours of the property on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import streamlit as st

from dashboards import limits, page, pieces
from dashboards.alerting import alert_table
from dashboards.charts import Drawn, forecast_chart
from dashboards.client import hours_url
from dashboards.downloads import Figure, Table, show_figure, show_rows
from dashboards.language import number_text
from dashboards.map_figure import map_figure
from dashboards.model import Hour, ObservedProperty
from dashboards.overview import air, soon
from dashboards.overview.adding import offer_tiles
from dashboards.overview.model import Overview, spark_start, tile_of
from dashboards.overview.tiles import TILES, Tile, tiles_html
from dashboards.row import View
from dashboards.settings import dashboard_settings
from dashboards.tables import HOURS_COLUMNS, HOURS_SHOWN, hours_cells, hours_rows

LIMITS = dashboard_settings()


def show(data: Overview, view: View) -> None:
    """On a phone the map stands first: ``style.css`` moves what has its key."""
    with st.container(key="falaj-overview"):
        _show_parts(data, view)


def _show_parts(data: Overview, view: View) -> None:
    words, scene = view.words, data.scene
    for key in data.unread:
        pieces.show_hint(words, words(key))
    if scene.limits.left_out:
        pieces.show_hint(words, words("limits.left_out", count=scene.limits.left_out))
    if not data.tiles:
        st.info(words("overview.no_values"))
    else:
        names = {one.code: one.name for one in scene.properties}
        first = "" if data.air is None else air.tile_html(data.air, names, words)
        first += "" if data.air is None else air.advice_tile_html(data.air, words)
        changed = page.changed(view, "overview", {one.observed_property: one.value for one in data.tiles})
        st.html(tiles_html(data.tiles, words, view.now, first, changed))
        offer_tiles(data, view)
    if data.alerts:
        pieces.show_subheading(words, words("overview.open_alerts_title"))
        show_rows(alert_table(data.alerts, view), words)
        st.html(pieces.link(words("overview.to_alerts"), page.address(view.state, "alerts")))
    soon.show(data.ahead, view)
    for number, figure in enumerate(figures(data, view)):
        with st.container(key="falaj-first-on-phone" if number == 0 else None):
            show_figure(figure, words)


def figures(data: Overview, view: View) -> Iterator[Figure]:
    """Those of the property, as they stand on the page."""
    shown = next((one for one in data.scene.properties if one.code == view.observed_property), None)
    if shown is not None:
        yield map_figure(view, data.scene, shown)
        figure = hours_figure(data, view, shown)
        if figure is not None:
            yield figure


def hours_figure(data: Overview, view: View, shown: ObservedProperty) -> Figure | None:
    """The last hours of the property as its tile combines them, with the bounds that lie near; None without any."""
    words, scene = view.words, data.scene
    known = next((one for one in data.tiles if one.observed_property == shown.code), None)
    tile = known or tile_of(scene, shown, dict(TILES).get(shown.code, "median"))
    start = spark_start(scene)
    hours = [Hour(start + timedelta(hours=number), mean) for number, mean in enumerate(tile.spark)]
    means = [hour.mean for hour in hours if hour.mean is not None]
    if not means:
        return None
    limit = None
    if tile.aggregate != "total":
        limit = limits.drawn_limit(scene.limits_of(shown.code, tile.unit))
    drawn = Drawn(hours, None, tile.unit, limit)
    name = shown.name.text(words.language)
    low, high = (number_text(edge) for edge in (min(means), max(means)))
    used = sorted(tile.used)[: LIMITS.sparkline_datastreams_max]
    return Figure(
        code=f"last-hours-{shown.code}",
        title=words("limits.chart", name=name),
        alt=words("limits.chart_alt", name=name, low=low, high=high),
        draw=lambda palette: forecast_chart(drawn, words, palette),
        table=Table(
            columns=HOURS_COLUMNS,
            rows=lambda: hours_rows(hours, tile.unit, simulated=tile.simulated),
            shown=HOURS_SHOWN,
            cells=hours_cells(hours, tile.unit, words),
        ),
        calls=[hours_url(number, start, start + timedelta(hours=LIMITS.sparkline_hours)) for number in used],
        hints=_hints(drawn, tile, view),
        simulated=tile.simulated,
        pinned={"property": shown.code},
    )


def _hints(drawn: Drawn, tile: Tile, view: View) -> Sequence[str]:
    """Of how many things the line is, and whose bounds it is drawn with."""
    words, limit = view.words, drawn.limit
    hints = [words("tile.spark", things=words.counted("things", tile.spark_count))]
    if limit is None:
        return hints
    hints.append(words("limits.lines_hint" if drawn.lines() else "limits.lines_none", **words.limit(limit)))
    if drawn.lines() and limit.averaging not in limits.OF_A_VALUE:
        hints.append(words("limits.lines_longer"))
    return hints
