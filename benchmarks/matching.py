"""``falaj bench matching``: how long a need takes with thousands of offerings, and how good the order is.

The ceiling is one weighted sum over the same facets and a sort: no text, no parts, no explanation. Quality
is nDCG@5 on the labelled set, with what each step adds; thousandths, so that the table shows three places.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from statistics import mean, median, quantiles
from uuid import UUID

import numpy as np

from benchmarks.matching_set.labelled import LabelledNeed, identifier, ndcg, needs, offerings
from benchmarks.matching_set.plain import PlainText
from benchmarks.report import Case, report
from hackathon.market.matching.index import Index
from hackathon.market.matching.model import NeedFacts, OfferingFacts, PartKind
from hackathon.market.matching.rules import filters, neutral_order, rank_needs, rank_offerings
from hackathon.market.matching.settings import MatchingSettings

DAY = date(2026, 11, 25)
SETTINGS = MatchingSettings()
Order = Callable[[NeedFacts], Sequence[UUID]]


def many_offerings(count: int) -> list[OfferingFacts]:
    """The offerings of the set again and again, each time by other vendors."""
    supply = offerings()
    return [
        replace(
            supply[number % len(supply)],
            offering_id=identifier("many", number),
            vendor_id=identifier("vendor of many", number // 5),
        )
        for number in range(count)
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - began)


def _ceiling(index: Index) -> Callable[[], object]:
    facets = index.facets
    table = np.hstack(
        [facets.capabilities, facets.sectors, facets.standards, facets.governorates, facets.languages]
    )
    weights = np.arange(table.shape[1])
    return lambda: np.argsort(-(table.astype(np.int64) @ weights))


def _speed_cases(count: int, rounds: int) -> list[Case]:
    supply = many_offerings(count)
    building = _milliseconds(lambda: Index.of(supply, SETTINGS))
    index = Index.of(supply, SETTINGS)
    asked = [need.facts for need in needs()]
    for need in asked:  # The first time reads words that are then known.
        rank_offerings(need, index, DAY)
    times = [
        _milliseconds(partial(rank_offerings, need, index, DAY)) for _ in range(rounds) for need in asked
    ]
    bare = median(_milliseconds(_ceiling(index)) for _ in range(20 * rounds))
    backwards = median(
        _milliseconds(lambda: rank_needs(supply[0].offering_id, asked, index, DAY)) for _ in range(rounds)
    )
    return [
        Case(f"one need, {count:,} offerings, median", median(times), "ms", target=50, at_most=True),
        Case("… 95th percentile", quantiles(times, n=20)[-1], "ms", target=50, at_most=True),
        Case("… beside a weighted sum of the facets", median(times), "ms", bare, median(times) / bare),
        Case(f"one offering, {len(asked)} needs, median", backwards, "ms"),
        Case(f"building the index of {count:,}", building, "ms"),
    ]


def quality(labelled: Sequence[LabelledNeed], order: Order) -> float:
    """Mean nDCG@5, 0 to 1."""
    return mean(ndcg(order(need.facts), need.useful) for need in labelled)


def _ours(settings: MatchingSettings) -> Order:
    index = Index.of(offerings(), settings)
    return lambda need: [found.offering_id for found in rank_offerings(need, index, DAY).shown]


def _only(kind: PartKind) -> MatchingSettings:
    weights = {f"{one.value}_weight": 100 if one is kind else 0 for one in PartKind}
    return MatchingSettings.model_validate(weights)


def _without_text() -> MatchingSettings:
    return SETTINGS.model_validate(
        SETTINGS.model_dump()
        | {
            "text_weight": 0,
            "capabilities_weight": SETTINGS.capabilities_weight + SETTINGS.text_weight,
        }
    )


def _filtered(order: Order) -> Order:
    index = Index.of(offerings(), SETTINGS)

    def those_that_pass(need: NeedFacts) -> list[UUID]:
        out = np.any(list(filters(need, index).values()), axis=0)
        return [one for one in order(need) if not out[index.rows[one]]]

    return those_that_pass


def _shuffled(need: NeedFacts) -> list[UUID]:
    known = [offering.offering_id for offering in offerings()]
    return sorted(known, key=lambda one: neutral_order(DAY, need.need_id, one))


def _quality_cases() -> list[Case]:
    labelled = {
        "30 needs": needs(),
        "the 20 held out": [need for need in needs() if need.part == "held_out"],
    }
    plain, ours = PlainText(offerings()).order, _ours(SETTINGS)
    cases = []
    for name, which in labelled.items():
        found, base = quality(which, ours), quality(which, plain)
        cases += [
            Case(f"nDCG@5, {name}", 1_000 * found, "/ 1000", target=850),
            Case("… above plain full text", 1_000 * (found - base), "/ 1000", target=100),
        ]
    steps = {
        "plain full text": plain,
        "filters, then a shuffle": _filtered(_shuffled),
        "filters, then plain full text": _filtered(plain),
        "filters, then our text alone": _ours(_only(PartKind.TEXT)),
        "filters, then all parts but text": _ours(_without_text()),
    }
    return cases + [
        Case(f"held out: {name}", 1_000 * quality(labelled["the 20 held out"], order), "/ 1000")
        for name, order in steps.items()
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench matching")
    parser.add_argument("--offerings", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=10, help="times that every need is asked")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    report("matching", [*_speed_cases(options.offerings, options.rounds), *_quality_cases()], options.json)
    return 0
