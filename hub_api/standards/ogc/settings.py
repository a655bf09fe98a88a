"""The limits of OGC API; the prefix is ``FALAJ_OGC_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OgcSettings(BaseSettings):
    """How large pages, filters, geometries and coverages may be."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OGC_", frozen=True)

    #: Features of a page; who asks for more than the second gets that many and a link to the next page.
    page_features_default: int = Field(default=100, ge=1)
    page_features_max: int = Field(default=10_000, ge=1)
    #: Features are counted (`numberMatched`) up to so many; beyond, a page does not say how many there are.
    count_features_max: int = Field(default=20_000, ge=0)
    #: A filter's characters, how deep its brackets and operators may nest, and its comparisons.
    filter_characters_max: int = Field(default=8_000, ge=1)
    filter_depth_max: int = Field(default=20, ge=1)
    filter_terms_max: int = Field(default=200, ge=1)
    #: Positions of all geometries of a filter, and of an area.
    positions_max: int = Field(default=2_000, ge=4)
    #: Observations that one page looks at when a filter takes few of them; then the page ends, with a link to the next.
    scan_rows_max: int = Field(default=20_000, ge=1)
    #: Values of one answer of Environmental Data Retrieval.
    values_max: int = Field(default=100_000, ge=1)
    #: Datastreams of things that stand still, which environmental data chooses from.
    datastreams_max: int = Field(default=200_000, ge=1)
    #: Without `datetime`, so many hours before the newest value are answered.
    window_hours: int = Field(default=24, ge=1)
    #: A position is answered by the nearest thing within so many metres.
    position_metres_max: float = Field(default=5_000.0, gt=0)
