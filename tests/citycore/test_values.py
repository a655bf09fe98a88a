"""The core's pure parts: topics, intervals, units, vocabulary, texts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.errors import InvalidParameter
from citycore.intervals import Interval, floor_hour, parse_instant
from citycore.language import LANGUAGES, Catalogue, direction, isolate
from citycore.licences import known_licences, licence_of
from citycore.topics import Address, build_topic, parse_topic
from citycore.units import normalise_unit
from citycore.vocabulary import observed_properties

codes = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)


@given(codes, codes)
def test_a_topic_is_read_back(source: str, thing: str) -> None:
    assert parse_topic(build_topic(Address(source, thing))) == Address(source, thing)


@pytest.mark.parametrize(
    "topic", ["", "falaj/v1/a", "falaj/v2/a/b", "falaj/v1/a/b/c", "falaj/v1/A/b", "falaj/v1/a/", "x/y/z/w"]
)
def test_other_topics_are_none(topic: str) -> None:
    assert parse_topic(topic) is None


def test_a_code_outside_the_grammar_builds_no_topic() -> None:
    with pytest.raises(ValueError, match="is not a code"):
        build_topic(Address("city", "a/b"))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24T21:40:00Z", datetime(2026, 11, 24, 21, 40, tzinfo=UTC)),
        ("2026-11-24T21:40:00+04:00", datetime(2026, 11, 24, 17, 40, tzinfo=UTC)),
        ("2026-11-24T21:40:00 04:00", datetime(2026, 11, 24, 17, 40, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize("text", ["2026-11-24T21:40:00", "2026-02-30T00:00:00Z", "now", "", "2026-11-24"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)


def test_intervals_are_half_open_and_forward() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert Interval(early, late).length.days == 1
    for start, end in ((late, early), (early, early), (early.replace(tzinfo=None), late)):
        with pytest.raises(ValueError):
            Interval(start, end)
    assert floor_hour(datetime(2026, 1, 1, 5, 59, 59, 1, tzinfo=UTC)).hour == 5


@pytest.mark.parametrize("spelling", ["ug/m3", "µg/m3", "μg/m3", "ug/m^3", "µg/m³", "ug m-3", "ug.m-3"])
def test_spellings_of_one_unit_are_one_unit(spelling: str) -> None:
    assert normalise_unit(spelling) == "ug/m3"


def test_different_units_stay_different() -> None:
    assert len({normalise_unit(u) for u in ("ug/m3", "mg/m3", "[ppb]", "K", "Cel", "hPa", "Pa")}) == 7


def test_every_observed_property_has_both_names_and_a_normal_unit() -> None:
    for known in observed_properties().values():
        assert known.name_en != known.name_ar
        assert normalise_unit(known.unit) == known.unit
        if known.lower_bound is not None and known.upper_bound is not None:
            assert known.lower_bound < known.upper_bound


def test_a_known_licence_needs_no_url_and_a_source_s_own_words_go_first() -> None:
    assert licence_of(None) is None
    known = licence_of("CC-BY-4.0")
    assert known == known_licences()["CC-BY-4.0"]
    own = licence_of("CC-BY-4.0", url="https://example.org/terms", name_ar="شروط")
    assert own is not None
    assert known is not None
    assert (own.url, own.name_en, own.name_ar) == ("https://example.org/terms", known.name_en, "شروط")
    unknown = licence_of("LicenseRef-Port")
    assert unknown is not None
    assert (unknown.url, unknown.name_en, unknown.name_ar) == (None, "LicenseRef-Port", "LicenseRef-Port")


def test_every_known_licence_has_two_names_and_a_text() -> None:
    for known in known_licences().values():
        assert known.name_en != known.name_ar
        assert known.url is not None
        assert known.url.startswith("https://")


def test_errors_speak_both_languages() -> None:
    error = InvalidParameter(parameter="limit", reason="…")
    assert "limit" in error.text("en")
    assert "limit" in error.text("ar")
    assert error.text("en") != error.text("ar")


def test_texts_of_the_core_have_the_same_keys_and_fields() -> None:
    catalogue = Catalogue("citycore")
    assert set(catalogue.texts["en"]) == set(catalogue.texts["ar"])
    assert [direction(language) for language in LANGUAGES] == ["ltr", "rtl"]
    assert isolate("-1.2") == "\u2066-1.2\u2069"
