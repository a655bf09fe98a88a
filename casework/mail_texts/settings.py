"""The limits of what the operator has mails say; the prefix is ``FALAJ_MAIL_TEXTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MailTextSettings(BaseSettings):
    """How long they may be."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_MAIL_TEXTS_", frozen=True)

    #: Of a subject, and of a text.
    characters_max: int = Field(default=4_000, ge=200)
