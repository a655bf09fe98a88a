"""Offerings: drafts beside what is public, versions that stay, and a catalogue in which no place can be bought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.model import ANONYMOUS, HUB, Actor, Grant, Role
from casework.governorates.model import Governorate
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from casework.programme import Session
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, NotInThisState, WrongField
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, of_json
from hackathon.market.matching.model import Reference as MatchedReference
from hackathon.market.offerings import catalogue, errors, repository, service
from hackathon.market.offerings.machine import OFFERING, PUBLISHED
from hackathon.market.offerings.model import Content, Filters, Place, Reference
from hackathon.market.offerings.rules import check_content, digest_of, is_complete, tidy
from hackathon.market.offerings.settings import OfferingSettings
from hackathon.market.vendors.model import DocumentKind
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import NOON
from tests.hackathon.market import PROFILE, Market
from tests.hackathon.offering_specimens import LIGHTING
from tests.hackathon.terms import store_person

SETTINGS = OfferingSettings()
#: No page ends before the catalogue does.
WHOLE = OfferingSettings(page_rows_max=10_000)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
CONTENTS = st.builds(
    Content,
    title_ar=WORDS, title_en=WORDS, summary_ar=WORDS, summary_en=WORDS,
    sectors=st.lists(st.sampled_from(Sector), max_size=5).map(tuple),
    capabilities=st.lists(st.sampled_from(Capability), max_size=5).map(tuple),
    standards=st.lists(st.sampled_from(Standard), max_size=5).map(tuple),
    maturity=st.none() | st.sampled_from(Maturity),
    price_band=st.none() | st.sampled_from(PriceBand),
    governorates=st.lists(st.sampled_from(Governorate), max_size=3).map(tuple),
    languages=st.lists(st.sampled_from(["ar", "en"]), max_size=2).map(tuple),
    references=st.lists(
        st.builds(
            Reference, st.sampled_from(ClientKind), st.none() | st.sampled_from(Governorate),
            st.sampled_from(Capability), st.integers(1990, 2026), WORDS, WORDS,
        ),
        max_size=3,
    ).map(tuple),
)  # fmt: skip


@pytest.fixture(scope="module")
def owner(programme: Database) -> Iterator[Connection]:
    with programme.connect() as connection:
        yield connection


@pytest.fixture
def market(portal: Connection, owner: Connection, tmp_path: Path) -> Market:
    return Market(portal, owner, tmp_path)


def found(market: Market, place: Place | None = None, **wanted: object) -> list[UUID]:
    """What the catalogue shows to who looks for that."""

    def look(session: Session) -> list[UUID]:
        listed, _ = catalogue.list_listed(session, Filters(**wanted), place or catalogue.today(session))
        return [one.offering_id for one in listed]

    return programme_for(market.portal, market.clock, WHOLE).call(ANONYMOUS, look)


@given(content=CONTENTS)
def test_what_is_stored_of_a_content_is_that_content(content: Content):
    kept = tidy(content)
    assert of_json(Content, json_of(kept)) == kept
    assert tidy(kept) == kept
    assert digest_of(UUID(int=1), 1, kept) == digest_of(UUID(int=1), 1, tidy(content))
    assert digest_of(UUID(int=1), 1, kept) != digest_of(UUID(int=1), 2, kept)


@pytest.mark.parametrize(
    "lack",
    [{"title_en": "", "title_ar": ""}, {"summary_ar": ""}, {"sectors": ()}, {"capabilities": ()}, {"maturity": None},
     {"languages": ()}],
)  # fmt: skip
def test_an_offering_is_complete_in_one_language_or_both_and_not_in_halves(lack: dict[str, object]):
    assert is_complete(LIGHTING)
    assert is_complete(replace(LIGHTING, title_ar="", summary_ar=""))
    assert is_complete(replace(LIGHTING, price_band=None, governorates=(), standards=(), references=()))
    assert not is_complete(replace(LIGHTING, **lack))


def test_what_is_too_much_is_refused_with_its_name():
    reference = LIGHTING.references[0]
    wrong = {
        "title_en": "x" * 161, "summary_ar": "x" * 6_001, "sectors": tuple(Sector)[:9],
        "capabilities": tuple(Capability)[:16], "references": (reference,) * 21,
    }  # fmt: skip
    for name, value in wrong.items():
        with pytest.raises(WrongField):
            check_content(replace(LIGHTING, **{name: value}), SETTINGS, 2026)
    for changed in (
        replace(reference, year=2027),
        replace(reference, year=1989),
        replace(reference, text_en=""),
    ):
        with pytest.raises(WrongField):
            check_content(replace(LIGHTING, references=(changed,)), SETTINGS, 2026)
    check_content(LIGHTING, SETTINGS, 2026)


def test_it_is_published_by_somebody_else_and_only_of_a_verified_vendor(market: Market):
    vendor_id, speaker = market.register()
    offering_id = market.draft(vendor_id, speaker)
    with pytest.raises(errors.OfferingVendorNotVerified):
        market.move(offering_id, "hand_in", speaker)
    vendor_id, speaker = market.verified()
    offering_id = market.draft(vendor_id, speaker, Content(title_en="Lamps"))
    with pytest.raises(errors.OfferingNotWritten):
        market.move(offering_id, "hand_in", speaker)
    market.write(offering_id, LIGHTING, speaker)
    assert market.move(offering_id, "hand_in", speaker) == "in_review"
    with pytest.raises(errors.OfferingNotEditable):
        market.write(offering_id, Content(), speaker)
    both = replace(speaker, grants=(*speaker.grants, Grant(Role.PROGRAMME_OFFICER, HUB)))
    with pytest.raises(errors.OfferingOwnCompany):
        market.move(offering_id, "publish", both)
    with pytest.raises(NotAllowed):
        market.move(offering_id, "publish", speaker)
    assert offering_id not in found(market)
    market.mails()
    assert market.move(offering_id, "publish") == "published"
    assert [name for name, _ in market.mails()] == ["moved"]
    assert offering_id in found(market)
    listed, versions = market.call(ANONYMOUS, catalogue.get_listed, offering_id)
    assert listed.version == versions[0]
    assert listed.version.content == LIGHTING
    assert listed.version.digest == digest_of(offering_id, 1, LIGHTING).hex()
    assert market.offering(offering_id).draft is None


def test_a_new_version_is_a_draft_beside_what_is_public(market: Market):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    brighter = replace(LIGHTING, title_en="Brighter street lighting")
    market.write(offering_id, brighter, speaker)
    assert market.call(ANONYMOUS, catalogue.get_listed, offering_id)[0].version.content == LIGHTING
    assert market.move(offering_id, "hand_in", speaker) == "updating"
    assert market.call(ANONYMOUS, catalogue.get_listed, offering_id)[0].version.number == 1
    assert market.move(offering_id, "return", reason="unclear") == "update_returned"
    assert market.call(ANONYMOUS, catalogue.get_listed, offering_id)[0].version.number == 1
    market.move(offering_id, "hand_in", speaker)
    market.move(offering_id, "publish")
    listed, versions = market.call(ANONYMOUS, catalogue.get_listed, offering_id)
    assert (listed.version.number, listed.version.content) == (2, brighter)
    assert [one.number for one in versions] == [2, 1]
    # What was referred to reads as it did, and nobody can change it.
    kept = repository.find_version(market.portal, offering_id, 1)
    assert kept is not None
    assert kept.content == LIGHTING
    assert repository.find_version(market.portal, offering_id, 3) is None


def test_a_draft_beside_can_be_given_up(market: Market):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    with pytest.raises(errors.OfferingWithoutDraft):
        market.call(speaker, service.discard, offering_id, market.offering(offering_id).version)
    market.write(offering_id, Content(), speaker)
    with pytest.raises(errors.OfferingNotWritten):
        market.move(offering_id, "hand_in", speaker)
    market.call(speaker, service.discard, offering_id, market.offering(offering_id).version)
    assert market.offering(offering_id).state == "published"
    market.write(offering_id, LIGHTING, speaker)
    market.move(offering_id, "hand_in", speaker)
    market.move(offering_id, "return", reason="category")
    with pytest.raises(NotInThisState):
        market.move(offering_id, "discard", speaker)
    market.call(speaker, service.discard, offering_id, market.offering(offering_id).version)
    assert market.offering(offering_id).state == "published"
    assert market.offering(offering_id).draft is None


def test_who_saw_another_draft_publishes_nothing(market: Market):
    vendor_id, speaker = market.verified()
    offering_id = market.draft(vendor_id, speaker)
    market.move(offering_id, "hand_in", speaker)
    seen = market.offering(offering_id).version
    market.move(offering_id, "take_back", speaker)
    market.write(offering_id, replace(LIGHTING, title_en="Something else"), speaker)
    market.move(offering_id, "hand_in", speaker)
    with pytest.raises(ChangedMeanwhile):
        market.call(market.officer, service.move, offering_id, "publish", seen)
    assert market.call(market.officer, service.list_versions, offering_id) == []


@pytest.mark.parametrize(
    ("way", "back"),
    [(("pause", "vendor", None), ("resume", "vendor")), (("disable", "officer", "not_true"), ("enable", "officer"))],
)  # fmt: skip
def test_what_is_paused_or_disabled_is_not_shown_and_comes_back(
    market: Market, way: tuple[str, str, str | None], back: tuple[str, str]
):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    who = {"vendor": speaker, "officer": market.officer}
    market.move(offering_id, way[0], who[way[1]], way[2])
    assert offering_id not in found(market)
    with pytest.raises(NoSuchObject):
        market.call(ANONYMOUS, catalogue.get_listed, offering_id)
    assert market.move(offering_id, back[0], who[back[1]]) == "published"
    assert offering_id in found(market)


def test_offerings_of_a_vendor_that_is_out_are_not_shown_and_not_matched_and_not_lost(market: Market):
    last = date(2027, 2, 1)
    vendor_id, speaker = market.verified(last)
    offering_id = market.published(vendor_id, speaker)
    facts = {one.offering_id for one in repository.published_offerings(market.portal)}
    assert offering_id in facts
    market.pass_by(days=90)
    assert market.look(vendor_id).state == "documents_expired"
    assert offering_id not in found(market)
    assert offering_id not in {one.offering_id for one in repository.published_offerings(market.portal)}
    for kind in market.settings.required_kinds:
        market.accept(market.show(vendor_id, speaker, kind))
    assert offering_id in found(market)
    market.owner.execute(
        "UPDATE innovation.organisations SET state = 'suspended' WHERE organisation_id = %s",
        [market.look(vendor_id).organisation_id],
    )
    assert offering_id not in found(market)


def test_the_view_and_the_machine_name_the_same_states(market: Market, owner: Connection):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    for state in OFFERING.states:
        owner.execute(
            "UPDATE innovation.offerings SET state = %s WHERE offering_id = %s", [state.name, offering_id]
        )
        assert (offering_id in found(market)) is (state.name in PUBLISHED), state.name


def test_matching_sees_what_is_published(market: Market):
    vendor_id, speaker = market.verified(
        profile=replace(PROFILE, is_sme=True), kinds=(DocumentKind.SME_CARD,)
    )
    offering_id = market.published(vendor_id, speaker, replace(LIGHTING, governorates=()))
    facts = next(
        one for one in repository.published_offerings(market.portal) if one.offering_id == offering_id
    )
    assert facts.governorates == frozenset(Governorate)
    assert facts.is_sme
    assert facts.is_listed
    assert facts.capabilities == frozenset(LIGHTING.capabilities)
    assert facts.texts.body("ar") == LIGHTING.summary_ar
    assert facts.references == (
        MatchedReference(Governorate.MUSCAT, ClientKind.MUNICIPALITY, Capability.SMART_LIGHTING),
    )


@pytest.mark.parametrize(
    ("words", "is_there"),
    [("lamps", True), ("LAMPS road", True), ("إناره", True), ("انارة الشوارع", True), ("الإنارة", True),
     ("مصابيح empty", True), ("lamps boats", False), ("City Solutions", True), ("حلول", True), ("100%", False),
     ("municipal services", True), ("mqtt", True), ("  ", True)],
)  # fmt: skip
def test_words_are_found_as_people_write_them(market: Market, words: str, is_there: bool):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    assert (offering_id in found(market, words=words, vendor_id=vendor_id)) is is_there


def test_the_name_of_a_capability_finds_what_is_written_in_the_other_language(market: Market):
    vendor_id, speaker = market.verified()
    content = replace(LIGHTING, title_ar="", summary_ar="", title_en="Lamps", summary_en="Bright")
    offering_id = market.published(vendor_id, speaker, content)
    assert found(market, words="الإنارة الذكية", vendor_id=vendor_id) == [offering_id]
    assert found(market, words="الطاقة", vendor_id=vendor_id) == [offering_id]
    assert found(market, words="الأسماك", vendor_id=vendor_id) == []


@pytest.mark.parametrize(
    ("wanted", "is_there"),
    [({"sector": Sector.ENERGY}, True), ({"sector": Sector.WATER}, False),
     ({"capability": Capability.SMART_LIGHTING}, True), ({"capability": Capability.GIS}, False),
     ({"governorate": Governorate.MUSCAT}, True), ({"governorate": Governorate.DHOFAR}, False),
     ({"maturity": Maturity(8)}, True), ({"maturity": Maturity(9)}, False),
     ({"price_band": PriceBand.FROM_25K_TO_100K}, True), ({"price_band": PriceBand.UNDER_5K}, False),
     ({"sme_only": True}, False)],
)  # fmt: skip
def test_filters_keep_what_fits(market: Market, wanted: dict[str, object], is_there: bool):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    assert (offering_id in found(market, vendor_id=vendor_id, **wanted)) is is_there


def test_the_order_is_another_every_day_and_pages_hold_together(market: Market):
    vendor_id, speaker = market.verified()
    made = {market.published(vendor_id, speaker) for _ in range(7)}
    small = programme_for(market.portal, market.clock, OfferingSettings(page_rows_max=3))
    orders = []
    for number in range(12):
        day, order, after = date(2026, 12, 1 + number), list[UUID](), None
        while not order or after is not None:
            page, after = small.call(
                ANONYMOUS, catalogue.list_listed, Filters(vendor_id=vendor_id), Place(day, after)
            )
            order += [one.offering_id for one in page]
        assert set(order) == made
        assert len(order) == len(made)
        orders.append(tuple(order))
    assert len(set(orders)) > 6
    assert len({order[0] for order in orders}) > 2


def test_the_whole_catalogue_has_the_order_of_the_day_as_a_search_has(market: Market):
    vendor_id, speaker = market.verified()
    made = {market.published(vendor_id, speaker) for _ in range(5)}
    gone = market.published(vendor_id, speaker)
    market.move(gone, "retire", speaker, "mistake")
    day = Place(date(2026, 12, 1))
    everything = found(market, day)
    assert made <= set(everything)
    assert gone not in everything
    assert everything == sorted(everything, key=lambda one: sha256(f"2026-12-01/{one}".encode()).digest())
    # What fits everything is a search all the same.
    assert found(market, day, until=NOON + timedelta(days=1)) == everything
    for number, last in enumerate(everything, 1):
        assert found(market, day._replace(after=last)) == everything[number:]


def test_the_number_of_offerings_is_limited_and_retired_ones_make_room(market: Market):
    vendor_id, speaker = market.verified()
    few = programme_for(market.portal, market.clock, OfferingSettings(offerings_max=1))
    begun = few.call(speaker, service.begin, vendor_id, LIGHTING)
    with pytest.raises(errors.TooManyOfferings):
        few.call(speaker, service.begin, vendor_id, LIGHTING)
    market.move(begun, "retire", speaker, "mistake")
    few.call(speaker, service.begin, vendor_id, LIGHTING)


def test_a_draft_is_its_vendors_and_the_programmes(market: Market, owner: Connection):
    vendor_id, speaker = market.verified()
    offering_id = market.draft(vendor_id, speaker)
    _, rival = market.verified()
    for actor in (Actor(None), rival, Actor(store_person(owner))):
        with pytest.raises(NoSuchObject):
            market.call(actor, service.get_offering, offering_id)
        with pytest.raises(NoSuchObject):
            market.call(actor, service.list_of_vendor, vendor_id)
        with pytest.raises(NoSuchObject):
            market.call(actor, service.begin, vendor_id, LIGHTING)
        with pytest.raises(NotAllowed):
            market.write(offering_id, LIGHTING, actor)
        with pytest.raises(NotAllowed):
            market.call(actor, lists.read, service.DESK, wanted_of(service.DESK, {}))
    own, _ = market.call(speaker, service.list_of_vendor, vendor_id)
    assert [(one.offering.offering_id, one.titles) for one in own] == [(offering_id, LIGHTING.titles)]
    with pytest.raises(NoSuchObject):
        market.call(market.officer, service.get_own, offering_id)


def test_what_is_new_lies_between_two_instants(market: Market):
    vendor_id, speaker = market.verified()
    offering_id = market.published(vendor_id, speaker)
    wanted, tick = Filters(vendor_id=vendor_id), timedelta(microseconds=1)
    for since, until, is_there in (
        (NOON - tick, NOON, True), (NOON, NOON + tick, False), (NOON - 2 * tick, NOON - tick, False),
    ):  # fmt: skip
        new = market.call(ANONYMOUS, catalogue.list_new, wanted, since, until, 5)
        assert ([one.offering_id for one in new] == [offering_id]) is is_there
