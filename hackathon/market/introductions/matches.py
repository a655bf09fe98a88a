"""Who could help with a need, and which needs suit a vendor: explained, and both ways the same score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.taxonomy.model import Capability
from casework.workflow.errors import NotAllowed, NotInThisState
from citycore.store.connections import Connection
from hackathon.market.introductions import repository
from hackathon.market.introductions.desk import IntroductionDesk
from hackathon.market.introductions.rules import OPEN_NEEDS, is_open_need, is_programme
from hackathon.market.matching.model import Filter, Match
from hackathon.market.matching.rules import day_of, rank_needs, rank_offerings
from hackathon.market.needs.machine import AGENCY, PROGRAMME
from hackathon.market.needs.model import Need
from hackathon.market.needs.repository import find_facts, find_some, open_needs
from hackathon.market.needs.rules import scopes_of, vendors_of
from hackathon.market.needs.service import get_own_need, without_secrets
from hackathon.market.offerings.model import Filters, Listed, Place
from hackathon.market.offerings.repository import find_catalogue, find_several_listed
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
    """``offerings`` are the vendor's own that everybody sees, or those of a page, each with the needs that suit it.

    ``all`` is how many there are.
    """

    vendor: Vendor
    offerings: tuple[tuple[Listed, tuple[Fit, ...]], ...]
    all: int


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
        listed = find_several_listed(connection, [match.offering_id for match in ranking.shown])
        fits = [
            Fit(match, need, listed[match.offering_id], pairs.get((need_id, match.offering_id)))
            for match in ranking.shown
            if match.offering_id in listed  # or it has been taken away a moment ago
        ]
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


def match_vendors(
    connection: Connection, desk: IntroductionDesk, actor: Actor, start: int = 0
) -> list[VendorMatches]:
    """Of each vendor that the actor speaks for; :class:`NotAllowed` for whoever speaks for none.

    A page of their offerings, counted from ``start`` over all of them, or the last where there are fewer.
    """
    acting = actor.at(desk.desk.clock())
    companies = vendors_of(acting)
    if not companies:
        raise NotAllowed
    with connection.transaction():
        of_vendor = [
            (vendor, _own_offerings(connection, desk, vendor))
            for vendor in find_of_organisations(connection, companies)
        ]
        everything, rows = (
            [listed for _, own in of_vendor for listed in own],
            desk.settings.vendor_page_offerings,
        )
        first = min(start, max(0, len(everything) - 1) // rows * rows)
        chosen = everything[first : first + rows]
        matched = _match_offerings(connection, desk, chosen)
    return [
        VendorMatches(
            vendor,
            tuple((listed, matched[listed.offering_id]) for listed in own if listed.offering_id in matched),
            len(own),
        )
        for vendor, own in of_vendor
    ]


def _own_offerings(connection: Connection, desk: IntroductionDesk, vendor: Vendor) -> list[Listed]:
    return find_catalogue(
        connection,
        Filters(vendor_id=vendor.vendor_id),
        Place(day_of(desk.desk.clock())),
        desk.settings.vendor_offerings_max,
        words_max=1,
    )


def _match_offerings(
    connection: Connection, desk: IntroductionDesk, own: Sequence[Listed]
) -> dict[UUID, tuple[Fit, ...]]:
    """By offering, the needs that suit it."""
    if not own:
        return {}
    day = day_of(desk.desk.clock())
    index = desk.shelf.index(connection, desk.matching, desk.settings.index_offerings_max)
    rows = [index.rows[one.offering_id] for one in own if one.offering_id in index.rows]
    able = frozenset[Capability]().union(*(index.offerings[row].capabilities for row in rows))
    needs = open_needs(connection, desk.settings.needs_max, able)
    pairs = repository.find_pairs(connection, None, [one.offering_id for one in own])
    matches = {
        one.offering_id: rank_needs(one.offering_id, needs, index, day)
        if one.offering_id in index.rows
        else ()
        for one in own
    }
    found = find_some(connection, {match.need_id for each in matches.values() for match in each})
    shown = {need_id: without_secrets(need) for need_id, need in found.items()}
    return {
        listed.offering_id: tuple(
            Fit(match, shown[match.need_id], listed, pairs.get((match.need_id, listed.offering_id)))
            for match in matches[listed.offering_id]
        )
        for listed in own
    }


def may_match(actor: Actor, need: Need) -> bool:
    """Whether a page of a need leads to its matches."""
    is_inside = is_programme(actor) or holds_any(
        actor, AGENCY | PROGRAMME, scopes_of(need.need_id, need.organisation_id)
    )
    return is_inside and need.state in MATCHED_IN
