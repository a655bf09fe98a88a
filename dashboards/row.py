"""The row of choices that pages share, and what it asks of the data: one value for everything below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import NoneType

import streamlit as st

from citycore.clock import CITY_ZONE
from citycore.wire import LOCATION
from dashboards import rules
from dashboards.choices import OWN_DATES, choose, choose_dates, choose_period
from dashboards.city import City
from dashboards.language import Words
from dashboards.model import Thing
from dashboards.period import COMPARISONS, DAYS, Dates, Period, earlier, period_of
from dashboards.settings import dashboard_settings
from dashboards.state import ANY, State

LIMITS = dashboard_settings()


class Control(StrEnum):
    """What a page lets choose, in the order of the row."""

    PLACE = "place"
    PROPERTY = "property"
    THING = "thing"
    PERIOD = "period"
    COMPARE = "compare"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen on a page: properties, the one to open on first, and the things of each, in the order of the box."""

    things: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first: str = ANY

    def property_of(self, state: State) -> str:
        """The one chosen, or what the page opens on; empty where nothing is there."""
        if state.observed_property in self.things:
            return state.observed_property
        return self.first if self.first in self.things else next(iter(self.things), ANY)

    def thing_of(self, state: State) -> str:
        things = self.things.get(self.property_of(state), ())
        return state.thing if state.thing in things else next(iter(things), ANY)


#: What a page offers of the city for a state.
Offering = Callable[[City, State], Offer]


@dataclass(frozen=True, slots=True)
class View:
    """What is asked of a page in one run. Codes are those that count, whether chosen or opened on; empty for none.

    ``things`` are those of the place that speak now.
    """

    state: State
    words: Words
    now: datetime
    city: City
    things: Sequence[Thing]
    observed_property: str
    thing: str
    period: Period
    offer: Offer = field(default_factory=Offer)

    def compared(self) -> Period | None:
        """The period that this one is compared with; None for none, and for another place."""
        word = next((one for one in COMPARISONS if one == self.state.compare), None)
        return None if word is None else earlier(self.period, word)

    def place_name(self) -> str:
        place = self.city.place(self.state.place)
        return self.words("everywhere") if place is None else place.name.text(self.words.language)

    def property_name(self, code: str) -> str:
        known = self.city.property(code)
        return code if known is None else known.name.text(self.words.language)


def view_of(state: State, words: Words, now: datetime, city: City, offering: Offering) -> View:
    """What a state asks of the data there are; pure."""
    offer = offering(city, state)
    return View(
        state=state,
        words=words,
        now=now,
        city=city,
        things=city.things_in(state.place),
        observed_property=offer.property_of(state),
        thing=offer.thing_of(state),
        period=period_of(state.days, state.dates, now),
        offer=offer,
    )


def observed_here(city: City, state: State) -> Offer:
    """Every property with numbers that something in the place observes; things by name."""
    things = sorted(city.things_in(state.place), key=lambda one: one.name.text(state.language))
    worded = _not_numbers(city)
    by_property: dict[str, list[str]] = {one.code: [] for one in city.properties if one.code not in worded}
    for thing in things:
        for code in by_property.keys() & thing.observed_properties:
            by_property[code].append(thing.code)
    return Offer({code: codes for code, codes in by_property.items() if codes}, LIMITS.property_first)


def nothing(_city: City, _state: State) -> Offer:
    return Offer()


def _not_numbers(city: City) -> frozenset[str]:
    """Properties of which some newest value is no number."""
    told = {
        one.observed_property for one in city.latest if not isinstance(one.result, (int, float, NoneType))
    }
    return frozenset({LOCATION, *told})


def show_row(view: View, controls: Sequence[Control]) -> None:
    """The boxes a page has, reachable by keyboard in reading order. On a phone they fold behind one line."""
    if not controls or view.state.wall or st.context.is_embedded:
        return
    words = view.words
    st.html(
        f'<details class="falaj-fold" dir="{words.direction}"><summary>{words("row.fold")}</summary></details>'
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="falaj-row"):
        for control in Control:
            if control in controls:
                with st.container(width=WIDTHS[control]):
                    _box(control, view)
        if Control.PERIOD in controls and view.state.dates is not None:
            with st.container(width=260):
                last = view.now.astimezone(CITY_ZONE).date()
                bounds = Dates(last - timedelta(days=LIMITS.history_days_max), last)
                choose_dates(words("row.dates"), _within(view.state.dates, bounds), bounds)


#: Of a box, in pixels.
WIDTHS = {
    Control.PLACE: 160,
    Control.PROPERTY: 220,
    Control.THING: 350,
    Control.PERIOD: 130,
    Control.COMPARE: 190,
}


def _within(dates: Dates, bounds: Dates) -> Dates:
    first = min(max(dates.first, bounds.first), bounds.last)
    return Dates(first, min(max(dates.last, first), bounds.last))


def _box(control: Control, view: View) -> None:
    words, state, offer = view.words, view.state, view.offer
    if control is Control.PLACE:
        names = view.city.place_names(words.language)
        choose(
            words("place"),
            [ANY, *names],
            "place",
            state.place,
            lambda code: names.get(code, words("everywhere")),
        )
    elif control is Control.PROPERTY and offer.things:
        codes = sorted(offer.things, key=view.property_name)
        choose(words("row.property"), codes, "observed_property", view.observed_property, view.property_name)
    elif control is Control.THING and offer.things:
        codes = list(offer.things[view.observed_property])
        choose(words("row.thing"), codes, "thing", view.thing, lambda code: thing_label(view, code))
    elif control is Control.PERIOD:
        _period(view)
    elif control is Control.COMPARE:
        names = view.city.place_names(words.language)
        codes = [ANY, *COMPARISONS, *(code for code in names if code != state.place)]
        choose(
            words("row.compare"),
            codes,
            "compare",
            state.compare,
            lambda code: names.get(code) or words(f"row.compared.{code or 'nothing'}"),
        )


def _period(view: View) -> None:
    words, state = view.words, view.state

    def named(code: str) -> str:
        return words("row.own_dates") if code == OWN_DATES else words.counted("span.day", int(code))

    chosen = OWN_DATES if state.dates else str(state.days)
    choose_period(words("row.period"), [*map(str, DAYS), OWN_DATES], chosen, named)


def thing_label(view: View, code: str) -> str:
    """Its name, and whether it is measured, simulated or recorded."""
    thing = view.city.thing(code)
    if thing is None:
        return code
    source = view.city.source(thing.source)
    kind = "device" if source is None else source.kind.value
    return f"{thing.name.text(view.words.language)} · {view.words(f'origin.{kind}')}"


def silence_of(view: View) -> rules.Silence:
    rows = rules.latest_of(view.city.latest, view.things)
    return rules.silence(view.things, rows, view.now, LIMITS)
