"""The points of every part, for all offerings at once, and what earned them for one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from casework.taxonomy.model import Maturity
from hackathon.market.matching.index import (
    CAPABILITIES,
    SECTORS,
    STANDARDS,
    BoolArray,
    Code,
    Index,
    columns,
    nearness,
    nearness_full,
)
from hackathon.market.matching.model import FULL_SCORE, Match, NeedFacts, Part, PartKind, What
from hackathon.market.matching.text import WHOLE, IntArray

#: Looked up once, since that takes as long as a part of a score.
_RIPEST: Final = max(Maturity)


@dataclass(frozen=True, slots=True)
class Scores:
    """Points of one need by part, one row an offering, and their sums."""

    maxima: Mapping[PartKind, int]
    points: Mapping[PartKind, IntArray]
    totals: IntArray


def score(need: NeedFacts, index: Index) -> Scores:
    """Scores of all offerings, whether or not a filter keeps them out."""
    maxima = points_max(need, index.weights)
    points = {kind: _points(*_MEASURES[kind].reached(need, index), most) for kind, most in maxima.items()}
    totals = sum(points.values(), np.zeros(len(index.offerings), dtype=np.int64))
    return Scores(maxima, points, totals)


def points_max(need: NeedFacts, weights: Mapping[PartKind, int]) -> dict[PartKind, int]:
    """The most that each part can give. What a need does not ask for is no part, and the others share its weight.

    They sum to ``FULL_SCORE`` (0 if nothing is asked): fractions go, one point each, to the parts that lose most.
    """
    asked = {kind: weight for kind, weight in weights.items() if weight and _MEASURES[kind].is_asked(need)}
    total = sum(asked.values())
    points = {kind: FULL_SCORE * weight // total for kind, weight in asked.items()}
    left = (FULL_SCORE if asked else 0) - sum(points.values())
    for kind in sorted(asked, key=lambda kind: -(FULL_SCORE * asked[kind] % total))[:left]:
        points[kind] += 1
    return points


def match(need: NeedFacts, index: Index, row: int, scores: Scores) -> Match:
    """The score of one offering with what earned it."""
    offering = index.offerings[row]
    parts = tuple(
        Part(kind, int(scores.points[kind][row]), most, *_MEASURES[kind].what(need, index, row))
        for kind, most in scores.maxima.items()
    )
    return Match(need.need_id, offering.offering_id, offering.vendor_id, int(scores.totals[row]), parts)


def _points(reached: IntArray, full: int, most: int) -> IntArray:
    """Half a point and more is rounded up."""
    points: IntArray = (2 * most * reached + full) // (2 * full)
    return points


@dataclass(frozen=True, slots=True)
class _Measure:
    """Whether a need asks for it; how far each offering reaches, of how much; what earned one its points."""

    is_asked: Callable[[NeedFacts], bool]
    reached: Callable[[NeedFacts, Index], tuple[IntArray, int]]
    what: Callable[[NeedFacts, Index, int], tuple[What, int]]


def _codes(name: str, places: Mapping[Code, int], asked: Callable[[NeedFacts], frozenset[Code]]) -> _Measure:
    """How many of the codes that a need asks for an offering has."""

    def reached(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
        table: BoolArray = getattr(index.facets, name)
        wanted = columns(asked(need), places)
        return table[:, wanted].sum(axis=1, dtype=np.int64), len(wanted)

    def what(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
        held = asked(need) & getattr(index.offerings[row], name)
        return tuple(str(code) for code in sorted(held, key=places.__getitem__)), len(asked(need))

    return _Measure(lambda need: bool(asked(need)), reached, what)


def _nearest(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    """Capability, kind of client, governorate ("" abroad) of the reference that comes nearest."""
    best = max(index.offerings[row].references, key=lambda one: nearness(one, need), default=None)
    if best is None or not nearness(best, need):
        return (), 0
    place = best.governorate.value if best.governorate else ""
    return (best.capability.value, best.client_kind.value, place), 0


def _price(_need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    band = index.offerings[row].price_band
    return () if band is None else (band.value,), 0


_MEASURES: Final[Mapping[PartKind, _Measure]] = {
    PartKind.CAPABILITIES: _codes("capabilities", CAPABILITIES, lambda need: need.asked),
    PartKind.TEXT: _Measure(
        lambda need: need.texts.are_written,
        lambda need, index: (index.texts.shares(need.texts), WHOLE),
        lambda need, index, row: (tuple(index.texts.words(need.texts, row)), 0),
    ),
    PartKind.SECTOR: _codes("sectors", SECTORS, lambda need: frozenset({need.sector})),
    PartKind.REFERENCES: _Measure(
        lambda need: bool(need.asked),
        lambda need, index: (index.references(need), nearness_full(need)),
        _nearest,
    ),
    PartKind.STANDARDS: _codes("standards", STANDARDS, lambda need: need.standards),
    PartKind.MATURITY: _Measure(
        lambda need: need.maturity_min < _RIPEST,
        lambda need, index: (
            np.maximum(index.facets.maturity - need.maturity_min, 0),
            _RIPEST - need.maturity_min,
        ),
        lambda need, index, row: ((str(int(index.offerings[row].maturity)),), need.maturity_min),
    ),
    # Whether it is said: a price above the budget is a filter's matter, and a low one is no merit by itself.
    PartKind.PRICE: _Measure(
        lambda need: need.budget is not None,
        lambda _, index: ((index.facets.price >= 0).astype(np.int64), 1),
        _price,
    ),
}
