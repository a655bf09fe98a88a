"""The points of every part, for all offerings at once, and what earned them for one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from casework.taxonomy.model import Capability, Maturity, Sector, Standard
from hackathon.market.matching.index import BoolArray, Code, Index, columns, nearness, nearness_full
from hackathon.market.matching.model import FULL_SCORE, Match, NeedFacts, Part, PartKind, What
from hackathon.market.matching.text import WHOLE, IntArray

_MATURITY_FULL: Final = max(Maturity)


@dataclass(frozen=True, slots=True)
class Scores:
    """Points of one need by part, one row an offering, and their sums."""

    maxima: Mapping[PartKind, int]
    points: Mapping[PartKind, IntArray]
    totals: IntArray


def score(need: NeedFacts, index: Index) -> Scores:
    """Scores of all offerings, whether or not a filter keeps them out."""
    maxima = points_max(need, index.settings.weights)
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


def _of_capabilities(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    return _held(index.facets.capabilities, columns(need.asked, list(Capability)))


def _what_capabilities(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    held = need.asked & index.offerings[row].capabilities
    return _codes(held, list(Capability)), len(need.asked)


def _of_text(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    return index.texts.shares(need.texts), WHOLE


def _what_text(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    return tuple(index.texts.words(need.texts, row)), 0


def _of_sector(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    return index.facets.sectors[:, list(Sector).index(need.sector)].astype(np.int64), 1


def _what_sector(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    return _codes(index.offerings[row].sectors & {need.sector}, list(Sector)), 1


def _of_references(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    return index.references(need), nearness_full(need)


def _what_references(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    """Capability, kind of client, governorate ("" abroad) of the reference that comes nearest."""
    best = max(index.offerings[row].references, key=lambda one: nearness(one, need), default=None)
    if best is None or not nearness(best, need):
        return (), 0
    place = best.governorate.value if best.governorate else ""
    return (best.capability.value, best.client_kind.value, place), 0


def _of_standards(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    return _held(index.facets.standards, columns(need.standards, list(Standard)))


def _what_standards(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    held = need.standards & index.offerings[row].standards
    return _codes(held, list(Standard)), len(need.standards)


def _of_maturity(need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    above = np.maximum(index.facets.maturity - need.maturity_min, 0)
    return above, _MATURITY_FULL - need.maturity_min


def _what_maturity(need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    return (str(int(index.offerings[row].maturity)),), need.maturity_min


def _of_price(_need: NeedFacts, index: Index) -> tuple[IntArray, int]:
    """Whether it is said: a price above the budget is a filter's matter, and a low one is no merit by itself."""
    return (index.facets.price >= 0).astype(np.int64), 1


def _what_price(_need: NeedFacts, index: Index, row: int) -> tuple[What, int]:
    band = index.offerings[row].price_band
    return () if band is None else (band.value,), 0


def _held(table: BoolArray, asked: IntArray) -> tuple[IntArray, int]:
    """How many of the codes that are asked for each offering has."""
    return table[:, asked].sum(axis=1, dtype=np.int64), len(asked)


def _codes(held: frozenset[Code], vocabulary: list[Code]) -> What:
    """In the order of the vocabulary."""
    return tuple(str(code) for code in vocabulary if code in held)


@dataclass(frozen=True, slots=True)
class _Measure:
    """Whether a need asks for it; how far each offering reaches, of how much; what earned one its points."""

    is_asked: Callable[[NeedFacts], bool]
    reached: Callable[[NeedFacts, Index], tuple[IntArray, int]]
    what: Callable[[NeedFacts, Index, int], tuple[What, int]]


_MEASURES: Final[Mapping[PartKind, _Measure]] = {
    PartKind.CAPABILITIES: _Measure(lambda need: bool(need.asked), _of_capabilities, _what_capabilities),
    PartKind.TEXT: _Measure(lambda need: need.texts.are_written, _of_text, _what_text),
    PartKind.SECTOR: _Measure(lambda _need: True, _of_sector, _what_sector),
    PartKind.REFERENCES: _Measure(lambda need: bool(need.asked), _of_references, _what_references),
    PartKind.STANDARDS: _Measure(lambda need: bool(need.standards), _of_standards, _what_standards),
    PartKind.MATURITY: _Measure(
        lambda need: need.maturity_min < _MATURITY_FULL, _of_maturity, _what_maturity
    ),
    PartKind.PRICE: _Measure(lambda need: need.budget is not None, _of_price, _what_price),
}
