"""The address of a page: codes that survive languages, sessions and nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import state as states
from dashboards.state import DAYS, State, changed, current, preferred_language, read, write

codes = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True) | st.just("")
any_state = st.builds(
    State,
    language=st.sampled_from(["en", "ar"]),
    place=codes,
    observed_property=codes,
    thing=codes,
    days=st.sampled_from(DAYS),
)


@given(any_state)
def test_a_link_opens_what_it_was_copied_from(state):
    assert read(write(state), State()) == state


@given(st.dictionaries(st.sampled_from(["lang", "place", "property", "thing", "days"]), st.text(max_size=30)))
def test_nonsense_in_the_address_changes_nothing(parameters):
    state = read(parameters, State())
    assert state.language in {"en", "ar"}
    assert state.days in DAYS
    assert write(read(write(state), State())) == write(state)


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


def test_a_new_property_forgets_the_thing_that_observed_the_old_one():
    state = State(observed_property="pm10", thing="air-1", place="seeb")
    assert changed(state, "observed_property", "no2") == State(observed_property="no2", place="seeb")
    assert changed(state, "place", "mutrah").thing == "air-1"


@pytest.mark.parametrize(
    ("locale", "language"), [("ar", "ar"), ("AR-om", "ar"), ("en-GB", "en"), (None, "en"), ("fr", "en")]
)
def test_the_browser_only_proposes(locale, language):
    assert preferred_language(locale) == language
