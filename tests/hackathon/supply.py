"""Needs and offerings for tests: what is not named fits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector
from hackathon.market.matching.model import NeedFacts, OfferingFacts, Texts

TEXTS = Texts(
    title_ar="كشف تسرب المياه", title_en="Leak detection",
    body_ar="نجد الكسور في الأنابيب المدفونة.", body_en="We find breaks in buried pipes.",
)  # fmt: skip


def offering(number: int, **changes: Any) -> OfferingFacts:
    fields: dict[str, Any] = {
        "offering_id": UUID(int=number),
        "vendor_id": UUID(int=1_000_000 + number),
        "texts": TEXTS,
        "sectors": frozenset({Sector.WATER}),
        "capabilities": frozenset({Capability.LEAK_DETECTION}),
        "maturity": 9,
        "price_band": PriceBand.UNDER_5K,
        "languages": frozenset({"ar", "en"}),
        "governorates": frozenset(Governorate),
    }
    return OfferingFacts(**(fields | changes))


def need(number: int = 0, **changes: Any) -> NeedFacts:
    fields: dict[str, Any] = {
        "need_id": UUID(int=2_000_000 + number),
        "texts": TEXTS,
        "sector": Sector.WATER,
        "required": frozenset({Capability.LEAK_DETECTION}),
        "governorate": Governorate.MUSCAT,
        "client_kind": ClientKind.UTILITY,
        "budget_minor": PriceBand.FROM_5K_TO_25K.from_baisa,
    }
    return NeedFacts(**(fields | changes))
