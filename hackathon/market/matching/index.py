"""Offerings as arrays, built once, so that one need meets thousands of them in a few milliseconds.

Everything is a whole number: the totals of all offerings and the parts of those that are shown are
the same figures, and the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Sector, Standard
from citycore.language import LANGUAGES
from hackathon.market.matching.model import NeedFacts, OfferingFacts, Reference
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.matching.text import IntArray, TextIndex

BoolArray = NDArray[np.bool_]
Code = TypeVar("Code", bound=Enum | str)

#: Of a reference: points for the capability itself, for the same kind of client, for the same governorate.
SAME_CAPABILITY, SAME_CLIENT, SAME_PLACE = 2, 1, 1


#: Of each code its column. They are made once: to list a vocabulary takes longer than to compare one offering.
CAPABILITIES: Final = {code: column for column, code in enumerate(Capability)}
CLIENT_KINDS: Final = {code: column for column, code in enumerate(ClientKind)}
GOVERNORATES: Final = {code: column for column, code in enumerate(Governorate)}
SECTORS: Final = {code: column for column, code in enumerate(Sector)}
STANDARDS: Final = {code: column for column, code in enumerate(Standard)}
SPOKEN: Final = {code: column for column, code in enumerate(LANGUAGES)}

#: The column of work abroad, and that of a need of the whole country: never the same place.
_ABROAD, _NOWHERE = -1, -2


@dataclass(frozen=True, slots=True)
class Done:
    """One element a reference: the row of its offering, and its codes as columns."""

    row: IntArray
    capability: IntArray
    client_kind: IntArray
    governorate: IntArray


@dataclass(frozen=True, slots=True)
class Facets:
    """One row an offering, one column a code."""

    sectors: BoolArray
    capabilities: BoolArray
    standards: BoolArray
    governorates: BoolArray
    languages: BoolArray
    maturity: IntArray
    #: -1 where the price is said on request.
    price: IntArray
    is_sme: BoolArray
    is_listed: BoolArray
    references: Done


class Index:
    """What a need is ranked against. Built from all offerings, listed or not: words weigh by all of them."""

    def __init__(
        self, offerings: Sequence[OfferingFacts], texts: TextIndex, settings: MatchingSettings
    ) -> None:
        self.settings, self.weights = settings, settings.weights
        self.offerings = tuple(offerings)
        self.rows = {offering.offering_id: row for row, offering in enumerate(self.offerings)}
        self.texts = texts
        self.facets = _facets(self.offerings)

    @classmethod
    def of(cls, offerings: Sequence[OfferingFacts], settings: MatchingSettings) -> Index:
        return cls(offerings, TextIndex.of([one.texts for one in offerings], settings), settings)

    def only(self, offering_id: UUID) -> Index:
        """The index of one offering, whose scores are those that it has among all; KeyError if it is not there."""
        row = self.rows[offering_id]
        return Index([self.offerings[row]], self.texts.only(row), self.settings)

    def references(self, need: NeedFacts) -> IntArray:
        """How near the best reference of each offering comes, 0 to ``nearness_full``."""
        best = np.zeros(len(self.offerings), dtype=np.int64)
        done = self.facets.references
        if not done.row.size:
            return best
        asked = np.zeros(len(Capability), dtype=np.bool_)
        asked[columns(need.asked, CAPABILITIES)] = True
        near = (
            SAME_CAPABILITY
            + SAME_CLIENT * (done.client_kind == CLIENT_KINDS[need.client_kind])
            + SAME_PLACE * (done.governorate == _column(need.governorate, elsewhere=_NOWHERE))
        )
        np.maximum.at(best, done.row, near * asked[done.capability])
        return best


def nearness(reference: Reference, need: NeedFacts) -> int:
    """0 unless it shows a capability that is asked for."""
    if reference.capability not in need.asked:
        return 0
    same_place = need.governorate is not None and reference.governorate is need.governorate
    return (
        SAME_CAPABILITY + SAME_CLIENT * (reference.client_kind is need.client_kind) + SAME_PLACE * same_place
    )


def nearness_full(need: NeedFacts) -> int:
    """What the nearest reference has: there is no same place for the whole country."""
    return SAME_CAPABILITY + SAME_CLIENT + SAME_PLACE * (need.governorate is not None)


def columns(codes: frozenset[Code], places: Mapping[Code, int]) -> IntArray:
    """The columns of codes."""
    return np.array(sorted([places[code] for code in codes]), dtype=np.int64)


def _facets(offerings: Sequence[OfferingFacts]) -> Facets:
    return Facets(
        sectors=_table([one.sectors for one in offerings], SECTORS),
        capabilities=_table([one.capabilities for one in offerings], CAPABILITIES),
        standards=_table([one.standards for one in offerings], STANDARDS),
        governorates=_table([one.governorates for one in offerings], GOVERNORATES),
        languages=_table([one.languages for one in offerings], SPOKEN),
        maturity=np.array([int(one.maturity) for one in offerings], dtype=np.int64),
        price=np.array(
            [-1 if one.price_band is None else one.price_band.rank for one in offerings], dtype=np.int64
        ),
        is_sme=np.array([one.is_sme for one in offerings], dtype=np.bool_),
        is_listed=np.array([one.is_listed for one in offerings], dtype=np.bool_),
        references=_done(offerings),
    )


def _done(offerings: Sequence[OfferingFacts]) -> Done:
    rows = [
        (
            row,
            CAPABILITIES[one.capability],
            CLIENT_KINDS[one.client_kind],
            _column(one.governorate, elsewhere=_ABROAD),
        )
        for row, offering in enumerate(offerings)
        for one in offering.references
    ]
    return Done(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def _column(place: Governorate | None, *, elsewhere: int) -> int:
    return elsewhere if place is None else GOVERNORATES[place]


def _table(codes: Sequence[frozenset[Code]], places: Mapping[Code, int]) -> BoolArray:
    table = np.zeros((len(codes), len(places)), dtype=np.bool_)
    for row, held in enumerate(codes):
        table[row, columns(held, places)] = True
    return table
