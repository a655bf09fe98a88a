"""Where? What the map's first sentence claims. Pure."""

from __future__ import annotations

from dashboards.answers import Claim, Listed, Value
from dashboards.map_figure import ranked
from dashboards.row import View
from dashboards.rules import Condition
from dashboards.scene import Scene


def claims_of(scene: Scene, view: View) -> list[Claim]:
    """Where the property is highest and where it is lowest, of what is fresh."""
    shown = view.city.property(view.observed_property)
    if shown is None:
        return [Claim("answer.no_sensors" if not view.things else "answer.nothing_to_show")]
    fresh = [one for one in ranked(scene.readings_of(shown.code)) if one.condition is Condition.FRESH]
    numbers = [
        (one.thing.name, Value(float(one.latest.result), one.latest.unit))
        for one in fresh
        if one.latest is not None and isinstance(one.latest.result, (int, float))
    ]
    if not numbers:
        return [Claim("map.none_fresh", {"property": shown.name})]
    (high_name, high), (low_name, low) = numbers[0], numbers[-1]
    highest = Claim("map.highest", {"property": shown.name, "value": high, "places": Listed((high_name,))})
    if len(numbers) == 1:
        return [highest]
    return [highest, Claim("map.lowest", {"value": low, "places": Listed((low_name,))})]
