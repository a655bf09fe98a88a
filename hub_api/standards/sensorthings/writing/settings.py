"""What may be written at once, by environment variables with the prefix ``FALAJ_STA_WRITING_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WritingSettings(BaseSettings):
    """Limits of one request that writes. What is beyond one is refused with the limit's number."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STA_WRITING_", frozen=True)

    #: Of a body, as it comes; of ``CreateObservations`` and of ``$batch``.
    body_bytes_max: int = Field(default=1024 * 1024, ge=1)
    rows_bytes_max: int = Field(default=16 * 1024 * 1024, ge=1)
    batch_bytes_max: int = Field(default=16 * 1024 * 1024, ge=1)
    #: Entities that one deep insert makes, observations included, and how deep they may be within each other.
    entities_max: int = Field(default=1_000, ge=1)
    depth_max: int = Field(default=8, ge=1)
    #: Characters of a name or an encoding, and of a description or a definition.
    name_characters_max: int = Field(default=500, ge=1)
    text_characters_max: int = Field(default=20_000, ge=1)
    #: Positions of a geometry.
    positions_max: int = Field(default=20_000, ge=1)
    #: Rows of one ``CreateObservations``.
    rows_max: int = Field(default=50_000, ge=1)
    #: Observations that go with what is deleted.
    deleted_observations_max: int = Field(default=1_000_000, ge=1)
    #: Requests of one ``$batch``, how long all of them may take, and the bytes of their answers.
    batch_parts_max: int = Field(default=200, ge=1)
    batch_seconds_max: float = Field(default=30.0, gt=0)
    batch_answer_bytes_max: int = Field(default=32 * 1024 * 1024, ge=1)
