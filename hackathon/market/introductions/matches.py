"""Who could help with a need, and which needs suit a vendor: explained, and both ways the same score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.access.model import Actor
from casework.programme import Session
from casework.taxonomy.model import Capability
from casework.workflow.errors import NotAllowed, NotInThisState
from citycore.store.rows import known
from hackathon.market.introductions import repository
from hackathon.market.introductions.rules import OPEN_NEEDS, is_open_need
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.introductions.shelf import Shelf
from hackathon.market.matching.model import Match, Ranking
from hackathon.market.matching.rules import day_of, rank_needs, rank_offerings
from hackathon.market.needs.machine import AGENCY
from hackathon.market.needs.model import Need
from hackathon.market.needs.repository import find_facts, find_some, open_needs
from hackathon.market.needs.rules import is_inside, scopes_of, vendors_of
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
    """``fits`` are those that the ranking shows."""

    need: Need
    fits: tuple[Fit, ...]
    ranking: Ranking
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


def match_need(session: Session, need_id: UUID) -> NeedMatches:
    """For officers of its agency and the programme; :class:`NotInThisState` before it is published and afterwards."""
    connection, day = session.connection, day_of(session.now())
    need = get_own_need(session, need_id)
    if need.state not in MATCHED_IN:
        raise NotInThisState
    facts = known(find_facts(connection, need_id))
    ranking = rank_offerings(facts, session.of(Shelf).index(session), day)
    pairs = repository.find_pairs(connection, need_id, None)
    listed = find_several_listed(connection, [match.offering_id for match in ranking.shown])
    fits = [
        Fit(match, need, listed[match.offering_id], pairs.get((need_id, match.offering_id)))
        for match in ranking.shown
        if match.offering_id in listed  # or it has been taken away a moment ago
    ]
    return NeedMatches(
        need,
        tuple(fits),
        ranking,
        is_open_need(need.state, is_sealed=need.description.is_sealed),
        session.holds(AGENCY, scopes_of(need_id, need.organisation_id)),
        day,
    )


def match_vendors(session: Session, start: int = 0) -> list[VendorMatches]:
    """Of each vendor that the actor speaks for; :class:`NotAllowed` for whoever speaks for none.

    A page of their offerings, counted from ``start`` over all of them, or the last where there are fewer.
    """
    companies = vendors_of(session.actor.at(session.now()))
    if not companies:
        raise NotAllowed
    vendors = find_of_organisations(session.connection, companies)
    of_vendor = [(vendor, _own_offerings(session, vendor)) for vendor in vendors]
    everything = [listed for _, own in of_vendor for listed in own]
    rows = session.of(IntroductionSettings).vendor_page_offerings
    first = min(start, max(0, len(everything) - 1) // rows * rows)
    matched = _match_offerings(session, everything[first : first + rows])
    return [
        VendorMatches(
            vendor,
            tuple((listed, matched[listed.offering_id]) for listed in own if listed.offering_id in matched),
            len(own),
        )
        for vendor, own in of_vendor
    ]


def _own_offerings(session: Session, vendor: Vendor) -> list[Listed]:
    filters, place = Filters(vendor_id=vendor.vendor_id), Place(day_of(session.now()))
    rows = session.of(IntroductionSettings).vendor_offerings_max
    return find_catalogue(session.connection, filters, place, rows, 1)


def _match_offerings(session: Session, own: Sequence[Listed]) -> dict[UUID, tuple[Fit, ...]]:
    """By offering, the needs that suit it."""
    if not own:
        return {}
    connection, day = session.connection, day_of(session.now())
    index, ids = session.of(Shelf).index(session), [one.offering_id for one in own]
    known = [one for one in ids if one in index.rows]
    able = frozenset[Capability]().union(*(index.offerings[index.rows[one]].capabilities for one in known))
    needs = open_needs(connection, session.of(IntroductionSettings).needs_max, able)
    pairs = repository.find_pairs(connection, None, ids)
    most = session.of(IntroductionSettings).vendor_needs_shown
    matches = {one: rank_needs(one, needs, index, day)[:most] for one in known}
    found = find_some(connection, {match.need_id for each in matches.values() for match in each})
    shown = {need_id: without_secrets(need) for need_id, need in found.items()}
    return {
        listed.offering_id: tuple(
            Fit(match, shown[match.need_id], listed, pairs.get((match.need_id, listed.offering_id)))
            for match in matches.get(listed.offering_id, ())
        )
        for listed in own
    }


def may_match(actor: Actor, need: Need) -> bool:
    """Whether a page of a need leads to its matches."""
    return is_inside(actor, need) and need.state in MATCHED_IN
