"""Who is out and why, who stands where, and how neighbours of one score are told apart. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import numpy as np

from casework.governorates.model import Governorate
from citycore.clock import CITY_ZONE
from hackathon.market.matching.index import CAPABILITIES, GOVERNORATES, SPOKEN, BoolArray, Index, columns
from hackathon.market.matching.model import Filter, Match, NeedFacts, Ranking, Refused
from hackathon.market.matching.scoring import match, score
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.matching.text import IntArray

_EVERYWHERE: Final = frozenset(Governorate)


def day_of(instant: datetime) -> date:
    """The city's day, which the order of ties belongs to."""
    return instant.astimezone(CITY_ZONE).date()


def rank_offerings(need: NeedFacts, index: Index, day: date) -> Ranking:
    """The offerings for a need, best first, a full list at most."""
    kept_out = filters(need, index)
    passed = np.flatnonzero(~np.any(list(kept_out.values()), axis=0))
    scores = score(need, index)
    order = sorted(
        map(int, passed),
        key=lambda row: (
            -scores.totals[row],
            neutral_order(day, need.need_id, index.offerings[row].offering_id),
        ),
    )
    shown, held_back = shared_out(order, [index.offerings[row].vendor_id for row in order], index.settings)
    return Ranking(
        shown=tuple(match(need, index, row, scores) for row in shown),
        held_back=tuple(match(need, index, row, scores) for row in held_back),
        passed=len(order),
        refused=tuple((one, int(out.sum())) for one, out in kept_out.items() if out.any()),
    )


def rank_needs(offering_id: UUID, needs: Iterable[NeedFacts], index: Index, day: date) -> tuple[Match, ...]:
    """The needs that an offering of the index fits, best first: the score that it has in each need's own ranking.

    KeyError if the index does not have the offering.
    """
    alone = index.only(offering_id)
    # Most needs ask for something that it cannot do; that is told without arrays.
    capabilities = alone.offerings[0].capabilities
    found = [
        (need, score(need, alone))
        for need in needs
        if need.required <= capabilities and not refusal(need, alone, offering_id).filters
    ]
    found.sort(key=lambda one: (-int(one[1].totals[0]), neutral_order(day, one[0].need_id, offering_id)))
    return tuple(match(need, alone, 0, scores) for need, scores in found[: index.settings.list_length])


def refusal(need: NeedFacts, index: Index, offering_id: UUID) -> Refused:
    """Every filter that keeps one offering out; none if it passes. KeyError if the index does not have it."""
    row = index.rows[offering_id]
    return Refused(offering_id, tuple(one for one, out in filters(need, index).items() if out[row]))


def filters(need: NeedFacts, index: Index) -> Mapping[Filter, BoolArray]:
    """For each filter the offerings that it keeps out, one row an offering."""
    facets = index.facets
    nobody = np.zeros(len(index.offerings), dtype=np.bool_)
    required = columns(need.required, CAPABILITIES)
    spoken = columns(need.languages, SPOKEN)
    # A need of the whole country is served by whoever serves all of it.
    places = columns(_EVERYWHERE if need.governorate is None else frozenset([need.governorate]), GOVERNORATES)
    return {
        Filter.NEED_NOT_OPEN: nobody if need.is_open else ~nobody,
        Filter.NOT_LISTED: ~facets.is_listed,
        Filter.CAPABILITY: _lacks_any(facets.capabilities, required),
        Filter.GOVERNORATE: _lacks_any(facets.governorates, places),
        Filter.BUDGET: nobody if need.budget is None else facets.price > need.budget.rank,
        Filter.LANGUAGE: _lacks_any(facets.languages, spoken),
        Filter.MATURITY: facets.maturity < need.maturity_min,
        Filter.SME: ~facets.is_sme if need.sme_only else nobody,
    }


def _lacks_any(table: BoolArray, asked: IntArray) -> BoolArray:
    lacking: BoolArray = table[:, asked].sum(axis=1) < len(asked)
    return lacking


def neutral_order(day: date, need_id: UUID, offering_id: UUID) -> bytes:
    """A shuffle that nobody can influence and everybody can repeat; another one each day and for each need."""
    return sha256(f"{day.isoformat()}\n{need_id}\n{offering_id}".encode()).digest()


def shared_out(
    order: Sequence[int], vendors: Sequence[UUID], settings: MatchingSettings
) -> tuple[list[int], list[int]]:
    """The list that is shown, and what is held back because its vendor has its share of it.

    ``vendors`` are those of ``order``. No vendor has more than a third of the places there are (with the
    default), or one in a list so short that a third is less; the list is as long as that allows.
    """
    offered = Counter(vendors)
    length = next(
        (
            places
            for places in range(min(settings.list_length, len(order)), 0, -1)
            if sum(min(count, _share(places, settings)) for count in offered.values()) >= places
        ),
        0,
    )
    taken = Counter[UUID]()
    shown: list[int] = []
    last = 0
    for place, (row, vendor) in enumerate(zip(order, vendors, strict=True)):
        if len(shown) < length and taken[vendor] < _share(length, settings):
            taken[vendor] += 1
            shown.append(row)
            last = place
    in_sight = order[: max(settings.list_length, last)]
    return shown, [row for row in in_sight if row not in shown]


def _share(places: int, settings: MatchingSettings) -> int:
    return max(1, places // settings.places_per_vendor_place)
