"""The set as values, and how good an order is."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from hackathon.market.matching.model import NeedFacts, OfferingFacts, Reference, Texts

FOLDER = Path(__file__).parent
#: How many places of a list count.
PLACES: Final = 5

Which = Literal["development", "held_out"]


@dataclass(frozen=True, slots=True)
class LabelledNeed:
    """``useful`` has grades of 1 to 3 by offering; what is not in it is 0."""

    number: int
    part: Which
    facts: NeedFacts
    useful: Mapping[UUID, int]


@cache
def offerings() -> tuple[OfferingFacts, ...]:
    return tuple(_offering(row) for row in _rows("offerings.toml", "offering"))


@cache
def needs() -> tuple[LabelledNeed, ...]:
    return tuple(_need(row) for row in _rows("needs.toml", "need"))


def identifier(kind: str, number: int) -> UUID:
    """The same in every run."""
    return uuid5(NAMESPACE_URL, f"matching-set/{kind}/{number}")


def ndcg(order: Sequence[UUID], useful: Mapping[UUID, int], places: int = PLACES) -> float:
    """Normalised discounted cumulative gain, a grade being worth 2^grade - 1; 1 is the best order there is."""
    best = sorted(useful.values(), reverse=True)
    return _gain([useful.get(one, 0) for one in order[:places]]) / _gain(best[:places])


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades)))


def _rows(file: str, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((FOLDER / file).read_text("utf-8"))[name]
    return rows


def _texts(row: dict[str, Any], body: str) -> Texts:
    return Texts(
        title_ar=row.get("title_ar"),
        title_en=row.get("title_en"),
        body_ar=row.get(f"{body}_ar"),
        body_en=row.get(f"{body}_en"),
    )


def _offering(row: dict[str, Any]) -> OfferingFacts:
    served = list(Governorate) if row["governorates"] == "all" else row["governorates"]
    return OfferingFacts(
        offering_id=identifier("offering", row["number"]),
        vendor_id=identifier("vendor", row["vendor"]),
        texts=_texts(row, "summary"),
        sectors=frozenset(map(Sector, row["sectors"])),
        capabilities=frozenset(map(Capability, row["capabilities"])),
        standards=frozenset(map(Standard, row["standards"])),
        maturity=row["maturity"],
        price_band=PriceBand(row["price_band"]),
        languages=frozenset(row["languages"]),
        governorates=frozenset(map(Governorate, served)),
        references=tuple(map(_reference, row["references"])),
        is_sme=row["is_sme"],
    )


def _reference(written: str) -> Reference:
    place, kind, capability = written.split()
    return Reference(None if place == "-" else Governorate(place), ClientKind(kind), Capability(capability))


def _need(row: dict[str, Any]) -> LabelledNeed:
    facts = NeedFacts(
        need_id=identifier("need", row["number"]),
        texts=_texts(row, "problem"),
        sector=Sector(row["sector"]),
        required=frozenset(map(Capability, row["required"])),
        optional=frozenset(map(Capability, row["optional"])),
        standards=frozenset(map(Standard, row["standards"])),
        governorate=Governorate(row["governorate"]),
        client_kind=ClientKind(row["client_kind"]),
        budget_minor=PriceBand(row["budget"]).from_baisa,
        maturity_min=row["maturity_min"],
        languages=frozenset(row["languages"]),
    )
    useful = {identifier("offering", int(number)): grade for number, grade in row["useful"].items()}
    return LabelledNeed(row["number"], row["part"], facts, useful)
