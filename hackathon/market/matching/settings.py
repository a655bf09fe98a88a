"""Weights and limits of matching; the prefix is ``FALAJ_MATCHING_``."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hackathon.market.matching.model import PartKind


class MatchingSettings(BaseSettings):
    """What counts how much. The weights sum to 100; nothing here names an offering or a vendor."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_MATCHING_", frozen=True)

    capabilities_weight: int = Field(default=35, ge=0)
    text_weight: int = Field(default=30, ge=0)
    sector_weight: int = Field(default=10, ge=0)
    references_weight: int = Field(default=10, ge=0)
    standards_weight: int = Field(default=7, ge=0)
    maturity_weight: int = Field(default=5, ge=0)
    price_weight: int = Field(default=3, ge=0)
    #: The share of a need's words, by how rare they are, that an offering has to use for the full points.
    text_full_percent: int = Field(default=40, ge=1, le=100)
    #: A word in a title counts as often as so many further down.
    title_factor: int = Field(default=2, ge=1)
    #: Words of a title or text that are read; what follows them is not.
    words_max: int = Field(default=2_000, ge=1)
    #: Words that are shown as the reason for points, in each language.
    words_shown_max: int = Field(default=6, ge=1)
    #: Places of the list that people see.
    list_length: int = Field(default=10, ge=1, le=100)
    #: A vendor has at most one place in so many of the list.
    places_per_vendor_place: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _weights_sum_to_100(self) -> Self:
        total = sum(self.weights.values())
        if total != 100:
            raise ValueError(f"the weights sum to {total} and not to 100")
        return self

    @property
    def weights(self) -> dict[PartKind, int]:
        return {kind: getattr(self, f"{kind.value}_weight") for kind in PartKind}
