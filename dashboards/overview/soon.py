"""The next hours on the overview: of each property that is nowcast, where it comes to most, and when."""

from __future__ import annotations

from collections.abc import Sequence

from citycore.errors import FalajError
from dashboards import page, pieces
from dashboards.downloads import Table, show_table
from dashboards.language import percent_text
from dashboards.overview import client as own
from dashboards.row import View
from dashboards.rules import covered_places, latest_of
from dashboards.settings import dashboard_settings
from dashboards.soon import Ahead, Peak, Way, together
from dashboards.tables import Linked, stamp, value_text

SETTINGS = dashboard_settings()
#: What is nowcast, and which end of it people wait for.
WATCHED: tuple[tuple[str, Way], ...] = (
    ("vehicle_flow", "highest"),
    ("vehicle_speed", "lowest"),
    ("parking_occupancy", "highest"),
    ("water_level", "highest"),
)
COLUMNS = (
    "observed_property",
    "thing",
    "result",
    "unit",
    "way",
    "phenomenon_time",
    "median",
    "lower_80",
    "upper_80",
)
SHOWN = ("property", "expected", "when", "thing", "value", "band_80")


def load(view: View) -> list[Ahead] | None:
    """What is ahead of each property that something here observes; None where nowcasts do not answer."""
    observed = {code for one in view.things for code in one.observed_properties}
    asked = [(code, way) for code, way in WATCHED if code in observed]
    try:
        found = [own.ahead(code, way, _places(view), view.now) for code, way in asked]
    except FalajError:
        return None
    return [one for one in found if one is not None]


def _places(view: View) -> frozenset[str]:
    return covered_places(view.state.place, view.city.places)


def show(found: Sequence[Ahead], view: View) -> None:
    """Nothing where nothing is nowcast."""
    words = view.words
    if not found:
        return
    pieces.show_subheading(words, words("soon.title", span=words.counted("span.hour", SETTINGS.soon_hours)))
    calls = [own.nowcasts_url(one.peak.soon.observed_property, _places(view)) for one in found]
    show_table("soon", _table([one.peak for one in found], view), calls, words)
    pieces.show_hint(words, " · ".join(_hints(found, view)))


def _hints(found: Sequence[Ahead], view: View) -> list[str]:
    """How old they are, and what became of earlier ones."""
    words = view.words
    issued = min(one.peak.soon.issued_at for one in found)
    hints = [words("soon.issued", ago=words.ago(view.now - issued))]
    judged = together([one.held for one in found])
    if judged.seen:
        quarters = words.counted("soon.quarters", judged.seen)
        hints.append(words("soon.held", share=percent_text(judged.share), quarters=quarters))
    return hints


def _table(found: Sequence[Peak], view: View) -> Table:
    words = view.words
    newest = {one.datastream: one for one in latest_of(view.city.latest, view.things)}

    def row(one: Peak) -> tuple[object, ...]:
        soon, quarter, latest = one.soon, one.quarter, newest.get(one.soon.datastream)
        codes = (soon.observed_property, soon.thing, latest and latest.result, soon.unit, one.way)
        return (*codes, stamp(quarter.start), quarter.median, *quarter.band_80)

    def cells(one: Peak) -> tuple[str, ...]:
        soon, quarter, latest = one.soon, one.quarter, newest.get(one.soon.datastream)
        address = page.address(view.state, "forecast", property=soon.observed_property, thing=soon.thing)
        return (
            words(f"soon.{one.way}", property=view.property_name(soon.observed_property)),
            words.value(quarter.median, soon.unit),
            words.clock(quarter.start),
            Linked(soon.thing_name.text(words.language), address),
            words("none") if latest is None else value_text(latest, words),
            words.between(*quarter.band_80),
        )

    return Table(
        columns=COLUMNS,
        rows=lambda: [row(one) for one in found],
        shown=SHOWN,
        cells=[cells(one) for one in found],
        titles={key: words(f"soon.column.{key}") for key in SHOWN if key != "thing"},
    )
