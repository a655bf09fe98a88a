"""The limits of following; the prefix is ``FALAJ_FOLLOW_UP_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from citycore.credentials import CredentialSettings


class FollowUpSettings(CredentialSettings):
    """The key with which codes are kept, and how long a browser stays with what it follows."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FOLLOW_UP_", frozen=True)

    #: The key is made here on first use; by default `follow_up` in the data folder. Who loses it makes every code worthless.
    folder: Path | None = None
    #: 32 bytes as hexadecimal digits, instead of the key in the folder.
    key: SecretStr | None = Field(default=None, min_length=64, max_length=64)
    #: Former ones beside it, newest first: codes that were given under them still open. Of the folder its file has them, one a line.
    former_keys: tuple[SecretStr, ...] = ()
    #: How long a browser may look at what it follows without a further page.
    pass_minutes: float = Field(default=30.0, gt=0)

    def key_file(self) -> Path:
        from citycore.settings import data_folder

        return (self.folder or data_folder() / "follow_up") / "key"
