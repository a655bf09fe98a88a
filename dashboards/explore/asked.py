"""What an address asks of Explore: what the lines are of, and of which periods. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import rules
from dashboards.city import City
from dashboards.explore.lines import Subject
from dashboards.explore.marks import CHOICES
from dashboards.explore.settings import explore_settings
from dashboards.model import Datastream, Name
from dashboards.period import COMPARISONS, Comparison
from dashboards.row import Offer, View, observed_here
from dashboards.state import State

SETTINGS = explore_settings()
THING, PLACE = "thing", "place"
#: What a line is of where no places are compared: one thing, or all things of the place.
OF = (THING, PLACE)
#: Between codes of which the address may have several.
JOINT = "-"


def offer(city: City, state: State) -> Offer:
    """What is observed in the place; of the whole city recordings, too, behind the city's own."""
    here = observed_here(city, state)
    if state.place:
        return here
    live = rules.live_sources(city.sources)
    recorded = [one for one in city.things if one.source not in live]
    things = {code: list(codes) for code, codes in here.things.items()}
    for thing in recorded:
        for code in sorted(thing.observed_properties):
            things.setdefault(code, []).append(thing.code)
    return Offer(things, here.first)


def kinds_of(state: State) -> list[str]:
    """What is to be drawn beside the lines."""
    chosen = state.chosen("marks").split(JOINT)
    return [one for one in CHOICES if one in chosen]


def periods_of(state: State) -> list[Comparison]:
    """The earlier periods beside the one chosen; those of the row, too."""
    chosen = {*state.chosen("periods").split(JOINT), state.compare}
    return [one for one in COMPARISONS if one in chosen]


def places_of(state: State) -> list[str]:
    """The places to compare, empty for none; one that the row compares with stands beside the row's own."""
    codes = list(state.places)
    if state.compare and state.compare not in COMPARISONS:
        codes = [*(codes or [state.place]), state.compare]
    return list(dict.fromkeys(codes))[: SETTINGS.lines_max]


def subjects_of(view: View, known: Sequence[Datastream]) -> list[Subject]:
    """What the lines are of, in the order of the address; empty where nothing is there."""
    state = view.state
    if codes := places_of(state):
        return [_place(view, code) for code in codes]
    if state.chosen("of") == PLACE:
        return [_place(view, state.place)]
    wanted = (view.observed_property, view.thing)
    found = (one for one in known if (one.observed_property, one.thing) == wanted)
    return [
        Subject(one.thing_name, frozenset([one.thing]), one.place or "", one.number)
        for one in list(found)[:1]
    ]


def _place(view: View, code: str) -> Subject:
    known = view.city.place(code)
    name = Name(**EVERYWHERE) if known is None else known.name
    things = (one for one in view.city.things_in(code) if view.observed_property in one.observed_properties)
    return Subject(name, frozenset(one.code for one in things), code)


#: The whole city, as the row's box calls it.
EVERYWHERE = {"en": "the whole city", "ar": "المدينة كلها"}
