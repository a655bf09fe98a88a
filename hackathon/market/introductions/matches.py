"""Who could help with a need, and which needs suit a vendor: explained, and both ways the same score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.workflow.errors import NotAllowed, NotInThisState
from citycore.store.connections import Connection
from hackathon.market.introductions import repository
from hackathon.market.introductions.desk import IntroductionDesk
from hackathon.market.introductions.rules import OPEN_NEEDS, is_open_need, is_programme
from hackathon.market.matching.model import Filter, Match
from hackathon.market.matching.rules import day_of, rank_needs, rank_offerings
from hackathon.market.needs.machine import AGENCY, PROGRAMME
from hackathon.market.needs.model import Need
from hackathon.market.needs.repository import find_facts, find_need, open_needs
from hackathon.market.needs.rules import scopes_of, vendors_of
from hackathon.market.needs.service import get_own_need, without_secrets
from hackathon.market.offerings.model import Filters, Listed, Place
from hackathon.market.offerings.repository import find_catalogue, find_listed
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.repository import find_of_organisations

#: A need is matched while nobody has been chosen, whether it is answered by responses or not.
MATCHED_IN = OPEN_NEEDS | {"evaluating"}


@dataclass(frozen=True, slots=True)
class Fit:
    """A match with what it is of; ``introduction`` is that of the pair and its state, if there is one."""

    match: Match
    need: Need
    listed: Listed
    introduction: tuple[UUID, str] | None


@dataclass(frozen=True, slots=True)
class NeedMatches:
    """``held_back`` counts what would be shown but for the share of its vendor, ``refused`` what a filter kept out."""

    need: Need
    fits: tuple[Fit, ...]
    passed: int
    held_back: int
    refused: tuple[tuple[Filter, int], ...]
    may_introduce: bool
    is_agency: bool
    day: date


@dataclass(frozen=True, slots=True)
class VendorMatches:
    """``offerings`` are the vendor's own that everybody sees, each with the needs that suit it."""

    vendor: Vendor
    offerings: tuple[tuple[Listed, tuple[Fit, ...]], ...]


def match_need(connection: Connection, desk: IntroductionDesk, actor: Actor, need_id: UUID) -> NeedMatches:
    """For officers of its agency and the programme; :class:`NotInThisState` before it is published and afterwards."""
    acting = actor.at(desk.desk.clock())
    with connection.transaction():
        need = get_own_need(desk.desk.session(connection, acting), need_id)
        if need.state not in MATCHED_IN:
            raise NotInThisState
        facts = find_facts(connection, need_id)
        assert facts is not None
        index = desk.shelf.index(connection, desk.matching, desk.settings.index_offerings_max)
        day = day_of(desk.desk.clock())
        ranking = rank_offerings(facts, index, day)
        pairs = repository.find_pairs(connection, need_id, None)
        fits = []
        for match in ranking.shown:
            listed = find_listed(connection, match.offering_id)
            if listed is not None:  # or it has been taken away a moment ago
                fits.append(Fit(match, need, listed, pairs.get((need_id, match.offering_id))))
    scopes = scopes_of(need_id, need.organisation_id)
    return NeedMatches(
        need,
        tuple(fits),
        ranking.passed,
        len(ranking.held_back),
        ranking.refused,
        is_open_need(need.state, is_sealed=need.description.is_sealed),
        holds_any(acting, AGENCY, scopes),
        day,
    )


def match_vendors(connection: Connection, desk: IntroductionDesk, actor: Actor) -> list[VendorMatches]:
    """Of each vendor that the actor speaks for; :class:`NotAllowed` for whoever speaks for none."""
    acting = actor.at(desk.desk.clock())
    companies = vendors_of(acting)
    if not companies:
        raise NotAllowed
    with connection.transaction():
        found = find_of_organisations(connection, companies)
        return [_match_vendor(connection, desk, vendor) for vendor in found]


def _match_vendor(connection: Connection, desk: IntroductionDesk, vendor: Vendor) -> VendorMatches:
    day = day_of(desk.desk.clock())
    own = find_catalogue(
        connection,
        Filters(vendor_id=vendor.vendor_id),
        Place(day),
        desk.settings.vendor_offerings_max,
        words_max=1,
    )
    if not own:
        return VendorMatches(vendor, ())
    index = desk.shelf.index(connection, desk.matching, desk.settings.index_offerings_max)
    needs = open_needs(connection, desk.settings.needs_max)
    pairs = repository.find_pairs(connection, None, [one.offering_id for one in own])
    shown: dict[UUID, Need] = {}
    matched = []
    for listed in own:
        fits = []
        matches = (
            rank_needs(listed.offering_id, needs, index, day) if listed.offering_id in index.rows else ()
        )
        for match in matches:
            need = shown.get(match.need_id) or find_need(connection, match.need_id)
            assert need is not None
            shown[match.need_id] = without_secrets(need)
            pair = pairs.get((match.need_id, listed.offering_id))
            fits.append(Fit(match, shown[match.need_id], listed, pair))
        matched.append((listed, tuple(fits)))
    return VendorMatches(vendor, tuple(matched))


def may_match(actor: Actor, need: Need) -> bool:
    """Whether a page of a need leads to its matches."""
    is_inside = is_programme(actor) or holds_any(
        actor, AGENCY | PROGRAMME, scopes_of(need.need_id, need.organisation_id)
    )
    return is_inside and need.state in MATCHED_IN
