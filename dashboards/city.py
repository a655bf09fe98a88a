"""What there is in the hub, as the pages need it: read whole, narrowed here. Pure but for :func:`load`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboards import client, rules
from dashboards.model import Latest, ObservedProperty, Place, Source, Thing


@dataclass(frozen=True, slots=True)
class City:
    """The hub's lists. ``things`` and ``latest`` hold recordings, too; :meth:`things_in` leaves them out."""

    places: Sequence[Place] = ()
    properties: Sequence[ObservedProperty] = ()
    sources: Sequence[Source] = ()
    things: Sequence[Thing] = ()
    latest: Sequence[Latest] = ()
    _by_code: Mapping[str, Thing] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A box of all sensors asks for each by its code.
        object.__setattr__(self, "_by_code", {one.code: one for one in self.things})

    def things_in(self, place: str) -> tuple[Thing, ...]:
        """The things of a place, or of the whole city, that speak now."""
        codes = rules.covered_places(place, self.places)
        return tuple(rules.things_within(self.things, codes, rules.live_sources(self.sources)))

    def place(self, code: str) -> Place | None:
        return next((one for one in self.places if one.code == code), None)

    def property(self, code: str) -> ObservedProperty | None:
        return next((one for one in self.properties if one.code == code), None)

    def thing(self, code: str) -> Thing | None:
        return self._by_code.get(code)

    def source(self, code: str) -> Source | None:
        return next((one for one in self.sources if one.code == code), None)

    def place_names(self, language: str) -> Mapping[str, str]:
        """Names by code, in the order of the language's letters."""
        names = {one.code: one.name.ar if language == "ar" else one.name.en for one in self.places}
        return dict(sorted(names.items(), key=lambda item: item[1]))


def load() -> City:
    """Everything the API lists; :class:`FalajError` when it does not."""
    return City(
        client.places(), client.observed_properties(), client.sources(), client.things(), client.latest()
    )
