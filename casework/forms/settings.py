"""Limits of forms."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FormSettings(BaseSettings):
    """Environment variables with the prefix ``FALAJ_FORM_``."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FORM_")

    fields_max: int = Field(default=60, ge=1, description="Most questions of a questionnaire")
    pages_max: int = Field(default=20, ge=1, description="Most pages of a questionnaire")
    choices_max: int = Field(default=250, ge=2, description="Most choices of a question")
    scale_points_max: int = Field(default=11, ge=2, description="Most points of a scale")
    characters_max: int = Field(default=10_000, ge=1, description="Longest answer that can be asked for")
    name_characters_max: int = Field(
        default=500, ge=1, description="Longest question, choice or line of help"
    )
    drafts_kept: int = Field(
        default=30, ge=1, description="Earlier states of a form in writing that can be brought back"
    )
    document_bytes_max: int = Field(
        default=262_144, ge=1_024, description="Most bytes of a form that is brought in as YAML or JSON"
    )
    carried_bytes_max: int = Field(
        default=65_536, ge=1_024, description="Most bytes of answers that go from page to page"
    )
    carried_for: timedelta = Field(
        default=timedelta(hours=4), description="How long answers of earlier pages stay valid"
    )
