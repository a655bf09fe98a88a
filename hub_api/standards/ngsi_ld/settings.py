"""The limits of NGSI-LD; the prefix is ``FALAJ_NGSI_LD_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class NgsiLdSettings(BaseSettings):
    """How much one question may want."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_NGSI_LD_", frozen=True)

    #: Entities of an answer without ``limit``, and at most.
    entities_default: int = Field(default=20, ge=1)
    entities_max: int = Field(default=1_000, ge=1)
    #: ``offset`` goes so far; beyond it there are better questions.
    offset_max: int = Field(default=100_000, ge=0)
    #: A query (``q``) has so many characters, comparisons and parentheses within each other, and a list so many values.
    query_characters_max: int = Field(default=2_000, ge=1)
    query_terms_max: int = Field(default=25, ge=1)
    query_depth_max: int = Field(default=10, ge=1)
    query_values_max: int = Field(default=50, ge=1)
    #: A pattern (``~=``, ``idPattern``) has so many characters, and so many places that stand for anything.
    pattern_characters_max: int = Field(default=200, ge=1)
    pattern_wildcards_max: int = Field(default=5, ge=0)
    #: Names in ``id``, ``type`` and ``attrs``.
    names_max: int = Field(default=100, ge=1)
    #: Characters and points of ``coordinates``.
    coordinates_characters_max: int = Field(default=20_000, ge=1)
    points_max: int = Field(default=1_000, ge=1)
    #: Entities of a temporal answer without ``limit``, and at most.
    temporal_entities_default: int = Field(default=5, ge=1)
    temporal_entities_max: int = Field(default=50, ge=1)
    #: Instances of one attribute in a temporal answer, and attributes of all its entities.
    instances_max: int = Field(default=500, ge=1)
    series_max: int = Field(default=200, ge=1)
    #: Periods of all attributes of an answer with aggregates, and values that are counted for one; beyond, roll-ups answer what they can.
    periods_max: int = Field(default=20_000, ge=1)
    aggregated_rows_max: int = Field(default=500_000, ge=1)
    #: Bytes of a query that is posted.
    body_bytes_max: int = Field(default=100_000, ge=1)
    #: Which kinds of things there are is remembered for so long.
    kinds_seconds: int = Field(default=30, ge=1)
