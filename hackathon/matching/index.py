"""Offerings as arrays, built once, so that one need meets thousands of them in a few milliseconds.

Everything is a whole number: the totals of all offerings and the parts of those that are shown are
the same figures, and the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from citycore.language import LANGUAGES
from hackathon.governorates.model import Governorate
from hackathon.matching.model import NeedFacts, OfferingFacts, Reference
from hackathon.matching.settings import MatchingSettings
from hackathon.matching.text import IntArray, TextIndex
from hackathon.taxonomy.model import Capability, Sector, Standard

BoolArray = NDArray[np.bool_]
Code = TypeVar("Code", bound=Enum | str)

#: Of a reference: points for the capability itself, for the same kind of client, for the same governorate.
SAME_CAPABILITY, SAME_CLIENT, SAME_PLACE = 2, 1, 1


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


class Index:
    """What a need is ranked against. Built from all offerings, listed or not: words weigh by all of them."""

    def __init__(
        self, offerings: Sequence[OfferingFacts], texts: TextIndex, settings: MatchingSettings
    ) -> None:
        self.settings = settings
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
        return np.array(
            [
                max((nearness(one, need) for one in offering.references), default=0)
                for offering in self.offerings
            ],
            dtype=np.int64,
        )


def nearness(reference: Reference, need: NeedFacts) -> int:
    """0 unless it shows a capability that is asked for."""
    if reference.capability not in need.required | need.optional:
        return 0
    same_place = need.governorate is not None and reference.governorate is need.governorate
    return (
        SAME_CAPABILITY + SAME_CLIENT * (reference.client_kind is need.client_kind) + SAME_PLACE * same_place
    )


def nearness_full(need: NeedFacts) -> int:
    """What the nearest reference has: there is no same place for the whole country."""
    return SAME_CAPABILITY + SAME_CLIENT + SAME_PLACE * (need.governorate is not None)


def columns(codes: frozenset[Code], vocabulary: Sequence[Code]) -> IntArray:
    """The columns of codes."""
    return np.array([column for column, code in enumerate(vocabulary) if code in codes], dtype=np.int64)


def _facets(offerings: Sequence[OfferingFacts]) -> Facets:
    return Facets(
        sectors=_table([one.sectors for one in offerings], list(Sector)),
        capabilities=_table([one.capabilities for one in offerings], list(Capability)),
        standards=_table([one.standards for one in offerings], list(Standard)),
        governorates=_table([one.governorates for one in offerings], list(Governorate)),
        languages=_table([one.languages for one in offerings], LANGUAGES),
        maturity=np.array([int(one.maturity) for one in offerings], dtype=np.int64),
        price=np.array(
            [-1 if one.price_band is None else one.price_band.rank for one in offerings], dtype=np.int64
        ),
        is_sme=np.array([one.is_sme for one in offerings], dtype=np.bool_),
        is_listed=np.array([one.is_listed for one in offerings], dtype=np.bool_),
    )


def _table(codes: Sequence[frozenset[Code]], vocabulary: Sequence[Code]) -> BoolArray:
    table = np.zeros((len(codes), len(vocabulary)), dtype=np.bool_)
    for row, held in enumerate(codes):
        table[row, columns(held, vocabulary)] = True
    return table
