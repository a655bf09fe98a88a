"""What a SensorThings request may cost, by environment variables with the prefix ``FALAJ_STA_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SensorThingsSettings(BaseSettings):
    """Limits of reading. What is beyond one is refused with the limit's number; a page is only ever cut where it says so."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STA_", frozen=True)

    #: Entities of one page where ``$top`` does not say, and the most that ``$top`` can have; a larger ``$top`` gives this many and a
    #: link to the rest.
    top_default: int = Field(default=100, ge=1)
    top_max: int = Field(default=10_000, ge=1)
    #: The same for what ``$expand`` puts into each entity.
    expanded_top_default: int = Field(default=100, ge=1)
    expanded_top_max: int = Field(default=1_000, ge=1)
    #: Entities of one answer as they are written, those of ``$expand`` included, and its MiB before it is compressed. To make it takes
    #: up to five times that.
    entities_max: int = Field(default=40_000, ge=1)
    answer_mib_max: int = Field(default=12, ge=1)
    #: ``$skip`` is paid for row by row; beyond this, next links lead further.
    skip_max: int = Field(default=1_000_000, ge=0)
    #: Characters of a path, and of the query behind it.
    path_characters_max: int = Field(default=2_000, ge=1)
    query_characters_max: int = Field(default=16_000, ge=1)
    #: Segments of a path, such as ``Things(1)`` and ``Datastreams``.
    path_segments_max: int = Field(default=20, ge=1)
    #: Parts of one expression, and how deep they may be within each other.
    expression_parts_max: int = Field(default=500, ge=1)
    expression_depth_max: int = Field(default=50, ge=1)
    #: Steps from entity to entity that the paths of one expression may take.
    expression_steps_max: int = Field(default=12, ge=1)
    #: ``$expand`` within ``$expand``, and all of one request.
    expand_depth_max: int = Field(default=6, ge=1)
    expands_max: int = Field(default=30, ge=1)
    #: Keys of one ``$orderby``.
    order_keys_max: int = Field(default=10, ge=1)
    #: Geometries that one spatial function may be asked about, and points of a literal.
    geometries_max: int = Field(default=50_000, ge=1)
    geometry_points_max: int = Field(default=2_000, ge=1)
    #: For so long a datastream is believed to have more than one observation that had so.
    older_seconds: float = Field(default=600.0, ge=0)
    #: All observations with a condition that no index serves are asked for at once for so long.
    walk_after_seconds: float = Field(default=1.0, gt=0)
    #: Then they are looked for a piece at a time for so long; the page has what was found until then. An order that has to read all
    #: observations is refused after this time.
    walk_seconds_max: float = Field(default=4.0, gt=0)
    #: A ``$count`` may take so long; what cannot be counted in it is a 503, never an estimate.
    count_seconds_max: float = Field(default=10.0, gt=0)
