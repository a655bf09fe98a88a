"""What the overview shows: tiles, the state that its answer is made of, and open alerts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import falaj_client as api
from citycore.errors import FalajError
from citycore.intervals import HOUR, floor_hour
from dashboards import air, client
from dashboards.limits import Judged, is_above
from dashboards.model import Name, ObservedProperty
from dashboards.overview import soon
from dashboards.overview.claims import CityState, District
from dashboards.overview.tiles import TILES, Aggregate, Tile, build_tile, with_level, with_spark
from dashboards.overview.usual import SPEED, slower
from dashboards.row import View, silence_of
from dashboards.scene import Scene, scene_of
from dashboards.settings import dashboard_settings
from dashboards.soon import Ahead

LIMITS = dashboard_settings()
Found = TypeVar("Found")
#: Whoever measures one of these has air that an index judges.
POLLUTANTS = frozenset(("pm2_5", "pm10", "no2", "o3"))


@dataclass(frozen=True, slots=True)
class Overview:
    scene: Scene
    tiles: Sequence[Tile]
    air: air.Air | None
    alerts: Sequence[api.Alert]
    state: CityState
    #: Keys of the texts that say what could not be read.
    unread: Sequence[str]
    #: What the next hours bring, of what is nowcast.
    ahead: Sequence[Ahead] = ()


def load(view: View) -> Overview:
    """Values are needed; limits, air quality, alerts and usual speeds are done without where they do not answer.

    What hangs is waited for once: after limits that were not to be had, nobody asks for air quality.
    """
    scene = scene_of(view)
    unread = list(scene.unread)
    hours = None if unread else _or_none(client.air_quality)
    alerts, slow = _or_none(client.open_alerts), _slow(view)
    if hours is None and not unread:
        unread.append("air_quality.unavailable")
    here = frozenset(one.code for one in view.things)
    alerts_here = [one for one in alerts or () if one.thing in here]
    silence, shown = silence_of(view), tiles(scene)
    districts = _districts(view, scene, hours or [])
    areas = {
        "air": hours is None,
        "alerts": alerts is None,
        "roads": slow is None,
        "judged": hours is not None
        and not districts
        and any(tile.observed_property in POLLUTANTS for tile in shown),
    }
    state = CityState(
        districts=districts,
        slow=slow or [],
        alert_count=len(alerts_here),
        silent=silence.silent,
        total=silence.total,
        unread=[area for area, is_unread in areas.items() if is_unread],
        above=[tile.name for tile in shown if isinstance(tile.judged, Judged) and is_above(tile.judged)],
    )
    worst = None if hours is None else air.worst(hours, here, scene.limits, view.now)
    ahead = None if unread else soon.load(view)
    if ahead is None and not unread:
        unread.append("soon.unavailable")
    return Overview(scene, shown, worst, alerts_here, state, unread, ahead or ())


def _or_none(ask: Callable[[], list[Found]]) -> list[Found] | None:
    try:
        return ask()
    except FalajError:
        return None


def tiles(scene: Scene) -> list[Tile]:
    """A tile for every property of ``TILES`` that something here observes."""
    known = {one.code: one for one in scene.properties}
    return [tile_of(scene, known[code], aggregate) for code, aggregate in TILES if code in known]


def tile_of(scene: Scene, shown: ObservedProperty, aggregate: Aggregate) -> Tile:
    tile = build_tile(shown.name, shown.unit, aggregate, scene.readings_of(shown.code))
    drawn, start = sorted(tile.used)[: LIMITS.sparkline_datastreams_max], spark_start(scene)
    series = [client.hours(datastream, start, floor_hour(scene.now)) for datastream in drawn]
    sparkled = with_spark(tile, series, start, LIMITS.sparkline_hours)
    return with_level(sparkled, scene.limits_of(shown.code, tile.unit))


def spark_start(scene: Scene) -> datetime:
    return floor_hour(scene.now) - timedelta(hours=LIMITS.sparkline_hours)


def _districts(view: View, scene: Scene, hours: Sequence[api.AirQuality]) -> list[District]:
    """The worst station of each place that has one."""
    by_place: dict[str, set[str]] = defaultdict(set)
    for one in view.things:
        by_place[one.place or ""].add(one.code)
    found = []
    for code, things in by_place.items():
        known = view.city.place(code)
        worst = air.worst(hours, frozenset(things), scene.limits, view.now)
        if known is not None and worst is not None:
            found.append(District(known.name, worst.level, float(worst.hour.value or 0)))
    return found


def _slow(view: View) -> list[Name] | None:
    """Roads slower than usual; buses are no roads. Nothing is asked where nothing measures speeds."""
    roads = {one.code: one.name for one in view.things if SPEED in one.observed_properties and one.position}
    if not roads:
        return []
    hour = floor_hour(view.now) - HOUR
    try:
        now = client.hour_means(SPEED, hour)
        weeks = [client.hour_means(SPEED, hour - timedelta(weeks=n + 1)) for n in range(LIMITS.usual_weeks)]
    except FalajError:
        return None
    return [roads[thing] for thing in slower({code: now[code] for code in now if code in roads}, weeks)]
