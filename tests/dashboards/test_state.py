"""The address of a page: codes that survive languages, sessions and nonsense."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import state as states
from dashboards.period import DAYS, Dates
from dashboards.settings import dashboard_settings
from dashboards.state import (
    HEALTH,
    Refused,
    State,
    changed,
    checked,
    current,
    preferred_language,
    read,
    write,
)

SETTINGS = dashboard_settings()
OWN = {"view": ("day", "hour"), "bin": ()}

codes = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True) | st.just("")
own = st.fixed_dictionaries({}, optional={"view": st.sampled_from(OWN["view"]), "bin": codes.filter(bool)})
dates = st.builds(
    lambda first, more: Dates(first, first + timedelta(days=more)),
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    st.integers(0, SETTINGS.period_days_max - 1),
)
any_state = st.builds(
    State,
    language=st.sampled_from(["en", "ar"]),
    place=codes,
    observed_property=codes,
    thing=codes,
    days=st.sampled_from(DAYS),
    compare=codes,
    places=st.lists(codes.filter(bool), max_size=SETTINGS.places_max, unique=True).map(tuple),
    health=st.sampled_from(["", *HEALTH]),
    wall=st.booleans(),
    own=own.map(lambda given: tuple(sorted(given.items()))),
) | st.builds(State, dates=dates)


@given(any_state)
def test_a_link_opens_what_it_was_copied_from(state):
    asked = read(write(state), State(), OWN)
    assert asked.refused == ()
    assert asked.state == state


@given(st.dictionaries(st.sampled_from([*states.PARAMETERS, "view", "utm"]), st.text(max_size=30)))
def test_nonsense_in_the_address_changes_nothing(parameters):
    state = read(parameters, State(), OWN).state
    assert state.language in {"en", "ar"}
    assert state.days in DAYS
    again = read(write(state), State(), OWN)
    assert (write(again.state), again.refused) == (write(state), ())


@pytest.mark.parametrize(
    ("parameters", "refused"),
    [
        ({"lang": "xx"}, [Refused("lang", "xx")]),
        ({"place": "No Place"}, [Refused("place", "No Place")]),
        ({"days": "5"}, [Refused("days", "5")]),
        ({"health": "sad"}, [Refused("health", "sad")]),
        ({"wall": "yes"}, [Refused("wall", "yes")]),
        ({"places": "a,b,c,d,e"}, [Refused("places", "a,b,c,d,e")]),
        ({"from": "2026-11-31", "to": "2026-12-01"}, [Refused("from", "2026-11-31 – 2026-12-01")]),
        ({"from": "2026-11-02", "to": "2026-11-01"}, [Refused("from", "2026-11-02 – 2026-11-01")]),
        ({"from": "2001-01-01", "to": "2026-11-01"}, [Refused("from", "2001-01-01 – 2026-11-01")]),
        ({"view": "century"}, [Refused("view", "century")]),
        ({"utm_source": "mail"}, [Refused("utm_source", "mail")]),
        ({"lang": "ar", "place": "", "days": "28", "view": "day"}, []),
    ],
)
def test_what_is_not_known_is_refused_and_leaves_the_address(parameters, refused):
    assert list(read(parameters, State(), OWN).refused) == refused
    session, address = {}, dict(parameters)
    current(address, session, None, OWN)
    assert list(session.get(states.REFUSED, ())) == refused
    assert not {(one.parameter, one.value) for one in refused} & set(address.items())


def test_one_date_is_one_day_and_dates_count_before_days():
    day = date(2026, 11, 3)
    state = read({"from": "2026-11-03", "days": "28"}, State()).state
    assert state.dates == Dates(day, day)
    assert write(state) == {"lang": "en", "from": "2026-11-03", "to": "2026-11-03"}
    assert changed(state, "days", "7").dates is None


def test_codes_that_the_hub_does_not_know_are_dropped_and_named():
    state = State(
        place="atlantis", observed_property="pm10", thing="x", compare="week", places=("seeb", "mu")
    )
    asked = checked(state, {"seeb"}, {"pm10"}, {"air-1"})
    assert asked.state == State(observed_property="pm10", compare="week", places=("seeb",))
    assert [(one.parameter, one.value) for one in asked.refused] == [
        ("place", "atlantis"),
        ("thing", "x"),
        ("places", "mu"),
    ]
    assert checked(State(compare="seeb"), {"seeb"}, (), ()).state.compare == "seeb"
    assert checked(State(compare="decade"), {"seeb"}, (), ()).state.compare == ""


def test_a_parameter_of_one_page_does_not_go_on_to_another():
    session, address = {}, {"view": "hour"}
    assert current(address, session, None, OWN).chosen("view") == "hour"
    address.clear()  # as top navigation does
    assert current(address, session, None, {}).chosen("view") == ""
    assert address == {"lang": "en"}


def test_the_address_wins_over_the_session_and_the_session_over_the_browser():
    session = {}
    assert current({}, session, "ar-OM").language == "ar"
    assert current({"lang": "en"}, session, "ar-OM").language == "en"
    address = {}
    assert current(address, session, "ar-OM").language == "en"
    assert address == {"lang": "en"}


def test_navigation_that_drops_the_parameters_gets_them_back():
    session = {}
    current({"lang": "ar", "place": "mutrah", "days": "14"}, session, None)
    address: dict[str, str] = {}
    current(address, session, None)
    assert address == {"lang": "ar", "place": "mutrah", "days": "14"}


def test_a_choice_is_written_to_the_address_and_a_default_taken_out():
    session, address = {}, {"days": "14", "place": "seeb"}
    state = current(address, session, None)
    states.remember(changed(changed(state, "days", "7"), "place", ""), address, session)
    assert address == {"lang": "en"}


def test_a_new_property_or_place_forgets_the_thing_of_the_old_one():
    state = State(observed_property="pm10", thing="air-1", place="seeb")
    assert changed(state, "observed_property", "no2") == State(observed_property="no2", place="seeb")
    assert changed(state, "place", "mutrah") == State(observed_property="pm10", place="mutrah")
    assert changed(state, "view", "day").own == (("view", "day"),)


@pytest.mark.parametrize(
    ("locale", "language"), [("ar", "ar"), ("AR-om", "ar"), ("en-GB", "en"), (None, "en"), ("fr", "en")]
)
def test_the_browser_only_proposes(locale, language):
    assert preferred_language(locale) == language
