"""Matching: filters, parts that add up, ties, shares of the list, both directions."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from citycore.language import LANGUAGES
from hackathon.market.matching.index import Index, nearness
from hackathon.market.matching.model import (
    FULL_SCORE,
    Filter,
    NeedFacts,
    OfferingFacts,
    PartKind,
    Reference,
    Texts,
)
from hackathon.market.matching.rules import (
    day_of,
    filters,
    neutral_order,
    rank_needs,
    rank_offerings,
    refusal,
    shared_out,
)
from hackathon.market.matching.scoring import match, points_max, score
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.matching.wording import why
from tests.hackathon.supply import need, offering

SETTINGS = MatchingSettings()
DAY = date(2026, 11, 25)


def index_of(*offerings: OfferingFacts) -> Index:
    return Index.of(offerings, SETTINGS)


# Whatever is asked and offered --------------------------------------------------------------

WORDS = st.one_of(
    st.none(), st.text(max_size=20),
    st.lists(st.sampled_from(["leak", "pipes", "التسرب", "أنابيب", "مياه", "dust", "غبار", "في"]), max_size=8).map(" ".join),
)  # fmt: skip
TEXTS = st.builds(Texts, title_ar=WORDS, title_en=WORDS, body_ar=WORDS, body_en=WORDS)
CAPABILITIES = st.frozensets(st.sampled_from(list(Capability)[:5]), max_size=4)
STANDARDS = st.frozensets(st.sampled_from(list(Standard)[:3]), max_size=3)
SPOKEN = st.frozensets(st.sampled_from(LANGUAGES))
PRICES = st.none() | st.sampled_from(PriceBand)
PLACES = st.none() | st.sampled_from(list(Governorate)[:2])
REFERENCES = st.lists(
    st.builds(
        Reference, PLACES, st.sampled_from(list(ClientKind)[:2]), st.sampled_from(list(Capability)[:5])
    ),
    max_size=3,
).map(tuple)
OFFERINGS = st.builds(
    OfferingFacts,
    offering_id=st.uuids(), vendor_id=st.integers(0, 2).map(lambda number: UUID(int=number)), texts=TEXTS,
    sectors=st.frozensets(st.sampled_from(list(Sector)[:2])), capabilities=CAPABILITIES, standards=STANDARDS,
    maturity=st.integers(1, 9), price_band=PRICES, languages=SPOKEN,
    governorates=st.just(frozenset(Governorate)) | st.just(frozenset({Governorate.AD_DAKHILIYAH})),
    references=REFERENCES, is_sme=st.booleans(), is_listed=st.booleans(),
)  # fmt: skip
NEEDS = st.builds(
    NeedFacts,
    need_id=st.uuids(), texts=TEXTS, sector=st.sampled_from(list(Sector)[:2]),
    required=st.frozensets(st.sampled_from(list(Capability)[:5]), max_size=1), optional=CAPABILITIES,
    standards=STANDARDS, governorate=PLACES, client_kind=st.sampled_from(list(ClientKind)[:2]), budget_minor=st.none() | st.integers(0, 10**9),
    maturity_min=st.integers(1, 9), languages=SPOKEN, sme_only=st.booleans(), is_open=st.just(True),
)  # fmt: skip
SUPPLIES = st.lists(OFFERINGS, max_size=8, unique_by=lambda one: one.offering_id)


@settings(max_examples=40)
@given(NEEDS, SUPPLIES)
def test_the_parts_add_up_to_the_score(asked, supply):
    index = index_of(*supply)
    scores = score(asked, index)
    for row in range(len(supply)):
        found = match(asked, index, row, scores)
        assert found.score == sum(part.points for part in found.parts)
        assert sum(part.points_max for part in found.parts) == FULL_SCORE
        assert all(0 <= part.points <= part.points_max for part in found.parts)
        for part in found.parts:
            assert all("{" not in why(part, language) or "{" in str(part.what) for language in LANGUAGES)


@settings(max_examples=40)
@given(NEEDS, SUPPLIES)
def test_no_points_without_a_reason_and_no_reason_without_points(asked, supply):
    index = index_of(*supply)
    scores = score(asked, index)
    for row in range(len(supply)):
        for part in match(asked, index, row, scores).parts:
            if part.kind not in {PartKind.MATURITY, PartKind.TEXT}:
                assert (part.points > 0) == bool(part.what)
            elif part.kind is PartKind.TEXT:
                assert part.points == 0 or part.what


@settings(max_examples=40)
@given(NEEDS, SUPPLIES)
def test_both_directions_say_the_same(asked, supply):
    index = index_of(*supply)
    ranking = rank_offerings(asked, index, DAY)
    by_need = {found.offering_id: found for found in (*ranking.shown, *ranking.held_back)}
    for one in supply:
        found = rank_needs(one.offering_id, [asked], index, DAY)
        assert bool(found) == (not refusal(asked, index, one.offering_id).filters)
        if found:
            assert found[0] == by_need[one.offering_id]


@settings(max_examples=40)
@given(NEEDS, SUPPLIES)
def test_the_order_is_by_score_and_nobody_has_more_than_a_third(asked, supply):
    ranking = rank_offerings(asked, index_of(*supply), DAY)
    scores = [found.score for found in ranking.shown]
    assert scores == sorted(scores, reverse=True)
    places = Counter(found.vendor_id for found in ranking.shown)
    assert all(count <= max(1, len(scores) // 3) for count in places.values())
    assert len(ranking.shown) + len(ranking.held_back) <= ranking.passed <= len(supply)


@given(NEEDS, OFFERINGS)
def test_references_are_the_same_one_by_one_and_all_at_once(asked, one):
    nearest = max((nearness(reference, asked) for reference in one.references), default=0)
    assert index_of(one).references(asked).tolist() == [nearest]


@given(NEEDS)
def test_what_is_not_asked_is_no_part_and_not_a_zero(asked):
    kinds = set(points_max(asked, SETTINGS.weights))
    assert (PartKind.STANDARDS in kinds) == bool(asked.standards)
    assert (PartKind.PRICE in kinds) == (asked.budget is not None)
    assert (PartKind.TEXT in kinds) == asked.texts.are_written
    assert (PartKind.CAPABILITIES in kinds) == bool(asked.required | asked.optional)


# Filters ------------------------------------------------------------------------------------

OUT = [
    (Filter.NEED_NOT_OPEN, {"is_open": False}, {}),
    (Filter.NOT_LISTED, {}, {"is_listed": False}),
    (Filter.CAPABILITY, {}, {"capabilities": frozenset({Capability.METERING})}),
    (Filter.GOVERNORATE, {}, {"governorates": frozenset({Governorate.DHOFAR})}),
    (Filter.GOVERNORATE, {"governorate": None}, {"governorates": frozenset({Governorate.MUSCAT})}),
    (Filter.BUDGET, {}, {"price_band": PriceBand.FROM_25K_TO_100K}),
    (Filter.LANGUAGE, {"languages": frozenset({"ar"})}, {"languages": frozenset({"en"})}),
    (Filter.MATURITY, {"maturity_min": 8}, {"maturity": 7}),
    (Filter.SME, {"sme_only": True}, {}),
]


@pytest.mark.parametrize(("why_out", "asked", "offered"), OUT)
def test_a_filter_keeps_out_and_says_so(why_out, asked, offered):
    index = index_of(offering(1, **offered), offering(2, is_sme=True))
    assert refusal(need(**asked), index, UUID(int=1)).filters == (why_out,)
    ranking = rank_offerings(need(**asked), index, DAY)
    assert UUID(int=1) not in {found.offering_id for found in ranking.shown}
    assert dict(ranking.refused)[why_out] == (2 if why_out is Filter.NEED_NOT_OPEN else 1)
    assert rank_needs(UUID(int=1), [need(**asked)], index, DAY) == ()


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ({}, {"price_band": PriceBand.FROM_5K_TO_25K}),
        ({}, {"price_band": None}),
        ({"budget_minor": None}, {"price_band": PriceBand.OVER_500K}),
        ({"maturity_min": 8}, {"maturity": 8}),
        ({"governorate": None}, {}),
        ({"languages": frozenset({"ar"})}, {}),
        ({"sme_only": True}, {"is_sme": True}),
        ({"optional": frozenset({Capability.GIS})}, {}),
    ],
)
def test_what_just_fits_passes(asked, offered):
    index = index_of(offering(1, **offered))
    assert refusal(need(**asked), index, UUID(int=1)).filters == ()


def test_every_filter_is_tried_here_and_all_reasons_are_told():
    assert {why_out for why_out, _, _ in OUT} == set(Filter) == set(filters(need(), index_of()))
    wrong = offering(1, maturity=1, is_listed=False, languages=frozenset())
    asked = need(maturity_min=9, languages=frozenset({"en"}))
    refused = refusal(asked, index_of(wrong), UUID(int=1))
    assert set(refused.filters) == {Filter.MATURITY, Filter.NOT_LISTED, Filter.LANGUAGE}


def test_an_empty_index_has_an_empty_list():
    ranking = rank_offerings(need(), index_of(), DAY)
    assert (ranking.shown, ranking.passed, ranking.refused) == ((), 0, ())


def test_one_who_is_not_there_cannot_be_asked_about():
    with pytest.raises(KeyError):
        refusal(need(), index_of(), UUID(int=1))
    with pytest.raises(KeyError):
        rank_needs(UUID(int=1), [need()], index_of(), DAY)


# What counts --------------------------------------------------------------------------------


def points(asked: NeedFacts, offered: OfferingFacts, kind: PartKind) -> int:
    index = index_of(offered)
    found = match(asked, index, 0, score(asked, index))
    return next(part.points for part in found.parts if part.kind is kind)


def test_capabilities_count_each():
    asked = need(optional=frozenset({Capability.GIS, Capability.METERING}))
    one, two, three = (
        points(asked, offering(1, capabilities=frozenset(held)), PartKind.CAPABILITIES)
        for held in (
            {Capability.LEAK_DETECTION},
            {Capability.LEAK_DETECTION, Capability.GIS},
            {Capability.LEAK_DETECTION, Capability.GIS, Capability.METERING},
        )
    )
    assert 3 * one == pytest.approx(three, abs=3)
    assert 3 * two == pytest.approx(2 * three, abs=3)


def test_a_level_above_what_is_asked_counts_and_says_what_was_asked():
    asked = need(maturity_min=7)
    found = [points(asked, offering(1, maturity=level), PartKind.MATURITY) for level in (7, 8, 9)]
    assert found[0] == 0 < found[1] < found[2]
    index = index_of(offering(1))
    parts = match(asked, index, 0, score(asked, index)).parts
    told = [why(part, "en") for part in parts if part.kind is PartKind.MATURITY]
    assert told == ["Maturity 9 of 9 (Proven in use); at least 7 was asked."]


def test_the_nearest_reference_counts_and_more_of_them_do_not():
    near = Reference(Governorate.MUSCAT, ClientKind.UTILITY, Capability.LEAK_DETECTION)
    abroad = Reference(None, ClientKind.COMPANY, Capability.LEAK_DETECTION)
    other = Reference(Governorate.MUSCAT, ClientKind.UTILITY, Capability.GIS)
    full, half, none, many = (
        points(need(), offering(1, references=references), PartKind.REFERENCES)
        for references in ((near,), (abroad,), (other,), (abroad,) * 50)
    )
    assert full == pytest.approx(2 * half, abs=1)
    assert half > 0
    assert none == 0
    assert many == half


def test_a_low_price_is_no_merit_but_saying_it_is():
    low, fitting, on_request = (
        points(need(), offering(1, price_band=band), PartKind.PRICE)
        for band in (PriceBand.UNDER_5K, PriceBand.FROM_5K_TO_25K, None)
    )
    assert low == fitting > on_request == 0


def test_weights_have_to_sum_to_100():
    with pytest.raises(ValidationError, match="sum to 101"):
        MatchingSettings(text_weight=31)
    assert set(SETTINGS.weights) == set(PartKind)


def test_no_field_and_no_setting_could_buy_a_place():
    # Everything an offering can say about itself; whatever is added has to be looked at here.
    assert {field.name for field in fields(OfferingFacts)} == {
        "offering_id", "vendor_id", "texts", "sectors", "capabilities", "standards", "maturity", "price_band",
        "languages", "governorates", "references", "is_sme", "is_listed",
    }  # fmt: skip
    named = {name for name, field in MatchingSettings.model_fields.items() if field.annotation is not int}
    assert named == set(), "a setting is a number: none can name an offering or a vendor"


@given(st.uuids(), st.uuids())
def test_who_offers_it_changes_no_score(first, second):
    one, other = offering(1, vendor_id=first), offering(1, vendor_id=second, is_sme=True)
    scores = [rank_offerings(need(), index_of(each), DAY).shown[0].score for each in (one, other)]
    assert scores[0] == scores[1]


# Ties and shares ----------------------------------------------------------------------------


def order(day: date, number: int = 0) -> list[int]:
    index = index_of(*(offering(one) for one in range(1, 8)))
    return [found.offering_id.int for found in rank_offerings(need(number), index, day).shown]


def test_equals_stand_in_another_order_each_day_and_for_each_need():
    assert order(DAY) == order(DAY)
    assert len({tuple(order(DAY + timedelta(days=days))) for days in range(30)}) > 25
    assert len({tuple(order(DAY, number)) for number in range(30)}) > 25


def test_over_a_year_every_equal_is_first_about_as_often():
    first = Counter(
        min(
            range(1, 8),
            key=lambda one: neutral_order(DAY + timedelta(days=days), need().need_id, UUID(int=one)),
        )
        for days in range(365)
    )
    assert sorted(first) == list(range(1, 8))
    assert max(first.values()) < 2 * min(first.values())


def test_the_order_in_which_offerings_came_does_not_matter():
    supply = [offering(one, maturity=9 - one % 3) for one in range(1, 8)]
    forwards, backwards = (rank_offerings(need(), index_of(*each), DAY) for each in (supply, supply[::-1]))
    assert forwards == backwards


def test_the_day_is_the_citys():
    assert day_of(datetime(2026, 11, 24, 19, 59, tzinfo=UTC)) == date(2026, 11, 24)
    assert day_of(datetime(2026, 11, 24, 20, 0, tzinfo=UTC)) == date(2026, 11, 25)


def test_a_vendor_of_many_offerings_has_a_third_of_the_list_and_the_rest_is_held_back():
    many = [offering(one, vendor_id=UUID(int=99)) for one in range(1, 21)]
    others = [offering(one, maturity=5) for one in range(21, 41)]
    ranking = rank_offerings(need(), index_of(*many, *others), DAY)
    assert len(ranking.shown) == SETTINGS.list_length == 10
    assert [found.vendor_id.int == 99 for found in ranking.shown] == [True] * 3 + [False] * 7
    assert {found.vendor_id.int for found in ranking.held_back} == {99}


@pytest.mark.parametrize(
    ("vendors", "places"),
    [("", 0), ("A", 1), ("AA", 1), ("AB", 2), ("AAAB", 2), ("ABC", 3), ("AAABBBCCC", 9), ("AAAAAAAAAABC", 3)],
)
def test_how_long_the_list_can_be(vendors, places):
    known = {name: UUID(int=number) for number, name in enumerate("ABC")}
    shown, held_back = shared_out(range(len(vendors)), [known[name] for name in vendors], SETTINGS)
    assert len(shown) == places
    assert set(shown).isdisjoint(held_back)
