"""Where the archive lies; the prefix is ``FALAJ_ARCHIVE_``."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from citycore.credentials import CredentialSettings


class ArchivePlaceSettings(CredentialSettings):
    """The worker writes there, the API reads there."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ARCHIVE_", frozen=True)

    #: Any URL of fsspec: ``file:///srv/archive``, ``s3://bucket/folder`` with the package for it. Without, nothing is archived.
    url: SecretStr | None = None
    #: Options of the storage, as JSON: ``{"key": "…", "secret": "…"}``.
    options: dict[str, SecretStr] = Field(default_factory=dict)
    #: How often an API that has no URL looks whether the store has let go of anything: then it refuses what it cannot read.
    unset_check_seconds: float = Field(default=10.0, ge=0)
    #: Rows of the archive that one answer holds in memory at a time.
    answer_rows_max: int = Field(default=100_000, ge=1)
    #: How long an answer waits for the storage.
    answer_seconds_max: float = Field(default=20.0, gt=0)
