"""How a figure of any page is made away from it: the page's own data and figures, for the address of one piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from dashboards import air, client, row
from dashboards.alerts import body as alerts_body
from dashboards.alerts import model as alerts
from dashboards.buses import body as buses_body
from dashboards.buses import model as buses
from dashboards.downloads import Figure
from dashboards.explore import asked
from dashboards.explore import body as explore_body
from dashboards.explore import model as explore
from dashboards.forecast import body as forecast_body
from dashboards.forecast import model as forecast
from dashboards.innovation import body as innovation_body
from dashboards.innovation import model as innovation
from dashboards.map import body as map_body
from dashboards.map import model as map_model
from dashboards.overview import body as overview_body
from dashboards.overview import model as overview
from dashboards.overview.adding import AIR
from dashboards.overview.claims import CityState
from dashboards.overview.tiles import TILES, Tile
from dashboards.row import Offering, View
from dashboards.scene import scene_of
from dashboards.sensors import body as sensors_body
from dashboards.sensors import model as sensors
from dashboards.state import Own


@dataclass(frozen=True, slots=True)
class Maker:
    """``load`` is the only step that waits; ``own`` are the parameters that the page has beside those of all pages."""

    load: Callable[[View], Any]
    figures: Callable[[Any, View], Iterable[Figure]]
    offer: Offering = row.observed_here
    own: Own = field(default_factory=dict)


def scene_alone(view: View) -> overview.Overview:
    """What the figures of the overview need of it, without what its answer asks for."""
    return overview.Overview(scene_of(view), (), None, (), CityState((), (), 0, 0, 0), ())


MAKERS = {
    "overview": Maker(scene_alone, overview_body.figures),
    "map": Maker(map_model.load, map_body.figures, own={"by": map_model.BY, "hour": ()}),
    "explore": Maker(
        explore.load,
        explore_body.figures,
        asked.offer,
        {"of": asked.OF, "periods": (), "marks": ()},
    ),
    "forecast": Maker(forecast.load, forecast_body.figures, forecast.offer, {"limits": ()}),
    "alerts": Maker(alerts.load, alerts_body.figures),
    "sensors": Maker(sensors.load, sensors_body.figures),
    "buses": Maker(buses.load, buses_body.figures, row.nothing),
    "innovation": Maker(
        innovation.load, innovation_body.figures, row.nothing, {"figure": innovation.FIGURES}
    ),
}


def tile_of(data: overview.Overview, code: str, view: View) -> Tile | air.Air | None:
    """The tile of a property, or of the air-quality index; None where nothing here observes it."""
    scene = data.scene
    if code == AIR:
        here = frozenset(one.code for one in view.things)
        return air.worst(client.air_quality(), here, scene.limits, view.now)
    shown = next((one for one in scene.properties if one.code == code), None)
    aggregate = dict(TILES).get(code)
    return None if shown is None or aggregate is None else overview.tile_of(scene, shown, aggregate)
