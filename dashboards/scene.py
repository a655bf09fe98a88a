"""The newest values of a place with the limits that judge them: what Overview and Map show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycore.clock import CITY_ZONE
from citycore.errors import FalajError
from citycore.limits.model import Limit
from dashboards import client, limits, rules
from dashboards.model import Latest, ObservedProperty, Place, Thing
from dashboards.row import View
from dashboards.settings import dashboard_settings

LIMITS = dashboard_settings()


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands in one place at one instant."""

    things: Sequence[Thing]
    rows: Sequence[Latest]
    places: Sequence[Place]
    properties: Sequence[ObservedProperty]
    now: datetime
    limits: limits.Known
    #: Keys of the texts that say what could not be read.
    unread: tuple[str, ...] = ()

    def limits_of(self, code: str, unit: str) -> list[Limit]:
        """Those of a property that hold today, the first to ask first."""
        return limits.of_property(self.limits, code, unit, self.now.astimezone(CITY_ZONE).date())

    def readings_of(self, code: str) -> list[rules.Reading]:
        """A reading of everything here that observes the property."""
        return rules.readings(self.things, self.rows, code, self.now, LIMITS)


def scene_of(view: View) -> Scene:
    """The things of the place and their newest values. A page stands without limits, too."""
    unread: tuple[str, ...] = ()
    try:
        known = client.known_limits()
    except FalajError:
        known, unread = limits.Known(), ("limits.unavailable",)
    properties = [one for one in view.city.properties if _observes(view.things, one.code)]
    rows = rules.latest_of(view.city.latest, view.things)
    return Scene(view.things, rows, view.city.places, properties, view.now, known, unread)


def _observes(things: Sequence[Thing], code: str) -> bool:
    return any(code in thing.observed_properties for thing in things)
